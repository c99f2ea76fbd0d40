"""S3: write order holds at a target that is taken over.

An application may have its later write without its earlier one nowhere, on none of its volumes: a database whose log is
older than its data is beyond repair. Losing the last writes breaks S2, not this rule; losing some in the middle breaks
both. An application that was started without the last writes of its former life goes on from there: what it writes then
is later and does not need them. Judged when an application opens its volumes, over all of them together.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.ledger import Ledger, application_of
from mirrordrill.drills.oracles.scene import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import StreamStarted
from mirrordrill.simulator.kernel.events import Record


class WriteOrder:
    """Looks for a write that is there although an earlier one is not."""

    name = "S3"
    promise = "write order holds where a target was taken over, across all volumes"
    sees = "writes and copies as the ledger keeps them; judged when an application opens its volumes"
    undecided_when = "never"

    def __init__(self) -> None:
        self._ledger = Ledger()
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Keep the ledger, and judge whenever an application starts."""
        event = record.event
        self._ledger.see(event)
        if isinstance(event, StreamStarted):
            self._judgement.judged += 1
            gap = self._ledger.gap_on(event)
            if gap is not None:
                self._judgement.broken(
                    record,
                    f"{application_of(event.stream)} opened its volumes on {event.system}: write {gap.missing} is not "
                    f"on {gap.missing_on}, but the later write {gap.present} is on {gap.present_on}",
                )

    def result(self) -> OracleResult:
        """Held for every start."""
        return self._judgement.result("starts of an application on copies in write order")
