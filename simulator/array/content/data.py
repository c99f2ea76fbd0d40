"""What is written on a volume, symbolically.

An application is a *stream* of numbered writes which goes round its volumes: write k goes to slot k mod n, as that
slot's turn k div n, and turn j goes to the track with ordinal j mod working set. A *run* is a contiguous train of turns
on one volume. The *history* of a track is the set of writes that reached it: every write has its time, so the set
says which one is on top. A `Content` is a partition of a volume's tracks into pieces that share one history. Almost
every volume is one piece with one span of turns for as long as nothing goes wrong.

Rule 1: a copied track brings its whole history along: what the source had overwritten counts as arrived.
Rule 2: values only; nothing is listed per write or per track, and nothing is approximated.
Rule 3: a write counts as missing on a copy if its number is not in the history of its track there.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mirrordrill.simulator.array.content.tracks import (
    Span,
    Spans,
    TrackSet,
    intersect_spans,
    subtract_spans,
    unite_spans,
)


@dataclass(frozen=True, slots=True)
class WriteLane:
    """The writes of one stream that go to one of its slots."""

    stream: str
    slot: int
    slots: int
    working_set_tracks: int

    @property
    def name(self) -> tuple[str, int]:
        """What lanes are sorted by."""
        return self.stream, self.slot

    def turns_before(self, write: int) -> int:
        """How many of the stream's writes with a smaller number go to this slot."""
        return max(0, -((self.slot - write) // self.slots))

    def turns(self, first: int, end: int) -> Span:
        """The turns of this slot among the stream's writes [first, end)."""
        return self.turns_before(first), self.turns_before(end)

    def write(self, turn: int) -> int:
        """The number in the stream of this slot's turn."""
        return turn * self.slots + self.slot


class WriteRun(NamedTuple):
    """A contiguous train of turns of one lane: first up to, not including, end."""

    lane: WriteLane
    first: int
    end: int

    def tracks(self, size_tracks: int) -> TrackSet:
        """The tracks it visits on a volume of this size."""
        return TrackSet.of_turns(size_tracks, (self.first, self.end), self.lane.working_set_tracks)


class HeldWrites(NamedTuple):
    """The turns of one lane that are in a history."""

    lane: WriteLane
    turns: Spans

    def touches(self, tracks: TrackSet) -> bool:
        """Whether any of the writes goes to one of the tracks."""
        return any(tracks.count_turns(span, self.lane.working_set_tracks) for span in self.turns)


History = tuple[HeldWrites, ...]
"""The writes that reached a track, lane by lane, in the order of the lanes' names; none that holds nothing."""


def extend(history: History, run: WriteRun) -> History:
    """The history after one more run."""
    span = (run.first, run.end)
    if len(history) == 1 and history[0].lane == run.lane:
        return (HeldWrites(run.lane, unite_spans(history[0].turns, (span,))),)
    others = [held for held in history if held.lane != run.lane]
    mine = HeldWrites(run.lane, unite_spans(turns_held(history, run.lane), (span,)))
    return tuple(sorted([*others, mine], key=lambda held: held.lane.name))


def agree(first: History, second: History, tracks: TrackSet) -> bool:
    """Whether two histories mean the same for these tracks: what one has beyond the other touches none of them."""
    if first == second:
        return True
    return not any(extra.touches(tracks) for extra in (*_beyond(first, second), *_beyond(second, first)))


def _beyond(history: History, other: History) -> Iterator[HeldWrites]:
    for held in history:
        extra = subtract_spans(held.turns, turns_held(other, held.lane))
        if extra:
            yield HeldWrites(held.lane, extra)


def turns_held(history: History, lane: WriteLane) -> Spans:
    """The turns of a lane that are in a history."""
    return next((held.turns for held in history if held.lane == lane), ())


class ContentPiece(NamedTuple):
    """Tracks that share one history."""

    tracks: TrackSet
    history: History


@dataclass(frozen=True, slots=True)
class Content:
    """What a volume holds: a partition of all its tracks into pieces."""

    pieces: tuple[ContentPiece, ...]

    @classmethod
    def blank(cls, size_tracks: int) -> Content:
        """A volume without a write."""
        return _blank(size_tracks)

    def written(self, run: WriteRun, missed: TrackSet | None = None) -> Content:
        """The content after a run; writes to the `missed` tracks do not arrive."""
        if run.first >= run.end:
            return self
        if not missed:
            return Content(tuple(ContentPiece(piece.tracks, extend(piece.history, run)) for piece in self.pieces))
        hit = (ContentPiece(piece.tracks - missed, extend(piece.history, run)) for piece in self.pieces)
        return _partition([*hit, *(ContentPiece(piece.tracks & missed, piece.history) for piece in self.pieces)])

    def copied(self, tracks: TrackSet, source: Content) -> Content:
        """The content after these tracks have been taken over from another volume."""
        if not tracks:
            return self
        kept = (ContentPiece(piece.tracks - tracks, piece.history) for piece in self.pieces)
        taken = (ContentPiece(piece.tracks & tracks, piece.history) for piece in source.pieces)
        return _partition([*taken, *kept])

    def enlarged(self, size_tracks: int) -> Content | None:
        """The content of the volume after it was made larger: the new tracks are blank. None for a mixture.

        Tracks keep their ordinals, but a larger volume has another layout, so that the ranges of track numbers that an
        interrupted copy leaves behind have no equivalent. New tracks may share the history of the old ones: no write in
        it went to them.
        """
        if len(self.pieces) != 1:
            return None
        return Content((ContentPiece(TrackSet.all(size_tracks), self.pieces[0].history),))

    def equals(self, other: Content) -> bool:
        """Whether every track has the same history on both."""
        if self is other:
            return True
        return all(
            agree(mine.history, theirs.history, mine.tracks & theirs.tracks)
            for mine in self.pieces
            for theirs in other.pieces
        )

    def missing(self, lane: WriteLane, wanted: Spans) -> int:
        """How many of the wanted turns are not in the history of their track."""
        return sum(
            piece.tracks.count_turns(gap, lane.working_set_tracks)
            for piece, gaps in self._gaps(lane, wanted)
            for gap in gaps
        )

    def first_missing(self, lane: WriteLane, wanted: Spans) -> int | None:
        """The first of the wanted turns that is not in the history of its track."""
        found = (
            piece.tracks.first_turn(gap, lane.working_set_tracks)
            for piece, gaps in self._gaps(lane, wanted)
            for gap in gaps
        )
        return min((turn for turn in found if turn is not None), default=None)

    def last_held(self, lane: WriteLane, wanted: Spans) -> int | None:
        """The last of the wanted turns that is in the history of its track."""
        found = (
            piece.tracks.last_turn(span, lane.working_set_tracks)
            for piece in self.pieces
            for span in intersect_spans(turns_held(piece.history, lane), wanted)
        )
        return max((turn for turn in found if turn is not None), default=None)

    def held(self, lane: WriteLane) -> Spans | None:
        """The turns held, if they are the same for every track; None where tracks differ."""
        spans = [turns_held(piece.history, lane) for piece in self.pieces]
        return spans[0] if all(other == spans[0] for other in spans) else None

    def only_here(self, other: Content, lane: WriteLane) -> int:
        """How many turns of a lane are in the history of their track here, but not on the other volume."""
        total = 0
        for mine in self.pieces:
            held = turns_held(mine.history, lane)
            for theirs in other.pieces:
                extra = subtract_spans(held, turns_held(theirs.history, lane))
                shared = mine.tracks & theirs.tracks if extra else None
                total += sum(shared.count_turns(span, lane.working_set_tracks) for span in extra) if shared else 0
        return total

    def last_writes(self, ordinal: int) -> tuple[tuple[str, int], ...]:
        """The last write of each stream on one track, as (stream, number); the latest of them is on top."""
        history = next(piece.history for piece in self.pieces if ordinal in piece.tracks)
        writes = ((held.lane, _last_turn(held, ordinal)) for held in history)
        return tuple((lane.stream, lane.write(turn)) for lane, turn in writes if turn is not None)

    def _gaps(self, lane: WriteLane, wanted: Spans) -> Iterator[tuple[ContentPiece, Spans]]:
        for piece in self.pieces:
            gaps = subtract_spans(wanted, turns_held(piece.history, lane))
            if gaps:
                yield piece, gaps


def _last_turn(held: HeldWrites, ordinal: int) -> int | None:
    """The last of the turns that goes to the track with this ordinal."""
    lap = held.lane.working_set_tracks
    for first, end in reversed(held.turns):
        turn = end - 1 - (end - 1 - ordinal) % lap
        if ordinal < lap and turn >= first:
            return turn
    return None


def _partition(pieces: list[ContentPiece]) -> Content:
    """Join pieces whose histories agree, so that a finished copy is one piece again. The first ones lead."""
    joined: list[ContentPiece] = []
    for piece in pieces:
        if not piece.tracks.count():
            continue
        for index, other in enumerate(joined):
            if agree(piece.history, other.history, piece.tracks):
                joined[index] = ContentPiece(other.tracks | piece.tracks, other.history)
                break
        else:
            joined.append(piece)
    return Content(tuple(joined))


@functools.cache
def _blank(size_tracks: int) -> Content:
    return Content((ContentPiece(TrackSet.all(size_tracks), ()),))
