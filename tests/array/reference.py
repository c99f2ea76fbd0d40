"""The slow, obvious model: every write and every copied track is an event of its own, every copy is a dictionary.

It knows nothing of runs, sets or closed forms. It knows the states only as far as they decide where a write lands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from simulator.array.tracks import layout_of

Write = tuple[str, int]


@dataclass(eq=False)
class RefVolume:
    """One volume: for each track the writes that reached it, oldest first."""

    tracks: dict[int, list[Write]]
    view: str
    peer: RefVolume | None = None
    changed: set[int] = field(default_factory=set)


@dataclass(eq=False)
class RefCopy:
    """A copy under way: the tracks that are still out of sync, in order."""

    source: RefVolume
    target: RefVolume
    starts_at: float
    pending: list[int]
    work: float = 0.0
    """Of the track that is being copied, how much is done."""


@dataclass(eq=False)
class RefStream:
    """An application that writes one write after the other."""

    name: str
    period: float
    working_set: int
    volumes: list[RefVolume] = field(default_factory=list)
    next_at: float = math.inf
    acknowledged: int = 0


class Reference:
    """Two arrays with one volume pair per slot."""

    def __init__(self, slots: int, size: int, copy_rate: float, copy_setup: float) -> None:
        self.layout = layout_of(size)
        self.a = [RefVolume({track: [] for track in range(size)}, "full duplex") for _ in range(slots)]
        self.b = [RefVolume({track: [] for track in range(size)}, "target") for _ in range(slots)]
        for source, target in zip(self.a, self.b, strict=True):
            source.peer, target.peer = target, source
        self.now = 0.0
        self.link_is_up = True
        self.streams: list[RefStream] = []
        self.copies: list[RefCopy] = []
        self._copy_rate, self._copy_setup = copy_rate, copy_setup

    # Time.

    def advance(self, until: float) -> None:
        while (at := min([until, *(s.next_at for s in self.streams), *self._track_ends()])) < until:
            self._flow(at)
            for copy in [c for c in self.copies if c.starts_at <= at and (not c.pending or c.work > 1 - 1e-9)]:
                self._copy_track(copy)
            for stream in self.streams:
                if stream.next_at <= at:
                    self._write(stream)
        self._flow(until)

    def _running(self) -> list[RefCopy]:
        return [copy for copy in self.copies if copy.starts_at <= self.now]

    def _track_ends(self) -> list[float]:
        running = self._running()
        waiting = [copy.starts_at for copy in self.copies if copy.starts_at > self.now]
        rate = self._copy_rate / max(1, len(running))
        return waiting + [self.now + ((1 - copy.work) / rate if copy.pending else 0) for copy in running]

    def _flow(self, to: float) -> None:
        running = self._running()
        for copy in running:
            copy.work += (to - self.now) * self._copy_rate / len(running)
        self.now = to

    # What happens.

    def _copy_track(self, copy: RefCopy) -> None:
        if copy.pending:
            track = copy.pending.pop(0)
            copy.work -= 1
            copy.target.tracks[track] = list(copy.source.tracks[track])
        if not copy.pending:
            self.copies.remove(copy)
            copy.source.view, copy.target.view = "full duplex", "target"

    def _write(self, stream: RefStream) -> None:
        number = stream.acknowledged
        slots = len(stream.volumes)
        volume = stream.volumes[number % slots]
        track = self.layout.track(number // slots % stream.working_set)
        if volume.view.startswith("target"):
            stream.volumes, stream.next_at = [], math.inf
            return
        if volume.view in ("full duplex", "copy pending") and not self._is_mirrored(volume):
            self._suspend(volume)
        volume.tracks[track].append((stream.name, number))
        copy = next((c for c in self.copies if c.source is volume), None)
        if volume.view == "suspended":
            volume.changed.add(track)
        elif copy is None or track not in copy.pending:
            assert volume.peer is not None
            volume.peer.tracks[track].append((stream.name, number))
        stream.acknowledged += 1
        stream.next_at += stream.period

    def _is_mirrored(self, volume: RefVolume) -> bool:
        return self.link_is_up and volume.peer is not None and volume.peer.view == "target"

    def _suspend(self, volume: RefVolume) -> None:
        for copy in [c for c in self.copies if c.source is volume]:
            self.copies.remove(copy)
            volume.changed |= set(copy.pending)
        volume.view = "suspended"

    # What operators do.

    def start(self, stream: RefStream, volumes: list[RefVolume]) -> None:
        stream.volumes, stream.next_at = volumes, self.now + stream.period

    def set_link(self, is_up: bool) -> None:
        self.link_is_up = is_up
        if not is_up:
            for copy in list(self.copies):
                self._suspend(copy.source)

    def failover(self, volume: RefVolume) -> None:
        for copy in [c for c in self.copies if c.target is volume]:
            self.copies.remove(copy)
            copy.source.changed |= set(copy.pending)
        volume.view = "suspended"

    def failback(self, source: RefVolume) -> None:
        target = source.peer
        assert target is not None
        tracks = source.changed | target.changed
        source.changed, target.changed = set(), set()
        source.view, target.view = "copy pending", "target"
        self.copies.append(RefCopy(source, target, self.now + self._copy_setup, sorted(tracks)))

    def pause(self, source: RefVolume) -> None:
        self._suspend(source)

    # What is asked.

    def out_of_sync(self, volume: RefVolume) -> set[int]:
        copy = next((c for c in self.copies if c.source is volume), None)
        return set(copy.pending) if copy else volume.changed

    def held(self, volumes: list[RefVolume], stream: str) -> set[int]:
        """The numbers of a stream's writes that a copy holds."""
        return {
            number
            for volume in volumes
            for writes in volume.tracks.values()
            for name, number in writes
            if name == stream
        }
