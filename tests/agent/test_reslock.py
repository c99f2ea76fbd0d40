"""VCSResLock: of the systems of a parallel group, one at a time changes the pairs."""

from __future__ import annotations

import pytest

from agent.budget import Budget, Limits
from agent.entrypoints import run
from agent.errors import OutOfTime
from agent.ports import HaAnswer
from agent.reslock import AttributeLock, NoLock, lock_for
from tests.agent.stand_in import Pair, StandInArray, StandInNode, positional

RESOURCE = "ora_mmir"
VALUE = f"hares -value {RESOURCE} VCSResLock"


def node_of(parallel: str, holder: str = "") -> StandInNode:
    node = StandInNode(StandInArray(Pair("1260", "Target Full Duplex")))
    node.ha = {f"hares -value {RESOURCE} Group": "oragrp", "hagrp -value oragrp Parallel": parallel, VALUE: holder}
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


def test_clean_gives_back_what_a_killed_online_of_this_system_held() -> None:
    """Nobody else could tell that its holder is dead."""
    node = node_of("1", "hostc@boot-1@1.00")
    assert run("clean", [RESOURCE, "2", *positional("1260")], node) == 0
    assert node.ha[VALUE] == ""
    node.ha[VALUE] = "hostd@boot-1@1.00"
    assert run("clean", [RESOURCE, "2", *positional("1260")], node) == 0
    assert node.ha[VALUE] == "hostd@boot-1@1.00"
