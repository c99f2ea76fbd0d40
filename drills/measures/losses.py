"""Which acknowledged writes are missing where an application went on: how many, on which copies, from when to when.

The ledger finds what is missing whenever an application opens its volumes; here it gets its group, copies and times.
It is looked for once more at the end: two systems that write to two copies of a volume lose writes without an
opening.
"""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.history import History
from mirrordrill.drills.history.spans import Writes, count_in_slot, numbers_in_slot
from mirrordrill.drills.history.write_ledger import application_of, copies_of
from mirrordrill.drills.measures.service import moment
from mirrordrill.drills.measures.values import Loss, LostOnCopy, Moment
from mirrordrill.simulator.array.events import StreamStarted
from mirrordrill.simulator.kernel.events import Record


class LostWritesMeasure:
    """Asks the ledger; `group_of` says whose volumes an application opened."""

    def __init__(self, history: History, group_of: Callable[[StreamStarted], str]) -> None:
        self._group_of = group_of
        self._ledger = history.writes
        self._dispatch = history.dispatch
        self._opened: dict[str, StreamStarted] = {}
        """Application -> how it was opened last."""
        self._found: list[Loss] = []
        history.dispatch.on(StreamStarted, self._opens)

    def _opens(self, record: Record, event: StreamStarted) -> None:
        self._opened[application_of(event.stream)] = event
        opening = self._ledger.openings[-1]
        if self._ledger.acknowledged.count(opening.lost):
            self._found.append(self._loss(event, moment(record), opening.lost))

    def result(self) -> tuple[Loss, ...]:
        """Everything lost until now, with what is missing at the end on the copies that were opened last."""
        late = []
        last = self._dispatch.last
        for started in self._opened.values():
            missing = self._ledger.newly_missing(started)
            if self._ledger.acknowledged.count(missing) and last is not None:
                late.append(self._loss(started, moment(last), missing))
        return (*self._found, *late)

    def _loss(self, started: StreamStarted, found: Moment, writes: Writes) -> Loss:
        """Lost writes by the copy that lacks them, and when they were acknowledged."""
        copies: dict[str, LostOnCopy] = {}
        slot_count = len(started.volumes)
        for (stream, slot), spans in writes.items():
            ends = numbers_in_slot(spans, slot, slot_count)
            if ends is not None:
                copy = str(copies_of(started)[slot])
                times_us = (self._ledger.acknowledged.when_us(stream, number) for number in ends)
                lost = LostOnCopy(copy, count_in_slot(spans, slot, slot_count), *times_us)
                copies[copy] = _together(copies[copy], lost) if copy in copies else lost
        ordered = tuple(copies[name] for name in sorted(copies))
        return Loss(self._group_of(started), application_of(started.stream), started.system, found, ordered)


def _together(one: LostOnCopy, other: LostOnCopy) -> LostOnCopy:
    """Losses of several streams on the same copy."""
    span = min(one.from_us, other.from_us), max(one.until_us, other.until_us)
    return LostOnCopy(one.copy, one.writes + other.writes, *span)
