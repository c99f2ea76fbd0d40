"""The time axis of the picture: to scale where something happens, compressed where nothing does.

A drill is a few busy minutes in quiet hours. Stretches between two changes that are longer than a limit become gaps of
one width, whatever their length, and say how long they are; all the rest shares one scale, so that lengths can be
compared. The limit follows from the drill: the longest that leaves no single quiet stretch half of the axis.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

LIMITS_S = (600, 300, 120, 60, 30, 10)
BUSY_MAX_S = 600
GAP_WIDTH = 62.0
GAPS_SHARE = 0.4
"""Gaps never take more than this share of the axis."""
QUIET_SHARE = 0.45
TICK_DISTANCE = 62.0
STEPS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400)


class Piece(NamedTuple):
    """A stretch of time and its place on the axis."""

    from_us: int
    until_us: int
    left: float
    right: float
    is_gap: bool


class Axis:
    """Places moments between `left` and `left + width`."""

    def __init__(self, times_us: Iterable[int], end_us: int, left: float, width: float) -> None:
        times = sorted({0, end_us, *(time for time in times_us if 0 <= time <= end_us)})
        stretches = list(pairwise(times))
        self.limit_us = gap_limit_us(stretches)
        gaps = [stretch for stretch in stretches if stretch[1] - stretch[0] > self.limit_us]
        busy_us = sum(until - since for since, until in stretches) - sum(until - since for since, until in gaps)
        gap_width = min(GAP_WIDTH, GAPS_SHARE * width / len(gaps)) if gaps else 0.0
        if gaps and not busy_us:  # nothing is to scale, and nothing else needs the width
            gap_width = width / len(gaps)
        self.scale = (width - gap_width * len(gaps)) / busy_us if busy_us else 0.0
        """Width of a microsecond outside the gaps."""
        self.pieces: list[Piece] = []
        at = left
        for since, until in stretches:
            is_gap = until - since > self.limit_us
            right = at + (gap_width if is_gap else (until - since) * self.scale)
            last = self.pieces[-1] if self.pieces else None
            if last is not None and not is_gap and not last.is_gap:
                self.pieces[-1] = last._replace(until_us=until, right=right)
            else:
                self.pieces.append(Piece(since, until, at, right, is_gap))
            at = right
        self._starts = [piece.from_us for piece in self.pieces]

    def place(self, time_us: int) -> float:
        """Where a moment is."""
        if not self.pieces:
            return 0.0
        piece = self.pieces[max(0, bisect.bisect_right(self._starts, time_us) - 1)]
        share = (min(time_us, piece.until_us) - piece.from_us) / (piece.until_us - piece.from_us)
        return piece.left + share * (piece.right - piece.left)

    def gaps(self) -> list[Piece]:
        """The compressed stretches."""
        return [piece for piece in self.pieces if piece.is_gap]

    def ticks(self) -> Iterator[tuple[float, int]]:
        """Where times are written, and which: the ends of busy stretches first, then round times between them."""
        taken: list[float] = []
        found: list[tuple[float, int]] = []
        named = [piece for piece in self.pieces if not piece.is_gap] or self.pieces
        wanted = [time for piece in named for time in (piece.from_us, piece.until_us)]
        if self.scale:
            wide = (step for step in STEPS_S if step * 1_000_000 * self.scale >= TICK_DISTANCE)
            step_us = next(wide, STEPS_S[-1]) * 1_000_000
            for piece in self.pieces:
                if not piece.is_gap:
                    wanted += range(piece.from_us - piece.from_us % step_us + step_us, piece.until_us, step_us)
        for time_us in wanted:
            place = self.place(time_us)
            if all(abs(place - other) >= TICK_DISTANCE for other in taken):
                taken.append(place)
                found.append((place, time_us))
        return iter(sorted(found))


def gap_limit_us(stretches: list[tuple[int, int]]) -> int:
    """From which length on a quiet stretch is compressed."""
    lengths_s = [(until - since) / 1e6 for since, until in stretches]
    for limit_s in LIMITS_S:
        busy = [length for length in lengths_s if length <= limit_s]
        if sum(busy) <= BUSY_MAX_S and max(busy, default=0.0) <= max(LIMITS_S[-1], QUIET_SHARE * sum(busy)):
            return limit_s * 1_000_000
    return LIMITS_S[-1] * 1_000_000


def length(duration_us: int) -> str:
    """`29 min`, `2 h 5 min`, `40 s`."""
    seconds = round(duration_us / 1_000_000)
    hours, minutes = divmod(round(seconds / 60), 60)
    if seconds < 120:
        return f"{seconds} s"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
