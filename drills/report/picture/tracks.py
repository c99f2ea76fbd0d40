"""States over time, as the lanes of the picture show them.

A track remembers when the state of one thing changed. Things whose tracks are the same, up to a second, share a lane:
a hundred volumes that were suspended by one link are one line with a hundred names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from mirrordrill.drills.report.model import Lane, Span, Tick
from mirrordrill.simulator.kernel.events import Record

SAME_US = 1_000_000
"""Changes that are no further apart than this are drawn as one."""
ROOM = 12
"""Characters for the names of things that share a lane."""


class Change(NamedTuple):
    """A state, from when on, and the event that says so."""

    time_us: int
    state: str
    label: str
    event: int


@dataclass(slots=True)
class Track:
    """The states of one thing."""

    changes: list[Change] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)

    def set(self, time_us: int, state: str, label: str, event: int) -> None:
        """The thing is in this state from now on; the same state again changes nothing."""
        last = self.changes[-1] if self.changes else None
        if last is not None and (last.state, last.label) == (state, label):
            return
        if last is not None and last.time_us == time_us:
            self.changes.pop()
        self.changes.append(Change(time_us, state, label, event))

    def fall_silent(self, time_us: int, event: int) -> None:
        """What had a state has none any more."""
        if self.changes:
            self.set(time_us, "", "", event)

    def spans(self, end_us: int) -> tuple[Span, ...]:
        """The stretches between the changes; a state without a name is not drawn."""
        ends = [*(change.time_us for change in self.changes), end_us][1:]
        return tuple(
            Span(change.time_us, until_us, change.state, change.label, change.event)
            for change, until_us in zip(self.changes, ends, strict=True)
            if change.state
        )

    def is_like(self, other: Track) -> bool:
        """Whether two tracks would be drawn as the same line."""
        return len(self.changes) == len(other.changes) and all(
            (own.state, own.label) == (its.state, its.label) and abs(own.time_us - its.time_us) <= SAME_US
            for own, its in zip(self.changes, other.changes, strict=True)
        )


class Together(NamedTuple):
    """Things that are drawn as one: their names, and the tracks of the first of them."""

    names: list[str]
    tracks: tuple[Track, ...]


def together(things: Iterable[tuple[str, tuple[Track, ...]]]) -> list[Together]:
    """Put things with the same tracks together, in the order in which they came."""
    found: list[Together] = []
    for name, tracks in things:
        for group in found:
            if all(own.is_like(its) for own, its in zip(group.tracks, tracks, strict=True)):
                group.names.append(name)
                break
        else:
            found.append(Together([name], tracks))
    return found


def listed(names: list[str]) -> str:
    """As many names as a lane has room for, at least one, and how many more there are."""
    shown = 1
    while shown < len(names) and len(", ".join(names[: shown + 1])) <= ROOM:
        shown += 1
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more" if more else "")


def tick(record: Record) -> Tick:
    """An event as a mark in a lane."""
    return Tick(record.time_us, record.event.text(), record.number)


def lane(section: str, name: str, track: Track, end_us: int) -> Lane:
    """A track as a lane."""
    return Lane(section, name, track.spans(end_us), tuple(track.ticks))
