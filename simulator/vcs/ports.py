"""How the agent framework of a simulated cluster gets an entry point run on a system.

The framework knows timeouts and what to do with results; it does not know what an entry point is made of. A runner
may run the real agent in a greenlet, run a real process, or play a simulated neighbour type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import simpy


class Call(NamedTuple):
    """One invocation of an entry point.

    `entry` is the script's own name: `open`, `online`, `offline`, `monitor`, `clean`, an action's token (`failback`).
    `arguments` are what follows it on its command line (vcs.md 1.2): the resource's name first.
    """

    system: str
    type_name: str
    resource: str
    entry: str
    arguments: tuple[str, ...]


class EntryPointOutcome(NamedTuple):
    """What came back of an entry point that ended by itself."""

    exit_code: int
    output: str


class MonitorDependency:
    """What monitors depend on: as long as it is not disturbed, each of them says what it said before."""

    __slots__ = ("_resting",)

    def __init__(self) -> None:
        self._resting: dict[Callable[[], None], None] = {}

    def rest(self, stirred: Callable[[], None]) -> None:
        """Tell this one when it is disturbed: once."""
        self._resting[stirred] = None

    def rise(self, stirred: Callable[[], None]) -> None:
        """This one does not rest any more; do not tell it."""
        self._resting.pop(stirred, None)

    def disturb(self) -> None:
        """Something has changed: tell all that rest, and let none rest any more."""
        resting, self._resting = self._resting, {}
        for stirred in resting:
            stirred()


class Running(Protocol):
    """An entry point under way."""

    @property
    def done(self) -> simpy.Event:
        """Succeeds with the Outcome; never fires once the entry point has been killed."""

    def kill(self) -> None:
        """SIGKILL to the whole process group: no further line of it runs, `finally` included. Idempotent."""


class EntryPointStarter(Protocol):
    """Starts entry points."""

    def start(self, call: Call) -> Running | EntryPointOutcome:
        """Start it now. What is over before any simulated time has passed may be answered by its outcome alone."""


class AgentRunner(EntryPointStarter, Protocol):
    """Starts entry points, and knows which monitors need not be started."""

    def monitor_dependency(self, call: Call) -> MonitorDependency | None:
        """What the outcome of a monitor depends on; None if that is not known, so that the monitor runs each time."""


class FencedDisks(Protocol):
    """The disks of a fenced cluster: those that decide, and those that are written to."""

    def reaches(self, system: str, place: str) -> bool:
        """Whether a system gets an answer now from a coordinator disk at a place."""

    def eject(self, systems: Sequence[str], by: Sequence[str]) -> None:
        """These lost a race: their keys are taken off the data disks that the winners use."""
