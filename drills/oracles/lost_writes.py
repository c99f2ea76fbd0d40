"""S2: no acknowledged write is missing on the copy that the application runs on after a takeover.

Judged at the moment an application opens its volumes somewhere: everything it was ever told is safe must be there. A
copy that is merely incomplete breaks another rule (S4). What
never opened its volumes again is undecided only if nothing was ever opened: then no claim was made.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import VolumeOn
from mirrordrill.drills.history.write_ledger import application_of, volumes
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.facts import Facts, Figure
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.simulator.array.events import StreamStarted, WritesNotFound
from mirrordrill.simulator.kernel.events import Record


class LostWrites:
    """Counts acknowledged writes that are not where the application continues."""

    name = "S2"
    promise = "no acknowledged write is missing where the application runs"
    sees = "writes and copies as the ledger keeps them, and what an application reads when it opens its volumes"
    undecided_when = "no application ever opened its volumes"

    def __init__(self, history: History) -> None:
        self._writes = history.writes
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(StreamStarted, self._opened)
        history.dispatch.on(WritesNotFound, self._read)

    def _opened(self, record: Record, event: StreamStarted) -> None:
        opening = self._writes.openings[-1]
        found = self._writes.missing_by_copy(opening)
        if found:
            names = {"application": opening.application, "array": event.array, "system": event.system}
            figures: dict[str, Figure] = {"copies": volumes(found), "writes": sum(found.values())}
            self._judgement.broken(record, "writes missing", {**names}, **figures)

    def _read(self, record: Record, event: WritesNotFound) -> None:
        """What a reader does not find is missing, even if every array said that it had landed."""
        copies = tuple(str(VolumeOn(event.array, volume)) for volume in event.volumes)
        application = application_of(event.stream)
        names = {"application": application, "array": event.array, "system": event.system}
        self._judgement.broken(record, "writes not found", {**names}, copies=copies, writes=event.writes)

    def result(self) -> OracleResult:
        """Held with the number of writes it holds for; broken with the first loss."""
        starts: dict[str, int] = {}
        for opening in self._writes.openings:
            starts[opening.application] = starts.get(opening.application, 0) + 1
        if not starts:
            return self._judgement.verdict(Verdict.UNDECIDED, Facts("nothing ran"))
        seen = (
            Facts(
                "nothing missing",
                {"application": name},
                {"writes": self._writes.acknowledged_by(name), "starts": number},
            )
            for name, number in starts.items()
        )
        return self._judgement.verdict(Verdict.HELD, *seen)
