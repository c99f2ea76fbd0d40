"""The writes of a drill: which were acknowledged and when, what each copy holds, and what is missing where.

Rule 1: acknowledgement and content are kept apart. Acknowledged is what an application was told; held is what landed on
a copy, or came there with a copy that ended with equal contents. Neither is concluded from a state that an array shows.
Rule 2: a write is lost once: at the opening at which it is missing for the first time.
Rule 3: numbers, not counts, are compared; two errors that cancel out do not pass.
Rule 4: single writes have no events. Within the record that tells of them they are taken as evenly spaced.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from mirrordrill.drills.history.dispatch import Dispatch
from mirrordrill.drills.history.spans import (
    Spans,
    Writes,
    clip,
    count_in_slot,
    merged,
    numbers_in_slot,
    subtract,
    unite,
)
from mirrordrill.drills.history.state_changes import StateChange
from mirrordrill.drills.history.values import VolumeOn, copy_of
from mirrordrill.simulator.array.events import (
    CopyEvent,
    CopyFinished,
    CopyStarted,
    StreamStarted,
    StreamStopped,
    WriteRefused,
    WritesLanded,
)
from mirrordrill.simulator.kernel.events import Record

FOREVER = 1 << 62


def application_of(stream: str) -> str:
    """A stream is one application on one system: `ora_db@hosta`."""
    return stream.partition("@")[0]


def copies_of(started: StreamStarted) -> tuple[VolumeOn, ...]:
    """The copies that an application opens, in the order of their slots."""
    return tuple(VolumeOn(started.array, volume) for volume in started.volumes)


class Acknowledged:
    """Which writes were acknowledged, by stream and slot, and when."""

    def __init__(self) -> None:
        self.spans: Writes = {}
        self.slot_counts: dict[str, int] = {}
        self.landings: list[StateChange[WritesLanded]] = []
        """What the log told of acknowledged writes, in its order."""
        self._trains: dict[str, list[tuple[int, int, int, int]]] = {}
        """Stream -> first write, last write, from when to when they were acknowledged."""
        self._told_us: dict[str, int] = {}
        """Stream -> until when its writes have been told."""

    def opened(self, record: Record, event: StreamStarted) -> None:
        """The stream begins to write."""
        self._told_us[event.stream] = record.time_us

    def landed(self, record: Record, event: WritesLanded) -> None:
        """Writes reached an array, and were acknowledged or not."""
        stream = event.stream
        self.slot_counts[stream] = event.slot_count
        told_us = self._told_us.get(stream, record.time_us)
        self._told_us[stream] = record.time_us
        if not event.acknowledged:
            return
        for slot in event.slots:
            self.spans[stream, slot] = unite(self.spans.get((stream, slot), ()), event.first, event.last + 1)
        self.landings.append(StateChange(record.number, record.time_us, event))
        train = self._trains.setdefault(stream, [])
        # A stream is told of once for each kind of slot: the widest span counts.
        if not train or event.first > train[-1][0]:
            train.append((event.first, event.last, told_us, record.time_us))

    def of(self, application: str) -> Iterator[tuple[tuple[str, int], Spans]]:
        """The writes of an application, by stream and slot."""
        return (item for item in self.spans.items() if application_of(item[0][0]) == application)

    def between(self, since: int, until: Mapping[str, int], volume: str = "") -> Writes:
        """What was acknowledged since an event, of each application up to an event of its own, and without that.

        Only what went to one volume, where one is named.
        """
        return merged(
            {(event.stream, slot): ((event.first, event.last + 1),)}
            for number, _, event in self.landings
            if since <= number < until.get(application_of(event.stream), 0)
            for slot, written in zip(event.slots, event.volumes, strict=True)
            if volume in ("", written)
        )

    def missed_by(self, array: str) -> int:
        """How many writes were acknowledged elsewhere without reaching any volume of the array."""
        return sum(
            event.last - event.first + 1
            for _, _, event in self.landings
            if not any(copy_of(copy).array == array for copy in event.received_by)
        )

    def when_us(self, stream: str, write: int) -> int:
        """When a write was acknowledged."""
        train = self._trains[stream]
        at = max(0, bisect.bisect_right(train, write, key=lambda each: each[0]) - 1)
        first, last, from_us, until_us = train[at]
        return from_us + (until_us - from_us) * (min(write, last) - first + 1) // (last - first + 1)

    def count(self, writes: Writes) -> int:
        """How many writes these are."""
        return sum(count_in_slot(spans, slot, self.slot_counts[key]) for (key, slot), spans in writes.items())

    def difference(self, some: Writes, others: Writes) -> int:
        """How many writes are among some and not among the others."""
        return self.count({key: subtract(spans, others.get(key, ())) for key, spans in some.items()})


class Contents:
    """What every copy holds of every stream."""

    def __init__(self) -> None:
        self.incomplete: set[VolumeOn] = set()
        """Targets of copies that have not ended: a mixture of old and new tracks."""
        self._held: dict[VolumeOn, dict[str, Spans]] = {}

    def held(self, copy: VolumeOn) -> Mapping[str, Spans]:
        """What the copy holds, by stream. One in the middle of being overwritten holds what it held before."""
        return self._held.get(copy, {})

    def landed(self, event: WritesLanded) -> None:
        """Writes reached copies, acknowledged or not."""
        stream, low, high = event.stream, event.first, event.last + 1
        for name in event.received_by:
            held = self._held.setdefault(copy_of(name), {})
            held[stream] = unite(held.get(stream, ()), low, high)

    def copy_began(self, event: CopyStarted) -> None:
        """A target is overwritten from now on."""
        if event.tracks:
            self.incomplete.add(VolumeOn(event.target_array, event.target_volume))

    def copy_ended(self, event: CopyFinished) -> None:
        """A target received what its source held; whether it is equal to it is said by the contents, not by states."""
        target = VolumeOn(event.target_array, event.target_volume)
        self.incomplete.discard(target)
        if event.is_equal:
            self._held[target] = dict(self.held(VolumeOn(event.array, event.volume)))


class Turn(NamedTuple):
    """An application's writing on one system, from its start to its stop."""

    stream: str
    first: int
    """The number of its first write."""
    began: int
    ended: int = FOREVER
    never_seen: Mapping[tuple[str, int], Spans] = MappingProxyType({})
    """Per stream and slot the acknowledged writes that were not on its copies when it began: it builds on none."""

    def is_over_before(self, other: Turn) -> bool:
        """Whether every write of this turn is older than any of the other."""
        return self.ended < other.began


class Gap(NamedTuple):
    """A write that is missing on one copy although a later one is present on another."""

    missing: int
    missing_of: str
    missing_on: VolumeOn
    present: int
    present_of: str
    present_on: VolumeOn


class Opening(NamedTuple):
    """An application opened its volumes; what was missing on them."""

    number: int
    """Of the event: everything acknowledged before could be missing."""
    time_us: int
    event: StreamStarted
    missing: Writes
    """The acknowledged writes of the application that are not on these copies."""
    lost: Writes
    """Those of them that no opening before had missed."""

    @property
    def application(self) -> str:
        """The application that opened its volumes."""
        return application_of(self.event.stream)


class WriteLedger:
    """All writes of one drill."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.acknowledged = Acknowledged()
        self.contents = Contents()
        self.openings: list[Opening] = []
        """In the order of the log; the last one is that of the event that is being seen, if it is one."""
        self.refusals: dict[str, list[StateChange[WriteRefused]]] = {}
        """Stream -> the writes that an array refused."""
        self._lost: Writes = {}
        self._slot_of: dict[tuple[str, VolumeOn], int] = {}
        """The slot that a copy has in a stream."""
        self._turns: dict[str, list[Turn]] = {}
        """Application -> a turn for each time it was started: its life."""
        self._moment = 0
        """Counts starts and stops, so that turns can be compared."""
        dispatch.on(WritesLanded, self._landed)
        dispatch.on(WriteRefused, self._refused)
        dispatch.on(StreamStarted, self._opened)
        dispatch.on(StreamStopped, self._stopped)
        dispatch.on(CopyStarted, lambda _, event: self.contents.copy_began(event))
        dispatch.on(CopyFinished, lambda _, event: self.contents.copy_ended(event))

    def losses(self) -> list[Opening]:
        """The openings at which writes were missing for the first time."""
        return [opening for opening in self.openings if self.acknowledged.count(opening.lost)]

    def last_openings(self) -> dict[str, int]:
        """The event at which each application has opened its volumes last."""
        return {opening.application: opening.number for opening in self.openings}

    def missing(self, started: StreamStarted) -> Writes:
        """The acknowledged writes of the application that are not on the copies of an opening now."""
        copies = copies_of(started)
        return {
            (stream, slot): subtract(wanted, self.contents.held(copies[slot]).get(stream, ()))
            for (stream, slot), wanted in self.acknowledged.of(application_of(started.stream))
        }

    def newly_missing(self, started: StreamStarted) -> Writes:
        """What is missing on the copies of an opening now, beside what was found missing before."""
        return without(self.missing(started), self._lost)

    def missing_by_copy(self, opening: Opening) -> dict[VolumeOn, int]:
        """How many acknowledged writes were missing on each copy that lacked any, at an opening."""
        copies = copies_of(opening.event)
        found: dict[VolumeOn, int] = {}
        for (stream, slot), spans in opening.missing.items():
            lost = count_in_slot(spans, slot, self.acknowledged.slot_counts[stream])
            if lost:
                found[copies[slot]] = found.get(copies[slot], 0) + lost
        return found

    def acknowledged_by(self, application: str) -> int:
        """How many writes of the application were acknowledged until now."""
        return self.acknowledged.count(dict(self.acknowledged.of(application)))

    def only_on_target(self, copy: CopyEvent) -> int:
        """How many acknowledged writes the target of a copy holds and its source does not."""
        source, target = VolumeOn(copy.array, copy.volume), VolumeOn(copy.target_array, copy.target_volume)
        here, doomed = self.contents.held(source), 0
        for stream, held in self.contents.held(target).items():
            slot = self._slot_of.get((stream, source), self._slot_of.get((stream, target)))
            if slot is not None:
                wanted = self.acknowledged.spans.get((stream, slot), ())
                kept = subtract(wanted, subtract(wanted, held))
                lost = subtract(kept, here.get(stream, ()))
                doomed += count_in_slot(lost, slot, self.acknowledged.slot_counts[stream])
        return doomed

    def gap_on(self, started: StreamStarted) -> Gap | None:
        """The first acknowledged write that is missing on the copies opened now, if any later write is there.

        Systems of a parallel application write side by side: of two writes in turns that overlap neither is the later.
        And a turn that began without a write builds on what was there instead: after it, that write is lost (S2), and
        missing from nothing.
        """
        if not any(self.missing(started).values()):
            return None
        turns = self._turns.get(application_of(started.stream), [])
        spans = list(self._turn_spans(turns))
        present = [(*edge, copy) for span in spans for edge, copy in self._edges(started, *span)]
        gaps: list[tuple[tuple[int, int, VolumeOn], tuple[int, int, VolumeOn]]] = []
        for later_at, later, later_copy in present:
            last = turns[later_at]
            for span in spans:
                first, not_needed = turns[span[0]], {} if span[0] == later_at else last.never_seen
                for (at, number), copy in self._edges(started, *span, not_needed=not_needed):
                    if number < later if first.stream == last.stream else first.is_over_before(last):
                        gaps.append(((at, number, copy), (later_at, later, later_copy)))
        if not gaps:
            return None
        (at, number, copy) = min(missing for missing, _ in gaps)
        later_at, later, later_copy = max(there for missing, there in gaps if missing == (at, number, copy))
        return Gap(number, turns[at].stream, copy, later, turns[later_at].stream, later_copy)

    def _landed(self, record: Record, event: WritesLanded) -> None:
        self.acknowledged.landed(record, event)
        self.contents.landed(event)

    def _refused(self, record: Record, event: WriteRefused) -> None:
        change = StateChange(record.number, record.time_us, event)
        self.refusals.setdefault(event.stream, []).append(change)

    def _opened(self, record: Record, event: StreamStarted) -> None:
        self._moment += 1
        missing = self.missing(event)
        opening = Opening(record.number, record.time_us, event, missing, without(missing, self._lost))
        self.openings.append(opening)
        if self.acknowledged.count(opening.lost):
            self._lost = merged([self._lost, opening.lost])
        turn = Turn(event.stream, event.first, self._moment, never_seen=missing)
        self._turns.setdefault(opening.application, []).append(turn)
        self._slot_of |= {(event.stream, copy): slot for slot, copy in enumerate(copies_of(event))}
        self.acknowledged.opened(record, event)

    def _stopped(self, _: Record, event: StreamStopped) -> None:
        self._moment += 1
        turns = self._turns.get(application_of(event.stream), [])
        for at, turn in enumerate(turns):
            if turn.stream == event.stream and turn.ended == FOREVER:
                turns[at] = turn._replace(ended=self._moment)

    def _turn_spans(self, turns: list[Turn]) -> Iterator[tuple[int, str, int, int]]:
        """Each turn's place in the application's life, its stream, and its write numbers [low, high)."""
        for at, turn in enumerate(turns):
            following = (later.first for later in turns[at + 1 :] if later.stream == turn.stream)
            yield at, turn.stream, turn.first, next(following, FOREVER)

    def _edges(
        self,
        started: StreamStarted,
        at: int,
        stream: str,
        low: int,
        high: int,
        not_needed: Mapping[tuple[str, int], Spans] | None = None,
    ) -> Iterator[tuple[tuple[int, int], VolumeOn]]:
        """Of each slot the last write of a turn that is there, or the first that is missing and not among those not
        needed: (turn, number) and the copy."""
        slot_count, copies = self.acknowledged.slot_counts.get(stream, 0), copies_of(started)
        for slot in range(slot_count):
            held = self.contents.held(copies[slot]).get(stream, ())
            spans = held
            if not_needed is not None:
                missing = subtract(self.acknowledged.spans.get((stream, slot), ()), held)
                spans = subtract(missing, not_needed.get((stream, slot), ()))
            numbers = numbers_in_slot(clip(spans, low, high), slot, slot_count)
            if numbers is not None:
                yield (at, numbers[1] if not_needed is None else numbers[0]), copies[slot]


def without(some: Writes, others: Mapping[tuple[str, int], Spans]) -> Writes:
    """The writes that are not among the others."""
    return {key: subtract(spans, others.get(key, ())) for key, spans in some.items()}


def volumes(copies: Iterable[VolumeOn]) -> tuple[str, ...]:
    """The names of copies, each once."""
    return tuple(dict.fromkeys(map(str, copies)))
