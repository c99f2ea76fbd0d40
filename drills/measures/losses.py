"""Which acknowledged writes are missing where an application went on: how many, on which copies, from when to when.

What is lost is found by `drills.run.losses` whenever an application opens its volumes; here it gets its copies and
times.
It is looked for once more at the end: two systems that write to two copies of a volume lose writes without anybody
opening anything.

Rule 1: a lost write is counted once, at the moment at which it is first found missing.
Rule 2: writes are told in trains; within a train they are taken as evenly spaced.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable

import mirrordrill.drills.run.losses
from mirrordrill.drills.measures.service import moment
from mirrordrill.drills.measures.values import Loss, LostOnCopy, Moment
from mirrordrill.drills.oracles.ledger import application_of, count_in_slot, numbers_in_slot
from mirrordrill.simulator.array.events import StreamStarted, WritesLanded
from mirrordrill.simulator.kernel.events import Record


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
    """Observes the log; `group_of` says whose volumes an application opened."""

    def __init__(self, group_of: Callable[[StreamStarted], str]) -> None:
        self._group_of = group_of
        self._lost = mirrordrill.drills.run.losses.Losses()
        self._trains: dict[str, Train] = {}
        self._told_us: dict[str, int] = {}
        self._opened: dict[str, StreamStarted] = {}
        """Application -> how it was opened last."""
        self._found: list[Loss] = []
        self._last: Record | None = None

    def see(self, record: Record) -> None:
        """Take one record in."""
        event = record.event
        known = len(self._lost.all)
        self._lost.see(record)
        self._last = record
        if isinstance(event, WritesLanded):
            told_us = self._told_us.get(event.stream, record.time_us)
            if event.acknowledged:
                self._trains.setdefault(event.stream, Train()).add(event.first, event.last, told_us, record.time_us)
            self._told_us[event.stream] = record.time_us
        elif isinstance(event, StreamStarted):
            self._told_us[event.stream] = record.time_us
            self._opened[application_of(event.stream)] = event
            self._found += [self._loss(event, moment(record), lost.writes) for lost in self._lost.all[known:]]

    def result(self) -> tuple[Loss, ...]:
        """Everything lost until now, with what is missing at the end on the copies that were opened last."""
        late = []
        for started in self._opened.values():
            missing = self._lost.missing(started)
            if self._lost.count(missing) and self._last is not None:
                late.append(self._loss(started, moment(self._last), missing))
        return (*self._found, *late)

    def _loss(self, started: StreamStarted, found: Moment, writes: mirrordrill.drills.run.losses.Writes) -> Loss:
        """Lost writes by the copy that lacks them, and when they were acknowledged."""
        copies: dict[str, LostOnCopy] = {}
        slot_count = len(started.volumes)
        for (stream, slot), spans in writes.items():
            ends = numbers_in_slot(spans, slot, slot_count)
            if ends is not None:
                copy = f"{started.array}/{started.volumes[slot]}"
                times_us = (self._trains[stream].acknowledged_us(number) for number in ends)
                lost = LostOnCopy(copy, count_in_slot(spans, slot, slot_count), *times_us)
                copies[copy] = _together(copies[copy], lost) if copy in copies else lost
        ordered = tuple(copies[name] for name in sorted(copies))
        return Loss(self._group_of(started), application_of(started.stream), started.system, found, ordered)


def _together(one: LostOnCopy, other: LostOnCopy) -> LostOnCopy:
    """Losses of several streams on the same copy."""
    span = min(one.from_us, other.from_us), max(one.until_us, other.until_us)
    return LostOnCopy(one.copy, one.writes + other.writes, *span)
