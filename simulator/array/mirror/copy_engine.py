"""First copies and resynchronisations: how far they have come, in closed form.

Copies that use a link run at the same rate, which `sharing` works out from the limits of the link and of the arrays at
its ends. The pool of a link keeps one figure, the *credit*: how many tracks a copy that had been running since the
beginning would have copied. All running copies earn the same credit, so a copy is done when the credit has grown by its
number of tracks; who is next stands on top of a heap. One simulation event per completion or change of rate, none per
track.

A copy walks over the tracks that were out of sync at its start, in the order of their numbers. In front of the
pointer the target still holds its old tracks; everywhere else new writes are mirrored while the copy runs.

Rule 1: what the target holds is worked out when the copy ends or a caller asks, from the content at the start, the
writes mirrored since, and the pointer.
Rule 2: the engine knows nothing of states; it reports a completed copy to its starter.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from mirrordrill.simulator.array.content.data import Content, WriteRun
from mirrordrill.simulator.array.content.tracks import TrackSet
from mirrordrill.simulator.array.mirror.sharing import Limit, rebalance
from mirrordrill.simulator.kernel.kernel import Kernel

_ROUNDING_TRACKS = 1e-6
"""Credit is a float; a copy counts as done when less than this is missing."""


class CopyEnd(Protocol):
    """A volume, as far as a copy knows it."""

    content: Content
    size_tracks: int


EndT = TypeVar("EndT", bound=CopyEnd)


class CopyPool:
    """The copies that share one direction of one link."""

    def __init__(self, kernel: Kernel, tracks_per_s: float, shared_limits: Sequence[Limit] = ()) -> None:
        self._kernel = kernel
        self.limits = (Limit(tracks_per_s), *shared_limits)
        """The link's own limit, and those of the arrays."""
        for limit in self.limits:
            limit.users.append(self)
        self.running = 0
        self._each_per_s = 0.0
        self._credit = 0.0
        self._credit_at_s = 0.0
        self._heap: list[tuple[float, int, Copy[Any]]] = []
        self._serials = itertools.count()
        self._alarm = 0
        """Alarms cannot be taken back; one that does not carry this number is stale."""

    def credit(self) -> float:
        """Tracks that a copy running since the beginning would have copied up to now."""
        if self.running:
            self._credit += (self._kernel.now_s - self._credit_at_s) * self._each_per_s
        self._credit_at_s = self._kernel.now_s
        return self._credit

    def each_per_s(self) -> float:
        """Tracks a second that each running copy gets at the moment; 0 where none runs."""
        return self._each_per_s if self.running else 0.0

    def set_rate(self, tracks_per_s: float) -> None:
        """The link is faster or slower from now on."""
        self.credit()
        self.limits[0].tracks_per_s = tracks_per_s
        rebalance(self)

    def set_each(self, tracks_per_s: float) -> None:
        """From now on each copy runs at this rate."""
        if tracks_per_s != self._each_per_s:
            self.credit()
            self._each_per_s = tracks_per_s
            self._set_alarm()

    def join(self, copy: Copy[Any], tracks: int) -> None:
        """A copy begins to share the link, with so many tracks to go."""
        copy.ticket = next(self._serials)
        heapq.heappush(self._heap, (self.credit() + tracks, copy.ticket, copy))
        self.running += 1
        rebalance(self)
        self._set_alarm()

    def leave(self) -> None:
        """One of the running copies has stopped before its end."""
        self.credit()
        self.running -= 1
        rebalance(self)
        self._set_alarm()

    def _set_alarm(self) -> None:
        self._alarm += 1
        while self._heap and not self._is_current(self._heap[0]):
            heapq.heappop(self._heap)
        if self._heap:
            missing = max(0.0, self._heap[0][0] - self.credit())
            timeout = self._kernel.after(missing / self._each_per_s, self._alarm)
            assert timeout.callbacks is not None
            timeout.callbacks.append(lambda event: self._ring(event.value))

    def _ring(self, alarm: object) -> None:
        if alarm != self._alarm:
            return
        done: list[Copy[Any]] = []
        while self._heap and self._heap[0][0] <= self.credit() + _ROUNDING_TRACKS:
            entry = heapq.heappop(self._heap)
            if self._is_current(entry):
                self.running -= 1
                entry[2].complete()
                done.append(entry[2])
        if done:
            rebalance(self)
        self._set_alarm()
        for copy in done:
            copy.on_finish(copy)

    def _is_current(self, entry: tuple[float, int, Copy[Any]]) -> bool:
        """Whether the copy still runs here, and has not left and come back since the entry was made."""
        return entry[2].pool is self and entry[2].ticket == entry[1]


class Copy(Generic[EndT]):
    """One copy from a source volume to its target."""

    def __init__(self, source: EndT, target: EndT, tracks: TrackSet, on_finish: Callable[[Copy[EndT]], None]) -> None:
        self.source = source
        self.target = target
        self.tracks = tracks
        self.total = tracks.count()
        self.pool: CopyPool | None = None
        self.ticket = -1
        self.is_set_up = False
        self.on_finish = on_finish
        self._target_at_start: Content = target.content
        self._mirrored: list[WriteRun] = []
        self._done_before = 0
        self._joined_at_credit = 0.0
        self._is_finished = False

    def run_in(self, pool: CopyPool | None) -> None:
        """Go on over this link, or over none for the time being."""
        if self.pool is not None:
            self._done_before = self.copied()
            old, self.pool = self.pool, None
            old.leave()
        if pool is not None:
            self.pool = pool
            self._joined_at_credit = pool.credit()
            pool.join(self, self.total - self._done_before)

    def mirror(self, run: WriteRun) -> None:
        """Writes reached the source while the copy runs."""
        if self._mirrored and self._mirrored[-1].lane == run.lane and self._mirrored[-1].end == run.first:
            run = WriteRun(run.lane, self._mirrored.pop().first, run.end)
        self._mirrored.append(run)

    def copied(self) -> int:
        """Tracks copied up to now."""
        if self._is_finished:
            return self.total
        if self.pool is None:
            return self._done_before
        earned = int(self.pool.credit() - self._joined_at_credit + _ROUNDING_TRACKS)
        return min(self.total, self._done_before + earned)

    def left(self) -> int:
        """Tracks still to be copied."""
        return self.total - self.copied()

    def pending(self) -> TrackSet:
        """The tracks still to be copied."""
        copied = self.copied()
        if copied >= self.total:
            return TrackSet.none(self.source.size_tracks)
        return self.tracks.from_track(self.tracks.pointer_after(copied))

    def target_content(self) -> Content:
        """What the target holds now; the writes to the source up to now must have landed."""
        pending = self.pending()
        content = self._target_at_start
        for run in self._mirrored:
            content = content.written(run, pending)
        return content.copied(self.tracks - pending, self.source.content)

    def complete(self) -> None:
        """All tracks are copied."""
        self._is_finished = True
        self.pool = None
