"""A ledger of application writes, kept from events alone: what was acknowledged, and which copy holds what.

Writes of a stream are numbered from 0; write k belongs to slot k mod n of the stream's n volumes. A copy is one
volume of one array (`IBM.2107-75FA120/1260`). Spans are half-open and sorted.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.array.events import CopyFinished, CopyStarted, StreamStarted, WritesLanded
from simulator.events import Event

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

    def see(self, event: Event) -> None:
        """Take one event in."""
        if isinstance(event, WritesLanded):
            self._landed(event)
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
        for (stream, slot), wanted in self._acknowledged.items():
            if application_of(stream) != application_of(start.stream):
                continue
            copy = f"{start.array}/{start.volumes[slot]}"
            held = self._held.get(copy, {}).get(stream, ())
            lost = count_in_slot(subtract(wanted, held), slot, self._slot_counts[stream])
            missing += lost
            if lost or copy in self._incomplete:
                where.append(copy)
        return missing, tuple(dict.fromkeys(where))

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
