"""What the engine has been told of a resource on one system.

Rule: the engine hears of a change once, and of nothing that it knows already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mirrordrill.simulator.vcs.agents.lifecycle import Finding, confidence
from mirrordrill.simulator.vcs.agents.reports import ResourceReport
from mirrordrill.simulator.vcs.ports import EntryPointOutcome
from mirrordrill.simulator.vcs.states import Flag, ResourceState

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
            self.report = replace(report, answered=False) if report.answered else report
            self._tell(report)

    def flag(self, flag: Flag, without: Flag = Flag.NORMAL) -> None:
        """Raise a flag, and lower others."""
        self.tell(replace(self.report, flags=(self.report.flags | flag) & ~without))

    def rest(self, state: ResourceState, answered: bool) -> None:
        """It has come to rest in a state, which is what the engine had asked for or not."""
        level = self.report.confidence if state is ResourceState.ONLINE else 0
        flags = self.report.flags
        if flags is not Flag.NORMAL:
            flags &= ~SETTLED
        self.tell(replace(self.report, state=state, flags=flags, confidence=level, answered=answered))

    def with_finding(self, finding: Finding, outcome: EntryPointOutcome | None) -> ResourceReport:
        """What is known, with what a monitor adds: doubts and confidence."""
        flags = self.report.flags
        if flags is not Flag.NORMAL:
            flags &= ~DOUBTS
        if finding is Finding.UNKNOWN:
            flags |= Flag.STATE_UNKNOWN
        elif finding is Finding.TIMED_OUT:
            flags |= Flag.MONITOR_TIMEDOUT
        level = self.report.confidence if outcome is None else confidence(outcome.exit_code)
        if flags is self.report.flags and level == self.report.confidence:
            return self.report
        return replace(self.report, flags=flags, confidence=level)

    def forget_fault(self) -> None:
        """The engine itself says that a fault is over."""
        if self.report.state is ResourceState.FAULTED:
            self.report = replace(self.report, state=ResourceState.OFFLINE)
