"""The memory of the last online: which record is newer, what files alone are worth, and what another cluster tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.agent.budget import Limits
from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.memory import Recollection, following, remembered, render
from mirrordrill.agent.online_record import Memory, Phase, parse_memory
from mirrordrill.agent.ports import Heard, Until
from tests.agent.stand_in import FAR_IN_SYNC, LOCAL, REMOTE, Pair, StandInArray, StandInNode, positional

RESOURCE = "ora_mmir"
FILE = f"{RESOURCE}.memory"
ATTRIBUTE = f"hares -value {RESOURCE} LastOnline"
TARGET = "Target Full Duplex"
BOOT = "0b00710d-0000-4000-8000-000000000000"
THERE = Memory(5, "t5", ("t3", "t4"), REMOTE, "hosta", volumes=("1260", "1261"))
HERE = replace(THERE, image=LOCAL, system="hostc")


def node_of(*states: str) -> StandInNode:
    pairs = [state.partition("/") for state in states]
    return StandInNode(StandInArray(*(Pair(f"126{at}", its[0], its[2] or "-") for at, its in enumerate(pairs))))


def online(node: StandInNode) -> bool:
    arguments = [RESOURCE, *positional("1260", "1261")]
    run("online", arguments, node)
    assert not node.logged(1900)
    return run("monitor", arguments, node) == 110


def act(node: StandInNode, action: str, *arguments: str) -> tuple[int, str]:
    code = run(f"actions/{action}", [RESOURCE, *positional("1260", "1261"), str(len(arguments)), *arguments], node)
    assert not node.logged(1900)
    return code, node.answers[-1]


@pytest.mark.parametrize("memory", [THERE, replace(HERE, phase=Phase.REVERSING, towards=REMOTE, by="hosta")])
def test_a_record_comes_back_from_its_text(memory: Memory) -> None:
    """Text and record are the same thing, volumes as ranges included."""
    assert parse_memory(memory.text()) == memory


@pytest.mark.parametrize(
    ("left", "right", "is_newer"),
    [
        (replace(THERE, token="t6", generation=6, ancestors=("t4", "t5")), THERE, True),
        (THERE, replace(THERE, token="t6", generation=6, ancestors=("t4", "t5")), False),
        (replace(HERE, token="x5"), THERE, False),
        (THERE, replace(HERE, token="x5"), False),
        (replace(HERE, token="x9", generation=9, ancestors=("x7", "x8")), THERE, True),
        (replace(HERE, token="x5"), replace(THERE, phase=Phase.FAILING_OVER, towards=LOCAL, ancestors=("t4",)), True),
    ],
    ids=["a descendant", "an ancestor", "a fork", "a fork, seen from there", "too old to tell", "a takeover cut short"],
)
def test_ancestors_decide_which_record_is_newer(left: Memory, right: Memory, is_newer: bool) -> None:
    """Rules 1 and 2: never a clock; of two that do not know each other neither is newer."""
    assert left.is_newer_than(right) is is_newer


def test_a_file_and_an_attribute_that_do_not_know_each_other_refuse() -> None:
    """A fork: nothing goes on until a person runs takeover, which names the action."""
    node = node_of("Full Duplex", "Full Duplex")
    node.files[FILE] = render(replace(HERE, token="x5"))
    node.ha[ATTRIBUTE] = "live," + THERE.text()
    assert not online(node)
    assert "the memory contradicts itself" in node.logged(1103)[0]
    assert "takeover" in node.logged(1103)[0]


@pytest.mark.parametrize(
    ("state", "opinion", "is_online"),
    [
        ("Full Duplex", "FOLLOWS", True),
        ("Suspended/Host Source", "FOLLOWS", True),
        ("Full Duplex", "SOURCE", False),
        ("Suspended/Host Source", "AHEAD", False),
        (TARGET, "SOURCE", True),
        (TARGET, "AHEAD", False),
        (TARGET, "OTHER", False),
    ],
)
def test_a_fork_is_history_where_both_arrays_agree(state: str, opinion: str, is_online: bool) -> None:
    """Nothing is to be chosen between where one array holds all; the next record names both of those that forked."""
    node = node_of(state, state)
    node.ha.update(FAR_IN_SYNC)
    node.ha["hares -action ora_mmir opinion -sys hosta -clus site_a"] = f"opinion={opinion} tracks=0 copying=1 live=1"
    theirs = replace(HERE, token="x7", generation=7, ancestors=("x6",))
    node.ha[ATTRIBUTE] = "conflict," + THERE.text() + "/" + theirs.text()
    assert online(node) is is_online
    if is_online:
        known = parse_memory(node.ha[ATTRIBUTE].removeprefix("live,"))
        assert known.is_newer_than(THERE)
        assert known.is_newer_than(theirs)
    else:
        assert "the memory contradicts itself" in node.logged(1103)[0]
        assert "the far array" in node.logged(1103)[0]


@pytest.mark.parametrize(("tracks", "is_told"), [(8192, True), (0, False)])
def test_a_takeover_tells_what_a_lost_array_has_not_copied_here(tracks: int, is_told: bool) -> None:
    """The consoles of an array without power may answer, and know what will be missing."""
    node = node_of(TARGET, TARGET)
    node.ha.update(FAR_IN_SYNC)
    node.ha["hares -action ora_mmir opinion -sys hosta -clus site_a"] = f"opinion=DEAD tracks={tracks} copying=0 live=1"
    assert online(node)
    assert ("these writes will be missing" in node.logged(1101)[0]) is is_told


@pytest.mark.parametrize(("opinion", "is_told"), [("AHEAD", True), ("SOURCE", False)])
def test_a_failback_tells_what_it_overwrites(opinion: str, is_told: bool) -> None:
    """After a takeover that gave writes up the far side is the only place where they are."""
    node = node_of("Suspended/Host Source", "Suspended/Host Source")
    node.ha.update(FAR_IN_SYNC)
    node.ha["hares -action ora_mmir opinion -sys hosta -clus site_a"] = f"opinion={opinion} tracks=17 copying=0 live=1"
    node.ha[ATTRIBUTE] = "live," + HERE.text()
    code, said = act(node, "failback")
    assert code == 0
    assert ("which this overwrites" in said) is is_told
    assert bool(node.logged(1303)) is is_told


def test_cold_memory_of_the_other_side_refuses_a_source_that_nothing_vouches_for() -> None:
    """Rule 3: the attribute died with the cluster, and this node's file names the other array."""
    node = node_of("Full Duplex", "Full Duplex")
    node.files[FILE] = render(replace(THERE, left_behind=True))
    assert not online(node)
    assert f"the resource was online last on hosta, array {REMOTE}" in node.logged(1103)[0]


def test_volumes_in_no_pair_are_no_data_where_the_resource_ran_elsewhere() -> None:
    """Writable, and nothing says what they hold."""
    node = StandInNode(StandInArray())
    node.ha[ATTRIBUTE] = "live," + THERE.text()
    assert not online(node)
    assert "1260 1261 in no pair here" in node.logged(1103)[0]
    node.ha[ATTRIBUTE] = "live," + HERE.text()
    assert online(node)


def test_an_online_writes_its_memory_before_the_lock() -> None:
    """And nothing comes online where it cannot: an application that nobody remembers is the older evil."""
    node = node_of("Full Duplex", "Full Duplex")
    node.unwritable[FILE] = OSError("read-only")
    assert not online(node)
    assert f"{RESOURCE}.lock" not in node.files


def test_a_memory_that_moves_on_between_look_and_command_holds_the_failover_back() -> None:
    """Licence, rule 2: another system has come online meanwhile."""
    node = node_of(TARGET, TARGET)
    look = node.array.execute

    def others_come_online(line: str) -> str:
        if len(node.array.commands) == 2:
            node.ha[ATTRIBUTE] = "live," + THERE.text()
            node.run_ha = lambda argv, timeout_s: answer(argv, timeout_s) if argv[1] != "-modify" else done  # type: ignore[method-assign]
        return look(line)

    answer, done = node.run_ha, node.run_ha(["hares", "-modify", RESOURCE, "Probe", ""], 1.0)
    node.array.execute = others_come_online  # type: ignore[method-assign]
    assert not online(node)
    assert node.array.changes == []


def test_a_record_is_not_written_over_one_that_it_does_not_follow() -> None:
    """Rule 5: a node that starts publishes a newer file between the look and the announcement; nothing is sent."""
    node = node_of(TARGET, TARGET)
    node.ha[ATTRIBUTE] = "cold:hostc," + replace(THERE, generation=1, token="t1", ancestors=()).text()
    newer = "cold:hosta+hostc," + replace(THERE, generation=9, token="t9", ancestors=("t7", "t8")).text()
    log = node.log

    def published(severity: object, message_id: int, text: str) -> None:
        if message_id == 1101:
            node.ha[ATTRIBUTE] = newer
        log(severity, message_id, text)  # type: ignore[arg-type]

    node.log = published  # type: ignore[method-assign, assignment]
    assert not online(node)
    assert node.array.changes == []
    assert node.ha[ATTRIBUTE] == newer
    assert "hosta wrote t9 since it was read" in node.logged(1605)[0]


def test_systems_that_come_online_at_once_write_records_that_name_each_other() -> None:
    """A parallel group: what follows in the other cluster names the last of them only; no file may contradict it."""
    node = node_of("Full Duplex", "Full Duplex")
    first = replace(HERE, generation=1, token="a1", ancestors=(), system="hosta")
    node.ha[ATTRIBUTE] = "live," + first.text()
    own = replace(first, token="c1", system="hostc")
    written, _ = remembered(node, RESOURCE, Limits(), own)
    assert (written.generation, written.ancestors) == (2, ("a1",))
    assert written.text() in node.files[FILE]
    across = following(node, Recollection(written), image=REMOTE, system="hostx")
    assert across.is_newer_than(first)
    assert not following(node, Recollection(own), image=REMOTE, system="hostx").is_newer_than(first)


def test_a_newer_record_that_is_published_while_others_are_asked_is_heard_and_the_online_goes_on() -> None:
    """No operator has to clear a fault because another host started at the same moment."""
    node = node_of(TARGET, TARGET)
    node.ha[ATTRIBUTE] = "cold:hostc," + replace(THERE, generation=1, token="t1", ancestors=()).text()
    look = node.array.execute

    def published(line: str) -> str:
        if len(node.array.commands) == 2:
            newer = replace(THERE, generation=9, token="t9", ancestors=("t7", "t8"))
            node.ha[ATTRIBUTE] = "cold:hosta+hostc," + newer.text()
        return look(line)

    node.array.execute = published  # type: ignore[method-assign]
    assert online(node)
    assert parse_memory(node.ha[ATTRIBUTE].partition(",")[2]).generation > 9


def test_what_a_person_adopts_is_newer_than_every_record_that_contradicted_another() -> None:
    """On the host whose file was the other one, too: it would contradict for ever."""
    node = node_of(TARGET, TARGET)
    theirs = replace(HERE, token="x7", generation=7, ancestors=("x6",))
    node.ha[ATTRIBUTE] = "conflict," + THERE.text() + "/" + theirs.text()
    node.ha["hares -value ora_mmir Group"] = "oragrp"
    assert not online(node)
    assert act(node, "takeover", "oragrp", "nn", "why")[0] == 0
    adopted = parse_memory(node.ha[ATTRIBUTE].partition(",")[2])
    assert adopted.is_newer_than(THERE)
    assert adopted.is_newer_than(theirs)
    other = node_of("Suspended/Host Source", "Suspended/Host Source")
    other.ha[ATTRIBUTE] = node.ha[ATTRIBUTE]
    other.files[FILE] = render(theirs)
    assert online(other)


def test_a_node_whose_file_contradicts_publishes_both_records() -> None:
    """So that the person who decides can end the contradiction for every host."""
    node = node_of(TARGET)
    node.ha[ATTRIBUTE] = "live," + THERE.text()
    ours = replace(HERE, token="x5")
    node.files[FILE] = render(ours)
    run("open", [RESOURCE], node)
    assert node.ha[ATTRIBUTE] == f"conflict,{THERE.text()}/{ours.text()}"


def test_a_host_that_stood_still_waits_and_asks_which_systems_run() -> None:
    """Licence, rule 4: its engine knows nothing of what happened since, and a system of unknown state fails closed."""
    node = node_of(TARGET, TARGET)
    look = node.array.execute

    def stands_still(line: str) -> str:
        if line.startswith("failoverpprc"):
            node.clock_s += 40
            node.ha["hasys -state"] = "#System Attribute Value\nhostc SysState RUNNING\nhostd SysState UNKNOWN"
        return look(line)

    node.array.execute = stands_still  # type: ignore[method-assign]
    assert not online(node)
    assert node.array.changes == ["failoverpprc"]
    assert "VCS does not know what hostd does" in node.logged(1605)[0]


def test_a_system_that_was_off_when_the_cluster_was_seeded_by_hand_holds_nothing_back() -> None:
    """It is UNKNOWN from first to last; the licence only waits until an engine that ended would have been restarted."""
    node = node_of(TARGET, TARGET)
    node.ha["hasys -state"] = "#System Attribute Value\nhostc SysState RUNNING\nhosta SysState UNKNOWN"
    look = node.array.execute

    def takes_its_time(line: str) -> str:
        node.clock_s += 16 if line.startswith("lspprc") else 0
        return look(line)

    node.array.execute = takes_its_time  # type: ignore[method-assign]
    assert online(node)
    assert node.array.changes[0] == "failoverpprc"
    assert not node.logged(1605)


def test_a_failback_without_an_answer_keeps_the_journal_open_for_clean() -> None:
    """It may still land, so clean is not safe until it cannot."""
    node = node_of(TARGET, TARGET)
    node.ha = dict(FAR_IN_SYNC)
    node.faults[8] = lambda array, line: None
    assert online(node)
    assert "failbackpprc" in node.typed[7]
    assert run("clean", [RESOURCE, "0", *positional("1260", "1261")], node) == 1
    assert "may still be carried out" in node.logged(1201)[0]
    node.clock_s += 931
    assert run("clean", [RESOURCE, "0", *positional("1260", "1261")], node) == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [((), "it needs the group's name again"), (("oragrp",), "needs"), (("othergrp", "smith", "why"), "needs")],
)
def test_takeover_wants_the_group_repeated_and_a_person(arguments: tuple[str, ...], why: str) -> None:
    """A slip of the hand is no decision."""
    node = node_of("Target Suspended/Update Target", "Target Suspended/Update Target")
    node.ha[f"hares -value {RESOURCE} Group"] = "oragrp"
    code, said = act(node, "takeover", *arguments)
    assert code != 0
    assert why in said
    assert node.array.changes == []


def test_takeover_makes_this_side_the_right_one_and_says_who_asked() -> None:
    """A suspended target, which no online takes over: afterwards it is locked, because a person said so."""
    node = node_of("Target Suspended/Update Target", "Target Suspended/Update Target")
    node.ha |= {f"hares -value {RESOURCE} Group": "oragrp", ATTRIBUTE: "live," + THERE.text()}
    assert not online(node)
    code, said = act(node, "takeover", "oragrp", "smith", "site", "lost")
    assert code == 0
    assert "counts as the right one" in said
    assert "smith: site lost" in node.logged(1606)[0]
    memory = parse_memory(node.ha[ATTRIBUTE].partition(",")[2])
    assert (memory.image, memory.is_adopted, memory.left_behind) == (LOCAL, True, True)
    assert online(node)


def test_resume_is_refused_where_the_far_side_is_not_seen_as_the_target() -> None:
    """resumepprc over a side that took over would overwrite it."""
    node = node_of("Suspended/Host Source", "Suspended/Host Source")
    code, said = act(node, "resume")
    assert code != 0
    assert "needs a target there" in said


def test_preswitch_says_no_before_anything_goes_offline() -> None:
    """With the same words as the online that would be refused."""
    node = node_of("Target Suspended/Update Target", TARGET)
    code, said = act(node, "PreSwitch")
    assert code != 0
    assert "the copy to this array was stopped" in said
    assert act(node_of(TARGET, TARGET), "PreSwitch")[0] == 0


def test_the_other_cluster_does_not_wait_for_a_console_that_is_silent() -> None:
    """It gives an action 40 s, shared by the systems that it asks; the second console knows as much."""
    node = node_of(TARGET)
    node.logins["hmc1"] = Heard("", Until.SILENCE, "")
    began_s = node.clock_s
    code, said = act(node, "opinion")
    assert code == 0
    assert "opinion=" in said
    assert node.clock_s - began_s < 15


def test_another_cluster_tells_what_it_remembers_and_hears_it_back() -> None:
    """In a global cluster: a newer record is taken, one that does not follow is refused, and nothing asks the array."""
    node = node_of("Full Duplex", "Full Duplex")
    assert act(node, "opinion", THERE.text()) == (0, "remembered")
    assert act(node, "opinion", "memory") == (0, f"live=1 memory={THERE.text()}")
    later = replace(THERE, token="t6", generation=6, ancestors=("t4", "t5"), image=LOCAL, system="hostd")
    assert act(node, "opinion", later.text())[0] == 0
    code, said = act(node, "opinion", replace(THERE, token="x5").text())
    assert code != 0
    assert "does not follow" in said
    assert act(node, "opinion", "nonsense")[0] != 0
    assert act(node, "opinion", replace(later, token="t7", image="IBM.2107-75FA999").text())[0] != 0
    assert node.typed == []


@pytest.mark.parametrize(
    ("system", "boot"),
    [("hostc", "system-boot-2026-11-29-07:13"), ("hostd", "system-boot-2026-11-28-12:00")],
    ids=["another boot, told by who -b", "another system with the boot id of a clone"],
)
def test_two_onlines_never_have_one_token(system: str, boot: str) -> None:
    """At the same uptime, to the hundredth: one token for two records would make the older one pass for the newer."""
    first, second = node_of(), node_of()
    first.boot, second.boot, second.system = "system-boot-2026-11-28-12:00", boot, system
    tokens = [following(node, Recollection(THERE)).token for node in (first, second)]
    assert tokens[0] != tokens[1]
    record = following(second, Recollection(THERE))
    assert parse_memory(record.text()) == record


@pytest.mark.parametrize(
    ("record", "is_told"),
    [
        (replace(HERE, token="hostc@0b00710d@5.00"), True),
        (replace(THERE, ancestors=("hostc@0b00710d@5.00",)), True),
        (replace(HERE, token="hostc@11111111@5.00"), False),
        (replace(HERE, token="hosta@0b00710d@5.00"), False),
    ],
    ids=["online here", "earlier here", "in another boot", "on another system"],
)
def test_files_that_are_gone_since_this_boot_are_told_of_at_open(record: Memory, is_told: bool) -> None:
    """The engine was started again, and monitor says offline of what may be running: nothing else would tell."""
    node = node_of("Full Duplex", "Full Duplex")
    node.boot = BOOT
    node.ha[ATTRIBUTE] = f"live,{record.text()}"
    run("open", [RESOURCE], node)
    assert bool(node.logged(1008)) is is_told
    # Its file is there again: a second start of the engine has nothing new to tell.
    run("open", [RESOURCE], node)
    assert len(node.logged(1008)) == is_told


def test_files_that_cannot_be_read_are_not_said_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk says nothing, nothing is known."""
    node = node_of("Full Duplex", "Full Duplex")
    node.boot = BOOT

    def fails(name: str) -> bool:
        raise OSError(5, "Input/output error", name)

    monkeypatch.setattr(node, "has_state", fails)
    node.ha[ATTRIBUTE] = f"live,{replace(HERE, token='hostc@0b00710d@5.00').text()}"
    run("open", [RESOURCE], node)
    assert not node.logged(1008)
    assert not node.logged(1900)


LATER = "2,9,hostc@n@1.00,,IBM.2107-75FA120,hosta,online,,,00,,,what-is-new"


@pytest.mark.parametrize("head", ["live,", "cold:hosta,", "conflict,"])
@pytest.mark.parametrize("state", ["Full Duplex", TARGET, "Suspended/Host Source"])
def test_a_record_of_a_newer_release_is_refused_and_never_written_over(head: str, state: str) -> None:
    """Two nodes have different releases for a week: what the older one cannot read may be why it must not go on."""
    node = node_of(state, state)
    node.files[FILE] = before = render(HERE)
    node.ha[ATTRIBUTE] = record = head + LATER
    assert run("open", [RESOURCE, *positional("1260", "1261")], node) == 0
    assert not online(node)
    assert "install that release on this node" in node.logged(1111)[0]
    assert node.array.changes == []
    arguments = [RESOURCE, *positional("1260", "1261")]
    for entry in ("offline", "info"):
        run(entry, arguments, node)
    assert run("clean", [RESOURCE, "2", *positional("1260", "1261")], node) == 0
    for action in ("failback", "resume", "takeover", "PreSwitch"):
        more = ["3", "oragrp", "ops", "why"] if action == "takeover" else ["0"]
        assert run(action, [*arguments, *more], node) == 1, action
    assert (node.ha[ATTRIBUTE], node.files[FILE]) == (record, before)
    assert node.array.changes == []


def test_a_node_that_got_an_older_release_back_does_not_write_over_its_own_memory() -> None:
    """The whole cluster was stopped for that, so only the file is left."""
    node = node_of("Full Duplex", "Full Duplex")
    node.files[FILE] = before = render(HERE).replace("record = 1,", "record = 2,")
    assert not online(node)
    assert f"{FILE} was written by a newer release" in node.logged(1111)[0]
    assert node.files[FILE] == before


def test_another_cluster_of_a_newer_release_is_not_guessed_at() -> None:
    """What it remembers cannot be read: nothing is taken over, and the log says what to install."""
    node = node_of(TARGET, TARGET)
    node.ha.update(FAR_IN_SYNC)
    node.ha["hares -action ora_mmir opinion -sys hosta -clus site_a"] = (
        f"opinion=SOURCE tracks=0 copying=0 live=1 memory={LATER}"
    )
    assert not online(node)
    assert "install that release on this node" in node.logged(1111)[0]
    assert node.array.changes == []


@pytest.mark.parametrize(
    ("record", "opinion", "is_online"),
    [
        (HERE, "AHEAD", False),
        (replace(HERE, left_behind=True), "AHEAD", True),
        (HERE, "FOLLOWS", True),
        (HERE, "SOURCE", True),
    ],
)
def test_memory_from_files_alone_does_not_vouch_against_the_far_array(
    record: Memory, opinion: str, is_online: bool
) -> None:
    """All files may have been set back with their disks: then only the array knows of the takeover in between."""
    node = node_of("Full Duplex", "Full Duplex")
    node.ha.update(FAR_IN_SYNC)
    node.ha["hares -action ora_mmir opinion -sys hosta -clus site_a"] = f"opinion={opinion} tracks=9 copying=0"
    node.ha[ATTRIBUTE] = "cold:hosta+hostc," + replace(record, is_adopted=True).text()
    assert online(node) is is_online
    if not is_online:
        assert "a backup or a snapshot brought back" in node.logged(1103)[0]
        assert "run the action takeover here" in node.logged(1103)[0]


@pytest.mark.parametrize(("is_running", "opinion"), [(True, "AHEAD"), (False, "SILENT"), (True, "SOURCE")])
def test_a_takeover_that_gave_up_writes_is_not_finished_once_the_group_can_run_where_they_are(
    is_running: bool, opinion: str
) -> None:
    """The first online held its lock back as a host at home came back; the next one must not undo that (S2)."""
    node = node_of("Suspended/Host Source", "Suspended/Host Source")
    node.ha.update(FAR_IN_SYNC)
    if not is_running:
        node.ha["haclus -state site_a"] = "FAULTED"
    node.ha["hares -action ora_mmir opinion -sys hosta -clus site_a"] = f"opinion={opinion} tracks=9 copying=0 live=1"
    cut_short = replace(THERE, phase=Phase.FAILING_OVER, towards=LOCAL, by="hostd", left_behind=True)
    node.ha[ATTRIBUTE] = f"live,{cut_short.text()}"
    is_refused = opinion == "AHEAD"
    assert online(node) is not is_refused
    assert node.array.changes == []
    assert [("the group can run there again" in line) for line in node.logged(1103)] == [True] * is_refused
