"""A ledger of application writes, kept from events alone: what was acknowledged, and which copy holds what.

Writes of a stream are numbered from 0; write k belongs to slot k mod n of the stream's n volumes. A copy is one
volume of one array (`IBM.2107-75FA120/1260`). Spans are half-open and sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from mirrordrill.simulator.array.events import (
    CopyEvent,
    CopyFinished,
    CopyStarted,
    StreamStarted,
    StreamStopped,
    WritesLanded,
)
from mirrordrill.simulator.kernel.events import Event

Spans = tuple[tuple[int, int], ...]


def unite(spans: Spans, low: int, high: int) -> Spans:
    """The spans with one more, merged where they touch."""
    kept: list[tuple[int, int]] = []
    for begin, end in sorted((*spans, (low, high))):
        if kept and begin <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((begin, end))
    return tuple(kept)


def subtract(wanted: Spans, held: Spans) -> Spans:
    """What is wanted and not held."""
    missing: list[tuple[int, int]] = []
    for low, high in wanted:
        at = low
        for begin, end in held:
            if end > at and begin < high:
                if begin > at:
                    missing.append((at, begin))
                at = max(at, end)
        if at < high:
            missing.append((at, high))
    return tuple(missing)


def count_in_slot(spans: Spans, slot: int, slot_count: int) -> int:
    """How many write numbers of the spans belong to the slot."""

    def below(number: int) -> int:
        return max(0, (number - slot + slot_count - 1) // slot_count)

    return sum(below(high) - below(low) for low, high in spans)


def clip(spans: Spans, low: int, high: int) -> Spans:
    """The part of the spans that lies in [low, high)."""
    return tuple((max(begin, low), min(end, high)) for begin, end in spans if end > low and begin < high)


def numbers_in_slot(spans: Spans, slot: int, slot_count: int) -> tuple[int, int] | None:
    """The first and the last write number of the spans that belong to the slot."""
    ends = [
        (begin + (slot - begin) % slot_count, end - 1 - (end - 1 - slot) % slot_count)
        for begin, end in spans
        if count_in_slot(((begin, end),), slot, slot_count)
    ]
    return (ends[0][0], ends[-1][1]) if ends else None


class Gap(NamedTuple):
    """A write that is missing on one copy although a later one is present on another, by the names of stream and
    number."""

    missing: str
    missing_on: str
    present: str
    present_on: str


FOREVER = 1 << 62


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


def application_of(stream: str) -> str:
    """A stream is one application on one system: `ora_db@hosta`."""
    return stream.partition("@")[0]


class Ledger:
    """Acknowledged writes per stream and slot, and what every copy holds of every stream."""

    def __init__(self) -> None:
        self._acknowledged: dict[tuple[str, int], Spans] = {}
        self._slot_counts: dict[str, int] = {}
        self._held: dict[str, dict[str, Spans]] = {}
        self._incomplete: set[str] = set()
        self._slot_of: dict[tuple[str, str], int] = {}
        """(stream, copy) -> the slot that the copy has in the stream."""
        self._turns: dict[str, list[Turn]] = {}
        """Application -> a turn for each time it was started: its life."""
        self._moment = 0
        """Counts starts and stops, so that turns can be compared."""

    def see(self, event: Event) -> None:
        """Take one event in."""
        if isinstance(event, WritesLanded):
            self._landed(event)
        elif isinstance(event, StreamStarted):
            self._moment += 1
            turn = Turn(event.stream, event.first, self._moment, never_seen=self.missing_spans(event))
            self._turns.setdefault(application_of(event.stream), []).append(turn)
            self._know_slots(event.stream, (f"{event.array}/{volume}" for volume in event.volumes), range(FOREVER))
        elif isinstance(event, StreamStopped):
            self._stopped(event.stream)
        elif isinstance(event, CopyStarted) and event.tracks:
            self._incomplete.add(f"{event.target_array}/{event.target_volume}")
        elif isinstance(event, CopyFinished):
            source, target = f"{event.array}/{event.volume}", f"{event.target_array}/{event.target_volume}"
            self._incomplete.discard(target)
            if event.is_equal:
                self._held[target] = dict(self._held.get(source, {}))

    def acknowledged(self, application: str) -> int:
        """How many writes of the application were acknowledged until now."""
        return sum(
            count_in_slot(spans, slot, self._slot_counts[stream])
            for (stream, slot), spans in self._acknowledged.items()
            if application_of(stream) == application
        )

    def missing_on(self, start: StreamStarted) -> tuple[int, tuple[str, ...]]:
        """How many acknowledged writes of the application are not on the copies that it opens now, and on which copies.

        A copy in the middle of being overwritten counts as holding what it held before; that it is named says so.
        """
        missing, where = 0, []
        for (stream, slot), spans in self.missing_spans(start).items():
            copy = f"{start.array}/{start.volumes[slot]}"
            lost = count_in_slot(spans, slot, self._slot_counts[stream])
            missing += lost
            if lost or copy in self._incomplete:
                where.append(copy)
        return missing, tuple(dict.fromkeys(where))

    def missing_spans(self, start: StreamStarted) -> dict[tuple[str, int], Spans]:
        """Per stream and slot the acknowledged writes of the application that are not on the copies of this start."""
        return {
            (stream, slot): subtract(wanted, self._held.get(f"{start.array}/{start.volumes[slot]}", {}).get(stream, ()))
            for (stream, slot), wanted in self._acknowledged.items()
            if application_of(stream) == application_of(start.stream)
        }

    def slot_count(self, stream: str) -> int:
        """Over how many volumes a stream is spread."""
        return self._slot_counts[stream]

    def only_on_target(self, copy: CopyEvent) -> int:
        """How many acknowledged writes the target of a copy holds and its source does not."""
        source, target = f"{copy.array}/{copy.volume}", f"{copy.target_array}/{copy.target_volume}"
        doomed = 0
        for stream, held in self._held.get(target, {}).items():
            slot = self._slot_of.get((stream, source), self._slot_of.get((stream, target)))
            if slot is not None:
                wanted = self._acknowledged.get((stream, slot), ())
                kept = subtract(wanted, subtract(wanted, held))
                lost = subtract(kept, self._held.get(source, {}).get(stream, ()))
                doomed += count_in_slot(lost, slot, self._slot_counts[stream])
        return doomed

    def gap_on(self, start: StreamStarted) -> Gap | None:
        """The first acknowledged write that is missing on the copies opened now, if any later write is there.

        Systems of a parallel application write side by side: of two writes in turns that overlap neither is the later.
        And a turn that began without a write builds on what was there instead: after it, that write is lost (S2), and
        missing from nothing.
        """
        turns = self._turns.get(application_of(start.stream), [])
        spans = list(self._turn_spans(turns))
        present = [(*edge, copy) for span in spans for edge, copy in self._edges(start, *span)]
        gaps: list[tuple[tuple[int, int, str], tuple[int, int, str]]] = []
        for later_at, later, later_copy in present:
            last = turns[later_at]
            for span in spans:
                first, not_needed = turns[span[0]], {} if span[0] == later_at else last.never_seen
                for (at, number), copy in self._edges(start, *span, not_needed=not_needed):
                    if number < later if first.stream == last.stream else first.is_over_before(last):
                        gaps.append(((at, number, copy), (later_at, later, later_copy)))
        if not gaps:
            return None
        (at, number, copy) = min(missing for missing, _ in gaps)
        later_at, later, later_copy = max(there for missing, there in gaps if missing == (at, number, copy))
        return Gap(f"{number} of {turns[at].stream}", copy, f"{later} of {turns[later_at].stream}", later_copy)

    def _stopped(self, stream: str) -> None:
        self._moment += 1
        turns = self._turns.get(application_of(stream), [])
        for at, turn in enumerate(turns):
            if turn.stream == stream and turn.ended == FOREVER:
                turns[at] = turn._replace(ended=self._moment)

    def _turn_spans(self, turns: list[Turn]) -> Iterator[tuple[int, str, int, int]]:
        """Each turn's place in the application's life, its stream, and its write numbers [low, high)."""
        for at, turn in enumerate(turns):
            following = (later.first for later in turns[at + 1 :] if later.stream == turn.stream)
            yield at, turn.stream, turn.first, next(following, FOREVER)

    def _edges(
        self,
        start: StreamStarted,
        at: int,
        stream: str,
        low: int,
        high: int,
        not_needed: Mapping[tuple[str, int], Spans] | None = None,
    ) -> Iterator[tuple[tuple[int, int], str]]:
        """Of each slot the last write of a turn that is there, or the first that is missing and not among those not
        needed: (turn, number) and the copy."""
        slot_count = self._slot_counts.get(stream, 0)
        for slot in range(slot_count):
            copy = f"{start.array}/{start.volumes[slot]}"
            held = self._held.get(copy, {}).get(stream, ())
            spans = held
            if not_needed is not None:
                missing = subtract(self._acknowledged.get((stream, slot), ()), held)
                spans = subtract(missing, not_needed.get((stream, slot), ()))
            numbers = numbers_in_slot(clip(spans, low, high), slot, slot_count)
            if numbers is not None:
                yield (at, numbers[1] if not_needed is None else numbers[0]), copy

    def _know_slots(self, stream: str, copies: Iterable[str], slots: Iterable[int]) -> None:
        self._slot_of.update({(stream, copy): slot for copy, slot in zip(copies, slots, strict=False)})

    def _landed(self, event: WritesLanded) -> None:
        span = (event.first, event.last + 1)
        self._slot_counts[event.stream] = event.slot_count
        if event.acknowledged:
            for slot in event.slots:
                known = self._acknowledged.get((event.stream, slot), ())
                self._acknowledged[event.stream, slot] = unite(known, *span)
        self._hold(event.received_by, event.stream, span)

    def _hold(self, copies: Iterable[str], stream: str, span: tuple[int, int]) -> None:
        for copy in copies:
            held = self._held.setdefault(copy, {})
            held[stream] = unite(held.get(stream, ()), *span)
