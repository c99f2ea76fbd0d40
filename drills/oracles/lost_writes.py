"""S2: no acknowledged write is missing on the copy that the application runs on after a takeover.

Judged at the moment an application opens its volumes somewhere: everything it was ever told is safe must be there. What
never opened its volumes again is undecided only if nothing was ever opened: then no claim was made.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.ledger import Ledger, application_of
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.simulator.array.events import StreamStarted
from mirrordrill.simulator.kernel.events import Record


class LostWrites:
    """Counts acknowledged writes that are not where the application continues."""

    name = "S2"
    promise = "no acknowledged write is missing where the application runs"
    sees = "writes and copies as the ledger keeps them; judged when an application opens its volumes"
    undecided_when = "no application ever opened its volumes"

    def __init__(self) -> None:
        self._ledger = Ledger()
        self._applications: dict[str, int] = {}
        self._broken = ""

    def see(self, record: Record) -> None:
        """Keep the ledger, and judge whenever an application starts."""
        event = record.event
        self._ledger.see(event)
        if isinstance(event, StreamStarted):
            application = application_of(event.stream)
            self._applications[application] = self._applications.get(application, 0) + 1
            missing, copies = self._ledger.missing_on(event)
            if copies and not self._broken:
                self._broken = (
                    f"event {record.number}: {application} opened {' '.join(copies)} on {event.system}, "
                    f"where {missing} acknowledged writes are missing"
                )

    def result(self) -> OracleResult:
        """Held with the number of writes it holds for; broken with the first loss."""
        if self._broken:
            return OracleResult(self.name, self.promise, Verdict.BROKEN, self._broken)
        if not self._applications:
            return OracleResult(self.name, self.promise, Verdict.UNDECIDED, "no application ever opened its volumes")
        seen = (
            f"{self._ledger.acknowledged(name):,} writes of {name} acknowledged, 0 missing at {starts} starts"
            for name, starts in self._applications.items()
        )
        return OracleResult(self.name, self.promise, Verdict.HELD, "; ".join(seen))
