"""Which acknowledged writes are missing where an application went on: how many, on which copies, from when to when.

Looked at whenever an application opens its volumes, and once more at the end: two systems that write to two copies of a
volume lose writes without anybody opening anything.

Rule 1: a lost write is counted once, at the moment at which it is first found missing.
Rule 2: writes are told in trains; within a train they are taken as evenly spaced.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable

from drills.measures.service import moment
from drills.measures.values import Loss, LostOnCopy, Moment
from drills.oracles.ledger import Ledger, Spans, application_of, count_in_slot, numbers_in_slot, subtract, unite
from simulator.array.events import StreamStarted, WritesLanded
from simulator.events import Record


class Train:
    """When the writes of one stream were acknowledged."""

    def __init__(self) -> None:
        self._told: list[tuple[int, int, int, int]] = []
        """First write, last write, from when to when they were acknowledged."""

    def add(self, first: int, last: int, from_us: int, until_us: int) -> None:
        """Writes that one record told of. A stream is told of once for each kind of slot: the widest span counts."""
        if not self._told or first > self._told[-1][0]:
            self._told.append((first, last, from_us, until_us))

    def acknowledged_us(self, write: int) -> int:
        """When a write was acknowledged."""
        at = max(0, bisect.bisect_right(self._told, write, key=lambda each: each[0]) - 1)
        first, last, from_us, until_us = self._told[at]
        return from_us + (until_us - from_us) * (min(write, last) - first + 1) // (last - first + 1)


class Losses:
    """Observes the log with a ledger of its own; `group_of` says whose volumes an application opened."""

    def __init__(self, group_of: Callable[[StreamStarted], str]) -> None:
        self._group_of = group_of
        self._ledger = Ledger()
        self._trains: dict[str, Train] = {}
        self._told_us: dict[str, int] = {}
        self._opened: dict[str, StreamStarted] = {}
        """Application -> how it was opened last."""
        self._known: dict[tuple[str, int], Spans] = {}
        self._found: list[Loss] = []
        self._last: Record | None = None

    def see(self, record: Record) -> tuple[Loss, ...]:
        """Take one record in; what was found missing with it."""
        event = record.event
        self._ledger.see(event)
        self._last = record
        if isinstance(event, WritesLanded):
            told_us = self._told_us.get(event.stream, record.time_us)
            if event.acknowledged:
                self._trains.setdefault(event.stream, Train()).add(event.first, event.last, told_us, record.time_us)
            self._told_us[event.stream] = record.time_us
        elif isinstance(event, StreamStarted):
            self._told_us[event.stream] = record.time_us
            self._opened[application_of(event.stream)] = event
            found = self._missing(event, moment(record), self._known)
            self._found += found
            return found
        return ()

    def result(self) -> tuple[Loss, ...]:
        """Everything lost until now, with what is missing on the copies that are open at the end."""
        known = dict(self._known)
        late = [
            loss
            for started in self._opened.values()
            if self._last is not None
            for loss in self._missing(started, moment(self._last), known)
        ]
        return (*self._found, *late)

    def _missing(self, started: StreamStarted, found: Moment, known: dict[tuple[str, int], Spans]) -> tuple[Loss, ...]:
        """What is missing on the copies of a start beside what was known to be missing; from now on it is known."""
        copies: dict[str, LostOnCopy] = {}
        for (stream, slot), spans in self._ledger.missing_spans(started).items():
            fresh = subtract(spans, known.get((stream, slot), ()))
            ends = numbers_in_slot(fresh, slot, len(started.volumes))
            if ends is None:
                continue
            for span in fresh:
                known[stream, slot] = unite(known.get((stream, slot), ()), *span)
            copy = f"{started.array}/{started.volumes[slot]}"
            train, writes = self._trains[stream], count_in_slot(fresh, slot, len(started.volumes))
            lost = LostOnCopy(copy, writes, *(train.acknowledged_us(number) for number in ends))
            copies[copy] = _together(copies[copy], lost) if copy in copies else lost
        if not copies:
            return ()
        ordered = tuple(copies[name] for name in sorted(copies))
        return (Loss(self._group_of(started), application_of(started.stream), started.system, found, ordered),)


def _together(one: LostOnCopy, other: LostOnCopy) -> LostOnCopy:
    """Losses of several streams on the same copy."""
    span = min(one.from_us, other.from_us), max(one.until_us, other.until_us)
    return LostOnCopy(one.copy, one.writes + other.writes, *span)
