"""VCSResLock: of the systems of a parallel group, one at a time changes the pairs."""

from __future__ import annotations

import pytest

from mirrordrill.agent.budget import Budget, Limits
from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.errors import OutOfTime
from mirrordrill.agent.journal import Journal, Step, write_journal
from mirrordrill.agent.ports import HaAnswer
from mirrordrill.agent.reslock import AttributeLock, NoLock, lock_for
from tests.agent.stand_in import ENGINE, Pair, StandInArray, StandInNode, positional

RESOURCE = "ora_mmir"
VALUE = f"hares -value {RESOURCE} VCSResLock"


def node_of(parallel: str, holder: str = "") -> StandInNode:
    node = StandInNode(StandInArray(Pair("1260", "Target Full Duplex")))
    node.ha = {
        **ENGINE,
        f"hares -value {RESOURCE} Group": "oragrp",
        "hagrp -value oragrp Parallel": parallel,
        VALUE: holder,
    }
    return node


def lock_of(node: StandInNode) -> AttributeLock:
    return AttributeLock(node, RESOURCE, Limits())


@pytest.mark.parametrize(("parallel", "expected"), [("0", NoLock), ("1", AttributeLock), ("2", AttributeLock)])
def test_only_parallel_groups_take_the_lock(parallel: str, expected: type) -> None:
    """VCS itself brings a failover group online on one system."""
    assert isinstance(lock_for(node_of(parallel), RESOURCE, Limits()), expected)


def test_an_engine_that_does_not_answer_does_not_stop_a_takeover() -> None:
    """The lock spares commands; it is not what keeps the data safe."""
    node = StandInNode()
    assert isinstance(lock_for(node, RESOURCE, Limits()), NoLock)
    assert len(node.logged(1501)) == 1


def test_an_empty_attribute_is_taken_and_given_back() -> None:
    """The token says whose it is."""
    node = node_of("1")
    lock = lock_of(node)
    assert lock.acquire(Budget(node.uptime_s, 100))
    assert node.ha[VALUE].startswith("hostc@boot-1@")
    lock.release()
    assert node.ha[VALUE] == ""


class Contended(StandInNode):
    """Another system wrote last: its token is what stays."""

    def run_ha(self, argv: list[str], timeout_s: float) -> HaAnswer:
        answer = super().run_ha(argv, timeout_s)
        if argv[1] == "-modify" and argv[4].startswith("hostc"):
            self.ha[VALUE] = "hostd@boot-7@5.00"
        return answer


def test_of_two_who_write_at_once_the_last_one_has_it() -> None:
    """Everybody waits until all have written, then reads; the loser waits for its turn and gives up in time."""
    node = Contended(StandInArray())
    node.ha = {VALUE: "", "hasys -state hostd": "RUNNING"}
    with pytest.raises(OutOfTime):
        lock_of(node).acquire(Budget(node.uptime_s, 60))
    assert node.clock_s - 1000 <= 62
    assert node.ha[VALUE] == "hostd@boot-7@5.00"
    lock_of(node).release()
    assert node.ha[VALUE] == "hostd@boot-7@5.00"


@pytest.mark.parametrize(
    ("holder", "state", "is_stale"),
    [
        ("hostc@boot-0@1.00", "RUNNING", True),
        ("hostd@boot-1@1.00", "EXITED", True),
        ("hostd@boot-1@1.00", "FAULTED", True),
        ("hostd@boot-1@1.00", "RUNNING", False),
        ("hostd@boot-1@1.00", None, False),
        ("not a system", "RUNNING", True),
    ],
)
def test_a_stale_owner_is_passed_over(holder: str, state: str | None, is_stale: bool) -> None:
    """Our own system's token is of a killed entry point; another's only if VCS says that the system does not run."""
    node = node_of("1", holder)
    if state is not None:
        node.ha["hasys -state hostd"] = state
    if is_stale:
        assert lock_of(node).acquire(Budget(node.uptime_s, 30))
    else:
        with pytest.raises(OutOfTime):
            lock_of(node).acquire(Budget(node.uptime_s, 30))


def waits_in_vain(node: StandInNode) -> bool:
    """One online that waits for the lock until its time is over."""
    try:
        lock_of(node).acquire(Budget(node.uptime_s, 30))
    except OutOfTime:
        return True
    return False


@pytest.mark.parametrize(("timeout_s", "waits"), [("300", [True, True, False]), ("900", [True, True, True])])
def test_a_token_that_outlives_online_timeout_is_stale(timeout_s: str, waits: list[bool]) -> None:
    """Its holder was killed and never cleaned; each online counts on from where the one before it first saw it."""
    node = node_of("1", "hostd@boot-1@1.00")
    node.ha |= {"hasys -state hostd": "RUNNING", "hatype -value MetroMirror OnlineTimeout": timeout_s}
    found = []
    for _ in range(3):
        found.append(waits_in_vain(node))
        node.clock_s += 130
    assert found == waits
    assert len(node.logged(1502)) == waits.count(False)


@pytest.mark.parametrize("change", ["token", "boot", "garbled"])
def test_the_age_of_a_token_starts_anew_with_another_token_or_boot(change: str) -> None:
    """Uptimes of two boots cannot be compared, and a lock that changes hands is nobody's forever."""
    node = node_of("1", "hostd@boot-1@1.00")
    node.ha["hasys -state hostd"] = "RUNNING"
    assert waits_in_vain(node)
    node.clock_s += 400
    if change == "token":
        node.ha[VALUE] = "hostd@boot-1@2.00"
    elif change == "boot":
        node.boot = "boot-2"
    else:
        node.files[f"{RESOURCE}.reslock"] = "nonsense"
    assert waits_in_vain(node)
    assert not node.logged(1502)


class Relay(StandInNode):
    """While this system waits, the holder fails the volumes over and gives the lock back."""

    def pause(self, duration_s: float, awaited: str) -> None:
        super().pause(duration_s, awaited)
        if self.ha[VALUE].startswith("hostd"):
            self.array.pairs["1260"].state = "Full Duplex"
            self.ha[VALUE] = ""


def test_whoever_waited_looks_again_and_finds_the_volumes_writable() -> None:
    """Both systems of the surviving site come online; exactly one of them fails the volumes over."""
    node = Relay(StandInArray(Pair("1260", "Target Full Duplex")))
    node.ha = {**node_of("1", "hostd@b@1").ha, "hasys -state hostd": "RUNNING"}
    assert run("online", [RESOURCE, *positional("1260")], node) == 0
    assert run("monitor", [RESOURCE], node) == 110
    assert node.array.changes == []
    assert node.ha[VALUE] == ""


def test_the_lock_is_given_back_even_if_the_takeover_fails() -> None:
    """A refusal is no reason to keep the others waiting."""
    node = node_of("1")
    node.array.refuses["1260"] = "no"
    assert run("online", [RESOURCE, *positional("1260")], node) == 0
    assert run("monitor", [RESOURCE], node) == 100
    assert node.ha[VALUE] == ""


def test_open_gives_back_what_an_online_of_this_system_held() -> None:
    """The agent was started anew: whatever it had running is dead, and others wait for its token."""
    node = node_of("1", "hostc@boot-1@1.00")
    node.files[f"{RESOURCE}.journal"] = "whatever it says"
    assert run("open", [RESOURCE, *positional("1260")], node) == 0
    assert node.ha[VALUE] == ""


def test_open_on_a_node_that_never_changed_pairs_asks_for_the_memory_alone() -> None:
    """VCS opens every resource on every node; an engine that starts has enough to do."""
    node = node_of("1", "hostc@boot-1@1.00")
    assert run("open", [RESOURCE, *positional("1260")], node) == 0
    assert {line.split()[3] for line in node.ha_calls} == {"LastOnline"}


def test_an_online_after_one_that_was_cut_short_gives_its_token_back_even_if_nothing_is_left_to_do() -> None:
    """The failover was carried out, its online killed: the volumes are writable, and the other system still waits."""
    node = node_of("1", "hostc@boot-1@1.00")
    node.array.pairs["1260"] = Pair("1260", "Suspended", "Host Source")
    write_journal(node, Journal(RESOURCE, "hostc", "boot-1", "online", Step.FAILING_OVER, ("1260:1260",), "in sync"))
    assert run("online", [RESOURCE, *positional("1260")], node) == 0
    assert node.ha[VALUE] == ""
    assert run("monitor", [RESOURCE], node) == 110


def test_whoever_waits_says_so_once() -> None:
    """A line every few seconds hides the others."""
    node = node_of("1", "hostd@boot-1@1.00")
    node.ha["hasys -state hostd"] = "RUNNING"
    assert waits_in_vain(node)
    assert len(node.logged(1500)) == 1


def test_clean_gives_back_what_a_killed_online_of_this_system_held() -> None:
    """Nobody else could tell that its holder is dead."""
    node = node_of("1", "hostc@boot-1@1.00")
    assert run("clean", [RESOURCE, "2", *positional("1260")], node) == 0
    assert node.ha[VALUE] == ""
    node.ha[VALUE] = "hostd@boot-1@1.00"
    assert run("clean", [RESOURCE, "2", *positional("1260")], node) == 0
    assert node.ha[VALUE] == "hostd@boot-1@1.00"
