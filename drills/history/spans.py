"""Numbers of writes as spans: half-open, sorted, and apart from each other.

Writes of a stream are numbered from 0; write k belongs to slot k mod n of the stream's n volumes.
"""

from __future__ import annotations

from collections.abc import Iterable

Spans = tuple[tuple[int, int], ...]
Writes = dict[tuple[str, int], Spans]
"""Numbers of writes by stream and slot."""


def unite(spans: Spans, low: int, high: int) -> Spans:
    """The spans with one more, merged where they touch."""
    if not spans or low > spans[-1][1]:
        return (*spans, (low, high))
    if low >= spans[-1][0]:
        return (*spans[:-1], (spans[-1][0], max(high, spans[-1][1])))
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


def merged(parts: Iterable[Writes]) -> Writes:
    """All of them together."""
    together: Writes = {}
    for part in parts:
        for key, spans in part.items():
            for low, high in spans:
                together[key] = unite(together.get(key, ()), low, high)
    return together
