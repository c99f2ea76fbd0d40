"""The slow, obvious model of two arrays: every write and every copied track is an event of its own.

It shares nothing with the storage under test but the order in which an application visits its tracks: no transition
table, no runs of writes, no sets of tracks in closed form, no rates. Operations return whether they are carried out.
Where it says something in other words than `mirrordrill.simulator.array` does, that is the point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from mirrordrill.simulator.array.content.tracks import layout_of

Write = tuple[str, int]
SIMPLEX, PENDING, DUPLEX, SUSPENDED = "Simplex", "Copy Pending", "Full Duplex", "Suspended"
NEVER = math.inf


@dataclass(eq=False)
class RefArray:
    """One array, and the way from it to the other one."""

    name: str
    has_power: bool = True
    restarts: bool = False
    link_is_up: bool = True
    has_path: bool = True
    holds_group: bool = False
    """Whether the path has the consistency-group attribute."""
    held_until: float = 0.0
    """Writes to the whole LSS wait until then."""

    @property
    def answers(self) -> bool:
        return self.has_power and not self.restarts


@dataclass(eq=False)
class RefVolume:
    """One volume: for each track the writes that reached it, oldest first."""

    array: RefArray
    tracks: dict[int, list[Write]]
    state: str = SIMPLEX
    """Simplex, Copy Pending, Full Duplex or Suspended."""
    is_target: bool = False
    reason: str = "-"
    peer: RefVolume | None = None
    changed: set[int] = field(default_factory=set)
    is_critical: bool = False
    is_lost: bool = False
    reserved_by: str = ""
    held_until: float = 0.0

    @property
    def works(self) -> bool:
        """Whether a command about it can be carried out."""
        return self.array.answers and not self.is_lost

    @property
    def shown(self) -> str:
        state = f"Target {self.state}" if self.is_target else self.state
        return state if self.reason == "-" else f"{state}, {self.reason}"

    def become(self, state: str, reason: str = "-", is_target: bool = False) -> None:
        self.state, self.reason, self.is_target = state, reason, is_target
        if state == SIMPLEX:
            self.peer, self.is_critical, self.changed = None, False, set()


@dataclass(eq=False)
class RefCopy:
    """A copy under way: the tracks that are still out of sync, in order."""

    source: RefVolume
    target: RefVolume
    starts_at: float
    pending: list[int]
    work: float = 0.0
    """Of the track that is being copied, how much is done."""

    @property
    def waits(self) -> bool:
        return self.source.array.restarts or self.target.array.restarts


@dataclass(eq=False)
class RefStream:
    """An application that writes one write after the other."""

    name: str
    period: float
    working_set: int
    volumes: list[RefVolume] = field(default_factory=list)
    next_at: float = NEVER
    waits: bool = False
    """Whether the write under way is held."""
    acknowledged: int = 0
    lines: list[set[int]] = field(default_factory=list)
    """For each start, what the copy held then, and the number it went on with."""
    starts: list[int] = field(default_factory=list)

    def stop(self) -> None:
        self.volumes, self.next_at, self.waits = [], NEVER, False


class Reference:
    """Two arrays with so many volumes each, those of the same place made for each other."""

    def __init__(self, slots: int, size: int, copy_rate: float, copy_setup: float, hold: float) -> None:
        self.layout = layout_of(size)
        self.arrays = {"a": RefArray("a"), "b": RefArray("b")}
        self.volumes = {
            side: [RefVolume(array, {track: [] for track in range(size)}) for _ in range(slots)]
            for side, array in self.arrays.items()
        }
        for source, target in zip(self.volumes["a"], self.volumes["b"], strict=True):
            source.peer, target.peer = target, source
            source.become(DUPLEX)
            target.become(DUPLEX, is_target=True)
        self.now = 0.0
        self.streams: list[RefStream] = []
        self.copies: list[RefCopy] = []
        self._size, self._copy_rate, self._copy_setup, self._hold = size, copy_rate, copy_setup, hold

    # Time.

    def advance(self, until: float) -> None:
        while (at := min([until, *(s.next_at for s in self.streams), *self._track_ends(), *self._hold_ends()])) < until:
            self._flow(at)
            for copy in [c for c in self._running() if not c.pending or c.work > 1 - 1e-9]:
                self._copy_track(copy)
            self.look_again()
            for stream in self.streams:
                if stream.next_at <= at:
                    self._write(stream)
        self._flow(until)
        self.look_again()

    def _running(self) -> list[RefCopy]:
        return [copy for copy in self.copies if copy.starts_at <= self.now and not copy.waits]

    def _track_ends(self) -> list[float]:
        """Copies that run the same way share the link."""
        waiting = [copy.starts_at for copy in self.copies if copy.starts_at > self.now]
        return waiting + [
            self.now + (max(0.0, 1 - copy.work) / self._rate(copy) if copy.pending else 0) for copy in self._running()
        ]

    def _rate(self, copy: RefCopy) -> float:
        return self._copy_rate / sum(other.source.array is copy.source.array for other in self._running())

    def _hold_ends(self) -> list[float]:
        ends = [volume.held_until for side in self.volumes.values() for volume in side]
        return [end for end in ends + [array.held_until for array in self.arrays.values()] if end > self.now]

    def _flow(self, to: float) -> None:
        for copy, rate in [(copy, self._rate(copy)) for copy in self._running()]:
            copy.work += (to - self.now) * rate
        self.now = to

    # What happens by itself.

    def _copy_track(self, copy: RefCopy) -> None:
        if copy.pending:
            track = copy.pending.pop(0)
            copy.work -= 1
            copy.target.tracks[track] = list(copy.source.tracks[track])
        if not copy.pending:
            self.copies.remove(copy)
            copy.source.become(DUPLEX)
            copy.target.become(DUPLEX, is_target=True)

    def look_again(self) -> None:
        """Something may have changed: copies break off, and writes that waited go on."""
        for copy in list(self.copies):
            copy.work = 0.0 if copy.waits else copy.work
            is_gone = copy.source.is_lost or copy.target.is_lost or not self._have_power(copy.source)
            if is_gone or (not copy.waits and not self.reaches(copy.source)):
                self._end_copies(copy.source)
                copy.source.become(SUSPENDED, "Internal Conditions Target")
        for stream in self.streams:
            if stream.waits and not self._is_held(self._volume_of(stream), stream.name):
                stream.waits, stream.next_at = False, self.now + stream.period

    def _end_copies(self, volume: RefVolume) -> None:
        for copy in [c for c in self.copies if volume in (c.source, c.target)]:
            self.copies.remove(copy)
            copy.source.changed |= set(copy.pending)

    def _have_power(self, volume: RefVolume) -> bool:
        return volume.peer is not None and volume.array.has_power and volume.peer.array.has_power

    def reaches(self, volume: RefVolume) -> bool:
        """Whether a message gets from a volume's array to its peer's."""
        array, peer = volume.array, volume.peer
        return bool(array.has_path and array.link_is_up and array.answers and peer and peer.array.answers)

    # Writes.

    def _volume_of(self, stream: RefStream) -> RefVolume:
        return stream.volumes[stream.acknowledged % len(stream.volumes)]

    def _is_held(self, volume: RefVolume, host: str) -> bool:
        if self._is_refused(volume, host):
            return False
        if volume.array.restarts or max(volume.held_until, volume.array.held_until) > self.now:
            return True
        is_mirroring = volume.state in (PENDING, DUPLEX)
        far = volume.peer.array if volume.peer else None
        return bool(is_mirroring and not self._is_mirrored(volume) and far and far.has_power and far.restarts)

    def _is_mirrored(self, volume: RefVolume) -> bool:
        peer = volume.peer
        takes = peer is not None and peer.is_target and peer.state != SUSPENDED and peer.peer is volume
        return takes and not peer.is_lost and self.reaches(volume)

    def _is_refused(self, volume: RefVolume, host: str) -> bool:
        cannot = not volume.array.has_power or volume.is_lost or volume.is_target
        return cannot or volume.reserved_by not in ("", host)

    def _write(self, stream: RefStream) -> None:
        volume = self._volume_of(stream)
        if self._is_refused(volume, stream.name):
            stream.stop()
            return
        is_held = self._is_held(volume, stream.name)
        if not is_held and volume.state in (PENDING, DUPLEX) and not self._is_mirrored(volume):
            self._end_copies(volume)
            volume.become(SUSPENDED, "Internal Conditions Target")
            if volume.array.has_path and volume.array.holds_group:
                volume.held_until = self.now + self._hold
        if self._is_held(volume, stream.name):
            stream.waits, stream.next_at = True, NEVER
        elif volume.is_critical and volume.reason == "Internal Conditions Target":
            stream.stop()
        else:
            self._land(volume, stream)

    def _land(self, volume: RefVolume, stream: RefStream) -> None:
        number = stream.acknowledged
        track = self.layout.track(number // len(stream.volumes) % stream.working_set)
        volume.tracks[track].append((stream.name, number))
        copy = next((c for c in self.copies if c.source is volume), None)
        if volume.state == SUSPENDED:
            volume.changed.add(track)
        elif volume.state != SIMPLEX and (copy is None or track not in copy.pending):
            assert volume.peer is not None
            volume.peer.tracks[track].append((stream.name, number))
        stream.acknowledged += 1
        stream.next_at += stream.period

    # Commands about pairs. Each asks one array about one of its volumes.

    def establish(self, source: RefVolume, target: RefVolume, copy: bool, critical: bool) -> bool:
        if source.state != SIMPLEX or target.state != SIMPLEX:
            return False
        source.peer = target
        if not self._can_copy(source):
            source.peer = None
            return False
        target.peer = source
        self._begin(source, set(range(self._size)), critical)
        if not copy:
            self.copies.pop()
            source.become(DUPLEX)
            target.become(DUPLEX, is_target=True)
        return True

    def pause(self, source: RefVolume) -> bool:
        if not source.works or source.is_target or source.state not in (PENDING, DUPLEX):
            return False
        peer = self._listener(source)
        self._end_copies(source)
        source.become(SUSPENDED, "Host Source")
        if peer and peer.is_target and peer.state != SUSPENDED:
            peer.become(SUSPENDED, "Update Target", is_target=True)
        return True

    def pause_at_target(self, target: RefVolume) -> bool:
        if not target.works or not target.is_target or target.state == SUSPENDED:
            return False
        peer = self._teller(target)
        self._end_copies(target)
        target.become(SUSPENDED, "Host Target", is_target=True)
        if peer and not peer.is_target and peer.state in (PENDING, DUPLEX):
            peer.become(SUSPENDED, "Host Target")
        return True

    def resume(self, source: RefVolume) -> bool:
        peer = source.peer
        if source.state != SUSPENDED or source.is_target or not self._can_copy(source):
            return False
        if peer is None or peer.peer is not source or not peer.is_target:
            return False
        self._begin(source, set(source.changed))
        return True

    def failover(self, volume: RefVolume) -> bool:
        is_fine = volume.is_target or volume.state == SUSPENDED
        if not volume.works or volume.state == SIMPLEX or not is_fine:
            return False
        if volume.is_target:
            self._end_copies(volume)
            volume.become(SUSPENDED, "Host Source")
        return True

    def failback(self, source: RefVolume) -> bool:
        peer = source.peer
        if source.state != SUSPENDED or source.is_target or not self._can_copy(source):
            return False
        assert peer is not None
        tracks = set(range(self._size)) if peer.state == SIMPLEX else source.changed | peer.changed
        peer.peer = source
        self._begin(source, tracks)
        return True

    def remove(self, source: RefVolume) -> bool:
        if not source.works or source.is_target or source.state == SIMPLEX:
            return False
        peer = self._listener(source)
        self._end_copies(source)
        source.become(SIMPLEX)
        if peer and peer.is_target:
            peer.become(SIMPLEX)
        return True

    def remove_at_target(self, target: RefVolume) -> bool:
        if not target.works or not target.is_target:
            return False
        peer = self._teller(target)
        self._end_copies(target)
        target.become(SIMPLEX)
        if peer and not peer.is_target and peer.state in (PENDING, DUPLEX):
            peer.become(SUSPENDED, "Simplex Target")
        return True

    def _can_copy(self, source: RefVolume) -> bool:
        peer = source.peer
        return bool(source.works and peer and self.reaches(source) and not peer.is_lost and not peer.reserved_by)

    def _begin(self, source: RefVolume, tracks: set[int], critical: bool = False) -> None:
        target = source.peer
        assert target is not None
        source.changed, target.changed = set(), set()
        source.become(PENDING)
        target.become(PENDING, is_target=True)
        source.is_critical, target.is_critical = critical, False
        self.copies.append(RefCopy(source, target, self.now + self._copy_setup, sorted(tracks)))

    def _listener(self, own: RefVolume) -> RefVolume | None:
        """The peer, where it hears what happens here and takes this for its partner."""
        peer = own.peer
        return peer if peer and peer.peer is own and not peer.is_lost and self.reaches(own) else None

    def _teller(self, target: RefVolume) -> RefVolume | None:
        """The source, where it hears of its target: the message takes the source's own path."""
        peer = target.peer
        return peer if peer and peer.peer is target and not peer.is_lost and self.reaches(peer) else None

    def reserve(self, volume: RefVolume, host: str) -> bool:
        if volume.array.answers:
            volume.reserved_by = host
        return volume.array.answers

    # Commands about a whole array.

    def freeze(self, array: RefArray) -> bool:
        if not array.answers or not array.has_path:
            return False
        for volume in self.volumes[array.name]:
            is_mirroring = volume.state in (PENDING, DUPLEX) and not volume.is_target
            if is_mirroring and volume.works:
                self._end_copies(volume)
                volume.become(SUSPENDED, "Freeze")
        if array.holds_group and array.held_until <= self.now:
            array.held_until = self.now + self._hold
        array.has_path = False
        return True

    def thaw(self, array: RefArray) -> bool:
        if not array.answers:
            return False
        self._end_holds(array)
        return True

    def make_path(self, array: RefArray, holds_group: bool) -> bool:
        """A path that works over the link, or that pairs wait for, stays; another one is dropped again."""
        far = next(other for other in self.arrays.values() if other is not array)
        is_needed = any(v.state != SIMPLEX and not v.is_target for v in self.volumes[array.name])
        works = array.link_is_up and far.answers
        if not array.answers or not (works or is_needed or array.has_path):
            return False
        array.has_path, array.holds_group = True, holds_group
        return True

    def set_power(self, array: RefArray, has_power: bool) -> None:
        array.has_power, array.restarts = has_power, array.restarts and array.has_power is has_power
        if not has_power:
            self._end_holds(array)
            for volume in self.volumes[array.name]:
                volume.reserved_by = ""

    def _end_holds(self, array: RefArray) -> None:
        array.held_until = 0.0
        for volume in self.volumes[array.name]:
            volume.held_until = 0.0

    # Applications.

    def start(self, stream: RefStream, side: str) -> None:
        stream.volumes, stream.next_at = self.volumes[side], self.now + stream.period
        stream.lines.append(self.held(side, stream.name))
        stream.starts.append(stream.acknowledged)

    # What is asked.

    def out_of_sync(self, volume: RefVolume) -> set[int]:
        copy = next((c for c in self.copies if c.source is volume), None)
        return set(copy.pending) if copy else volume.changed

    def held(self, side: str, stream: str) -> set[int]:
        """The numbers of a stream's writes that a copy holds."""
        return {
            number
            for volume in self.volumes[side]
            for writes in volume.tracks.values()
            for name, number in writes
            if name == stream
        }

    def is_point_in_time(self, side: str, stream: RefStream) -> bool:
        """Whether a copy holds the first writes, without a gap, of what the stream wrote or of what one start found."""
        held = self.held(side, stream.name)
        lines = [sorted(range(stream.acknowledged))]
        for found, first in zip(stream.lines, stream.starts, strict=True):
            lines.append(sorted(found | set(range(first, stream.acknowledged))))
        return any(held == set(line[: len(held)]) for line in lines)
