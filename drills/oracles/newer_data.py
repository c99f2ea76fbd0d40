"""S5: no failback or resynchronisation over newer acknowledged data.

A copy that begins makes the target what the source is. Acknowledged writes that only the target holds are gone from
that moment, however green the states look afterwards.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.facts import Figure
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import CopyStarted, short_serial
from mirrordrill.simulator.kernel.events import Record


class NewerData:
    """Compares the two ends of every copy that begins."""

    name = "S5"
    promise = "no copy overwrites newer acknowledged data"
    sees = "writes and copies as the ledger keeps them; judged when a copy begins"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._writes = history.writes
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(CopyStarted, self._copy_began)

    def _copy_began(self, record: Record, event: CopyStarted) -> None:
        self._judgement.judged += 1
        doomed = self._writes.only_on_target(event)
        if doomed:
            names = {"source": short_serial(event.array), "target": short_serial(event.target_array)}
            volumes: dict[str, Figure] = {"source_volume": event.volume, "target_volume": event.target_volume}
            self._judgement.broken(record, "newer data overwritten", {**names}, **volumes, writes=doomed)

    def result(self) -> OracleResult:
        """Held for every copy that began."""
        return self._judgement.result("copies began, none over newer data")
