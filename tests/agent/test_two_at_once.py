"""Two entry points of one resource on one node at once.

VCS runs one at a time, but an agent that dies leaves its entry point running while the next agent starts others, and a
person types `online` by hand while VCS monitors. Here another entry point runs, from its beginning to its end, before
each port call of an online.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.memory import parse_memory
from mirrordrill.agent.names import attempt_name, lock_name
from mirrordrill.agent.ports import Heard
from tests.agent.stand_in import FAR_IN_SYNC, LOCAL, StandInArray, StandInNode, lost_before, positional, says
from tests.agent.test_online import RESOURCE, TARGET, online, pairs, states

ARGUMENTS = positional("1260", "1261")
ATTRIBUTE = f"hares -value {RESOURCE} LastOnline"


class CrowdedNode(StandInNode):
    """Before its nth port call another entry point runs as a whole, once."""

    def __init__(self, array: StandInArray, at: int, other: Callable[[StandInNode], None]) -> None:
        super().__init__(array)
        if any(state.startswith("Target") for state in states(self)):
            self.ha = dict(FAR_IN_SYNC)
        self.calls = 0
        self._at = at
        self._other = other

    def crowd(self, at: int, other: Callable[[StandInNode], None]) -> None:
        """Before that port call another entry point runs."""
        self._at, self._other = at, other

    def _port(self, name: str, *arguments: object) -> object:
        self.calls += 1
        if self.calls == self._at:
            self._at = -1
            self._other(self)
        return getattr(super(), name)(*arguments)


for _name in ("read_state", "write_state", "remove_state", "start_program", "run_ha", "pause", "boot_id", "log"):
    setattr(CrowdedNode, _name, lambda self, *arguments, _name=_name: self._port(_name, *arguments))


class CrowdedArray(StandInArray):
    """A line that is typed is a port call, too."""

    node: CrowdedNode
    typed_at: list[int]

    def execute(self, line: str) -> str:
        self.node._port("uptime_s")
        if line.startswith("fail"):
            self.typed_at.append(self.node.calls)
        return super().execute(line)


def crowded(at: int, found: Sequence[str], other: Callable[[StandInNode], None]) -> CrowdedNode:
    array = CrowdedArray(*pairs(*found))
    array.typed_at = []
    node = array.node = CrowdedNode(array, at, other)
    return node


def nothing(_node: StandInNode) -> None:
    """Nothing runs beside it."""


def another_online(node: StandInNode) -> None:
    assert run("online", [RESOURCE, *ARGUMENTS], node) == 0


def a_clean(node: StandInNode) -> None:
    run("clean", [RESOURCE, "2", *ARGUMENTS], node)


def an_offline(node: StandInNode) -> None:
    run("offline", [RESOURCE, *ARGUMENTS], node)


def an_open(node: StandInNode) -> None:
    """The agent was started anew: the one that had begun the online died without it."""
    run("open", [RESOURCE, *ARGUMENTS], node)


def lines_of(found: Sequence[str]) -> list[int]:
    """The port calls that type a command which changes pairs."""
    node = crowded(-1, found, nothing)
    assert online(node)
    return node.array.typed_at


def calls_of(found: Sequence[str]) -> int:
    node = crowded(-1, found, nothing)
    another_online(node)
    return node.calls


FOUND = pytest.mark.parametrize("found", [("Full Duplex", "Full Duplex"), (TARGET, TARGET)], ids=["source", "target"])


@FOUND
def test_of_two_onlines_at_once_one_takes_the_lock(found: Sequence[str]) -> None:
    """The set is writable, the memory is of one record, and the copy is reversed once at most."""
    for at in range(1, calls_of(found) + 1):
        node = crowded(at, found, another_online)
        assert online(node), (at, node.logs)
        assert not any(state.startswith("Target") for state in states(node)), at
        assert node.array.changes.count("failbackpprc") <= 1, (at, node.array.changes)
        head, _, record = node.ha[ATTRIBUTE].partition(",")
        assert head == "live", at
        memory = parse_memory(record)
        # An announcement in place of the other's record says less, and nothing wrong: it leads here.
        assert LOCAL in (memory.image, memory.towards), (at, record)


@FOUND
@pytest.mark.parametrize("other", [a_clean, an_offline, an_open])
def test_an_online_that_goes_on_behind_a_clean_an_offline_or_an_open_sends_nothing_and_takes_no_lock(
    found: Sequence[str], other: Callable[[StandInNode], None]
) -> None:
    """What VCS did behind it counts: the group may be online elsewhere by then."""
    gaps = lines_of(found)
    for at in range(1, calls_of(found) + 1):
        seen: list[tuple[bool, int]] = []

        def beside(node: StandInNode, seen: list[tuple[bool, int]] = seen) -> None:
            # An open lets a lock of this boot stay: VCS hears online from its first monitor.
            is_done = other is an_open and lock_name(RESOURCE) in node.files
            began = attempt_name(RESOURCE) in node.files and not is_done
            other(node)
            seen.append((began, len(node.array.changes)))

        node = crowded(at, found, beside)
        is_online = online(node)
        ((began, sent),) = seen
        # Between the last check and the line nothing can be closed (docs/hazards.md).
        if began and at not in gaps:
            assert not is_online, (at, node.logs)
            assert len(node.array.changes) == sent, (at, node.array.changes)


@pytest.mark.parametrize("fault", [None, lost_before, says("CMUN80001E lspprc: it is on strike.\n")])
def test_an_online_by_hand_where_the_resource_runs_leaves_its_lock(
    fault: Callable[[StandInArray, str], Heard | None] | None,
) -> None:
    """Whenever VCS monitors meanwhile it hears online, and so it does behind an array that says nothing."""
    found = ("Full Duplex", "Full Duplex")
    heard: list[int] = []

    def a_monitor(node: StandInNode) -> None:
        heard.append(run("monitor", [RESOURCE], node))

    for at in range(1, calls_of(found) + 1):
        node = crowded(-1, found, nothing)
        assert online(node)
        if fault is not None:
            node.faults = dict.fromkeys(range(len(node.typed) + 1, 1000), fault)
        node.crowd(node.calls + at, a_monitor)
        assert online(node), at
    assert set(heard) == {110}


def test_an_online_by_hand_where_the_resource_runs_says_so() -> None:
    """What a person typed is answered, and nothing is sent."""
    node = crowded(-1, ("Full Duplex", "Full Duplex"), nothing)
    assert online(node)
    record = node.ha[ATTRIBUTE]
    assert online(node)
    assert "the lock of this boot stays" in node.logged(1115)[0]
    assert node.ha[ATTRIBUTE] == record
    assert node.array.changes == []
