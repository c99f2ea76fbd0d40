"""S5: no failback or resynchronisation over newer acknowledged data.

A copy that begins makes the target what the source is. Acknowledged writes that only the target holds are gone from
that moment, however green the states look afterwards.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.ledger import Ledger
from mirrordrill.drills.oracles.scene import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import CopyStarted, short_serial
from mirrordrill.simulator.kernel.events import Record


class NewerData:
    """Compares the two ends of every copy that begins."""

    name = "S5"
    promise = "no copy overwrites newer acknowledged data"
    sees = "writes and copies as the ledger keeps them; judged when a copy begins"
    undecided_when = "never"

    def __init__(self) -> None:
        self._ledger = Ledger()
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Keep the ledger; judge a copy before it changes anything."""
        event = record.event
        if isinstance(event, CopyStarted):
            self._judgement.judged += 1
            doomed = self._ledger.only_on_target(event)
            if doomed:
                source = f"{short_serial(event.array)} {event.volume}"
                target = f"{short_serial(event.target_array)} {event.target_volume}"
                self._judgement.broken(
                    record, f"the copy {source} -> {target} overwrites {doomed:,} acknowledged writes"
                )
        self._ledger.see(event)

    def result(self) -> OracleResult:
        """Held for every copy that began."""
        return self._judgement.result("copies began, none over newer data")
