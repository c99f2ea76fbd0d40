"""What is written on a volume, symbolically.

An application is a *stream* of numbered writes which goes round its volumes: write k goes to slot k mod n, as that
slot's turn k div n, and turn j goes to the track with ordinal j mod working set. A *run* is a contiguous train of
turns on one volume. The *history* of a track is the sequence of runs that reached it; a `Content` is a partition of a
volume's tracks into pieces that share one history. Almost every volume is one piece with one run for as long as
nothing goes wrong.

Rule 1: a copied track brings its whole history along: what the source had overwritten counts as arrived.
Rule 2: values only; nothing is listed per write or per track, and nothing is approximated.
Rule 3: a write counts as missing on a copy if its number is not in the history of its track there.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from simulator.array.tracks import Span, Spans, TrackSet, intersect_spans, subtract_spans, unite_spans


@dataclass(frozen=True, slots=True)
class Lane:
    """The writes of one stream that go to one of its slots."""

    stream: str
    slot: int
    slots: int
    working_set_tracks: int

    def turns_before(self, write: int) -> int:
        """How many of the stream's writes with a smaller number go to this slot."""
        return max(0, -((self.slot - write) // self.slots))

    def turns(self, first: int, end: int) -> Span:
        """The turns of this slot among the stream's writes [first, end)."""
        return self.turns_before(first), self.turns_before(end)

    def write(self, turn: int) -> int:
        """The number in the stream of this slot's turn."""
        return turn * self.slots + self.slot


class Run(NamedTuple):
    """A contiguous train of turns of one lane: first up to, not including, end."""

    lane: Lane
    first: int
    end: int

    def touches(self, tracks: TrackSet) -> bool:
        """Whether any of its writes goes to one of the tracks."""
        return tracks.count_turns((self.first, self.end), self.lane.working_set_tracks) > 0

    def tracks(self, size_tracks: int) -> TrackSet:
        """The tracks it visits on a volume of this size."""
        return TrackSet.of_turns(size_tracks, (self.first, self.end), self.lane.working_set_tracks)


History = tuple[Run, ...]
"""The runs that reached a track, oldest first."""


def extend(history: History, run: Run) -> History:
    """The history after one more run; a run that goes on where the last one ended becomes part of it."""
    if history:
        last = history[-1]
        if last.end == run.first and last.lane == run.lane:
            return (*history[:-1], Run(last.lane, last.first, run.end))
    return (*history, run)


def agree(first: History, second: History, tracks: TrackSet) -> bool:
    """Whether two histories mean the same for these tracks: both bring them the same writes in the same order.

    The turns of a lane only ever increase along a history, so what stands in front of the other side's next turn can
    have no counterpart there: it must touch none of the tracks.
    """
    if first == second:
        return True
    left, right = list(reversed(first)), list(reversed(second))
    while left and right:
        mine, theirs = left[-1], right[-1]
        if mine.lane == theirs.lane and mine.first == theirs.first:
            _advance(left, min(mine.end, theirs.end))
            _advance(right, min(mine.end, theirs.end))
        elif mine.lane == theirs.lane:
            behind, limit = (left, theirs.first) if mine.first < theirs.first else (right, mine.first)
            limit = min(limit, behind[-1].end)
            if behind[-1]._replace(end=limit).touches(tracks):
                return False
            _advance(behind, limit)
        elif not mine.touches(tracks):
            left.pop()
        elif not theirs.touches(tracks):
            right.pop()
        else:
            return False
    return not any(run.touches(tracks) for run in (*left, *right))


def _advance(runs: list[Run], turn: int) -> None:
    """Take the turns below a number off the next run, which stands last in the list."""
    if turn >= runs[-1].end:
        runs.pop()
    else:
        runs[-1] = runs[-1]._replace(first=turn)


def turns_held(history: History, lane: Lane) -> Spans:
    """The turns of a lane that are in a history."""
    held: Spans = ()
    for run in history:
        if run.lane == lane:
            held = unite_spans(held, ((run.first, run.end),))
    return held


class Piece(NamedTuple):
    """Tracks that share one history."""

    tracks: TrackSet
    history: History


@dataclass(frozen=True, slots=True)
class Content:
    """What a volume holds: a partition of all its tracks into pieces."""

    pieces: tuple[Piece, ...]

    @classmethod
    def blank(cls, size_tracks: int) -> Content:
        """A volume that nobody has written to."""
        return _blank(size_tracks)

    def written(self, run: Run, missed: TrackSet | None = None) -> Content:
        """The content after a run; writes to the `missed` tracks do not arrive."""
        if run.first >= run.end:
            return self
        if not missed:
            return Content(tuple(Piece(piece.tracks, extend(piece.history, run)) for piece in self.pieces))
        hit = (Piece(piece.tracks - missed, extend(piece.history, run)) for piece in self.pieces)
        return _partition([*hit, *(Piece(piece.tracks & missed, piece.history) for piece in self.pieces)])

    def copied(self, tracks: TrackSet, source: Content) -> Content:
        """The content after these tracks have been taken over from another volume."""
        if not tracks:
            return self
        kept = (Piece(piece.tracks - tracks, piece.history) for piece in self.pieces)
        taken = (Piece(piece.tracks & tracks, piece.history) for piece in source.pieces)
        return _partition([*taken, *kept])

    def equals(self, other: Content) -> bool:
        """Whether every track has the same history on both."""
        if self is other:
            return True
        return all(
            agree(mine.history, theirs.history, mine.tracks & theirs.tracks)
            for mine in self.pieces
            for theirs in other.pieces
        )

    def lanes(self) -> frozenset[Lane]:
        """Every lane of which a write is in some history."""
        return frozenset(run.lane for piece in self.pieces for run in piece.history)

    def missing(self, lane: Lane, wanted: Spans) -> int:
        """How many of the wanted turns are not in the history of their track."""
        return sum(
            piece.tracks.count_turns(gap, lane.working_set_tracks)
            for piece, gaps in self._gaps(lane, wanted)
            for gap in gaps
        )

    def first_missing(self, lane: Lane, wanted: Spans) -> int | None:
        """The first of the wanted turns that is not in the history of its track."""
        found = (
            piece.tracks.first_turn(gap, lane.working_set_tracks)
            for piece, gaps in self._gaps(lane, wanted)
            for gap in gaps
        )
        return min((turn for turn in found if turn is not None), default=None)

    def last_held(self, lane: Lane, wanted: Spans) -> int | None:
        """The last of the wanted turns that is in the history of its track."""
        found = (
            piece.tracks.last_turn(span, lane.working_set_tracks)
            for piece in self.pieces
            for span in intersect_spans(turns_held(piece.history, lane), wanted)
        )
        return max((turn for turn in found if turn is not None), default=None)

    def held(self, lane: Lane) -> Spans | None:
        """The turns held, if they are the same for every track; None where tracks differ."""
        spans = [turns_held(piece.history, lane) for piece in self.pieces]
        return spans[0] if all(other == spans[0] for other in spans) else None

    def only_here(self, other: Content, lane: Lane) -> int:
        """How many turns of a lane are in the history of their track here, but not on the other volume."""
        total = 0
        for mine in self.pieces:
            held = turns_held(mine.history, lane)
            for theirs in other.pieces:
                extra = subtract_spans(held, turns_held(theirs.history, lane))
                shared = mine.tracks & theirs.tracks if extra else None
                total += sum(shared.count_turns(span, lane.working_set_tracks) for span in extra) if shared else 0
        return total

    def stamp(self, ordinal: int) -> tuple[str, int] | None:
        """The last write on one track, as (stream, number); None where nobody ever wrote."""
        history = next(piece.history for piece in self.pieces if ordinal in piece.tracks)
        for run in reversed(history):
            span = run.lane.working_set_tracks
            turn = run.end - 1 - (run.end - 1 - ordinal) % span
            if ordinal < span and turn >= run.first:
                return run.lane.stream, run.lane.write(turn)
        return None

    def _gaps(self, lane: Lane, wanted: Spans) -> Iterator[tuple[Piece, Spans]]:
        for piece in self.pieces:
            gaps = subtract_spans(wanted, turns_held(piece.history, lane))
            if gaps:
                yield piece, gaps


def _partition(pieces: list[Piece]) -> Content:
    """Join pieces whose histories agree, so that a finished copy is one piece again. The first ones lead."""
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.tracks.count():
            continue
        for index, other in enumerate(joined):
            if agree(piece.history, other.history, piece.tracks):
                joined[index] = Piece(other.tracks | piece.tracks, other.history)
                break
        else:
            joined.append(piece)
    return Content(tuple(joined))


@functools.cache
def _blank(size_tracks: int) -> Content:
    return Content((Piece(TrackSet.all(size_tracks), ()),))
