"""S1: no two systems write two copies of an application's volumes.

Two systems that have the volumes open at once are exposed; writes acknowledged while they are, on a copy that the
other one's array does not receive, are damage. Exposure without damage is a near miss, and breaks the rule all the
same: it was luck.
"""

from __future__ import annotations

from drills.oracles.ledger import application_of
from drills.result import OracleResult, Verdict
from simulator.array.events import StreamStarted, StreamStopped, WritesLanded
from simulator.events import Record


class TwoWriters:
    """Remembers who has which application's volumes open."""

    name = "S1"
    promise = "no two systems write to the volumes"
    sees = "volumes opened and closed by applications, and acknowledged writes"
    undecided_when = "no application ever opened its volumes"

    def __init__(self) -> None:
        self._open: dict[str, dict[str, int]] = {}
        self._applications: set[str] = set()
        self._exposed_us = 0
        self._damaging_writes = 0
        self._first = ""

    def see(self, record: Record) -> None:
        """Follow opens, closes and writes."""
        event = record.event
        if isinstance(event, StreamStarted):
            application = application_of(event.stream)
            self._applications.add(application)
            writers = self._open.setdefault(application, {})
            writers[event.system] = record.time_us
            if len(writers) > 1 and not self._first:
                self._first = f"event {record.number}: {application} is open on {' and '.join(sorted(writers))}"
        elif isinstance(event, StreamStopped):
            self._stopped(application_of(event.stream), event.system, record.time_us)
        elif isinstance(event, WritesLanded) and event.acknowledged and self._is_exposed(event.stream):
            self._damaging_writes += event.last - event.first + 1

    def _is_exposed(self, stream: str) -> bool:
        return len(self._open.get(application_of(stream), {})) > 1

    def _stopped(self, application: str, system: str, time_us: int) -> None:
        writers = self._open.get(application, {})
        began_us = writers.pop(system, time_us)
        if writers:
            self._exposed_us += time_us - max(began_us, *writers.values())

    def result(self) -> OracleResult:
        """Broken with exposed seconds and damaging writes; held for every application that ever ran."""
        if self._first:
            reason = (
                f"{self._first}; exposed {self._exposed_us / 1e6:.1f} s, {self._damaging_writes:,} writes meanwhile"
            )
            return OracleResult(self.name, self.promise, Verdict.BROKEN, reason)
        if not self._applications:
            return OracleResult(self.name, self.promise, Verdict.UNDECIDED, "no application ever opened its volumes")
        ran = ", ".join(sorted(self._applications))
        return OracleResult(self.name, self.promise, Verdict.HELD, f"{ran} never ran on two systems at once")
