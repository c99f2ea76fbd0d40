"""S1: no two systems write two copies of an application's volumes.

Two systems that have the volumes open at once are exposed; writes acknowledged while they are, on a copy that the
other one's array does not receive, are damage. Exposure without damage is a near miss, and breaks the rule all the
same: it was luck.

A parallel application is meant to be open on several systems: its volume manager and file system see to it that they
write in turn. For it the rule is about the copies: all of its systems have the volumes of one and the same array open.

It was no luck where the array refused the newcomer's first write because it has no key there: keys are for that.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.drills.oracles.ledger import application_of
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.simulator.array.content.streams import NO_KEY
from mirrordrill.simulator.array.events import StreamStarted, StreamStopped, WriteRefused, WritesLanded
from mirrordrill.simulator.host.events import VolumesAttached
from mirrordrill.simulator.kernel.events import Record


@dataclass(frozen=True, slots=True)
class Writer:
    """A system that has an application's volumes open."""

    array: str
    since_us: int
    is_parallel: bool
    """Whether it stands on volumes that belong to a parallel group."""


class TwoWriters:
    """Remembers who has which application's volumes open."""

    name = "S1"
    promise = "no two systems write to the volumes; of a parallel application, to two copies of them"
    sees = "volumes opened and closed by applications, acknowledged writes, and whose groups are parallel"
    undecided_when = "no application ever opened its volumes"

    def __init__(self) -> None:
        self._shared: dict[str, set[tuple[str, str]]] = {}
        """System -> the copies that parallel groups have there."""
        self._open: dict[str, dict[str, Writer]] = {}
        self._together: dict[str, int] = {}
        """Application -> on how many systems it ran at once, at most."""
        self._exposed_us = 0
        self._damaging_writes = 0
        self._first = ""
        self._doubted: tuple[str, str] | None = None
        """(stream, system) of the newcomer of `_first`, until it has written or stopped."""

    def see(self, record: Record) -> None:
        """Follow opens, closes and writes."""
        event = record.event
        if isinstance(event, VolumesAttached) and event.is_parallel:
            copies = self._shared.setdefault(event.host, set())
            copies |= {(event.array, volume) for volume in event.volumes}
        elif isinstance(event, StreamStarted):
            self._started(record, event)
        elif isinstance(event, WriteRefused):
            self._refused(event)
        elif isinstance(event, StreamStopped):
            self._doubted = None if self._doubted == (event.stream, event.system) else self._doubted
            self._stopped(application_of(event.stream), event.system, record.time_us)
        elif isinstance(event, WritesLanded) and event.acknowledged and self._is_exposed(application_of(event.stream)):
            self._damaging_writes += event.last - event.first + 1
            self._doubted = None if self._doubted and event.stream == self._doubted[0] else self._doubted

    def _refused(self, event: WriteRefused) -> None:
        """A newcomer that is kept out by reservations before it has written anything was never a second writer."""
        if self._doubted == (event.stream, event.system) and event.refused_because == NO_KEY.format(event.system):
            self._first, self._doubted = "", None
            self._open[application_of(event.stream)].pop(event.system, None)

    def _started(self, record: Record, event: StreamStarted) -> None:
        application = application_of(event.stream)
        writers = self._open.setdefault(application, {})
        copies = {(event.array, volume) for volume in event.volumes}
        is_parallel = copies <= self._shared.get(event.system, set())
        writers[event.system] = Writer(event.array, record.time_us, is_parallel)
        is_exposed = self._is_exposed(application)
        self._together[application] = max(1 if is_exposed else len(writers), self._together.get(application, 0))
        if is_exposed and not self._first:
            self._doubted = event.stream, event.system
            self._first = f"event {record.number}: {application} is open on {' and '.join(writers)}"

    def _is_exposed(self, application: str) -> bool:
        writers = self._open.get(application, {}).values()
        shared = all(writer.is_parallel for writer in writers) and len({writer.array for writer in writers}) == 1
        return len(writers) > 1 and not shared

    def _stopped(self, application: str, system: str, time_us: int) -> None:
        writers = self._open.get(application, {})
        was_exposed = self._is_exposed(application)
        gone = writers.pop(system, None)
        if was_exposed and gone is not None:
            self._exposed_us += time_us - max(gone.since_us, *(writer.since_us for writer in writers.values()))

    def result(self) -> OracleResult:
        """Broken with exposed seconds and damaging writes; held for every application that ever ran."""
        if self._first:
            reason = (
                f"{self._first}; exposed {self._exposed_us / 1e6:.1f} s, {self._damaging_writes:,} writes meanwhile"
            )
            return OracleResult(self.name, self.promise, Verdict.BROKEN, reason)
        if not self._together:
            return OracleResult(self.name, self.promise, Verdict.UNDECIDED, "no application ever opened its volumes")
        ran = "; ".join(self._ran(application, most) for application, most in sorted(self._together.items()))
        return OracleResult(self.name, self.promise, Verdict.HELD, ran)

    def _ran(self, application: str, most: int) -> str:
        if most > 1:
            return f"{application}, a parallel application, ran on up to {most} systems, always of one array"
        return f"{application} never ran on two systems at once"
