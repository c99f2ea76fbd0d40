"""online from the first look to the lock, through the real session and parser, against a stand-in array."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.journal import Step, read_journal
from mirrordrill.agent.lock import read_lock
from mirrordrill.agent.online_record import Memory, Phase
from mirrordrill.agent.ports import HaAnswer, Heard, Until
from tests.agent.stand_in import (
    FAR_IN_SYNC,
    LOCAL,
    REMOTE,
    Pair,
    StandInArray,
    StandInNode,
    cut,
    lost_after,
    lost_before,
    named,
    positional,
    says,
)

RESOURCE = "ora_mmir"
TARGET = "Target Full Duplex"


def pairs(*states: str) -> list[Pair]:
    """Pairs 1260, 1261, ...; a state may carry its reason behind a slash."""
    found = []
    for at, state in enumerate(states):
        name, _, reason = state.partition("/")
        found.append(Pair(f"126{at}", name, reason or "-", peer=f"200{at}"))
    return found


def node_of(*states: str, paths_up: bool = True) -> StandInNode:
    node = StandInNode(StandInArray(*pairs(*states), paths_up=paths_up))
    if all(state.startswith("Target") for state in states):
        node.ha = dict(FAR_IN_SYNC)
    return node


def online(node: StandInNode, count: int = 2) -> bool:
    """Run online for the first `count` volumes; whether the monitor says online afterwards."""
    arguments = [RESOURCE, *positional(*[f"126{at}" for at in range(count)])]
    assert run("online", arguments, node) == 0
    assert not node.logged(1900)
    return run("monitor", arguments, node) == 110


def states(node: StandInNode) -> list[str]:
    return [pair.state for pair in node.array.pairs.values()]


@pytest.mark.parametrize(
    "state", ["Full Duplex", "Copy Pending", "Suspended/Internal Conditions Target", "Suspended/Host Source"]
)
def test_writable_volumes_need_the_lock_and_no_command(state: str) -> None:
    """The manual: if the state of all local devices is read-write enabled, the agent creates a lock file."""
    node = node_of(state, "Full Duplex")
    assert online(node)
    assert node.array.changes == []
    assert read_journal(node, RESOURCE) is None
    lock = read_lock(node, RESOURCE)
    assert lock is not None
    assert (lock.system, lock.boot_id, lock.volumes) == ("hostc", "boot-1", ("1260", "1261"))


def test_targets_in_sync_are_failed_over_and_the_copy_reversed() -> None:
    """One failover, one failback for the set; written local:remote; then the lock."""
    node = node_of(TARGET, TARGET)
    assert online(node)
    assert node.array.changes == ["failoverpprc", "failbackpprc"]
    assert node.array.commands[3].endswith(" -type mmir 1260:2000 1261:2001")
    assert states(node) == ["Copy Pending", "Copy Pending"]
    journal = read_journal(node, RESOURCE)
    assert journal is not None
    assert (journal.step, journal.pairs) == (Step.COMPLETE, ("1260:2000", "1261:2001"))


@pytest.mark.parametrize("count", [2, 64, 256])
def test_one_login_and_one_command_of_each_kind_for_any_set(count: int) -> None:
    """256 volumes of one LSS: one failover, one failback, and a look on either side of each."""
    ids = [f"12{at:02X}" for at in range(count)]
    node = StandInNode(StandInArray(*[Pair(each, TARGET) for each in ids]))
    node.ha = dict(FAR_IN_SYNC)
    assert run("online", [RESOURCE, *named(*ids)], node) == 0
    assert run("monitor", [RESOURCE], node) == 110
    names = [line.split()[0] for line in node.typed]
    looks = ["lspprc", "lspprc", "failoverpprc", "lspprc", "lspprcpath", "lspprc", "failbackpprc", "lspprc"]
    assert names == ["setenv", *looks, "quit"]
    assert len(node.started) == 1


def test_without_paths_the_failover_stands_and_the_copy_is_not_reversed() -> None:
    """Disaster test, step 4: the original targets are Suspended, reason Host Source, and the application runs."""
    node = node_of(TARGET, TARGET, paths_up=False)
    assert online(node)
    assert node.array.changes == ["failoverpprc"]
    assert [pair.reason for pair in node.array.pairs.values()] == ["Host Source", "Host Source"]
    assert len(node.logged(1109)) == 1


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (["Target Suspended/Update Target", TARGET], "stopped"),
        ([TARGET, "Full Duplex"], "mixed set"),
        ([TARGET, "Not Remote Copy Pair"], "mixed set"),
        ([TARGET, "Suspended/Internal Conditions Target"], "mixed set"),
        ([TARGET, "Invalid State"], "no state to act on"),
        (["Suspended/Host Source", "Target Copy Pending"], "not complete"),
    ],
)
def test_a_set_that_is_not_safe_is_refused_with_the_reason(found: list[str], why: str) -> None:
    """S4, S11: no command, no lock, one line that says why and what the array said."""
    node = node_of(*found)
    assert not online(node)
    assert node.array.changes == []
    assert why in node.logged(1103)[0]


def test_global_copy_is_refused() -> None:
    """The agent supports Metro Mirror only."""
    node = StandInNode(StandInArray(Pair("1260", TARGET, copy_type="Global Copy"), Pair("1261", TARGET)))
    assert not online(node)
    assert "Metro Mirror only" in node.logged(1103)[0]


def test_a_volume_in_no_pair_is_writable_with_a_warning() -> None:
    """The manual's rule for writable devices, and a line that nobody overlooks."""
    node = StandInNode(StandInArray(Pair("1260", "Full Duplex")))
    assert online(node)
    assert "1261 in no pair" in node.logged(1104)[0]


def test_a_failover_cut_short_is_carried_on_and_not_reversed() -> None:
    """On any system, if the memory knows of it; the far side may have been written since (decide rule 5)."""
    node = node_of("Suspended/Host Source", TARGET)
    cut_short = Memory(3, "hostd@b@1.00", ("t",), REMOTE, "hosta", Phase.FAILING_OVER, LOCAL, "hostd")
    node.ha["hares -value ora_mmir LastOnline"] = "live," + cut_short.text()
    assert online(node)
    assert node.array.changes == ["failoverpprc"]
    assert node.array.commands[3].endswith("-type mmir 1261:2001")
    assert len(node.logged(1110)) == 1


@pytest.mark.parametrize("phase", [None, Phase.ONLINE], ids=["nothing", "another online"])
def test_a_mixed_set_that_nothing_explains_is_refused(phase: Phase | None) -> None:
    """S2, S3: one target was failed over by hand, or the group has run at home since."""
    node = node_of("Suspended/Host Source", TARGET)
    if phase is not None:
        node.ha["hares -value ora_mmir LastOnline"] = "live," + Memory(3, "t3", ("t",), REMOTE, "hosta", phase).text()
    assert not online(node)
    assert node.array.changes == []
    assert "no operation of the agent explains it" in node.logged(1103)[0]


class Copying(StandInArray):
    """The copy to this array becomes complete with the third look, or never."""

    looks = 0
    complete_at = 3

    def _lspprc(self, words: list[str], line: str) -> str:
        self.looks += 1
        if self.looks == self.complete_at:
            for pair in self.pairs.values():
                pair.state = TARGET
        return super()._lspprc(words, line)


def test_a_copy_that_becomes_complete_in_time_is_waited_for() -> None:
    """Target Copy Pending: wait inside the time budget for Full Duplex."""
    node = StandInNode(Copying(*pairs("Target Copy Pending", TARGET)))
    node.ha = dict(FAR_IN_SYNC)
    assert online(node)
    assert node.array.changes == ["failoverpprc", "failbackpprc"]
    assert len(node.logged(1102)) == 1


@pytest.mark.parametrize(
    ("answers", "limit_s"),
    [
        ({}, 300),
        ({"hatype -value MetroMirror OnlineTimeout": "120"}, 120),
        ({"hares -value ora_mmir OnlineTimeout": "900", "hatype -value MetroMirror OnlineTimeout": "120"}, 900),
        ({"hares -value ora_mmir OnlineTimeout": "soon"}, 300),
    ],
)
def test_a_copy_that_is_not_complete_in_time_is_refused_before_the_timeout(
    answers: dict[str, str], limit_s: float
) -> None:
    """S8: the time-out in force is asked of VCS; unanswered, its default holds."""
    node = StandInNode(Copying(*pairs("Target Copy Pending", TARGET)))
    node.array.complete_at = 10_000
    node.ha = dict(answers)
    began_s = node.clock_s
    assert not online(node)
    assert node.array.changes == []
    assert limit_s * 0.7 < node.clock_s - began_s < limit_s
    assert "time for online is over" in node.logged(1103)[0]


def test_no_command_is_started_that_could_not_end_in_time() -> None:
    """Twenty seconds hold a login and a look, but no failover with its own look and all."""
    node = node_of(TARGET, TARGET)
    node.ha = {"hatype -value MetroMirror OnlineTimeout": "12"}
    assert not online(node)
    assert node.array.changes == []
    assert "failoverpprc needs" in node.logged(1111)[0]


# The lines typed on the way: 1 setenv, 2 and 3 lspprc, 4 failoverpprc, 5 lspprc, 6 lspprcpath, 7 lspprc,
# 8 failbackpprc, 9 lspprc.
FAULTS = {"lost before": lost_before, "lost after": lost_after, "cut": cut, "nonsense": says("what?\n")}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("line", range(1, 10))
def test_one_lost_or_broken_answer_anywhere_does_no_harm(line: int, fault: str) -> None:
    """Looks are repeated, a change is looked at again; what comes of it is whole or refused, never guessed."""
    node = node_of(TARGET, TARGET)
    node.faults[line] = FAULTS[fault]
    is_online = online(node)
    writable = all(not state.startswith("Target") for state in states(node))
    assert is_online <= writable
    assert node.array.changes.count("failbackpprc") <= 1
    assert node.clock_s - 1000 < 300
    if fault in ("lost before", "lost after") and line != 8:
        assert is_online
    if not is_online:
        assert node.logged(1111)


def test_an_answer_lost_after_execution_is_recognised_as_done() -> None:
    """The array's pairs tell what the lost answer would have told: failoverpprc is not sent twice."""
    node = node_of(TARGET, TARGET)
    node.faults[4] = lost_after
    assert online(node)
    assert node.array.changes == ["failoverpprc", "failbackpprc"]


def test_a_part_of_the_list_that_fails_leaves_the_set_offline_and_says_why() -> None:
    """The array's own words reach the log; the journal keeps what was begun, and the next online carries it on."""
    node = node_of(TARGET, TARGET)
    node.array.refuses["1261"] = "the volume is busy"
    assert not online(node)
    assert "failbackpprc" not in node.array.changes
    assert "the volume is busy" in node.logged(1107)[0]
    journal = read_journal(node, RESOURCE)
    assert journal is not None
    assert journal.is_interrupted
    node.array.refuses.clear()
    assert online(node)


def test_a_reversal_that_is_refused_does_not_cost_the_online() -> None:
    """An unreachable or unwilling primary never blocks an online whose failover succeeded."""
    node = node_of(TARGET, TARGET)
    node.faults[8] = says("CMUN03123E failbackpprc: 1260:2000: Copy Services operation failure: target reserved\n")
    assert online(node)
    assert "target reserved" in node.logged(1109)[0]


SILENT = Heard("", Until.SILENCE, "")
LOCKED = Heard("CMUC00191E login: Authentication failure.\n", Until.END, "")


def test_the_second_console_is_asked_when_the_first_is_silent() -> None:
    """Each gets its share of the time; the one that fell silent is not asked first again."""
    node = node_of(TARGET, TARGET)
    node.logins["hmc1"] = SILENT
    assert online(node)
    assert [argv[4] for argv in node.started] == ["hmc1", "hmc2"]
    assert len(node.logged(1401)) == 1


@pytest.mark.parametrize("line", range(2, 8))
def test_the_second_console_is_asked_when_the_first_is_gone_in_the_middle_of_a_session(line: int) -> None:
    """The program says so in words: that is no refusal by the array, whatever had been sent."""
    node = node_of(TARGET, TARGET)
    node.faults[line] = says("CMUN00018E lspprc: Unable to connect to the management console server\n")
    assert online(node)
    assert [argv[4] for argv in node.started] == ["hmc1", "hmc2"]
    assert not any(pair.state.startswith("Target") for pair in node.array.pairs.values())


def test_a_release_that_does_not_know_every_setting_is_asked_for_the_ones_that_matter() -> None:
    """Settings were seen with three options (dscli.md 1.2); the others are known less surely."""
    node = node_of("Full Duplex", "Full Duplex")
    node.faults[1] = says("CMUC00005E setenv: -paging: unknown.\n")
    assert online(node)
    assert node.typed[1] == "setenv -banner off -header on -format delim -delim |"


def test_no_console_means_no_guess() -> None:
    """An array that does not answer is never read as anything."""
    node = node_of("Full Duplex", "Full Duplex")
    node.logins = {"hmc1": SILENT, "hmc2": SILENT}
    assert not online(node)
    assert "no management console gave a session" in node.logged(1111)[0]
    assert node.clock_s - 1000 < 300


@pytest.mark.parametrize(
    ("heard", "exit_code"),
    [
        (LOCKED, None),
        (Heard("", Until.END, ""), 5),
        (Heard("\n", Until.PROMPT, "Enter your username"), None),
        (Heard("CMUC00191E whatever\n", Until.PROMPT, "dscli> "), None),
    ],
)
def test_a_refused_account_is_tried_once(heard: Heard, exit_code: int | None) -> None:
    """Five bad logins lock an account: not the other console, not by clean, and nothing is typed at a question."""
    node = node_of(TARGET, TARGET)
    node.logins["hmc1"] = heard
    if exit_code is not None:
        node.exit_codes["hmc1"] = exit_code
    assert not online(node)
    assert len(node.started) == 1
    assert node.typed == []
    node.files[f"{RESOURCE}.journal"] = "garbled"
    assert run("clean", [RESOURCE, "2", *positional("1260")], node) == 1
    assert len(node.started) == 1
    node.logins.clear()
    assert online(node)
    assert run("clean", [RESOURCE, "2", *positional("1260", "1261")], node) == 0


@pytest.mark.parametrize("hmc", ["10.1.1.7", "ds8000c.example.com"])
def test_the_dscli_is_called_as_the_attributes_say(hmc: str) -> None:
    """DSCliHome, HMC1 by name or address, User and PasswdFile; HMC2 is empty."""
    node = node_of("Full Duplex", "Full Duplex")
    scalars = ["/usr/opt/dscli", hmc, "", "mmadm", "/etc/mm.pw", LOCAL, REMOTE]
    assert run("online", [RESOURCE, *scalars, "2", "1260", "1261"], node) == 0
    (argv,) = node.started
    assert argv[0] == "/usr/opt/dscli/dscli"
    assert argv[-6:] == ["-hmc1", hmc, "-user", "mmadm", "-pwfile", "/etc/mm.pw"]
    assert run("monitor", [RESOURCE], node) == 110


def test_the_password_is_never_said() -> None:
    """Only the password file's name is passed, and nothing of it is logged."""
    node = node_of(TARGET, TARGET)
    assert online(node)
    said = "/opt/ibm/dscli/dscli -cfg /state/dscli.profile -hmc1 hmc1 -user admin -pwfile /opt/ibm/dscli/ds_pwfile"
    assert [" ".join(argv) for argv in node.started] == [said]
    assert not any("pwfile" in line for line in node.logs)


def test_a_disk_that_takes_no_profile_is_no_reason_not_to_log_in() -> None:
    """The settings of the session then have to do; offline and clean must work with a full disk."""
    node = node_of("Full Duplex", "Full Duplex")
    node.unwritable["dscli.profile"] = OSError(28, "No space left on device")
    assert online(node)
    assert "-cfg" not in node.started[0]


@pytest.mark.parametrize(("name", "message_id"), [("ora_mmir.journal", 1112), ("ora_mmir.lock", 1111)])
def test_a_full_disk_stops_before_anything_is_sent(name: str, message_id: int) -> None:
    """What cannot be written down first is not done."""
    node = node_of(TARGET, TARGET)
    if name.endswith(".lock"):
        node.files[name] = "boot_id = boot-0"
    node.unwritable[name] = OSError(28, "No space left on device")
    assert not online(node)
    assert node.array.changes == []
    assert "No space left" in node.logged(message_id)[0]


def test_limits_of_the_site_are_honoured_or_ignored_with_a_warning() -> None:
    """The state file `limits` bounds what an unreachable primary may cost; nonsense in it costs nothing."""
    node = node_of(TARGET, TARGET)
    node.files["limits"] = "reversal_s = 1\n"
    assert online(node)
    assert node.array.changes == ["failoverpprc"]
    for text in ("reversal_s = soon", "colour = red", "gibberish", "login_s = -1"):
        node.files["limits"] = text
        node.logs.clear()
        assert online(node)
        assert len(node.logged(1405)) == 1


class Killed(BaseException):
    """SIGKILL, as far as a test in one process can play it."""


class MortalNode(StandInNode):
    """Dies before or after its nth port call; from then on every port is dead, `finally` blocks included."""

    def __init__(self, array: StandInArray, dies_at: int, after: bool) -> None:
        super().__init__(array)
        self.calls = 0
        self.dies_at = dies_at
        self.after = after

    def reincarnate(self) -> None:
        self.dies_at = -1

    def _port(self, name: str, *arguments: object) -> object:
        self.calls += 1
        if 0 <= self.dies_at < self.calls or (self.calls == self.dies_at and not self.after):
            raise Killed
        answer = getattr(super(), name)(*arguments)
        if self.calls == self.dies_at:
            raise Killed
        return answer


for _name in ("read_state", "write_state", "remove_state", "start_program", "run_ha", "pause", "boot_id", "log"):
    setattr(MortalNode, _name, lambda self, *arguments, _name=_name: self._port(_name, *arguments))


class MortalArray(StandInArray):
    """An array that hears nothing more once the node is dead, and may execute only the first part of a command."""

    node: MortalNode

    def execute(self, line: str) -> str:
        self.node.calls += 1
        if 0 <= self.node.dies_at < self.node.calls:
            raise Killed
        if self.node.calls == self.node.dies_at:
            if self.node.after:
                half = line.split()
                super().execute(" ".join(half[:-1] if half[0].startswith("fail") else half))
            raise Killed
        return super().execute(line)


def calls_of_a_whole_run() -> int:
    node = MortalNode(MortalArray(*pairs(TARGET, TARGET)), dies_at=-1, after=False)
    node.array.node = node
    online(node)
    return node.calls


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_port_call_the_next_entry_points_put_it_right(after: bool) -> None:
    """S4 to S10 at every crash point: no lock on a mixed set, clean calls none safe, the next online ends whole."""
    arguments = positional("1260", "1261")
    for dies_at in itertools.count(1):
        if dies_at > calls_of_a_whole_run():
            break
        array = MortalArray(*pairs(TARGET, TARGET))
        node = array.node = MortalNode(array, dies_at, after)
        with pytest.raises(Killed):
            online(node)
        node.reincarnate()
        roles = {state.startswith("Target") for state in states(node)}
        if f"{RESOURCE}.lock" in node.files:
            assert roles == {False}
        sent = len(array.changes)
        for _ in range(2):
            if run("clean", [RESOURCE, "2", *arguments], node) != 0:
                # A command may still be on its way for a quarter of an hour.
                node.clock_s += 1000
            cleaned = run("clean", [RESOURCE, "2", *arguments], node)
            assert cleaned == (0 if len(roles) == 1 else 1)
        assert len(array.changes) == sent
        assert run("monitor", [RESOURCE], node) == 100
        node.system = "hostc" if dies_at % 2 else "hostd"
        assert online(node)
        assert not any(state.startswith("Target") for state in states(node))
        reversals = array.changes.count("failbackpprc")
        assert reversals <= 1


def test_a_lock_left_behind_does_not_survive_an_online_that_fails() -> None:
    """The lock exists only if this very online saw every volume writable."""
    node = node_of("Full Duplex", "Full Duplex")
    assert online(node)
    node.array.pairs["1261"].state = "Target Suspended"
    assert not online(node)


def test_writable_volumes_settle_an_interrupted_journal() -> None:
    """After online has seen the set writable, clean need not ask the array about the old interruption again."""
    node = node_of(TARGET, TARGET)
    node.array.refuses["1260"] = "busy"
    assert not online(node)
    for pair in node.array.pairs.values():
        pair.state, pair.reason = "Full Duplex", "-"
    assert online(node)
    journal = read_journal(node, RESOURCE)
    assert journal is not None
    assert journal.step is Step.SETTLED


def test_a_lock_rests_on_a_look_that_is_not_older_than_seconds() -> None:
    """VCS takes its time to say what is remembered, and the array loses a volume meanwhile."""
    node = node_of("Full Duplex", "Full Duplex")
    ask = node.run_ha

    def slow(argv: Sequence[str], timeout_s: float) -> HaAnswer:
        if "lspprc" in " ".join(node.array.commands):
            node.clock_s += 1.5
            node.array.pairs["1261"].state = "Volume Inaccessible"
        return ask(argv, timeout_s)

    node.run_ha = slow  # type: ignore[method-assign]
    assert not online(node)
    assert "1261: what the array says of them is no state to act on" in node.logged(1103)[0]
