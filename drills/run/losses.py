"""Which acknowledged writes a drill has cost, write by write, and since when they were acknowledged.

The rule S2 says that something was lost and how much. A drill that declares a loss must say more: exactly the writes
acknowledged since the links were lost, no fewer and none beside them. So each opening of an application's volumes is
compared with everything that was acknowledged, and what is newly missing is kept with its numbers.

Rule 1: a write is lost once: at the opening at which it is missing for the first time.
Rule 2: numbers, not counts, are compared; two errors that cancel out do not pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mirrordrill.drills.oracles.ledger import Ledger, Spans, application_of, count_in_slot, subtract, unite
from mirrordrill.simulator.array.events import StreamStarted, WritesLanded
from mirrordrill.simulator.kernel.events import Record

Writes = dict[tuple[str, int], Spans]
"""Numbers of writes by stream and slot."""


class Loss(NamedTuple):
    """What turned out to be missing when an application opened its volumes."""

    number: int
    """Of the event: everything acknowledged before could be missing."""
    application: str
    system: str
    writes: Writes


class Losses:
    """Folded from the log."""

    def __init__(self) -> None:
        self.all: list[Loss] = []
        self.opened: dict[str, int] = {}
        """The event at which each application has opened its volumes last."""
        self._ledger = Ledger()
        self._lost: Writes = {}
        self._acknowledged: list[tuple[int, WritesLanded]] = []

    def see(self, record: Record) -> None:
        """Keep the ledger; compare at each opening."""
        event = record.event
        self._ledger.see(event)
        if isinstance(event, WritesLanded) and event.acknowledged:
            self._acknowledged.append((record.number, event))
        elif isinstance(event, StreamStarted):
            self.opened[application_of(event.stream)] = record.number
            new = self.missing(event)
            if self.count(new):
                self.all.append(Loss(record.number, application_of(event.stream), event.system, new))
                self._lost = merged([self._lost, new])

    def missing(self, started: StreamStarted) -> Writes:
        """What is missing on the copies of an opening, beside what was found missing before."""
        missing = self._ledger.missing_spans(started)
        return {key: subtract(spans, self._lost.get(key, ())) for key, spans in missing.items()}

    def count(self, writes: Writes) -> int:
        """How many writes these are."""
        return sum(count_in_slot(spans, slot, self._ledger.slot_count(key)) for (key, slot), spans in writes.items())

    def acknowledged(self, since: int, until: Mapping[str, int], volume: str = "") -> Writes:
        """What was acknowledged since an event, of each application up to an event of its own, and without that.

        Only what went to one volume, where one is named.
        """
        return merged(
            {(event.stream, slot): ((event.first, event.last + 1),)}
            for number, event in self._acknowledged
            if since <= number < until.get(application_of(event.stream), 0)
            for slot, written in zip(event.slots, event.volumes, strict=True)
            if volume in ("", written)
        )

    def difference(self, some: Writes, others: Writes) -> int:
        """How many writes are among some and not among the others."""
        return self.count({key: subtract(spans, others.get(key, ())) for key, spans in some.items()})


def merged(parts: Iterable[Writes]) -> Writes:
    """All of them together."""
    together: Writes = {}
    for part in parts:
        for key, spans in part.items():
            for low, high in spans:
                together[key] = unite(together.get(key, ()), low, high)
    return together
