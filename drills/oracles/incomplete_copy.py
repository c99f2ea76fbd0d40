"""S4: no takeover of a target whose copy was incomplete.

Until a copy has finished, its target is a mixture of old and new tracks that no application ever wrote. The array does
not refuse to fail it over; a program that automates takeovers has to.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.history.write_ledger import copies_of, volumes
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import PairViewChanged, StreamStarted, short_serial
from mirrordrill.simulator.array.mirror.states import PairCause, View
from mirrordrill.simulator.kernel.events import Record


class IncompleteCopy:
    """Asks which copies are under way, or stopped half way."""

    name = "S4"
    promise = "no target is taken over, and no volume opened, whose copy is incomplete"
    sees = "copies that begin and end; judged at every failover of a target, and when an application opens its volumes"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._writes = history.writes
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(PairViewChanged, self._view_changed)
        history.dispatch.on(StreamStarted, self._opened)

    def _view_changed(self, record: Record, event: PairViewChanged) -> None:
        if event.cause != PairCause.FAILOVER.value:
            return
        self._judgement.judged += 1
        said_so = event.before == View.TARGET_COPY_PENDING.value
        if said_so or VolumeOn(event.array, event.volume) in self._writes.contents.incomplete:
            names = {"array": short_serial(event.array), "state": event.before}
            self._judgement.broken(record, "incomplete copy taken over", {**names}, volume=event.volume)

    def _opened(self, record: Record, event: StreamStarted) -> None:
        opening, incomplete = self._writes.openings[-1], self._writes.contents.incomplete
        copies = volumes(copy for copy in copies_of(event) if copy in incomplete)
        if copies:
            names = {"application": opening.application, "array": event.array, "system": event.system}
            self._judgement.broken(record, "incomplete copy opened", {**names}, copies=copies)

    def result(self) -> OracleResult:
        """Held for every failover of a volume."""
        return self._judgement.result("volumes taken over, each complete")
