"""S4: no takeover of a target whose copy was incomplete.

Until a copy has finished, its target is a mixture of old and new tracks that no application ever wrote. The array does
not refuse to fail it over; whoever automates takeovers has to.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.scene import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import CopyFinished, CopyStarted, PairViewChanged, short_serial
from mirrordrill.simulator.array.mirror.states import PairCause, View
from mirrordrill.simulator.kernel.events import Record


class IncompleteCopy:
    """Remembers which copies are under way, or stopped half way."""

    name = "S4"
    promise = "no target is taken over whose copy was incomplete"
    sees = "copies that begin and end; judged at every failover of a target"
    undecided_when = "never"

    def __init__(self) -> None:
        self._incomplete: set[tuple[str, str]] = set()
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Follow copies; judge failovers."""
        event = record.event
        if isinstance(event, CopyStarted) and event.tracks:
            self._incomplete.add((event.target_array, event.target_volume))
        elif isinstance(event, CopyFinished):
            self._incomplete.discard((event.target_array, event.target_volume))
        elif isinstance(event, PairViewChanged) and event.cause == PairCause.FAILOVER.value:
            self._judge(record, event)

    def _judge(self, record: Record, event: PairViewChanged) -> None:
        self._judgement.judged += 1
        said_so = event.before == View.TARGET_COPY_PENDING.value
        if said_so or (event.array, event.volume) in self._incomplete:
            where = f"{event.volume} of {short_serial(event.array)}"
            self._judgement.broken(record, f"{where} was taken over in {event.before}, its copy incomplete")

    def result(self) -> OracleResult:
        """Held for every failover of a volume."""
        return self._judgement.result("volumes taken over, each complete")
