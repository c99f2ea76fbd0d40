"""S3: write order holds at a target that is taken over.

An application may have its later write without its earlier one nowhere, on none of its volumes: a database whose log is
older than its data is beyond repair. Losing the last writes breaks S2, not this rule; losing some in the middle breaks
both. An application that was started without the last writes of its former life goes on from there: what it writes then
is later and does not need them. Judged when an application opens its volumes, over all of them together.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import StreamStarted
from mirrordrill.simulator.kernel.events import Record


class WriteOrder:
    """Looks for a write that is there although an earlier one is not."""

    name = "S3"
    promise = "write order holds where a target was taken over, across all volumes"
    sees = "writes and copies as the ledger keeps them; judged when an application opens its volumes"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._writes = history.writes
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(StreamStarted, self._opened)

    def _opened(self, record: Record, event: StreamStarted) -> None:
        self._judgement.judged += 1
        gap = self._writes.gap_on(event)
        if gap is not None:
            names = {
                "application": self._writes.openings[-1].application,
                "system": event.system,
                "missing_of": gap.missing_of,
                "missing_at": gap.missing_on.array,
                "present_of": gap.present_of,
                "present_at": gap.present_on.array,
            }
            self._judgement.broken(
                record,
                "out of order",
                {**names},
                missing=gap.missing,
                missing_on=str(gap.missing_on),
                present=gap.present,
                present_on=str(gap.present_on),
            )

    def result(self) -> OracleResult:
        """Held for every start."""
        return self._judgement.result("starts of an application on copies in write order")
