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

from mirrordrill.drills.history import History
from mirrordrill.drills.history.write_ledger import application_of
from mirrordrill.drills.run.facts import Facts
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.simulator.array.content.streams import NO_KEY
from mirrordrill.simulator.array.events import StreamStarted, StreamStopped, WriteRefused, WritesLanded
from mirrordrill.simulator.host.events import VolumesAttached
from mirrordrill.simulator.kernel.events import Record


@dataclass(frozen=True, slots=True)
class OpenCopy:
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

    def __init__(self, history: History) -> None:
        self._shared: dict[str, set[tuple[str, str]]] = {}
        """System -> the copies that parallel groups have there."""
        self._open: dict[str, dict[str, OpenCopy]] = {}
        self._together: dict[str, int] = {}
        """Application -> on how many systems it ran at once, at most."""
        self._exposed_us = 0
        self._damaging_writes = 0
        self._first: tuple[int, str, tuple[str, ...]] | None = None
        """Number of the event, application and systems of the first exposure."""
        self._doubted: tuple[str, str] | None = None
        """(stream, system) of the newcomer of `_first`, until it has written or stopped."""
        on = history.dispatch.on
        on(VolumesAttached, self._attached)
        on(StreamStarted, self._started)
        on(WriteRefused, self._refused)
        on(StreamStopped, self._stream_stopped)
        on(WritesLanded, self._landed)

    def _attached(self, _: Record, event: VolumesAttached) -> None:
        if event.is_parallel:
            copies = self._shared.setdefault(event.host, set())
            copies |= {(event.array, volume) for volume in event.volumes}

    def _stream_stopped(self, record: Record, event: StreamStopped) -> None:
        self._doubted = None if self._doubted == (event.stream, event.system) else self._doubted
        self._stopped(application_of(event.stream), event.system, record.time_us)

    def _landed(self, _: Record, event: WritesLanded) -> None:
        if event.acknowledged and self._is_exposed(application_of(event.stream)):
            self._damaging_writes += event.last - event.first + 1
            self._doubted = None if self._doubted and event.stream == self._doubted[0] else self._doubted

    def _refused(self, _: Record, event: WriteRefused) -> None:
        """A newcomer that is kept out by reservations before it has written anything was never a second writer."""
        if self._doubted == (event.stream, event.system) and event.refused_because == NO_KEY.format(event.system):
            self._first, self._doubted = None, None
            self._open[application_of(event.stream)].pop(event.system, None)

    def _started(self, record: Record, event: StreamStarted) -> None:
        application = application_of(event.stream)
        writers = self._open.setdefault(application, {})
        copies = {(event.array, volume) for volume in event.volumes}
        is_parallel = copies <= self._shared.get(event.system, set())
        writers[event.system] = OpenCopy(event.array, record.time_us, is_parallel)
        is_exposed = self._is_exposed(application)
        self._together[application] = max(1 if is_exposed else len(writers), self._together.get(application, 0))
        if is_exposed and self._first is None:
            self._doubted = event.stream, event.system
            self._first = (record.number, application, tuple(writers))

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
        if self._first is not None:
            event, application, systems = self._first
            figures = {"exposed_s": self._exposed_us / 1e6, "writes": self._damaging_writes}
            facts = Facts("two writers", {"application": application, "systems": systems}, {**figures})
            return OracleResult(self.name, self.promise, Verdict.BROKEN, event, (facts,))
        if not self._together:
            return OracleResult(self.name, self.promise, Verdict.UNDECIDED, None, (Facts("nothing ran"),))
        ran = tuple(self._ran(application, most) for application, most in sorted(self._together.items()))
        return OracleResult(self.name, self.promise, Verdict.HELD, None, ran)

    def _ran(self, application: str, most: int) -> Facts:
        if most > 1:
            return Facts("one array", {"application": application}, {"systems": most})
        return Facts("one writer", {"application": application})
