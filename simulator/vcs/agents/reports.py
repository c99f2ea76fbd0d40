"""What passes between an agent and the engine.

Rule: the engine hears of a change once, and of nothing that it knows already (`LastReport`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import simpy

from mirrordrill.simulator.vcs.agents.lifecycle import MonitorFinding, confidence
from mirrordrill.simulator.vcs.ports import EntryPointOutcome
from mirrordrill.simulator.vcs.states import Flag, ResourceState


class ResourceReport(NamedTuple):
    """What an agent tells the engine of a resource on its system.

    A state of None means that nothing has been probed yet; `answered`, that this is what the engine had asked for.
    """

    resource: str
    system: str
    state: ResourceState | None
    flags: Flag = Flag.NORMAL
    confidence: int = 0
    answered: bool = False
    info: tuple[str, str, str] = ("Valid", "", "")
    """ResourceInfo: State, Msg (what `info` printed last) and TS (seconds of the simulation)."""


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """What became of an agent that was started on a system.

    An agent that is back asks what the engine believes of its resources. An agent that has not come in time will not
    report how they are.
    """

    system: str
    type_name: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute of a resource was modified, of which its agent wants to hear (RegList)."""

    attribute: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """An action that was asked of an agent; `answer` gets the Outcome, or None where it was killed."""

    token: str
    arguments: tuple[str, ...]
    answer: simpy.Event


SETTLED = Flag.RESTARTING | Flag.UNABLE_TO_OFFLINE | Flag.ADMIN_WAIT
"""Flags of something that is over when a resource has come to rest."""
DOUBTS = Flag.STATE_UNKNOWN | Flag.MONITOR_TIMEDOUT
"""Flags that a monitor raises and the next one lowers."""


class LastReport:
    """The last report on a resource; `tell` is where the engine listens."""

    __slots__ = ("_tell", "report")

    def __init__(self, report: ResourceReport, tell: Callable[[ResourceReport], None]) -> None:
        self.report = report
        self._tell = tell

    @property
    def flags(self) -> Flag:
        """The flags that the engine knows of."""
        return self.report.flags

    def tell(self, report: ResourceReport) -> None:
        """Tell the engine, unless it is nothing new."""
        if report != self.report:
            self.report = report._replace(answered=False) if report.answered else report
            self._tell(report)

    def flag(self, flag: Flag, without: Flag = Flag.NORMAL) -> None:
        """Raise a flag, and lower others."""
        self.tell(self.report._replace(flags=(self.report.flags | flag) & ~without))

    def rest(self, state: ResourceState, *, answered: bool) -> None:
        """It has come to rest in a state, which is what the engine had asked for or not."""
        level = self.report.confidence if state is ResourceState.ONLINE else 0
        flags = self.report.flags
        if flags is not Flag.NORMAL:
            flags &= ~SETTLED
        self.tell(self.report._replace(state=state, flags=flags, confidence=level, answered=answered))

    def with_finding(self, finding: MonitorFinding, outcome: EntryPointOutcome | None) -> ResourceReport:
        """What is known, with what a monitor adds: doubts and confidence."""
        flags = self.report.flags
        if flags is not Flag.NORMAL:
            flags &= ~DOUBTS
        if finding is MonitorFinding.UNKNOWN:
            flags |= Flag.STATE_UNKNOWN
        elif finding is MonitorFinding.TIMED_OUT:
            flags |= Flag.MONITOR_TIMEDOUT
        level = self.report.confidence if outcome is None else confidence(outcome.exit_code)
        if flags is self.report.flags and level == self.report.confidence:
            return self.report
        return self.report._replace(flags=flags, confidence=level)

    def with_info(self, outcome: EntryPointOutcome | None, moment: str) -> None:
        """What `info` printed; what it printed before is stale where it failed (plausible)."""
        if outcome is None or outcome.exit_code != 0:
            self.tell(self.report._replace(info=("Stale", *self.report.info[1:])))
        else:
            self.tell(self.report._replace(info=("Valid", outcome.output.strip(), moment)))

    def forget_fault(self) -> None:
        """The engine itself says that a fault is over."""
        if self.report.state is ResourceState.FAULTED:
            self.report = self.report._replace(state=ResourceState.OFFLINE)
