"""Sets of tracks that cost nothing: how a volume's changed tracks are counted without listing them.

An application touches its volume in a scattered order. The order is one fixed permutation per volume size: the track
with *ordinal* o is (stride * o + offset) mod size, with a stride coprime to the size. So a long train of writes
covers an interval of ordinals, while a copy runs over an interval of tracks. A `TrackSet` is cut into bands of
tracks, and holds in each band the tracks of some spans of ordinals; how many tracks that are is a floor sum, computed
like a greatest common divisor, in a logarithmic number of steps.

Rule 1: values only. No operation costs more because the sets are large; only because they are ragged.
Rule 2: every count is exact.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

TRACK_BYTES = 65536
"""A fixed-block track, the unit of change recording: 128 blocks of 512 bytes (dscli.md 7)."""

Span = tuple[int, int]
"""Ordinals from the first up to, not including, the second."""

Spans = tuple[Span, ...]
"""Sorted, disjoint and not touching."""


def floor_sum(terms: int, divisor: int, factor: int, addend: int) -> int:
    """Sum of (factor * i + addend) // divisor over i in range(terms); all arguments non-negative."""
    total = 0
    while terms > 0:
        total += (terms - 1) * terms // 2 * (factor // divisor) + terms * (addend // divisor)
        factor, addend = factor % divisor, addend % divisor
        highest = factor * terms + addend
        if highest < divisor:
            break
        terms, addend = divmod(highest, divisor)
        divisor, factor = factor, divisor
    return total


@dataclass(frozen=True, slots=True)
class Layout:
    """The scattered order in which the tracks of a volume of this size are visited."""

    size_tracks: int
    stride: int
    offset: int

    def track(self, ordinal: int) -> int:
        """The track that stands at this place of the order."""
        return (self.stride * ordinal + self.offset) % self.size_tracks

    def count(self, span: Span, low: int, high: int) -> int:
        """How many ordinals of the span stand for tracks in [low, high)."""
        if low == 0 and high == self.size_tracks:
            return span[1] - span[0]
        return self._count_first(span[1], low, high) - self._count_first(span[0], low, high)

    def _count_first(self, ordinals: int, low: int, high: int) -> int:
        """How many of the first ordinals stand for tracks in [low, high)."""
        size, stride, offset = self.size_tracks, self.stride, self.offset
        # x mod size lies in [low, high) where floor((x - low) / size) and floor((x - high) / size) differ.
        return floor_sum(ordinals, size, stride, offset + size - low) - floor_sum(
            ordinals, size, stride, offset + size - high
        )


@functools.cache
def layout_of(size_tracks: int) -> Layout:
    """The one layout of volumes of this size: a stride near the golden section scatters neighbours far apart."""
    stride = max(1, round(size_tracks * 0.618))
    while math.gcd(stride, size_tracks) != 1:
        stride += 1
    return Layout(size_tracks, stride % size_tracks or 1, size_tracks // 3)


def _merge(spans: list[Span]) -> Spans:
    """Sort and join what overlaps or touches."""
    merged: list[Span] = []
    for low, high in sorted(span for span in spans if span[0] < span[1]):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def unite_spans(first: Spans, second: Spans) -> Spans:
    """What is in either."""
    if first == second or not second:
        return first
    return _merge([*first, *second])


def intersect_spans(first: Spans, second: Spans) -> Spans:
    """What is in both."""
    if first == second:
        return first
    return _merge([(max(a, c), min(b, d)) for a, b in first for c, d in second if a < d and c < b])


def subtract_spans(first: Spans, second: Spans) -> Spans:
    """What is in the first only."""
    rest = list(first)
    for low, high in second:
        rest = [part for a, b in rest for part in ((a, min(b, low)), (max(a, high), b)) if part[0] < part[1]]
    return _merge(rest)


def ordinals_of_turns(turns: Span, working_set_tracks: int) -> Spans:
    """The ordinals that a train of writes visits: its numbers modulo the working set."""
    first, end = turns
    if end - first >= working_set_tracks:
        return ((0, working_set_tracks),)
    low, high = first % working_set_tracks, (end - 1) % working_set_tracks + 1
    if end <= first:
        return ()
    return ((low, high),) if low < high else _merge([(low, working_set_tracks), (0, high)])


class Band(NamedTuple):
    """The tracks in [low, high) whose ordinals lie in the spans."""

    low: int
    high: int
    spans: Spans


@dataclass(frozen=True, slots=True)
class TrackSet:
    """An immutable set of tracks of one volume: sorted, disjoint, non-empty bands."""

    size_tracks: int
    bands: tuple[Band, ...] = ()

    @classmethod
    def none(cls, size_tracks: int) -> TrackSet:
        """No track."""
        return _none(size_tracks)

    @classmethod
    def all(cls, size_tracks: int) -> TrackSet:
        """Every track."""
        return _all(size_tracks)

    @classmethod
    def of_turns(cls, size_tracks: int, turns: Span, working_set_tracks: int) -> TrackSet:
        """The tracks that a train of writes visits."""
        spans = ordinals_of_turns(turns, working_set_tracks)
        return cls(size_tracks, (Band(0, size_tracks, spans),) if spans else ())

    def __bool__(self) -> bool:
        """Whether any track may be in it (a band may hold none of its spans' tracks; `count` knows)."""
        return bool(self.bands)

    def __contains__(self, ordinal: int) -> bool:
        """Whether the track at this place of the layout's order is in the set."""
        track = layout_of(self.size_tracks).track(ordinal)
        return any(
            band.low <= track < band.high and any(low <= ordinal < high for low, high in band.spans)
            for band in self.bands
        )

    def __or__(self, other: TrackSet) -> TrackSet:
        return self._combine(other, unite_spans)

    def __and__(self, other: TrackSet) -> TrackSet:
        return self._combine(other, intersect_spans)

    def __sub__(self, other: TrackSet) -> TrackSet:
        return self._combine(other, subtract_spans)

    def complement(self) -> TrackSet:
        """Every other track of the volume."""
        return TrackSet.all(self.size_tracks) - self

    def from_track(self, low: int) -> TrackSet:
        """The tracks of the set at or behind a track number."""
        bands = (Band(max(band.low, low), band.high, band.spans) for band in self.bands if band.high > low)
        return TrackSet(self.size_tracks, tuple(bands))

    def count(self) -> int:
        """How many tracks are in the set."""
        layout = layout_of(self.size_tracks)
        return sum(layout.count(span, band.low, band.high) for band in self.bands for span in band.spans)

    def count_ordinals(self, wanted: Span) -> int:
        """How many tracks of the set have an ordinal in the span."""
        layout = layout_of(self.size_tracks)
        return sum(
            layout.count(span, band.low, band.high)
            for band in self.bands
            for span in intersect_spans(band.spans, (wanted,) if wanted[0] < wanted[1] else ())
        )

    def count_turns(self, turns: Span, working_set_tracks: int) -> int:
        """How many writes of a train (not: how many distinct tracks) go to tracks of the set."""
        first, end = turns
        if first >= end:
            return 0
        if len(self.bands) == 1 and self.bands[0] == (0, self.size_tracks, ((0, self.size_tracks),)):
            return end - first
        return self._count_turns_before(end, working_set_tracks) - self._count_turns_before(first, working_set_tracks)

    def _count_turns_before(self, end: int, working_set_tracks: int) -> int:
        laps, rest = divmod(end, working_set_tracks)
        whole_lap = self.count_ordinals((0, working_set_tracks)) if laps else 0
        return laps * whole_lap + self.count_ordinals((0, rest))

    def first_turn(self, turns: Span, working_set_tracks: int) -> int | None:
        """The first write of a train that goes to a track of the set; None where none does."""
        first, end = turns[0], min(turns[1], turns[0] + working_set_tracks)
        if not self.count_turns((first, end), working_set_tracks):
            return None
        return _least(first, end - 1, lambda turn: self.count_turns((first, turn + 1), working_set_tracks) > 0)

    def last_turn(self, turns: Span, working_set_tracks: int) -> int | None:
        """The last write of a train that goes to a track of the set; None where none does."""
        first, end = max(turns[0], turns[1] - working_set_tracks), turns[1]
        total = self.count_turns((first, end), working_set_tracks)
        if not total:
            return None
        return _least(first, end - 1, lambda turn: self.count_turns((first, turn + 1), working_set_tracks) == total)

    def pointer_after(self, tracks: int) -> int:
        """The least track number that has `tracks` tracks of the set in front of it: how far a copy has come."""
        if tracks <= 0:
            return 0
        layout = layout_of(self.size_tracks)
        missing = tracks
        for band in self.bands:
            inside = sum(layout.count(span, band.low, band.high) for span in band.spans)
            if inside >= missing:
                return _pointer_in(layout, band, missing)
            missing -= inside
        return self.size_tracks

    def _combine(self, other: TrackSet, combine: Callable[[Spans, Spans], Spans]) -> TrackSet:
        """Apply an operation on spans to each range of tracks in which neither set changes."""
        bands: list[Band] = []
        for low, high, first, second in _aligned(self.bands, other.bands, self.size_tracks):
            spans = combine(first, second)
            if not spans:
                continue
            if bands and bands[-1].high == low and bands[-1].spans == spans:
                bands[-1] = Band(bands[-1].low, high, spans)
            else:
                bands.append(Band(low, high, spans))
        return TrackSet(self.size_tracks, tuple(bands))


@functools.cache
def _none(size_tracks: int) -> TrackSet:
    """Shared: a thousand idle volumes need one empty set."""
    return TrackSet(size_tracks)


@functools.cache
def _all(size_tracks: int) -> TrackSet:
    return TrackSet(size_tracks, (Band(0, size_tracks, ((0, size_tracks),)),))


def _aligned(first: tuple[Band, ...], second: tuple[Band, ...], size: int) -> Iterator[tuple[int, int, Spans, Spans]]:
    """Both sets, cut at the borders of either: (low, high, spans of the first, spans of the second)."""
    cuts = sorted({0, size, *(edge for band in (*first, *second) for edge in band[:2])})
    for low, high in itertools.pairwise(cuts):
        yield low, high, _spans_at(first, low), _spans_at(second, low)


def _spans_at(bands: tuple[Band, ...], track: int) -> Spans:
    return next((band.spans for band in bands if band.low <= track < band.high), ())


def _pointer_in(layout: Layout, band: Band, tracks: int) -> int:
    """The least track number with so many tracks of the band in front of it."""
    return _least(
        band.low,
        band.high,
        lambda pointer: sum(layout.count(span, band.low, pointer) for span in band.spans) >= tracks,
    )


def _least(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The least number in [low, high] for which a monotone condition holds; `high` is known to satisfy it."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
