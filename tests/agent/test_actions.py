"""The actions: failback in the right direction, and three that only look."""

from __future__ import annotations

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.journal import Step, read_journal
from mirrordrill.agent.ports import FileFacts, Heard, Until
from tests.agent.stand_in import (
    ENGINE,
    LOCAL,
    REMOTE,
    Pair,
    StandInArray,
    StandInNode,
    lost_after,
    lost_before,
    positional,
)

RESOURCE = "ora_mmir"
HOST_SOURCE = "Suspended/Host Source"


def node_of(*states: str, paths_up: bool = True) -> StandInNode:
    found = []
    for at, state in enumerate(states):
        name, _, reason = state.partition("/")
        found.append(Pair(f"126{at}", name, reason or "-", peer=f"200{at}"))
    return StandInNode(StandInArray(*found, paths_up=paths_up))


def act(node: StandInNode, action: str) -> tuple[int, str]:
    code = run(f"actions/{action}", [RESOURCE, *positional("1260", "1261"), "0"], node)
    assert not node.logged(1900)
    return code, node.answers[-1]


def test_failback_starts_the_copy_and_does_not_wait_for_it() -> None:
    """Failback test, step 3: it works without a lock, says what was started and how many tracks are out of sync."""
    node = node_of(HOST_SOURCE, HOST_SOURCE)
    code, said = act(node, "failback")
    assert code == 0
    assert node.array.changes == ["failbackpprc"]
    assert "failback started for 1260:2000 1261:2001" in said
    assert "17 tracks to go" in said
    journal = read_journal(node, RESOURCE)
    assert journal is not None
    assert (journal.operation, journal.step) == ("failback", Step.COMPLETE)
    assert node.clock_s - 1000 < 30


def test_failback_of_a_set_that_is_copied_already_has_nothing_to_do() -> None:
    """Running it twice is a success, and sends one command."""
    node = node_of(HOST_SOURCE, HOST_SOURCE)
    assert act(node, "failback")[0] == 0
    code, said = act(node, "failback")
    assert code == 0
    assert said.startswith("nothing to do")
    assert node.array.changes == ["failbackpprc"]


def test_failback_carries_on_where_it_was_cut_short() -> None:
    """Only the pairs that are still suspended."""
    node = node_of("Copy Pending", HOST_SOURCE)
    assert act(node, "failback")[0] == 0
    assert next(line for line in node.array.commands if line.startswith("failback")).endswith(" 1261:2001")


@pytest.mark.parametrize(
    ("states", "why"),
    [
        (["Target Full Duplex", "Target Full Duplex"], "wrong side"),
        ([HOST_SOURCE, "Target Full Duplex"], "wrong side"),
        (["Target Suspended", "Target Suspended"], "wrong side"),
        (["Suspended/Internal Conditions Target", HOST_SOURCE], "far side may hold newer data"),
        (["Suspended/Freeze", "Suspended/Freeze"], "far side may hold newer data"),
        ([HOST_SOURCE], "in no pair"),
    ],
)
def test_failback_in_the_wrong_direction_is_refused(states: list[str], why: str) -> None:
    """S5: the operator and the log learn why, and nothing is sent."""
    node = node_of(*states)
    code, said = act(node, "failback")
    assert code == 1
    assert why in said
    assert why in node.logged(1302)[0]
    assert node.array.changes == []


def test_failback_without_a_path_is_refused() -> None:
    """Role reversal fails if no path is configured from here to there; the LSS pair is named."""
    node = node_of(HOST_SOURCE, HOST_SOURCE, paths_up=False)
    code, said = act(node, "failback")
    assert code == 1
    assert "12:20" in said
    assert node.array.changes == []


def test_failback_over_a_side_that_is_online_is_refused() -> None:
    """S5, where it can be known: VCS says the resource is online on a system of the far array."""
    node = node_of(HOST_SOURCE, HOST_SOURCE)
    node.ha = {
        **ENGINE,
        "hares -state ora_mmir": "#Resource Attribute System Value\n"
        "ora_mmir State hosta ONLINE\nora_mmir State hostc OFFLINE",
        "hares -value ora_mmir LocalStorageImageID hosta": REMOTE,
        "hares -value ora_mmir HMC1 hosta": "",
        "hares -value ora_mmir HMC2 hosta": "",
        "hasys -state hosta": "RUNNING",
    }
    code, said = act(node, "failback")
    assert code == 1
    assert "hosta" in said
    node.ha["hares -value ora_mmir LocalStorageImageID hosta"] = LOCAL
    assert act(node, "failback")[0] == 0


@pytest.mark.parametrize(("fault", "expected"), [(lost_after, 0), (lost_before, 1)])
def test_failback_without_an_answer_looks_what_was_done(fault: object, expected: int) -> None:
    """Done is done, whoever heard of it; and not done is not called done."""
    node = node_of(HOST_SOURCE, HOST_SOURCE)
    node.faults[5] = fault
    assert act(node, "failback")[0] == expected
    assert node.clock_s - 1000 < 30


def test_status_lists_pairs_tracks_and_paths() -> None:
    """Pairs, states, tracks to go, and the paths as far as they can be seen from here."""
    node = node_of("Copy Pending", "Target Full Duplex")
    node.array.pairs["1260"].tracks = 1234
    code, said = act(node, "status")
    assert code == 0
    assert "1260 to 2000: Copy Pending, reason -, Metro Mirror, 1234 tracks to go" in said
    assert "1261 from 2001: Target Full Duplex" in said
    assert "path from LSS 12 to LSS 20: Success" in said
    assert f"ask a system of {REMOTE}" in said


def test_status_says_what_a_hanging_entry_point_waits_for() -> None:
    """And what was done from this node last."""
    node = node_of(HOST_SOURCE, HOST_SOURCE)
    assert act(node, "failback")[0] == 0
    node.files["ora_mmir.online.waiting"] = "pid = 1\nuntil_uptime_s = 1300.0\nfor = an answer to lspprc\n"
    node.files["ora_mmir.clean.waiting"] = "half a note"
    said = act(node, "status")[1]
    assert "last operation on hostc: failback, complete" in said
    assert "online is under way and waits for an answer to lspprc" in said
    assert "clean is" not in said


@pytest.mark.parametrize(
    ("states", "would"),
    [
        (["Full Duplex", "Full Duplex"], "create the lock and send no command"),
        (["Target Full Duplex", "Target Full Duplex"], "then reverse the copy"),
        ([HOST_SOURCE, "Target Full Duplex"], "leave the copy suspended"),
        (["Target Copy Pending", "Target Full Duplex"], "would wait"),
        (["Target Suspended", "Target Full Duplex"], "would refuse"),
    ],
)
def test_explain_says_what_online_would_do_and_does_not_do_it(states: list[str], would: str) -> None:
    """The same decision as online's, in words."""
    node = node_of(*states)
    code, said = act(node, "explain")
    assert code == 0
    assert would in said
    assert node.array.changes == []
    assert node.files == {}


def test_status_says_how_the_mirror_is_and_when_it_was_in_sync() -> None:
    """The date is the array's; how long ago is told from what this node saw, in uptime."""
    node = node_of("Full Duplex", "Full Duplex")
    assert act(node, "status")[1].startswith("mirror: in sync\n")
    node.array.pairs["1261"].state, node.array.pairs["1261"].reason = "Suspended", "Host Source"
    node.array.pairs["1261"].tracks = 458
    node.clock_s += 1320
    assert act(node, "status")[1].splitlines()[0] == (
        "mirror: suspended since January 5, 2026 8:00:49 AM UTC, 458 tracks to go; last seen in sync 22 min ago"
    )
    node.boot = "boot-2"
    assert "not seen in sync since this node booted" in act(node, "status")[1]


def test_a_wait_note_of_a_process_that_is_gone_is_told_as_what_it_is() -> None:
    """A note outlives the process that was killed while it waited."""
    node = node_of("Full Duplex", "Full Duplex")
    note = "pid = 4711\nkind = answer\nuntil_uptime_s = 1100.0\nfor = an answer to lspprc\n"
    node.files["ora_mmir.online.waiting"] = note
    assert "online is under way and waits for an answer to lspprc" in act(node, "status")[1]
    node.facts["/proc/self/stat"] = FileFacts(True, 0o444, 0)
    assert (
        "an earlier online (process 4711) was killed while it waited for an answer to lspprc" in act(node, "status")[1]
    )
    node.facts["/proc/4711/stat"] = FileFacts(True, 0o444, 0)
    assert "online is under way" in act(node, "status")[1]
    node.clock_s = 1200
    assert "was killed" in act(node, "status")[1]


def configured(node: StandInNode) -> StandInNode:
    node.facts = {
        "/opt/ibm/dscli/dscli": FileFacts(True, 0o755, 0),
        "/opt/ibm/dscli/ds_pwfile": FileFacts(True, 0o600, 0),
    }
    node.ha["hares -value ora_mmir Group"] = "oragrp"
    return node


def test_verify_checks_the_manuals_list() -> None:
    """Node, DS CLI, password file, both consoles, pairs, mirror, paths: all well. What cannot be seen is no check."""
    code, said = act(configured(node_of("Full Duplex", "Full Duplex")), "verify")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines()] == [*["ok"] * 10, "note", "note", "0"]
    assert "note   paths from there to here: not seen from here" in said
    assert f"note   far side {REMOTE}: the far array cannot be asked: no console of it is known; set RemoteHMC1" in said
    assert said.endswith("0 of 10 checks failed")


def test_verify_names_each_thing_that_is_wrong() -> None:
    """One finding does not hide another."""
    node = configured(node_of("Full Duplex", paths_up=False))
    node.facts["/opt/ibm/dscli/ds_pwfile"] = FileFacts(True, 0o644, 0)
    node.logins["hmc2"] = Heard("", Until.SILENCE, "")
    node.ha.clear()
    node.unwritable["verify.probe"] = OSError(30, "Read-only file system")
    code, said = act(node, "verify")
    assert code == 1
    for wrong in (
        "mode 644",
        "HMC hmc2: silence",
        "not so: 1261",
        "LSS 20: none is up (Failed)",
        "state directory can be written: [Errno 30]",
        "VCS answers",
        "mirror in sync: not mirrored",
    ):
        assert f"FAILED {wrong}" in said or wrong in said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("Suspended/Host Source", "FAILED mirror in sync: suspended since January 5, 2026 8:00:49 AM UTC"),
        ("Copy Pending", "FAILED mirror in sync: copying"),
        ("Target Suspended", "FAILED mirror in sync: suspended"),
        ("Target Full Duplex/Freeze", "FAILED mirror in sync: suspended"),
    ],
)
def test_a_mirror_that_is_not_in_sync_fails_verify(state: str, said: str) -> None:
    """That one line is what a nightly job is for."""
    node = configured(node_of("Full Duplex", state))
    code, answer = act(node, "verify")
    assert code == 1
    assert said in answer
    assert "not seen in sync since this node booted" in answer


def test_what_verify_could_not_see_is_not_ok() -> None:
    """No console, no word of the pairs: one check failed, and one was not made."""
    node = configured(node_of("Full Duplex", "Full Duplex"))
    node.logins = {hmc: Heard("", Until.SILENCE, "") for hmc in ("hmc1", "hmc2")}
    code, said = act(node, "verify")
    assert code == 1
    assert "UNSEEN pairs, mirror and paths: no console gave a session" in said
    assert said.endswith("2 of 8 checks failed, 1 not seen")


@pytest.mark.parametrize(
    ("action", "what"),
    [("node.vfd", "boot id of this node"), ("dscli.vfd", "HMC hmc2"), ("pairs.vfd", "mirror in sync")],
)
def test_a_virtual_fire_drill_runs_verify_in_parts(action: str, what: str) -> None:
    """Each part succeeds alone, and none of them says what another one looks at."""
    code, said = act(configured(node_of("Full Duplex", "Full Duplex")), action)
    assert code == 0
    others = {"boot id of this node", "HMC hmc2", "mirror in sync"} - {what}
    assert what in said
    assert not any(other in said for other in others)


def test_a_virtual_fire_drill_fails_for_its_own_part() -> None:
    """And the log keeps why."""
    node = configured(node_of("Full Duplex", "Copy Pending"))
    assert act(node, "node.vfd")[0] == 0
    assert act(node, "pairs.vfd")[0] == 1
    assert "FAILED mirror in sync: copying" in node.logged(1302)[0]


def test_the_recovery_point_is_a_number_or_unknown() -> None:
    """0 in sync; the seconds since it was last seen so; and never a guess."""
    node = configured(node_of("Full Duplex", "Suspended/Host Source"))
    assert act(node, "GetCurrentRPO") == (1, node.answers[-1])
    assert node.answers[-1].startswith("GetCurrentRPO failed: unknown; mirror suspended")
    node.array.pairs["1261"].state, node.array.pairs["1261"].reason = "Full Duplex", "-"
    code, said = act(node, "GetCurrentRPO")
    assert (code, said.splitlines()[0]) == (0, "0")
    node.array.pairs["1261"].state, node.array.pairs["1261"].reason = "Suspended", "Host Source"
    node.clock_s += 600
    code, said = act(node, "GetCurrentRPO")
    assert code == 0
    assert 600 <= int(said.splitlines()[0]) < 620


def test_verify_tells_that_paths_of_several_subsystems_are_no_consistency_group() -> None:
    """One LSS is consistent in itself."""
    node = configured(node_of("Full Duplex", "Full Duplex"))
    node.array.groups = "Disabled"
    assert "consistency group" not in act(node, "verify")[1]
    node.array.pairs["1300"] = Pair("1300", "Full Duplex", peer="2100")
    attributes = [RESOURCE, *positional("1260", "1300")]
    run("actions/verify", attributes, node)
    assert "note   consistency group: paths without -consistgrp: 12:20 13:21" in node.answers[-1]
    node.array.groups = "Enabled"
    run("actions/verify", attributes, node)
    assert "consistency group" not in node.answers[-1]


def test_verify_costs_a_refused_account_one_login() -> None:
    """Both consoles share the account."""
    node = configured(node_of("Full Duplex", "Full Duplex"))
    node.logins = {hmc: Heard("CMUC00191E no\n", Until.END, "") for hmc in ("hmc1", "hmc2")}
    code, said = act(node, "verify")
    assert code == 1
    assert "does not accept" in said
    assert "UNSEEN HMC hmc2: not tried" in said
    assert len(node.started) == 1


def test_an_action_with_wrong_attributes_tells_the_operator() -> None:
    """Attribute, value, expected form; exit 1."""
    node = node_of("Full Duplex")
    assert run("failback", [RESOURCE, *positional("126"), "0"], node) == 1
    assert "VolIds" in node.answers[0]
    assert "'126'" in node.answers[0]


def test_a_long_answer_is_cut_at_a_line() -> None:
    """VCS passes on about 2 KB."""
    ids = [f"12{at:02X}" for at in range(200)]
    node = StandInNode(StandInArray(*[Pair(each, "Full Duplex") for each in ids]))
    assert run("status", [RESOURCE, *positional(*ids), "0"], node) == 0
    assert len(node.answers[0]) < 2000
    assert node.answers[0].endswith("... (more on the array)")
