"""What was acknowledged, and which copies have it: data loss as a number, not as an inference from states.

Rule 1: answers are exact and cost nothing per write.
Rule 2: a copy is a set of volumes in the order of the stream's slots; the ledger does not know which one is production.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mirrordrill.simulator.array.content.data import Content
from mirrordrill.simulator.array.content.streams import Stream
from mirrordrill.simulator.array.content.tracks import Spans, subtract_spans, unite_spans
from mirrordrill.simulator.array.storage_image import Volume

_FOREVER = 1 << 62
"""A turn that no stream reaches."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Acknowledged writes that a copy does not hold."""

    writes: int
    first: int | None
    """Number of the first one."""
    behind_s: float
    """From the last acknowledgement in front of the first missing write to the last acknowledgement of all."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Writes of one stream that only one of two copies holds.

    Where both counts are above zero, neither copy can be brought up to date without losing writes of the other.
    """

    only_first: int
    only_second: int


def contents_of(volumes: Sequence[Volume]) -> list[Content]:
    """What the volumes hold now."""
    return [volume.content_now() for volume in volumes]


def missing(stream: Stream, copy: Sequence[Volume]) -> Missing:
    """Which acknowledged writes of the stream this copy does not hold."""
    acknowledged = stream.acknowledged()
    count, first = 0, None
    for lane, content in zip(stream.lanes, contents_of(copy), strict=True):
        wanted: Spans = ((0, lane.turns_before(acknowledged)),) if lane.turns_before(acknowledged) else ()
        count += content.missing(lane, wanted)
        turn = content.first_missing(lane, wanted)
        if turn is not None:
            first = lane.write(turn) if first is None else min(first, lane.write(turn))
    if first is None:
        return Missing(0, None, 0.0)
    since_s = stream.acknowledged_at_s(first - 1) if first else stream.opened_at_s()
    return Missing(count, first, stream.acknowledged_at_s(acknowledged - 1) - since_s)


def is_consistent(stream: Stream, copy: Sequence[Volume]) -> bool:
    """Whether the copy is a point in time of the stream: never the later write without the earlier, on all volumes.

    After a takeover that lost writes the application goes on from what it found: points in time of that branch count
    too.
    """
    stream.settle()
    contents = contents_of(copy)
    return any(_is_prefix(stream, contents, line) for line in _branches(stream))


def divergence(stream: Stream, first: Sequence[Volume], second: Sequence[Volume]) -> Divergence:
    """What two copies hold beyond each other."""
    stream.settle()
    here, there = contents_of(first), contents_of(second)
    pairs = list(zip(stream.lanes, here, there, strict=True))
    return Divergence(
        sum(one.only_here(other, lane) for lane, one, other in pairs),
        sum(other.only_here(one, lane) for lane, one, other in pairs),
    )


def _branches(stream: Stream) -> list[list[Spans]]:
    """The lines that the stream's writes may form: simply all of them, or what a start found and all that came
    later."""
    lines: list[list[Spans]] = [[((0, _FOREVER),) for _ in stream.lanes]]
    for branch in stream.branches:
        if branch is not None:
            lanes = zip(stream.lanes, branch.held, strict=True)
            lines.append([unite_spans(held, ((lane.turns_before(branch.first), _FOREVER),)) for lane, held in lanes])
    return lines


def _is_prefix(stream: Stream, contents: list[Content], line: list[Spans]) -> bool:
    """Whether the copy holds, of each lane's line, exactly the writes below one common number."""
    at_least, at_most = 0, _FOREVER
    for lane, content, spans in zip(stream.lanes, contents, line, strict=True):
        if content.last_held(lane, subtract_spans(((0, _FOREVER),), spans)) is not None:
            return False
        last = content.last_held(lane, spans)
        gap = content.first_missing(lane, spans)
        at_least = max(at_least, 0 if last is None else lane.write(last) + 1)
        at_most = min(at_most, _FOREVER if gap is None else lane.write(gap))
    return at_least <= at_most
