"""The copies under way: begun by an operation, ended by completion or by whatever happens to one of the volumes.

Rule 1: a copy that ends leaves its mark at once: the target gets the content it has then, the source remembers the
tracks that are left as changed.
Rule 2: a copy needs no host to find out that its link is dead: its own next track does. It waits for an array that is
in a warm restart.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy

from mirrordrill.simulator.array.connections.paths import Link
from mirrordrill.simulator.array.content.tracks import TrackSet
from mirrordrill.simulator.array.events import CopyFinished, CopyInterrupted, CopyStarted
from mirrordrill.simulator.array.mirror.copy_engine import Copy
from mirrordrill.simulator.array.storage_image import Volume
from mirrordrill.simulator.kernel.kernel import Kernel


class MirrorCopies:
    """Starts, moves and ends copies. What a completed or broken copy means for the pair is decided elsewhere."""

    def __init__(
        self,
        kernel: Kernel,
        setup_s: float,
        on_done: Callable[[Volume], None],
        on_broken: Callable[[Volume], None],
    ) -> None:
        self._kernel = kernel
        self._setup_s = setup_s
        self._on_done = on_done
        self._on_broken = on_broken
        self._under_way: dict[Copy[Volume], simpy.Event] = {}

    def start(self, source: Volume, tracks: TrackSet) -> None:
        """Copy these tracks to the source's peer. The first one moves after a short time of setting up."""
        target = source.peer
        assert target is not None
        copy = Copy(source, target, tracks, lambda done: self._on_done(done.source))
        source.copy = target.incoming = copy
        source.changed = TrackSet.none(source.size_tracks)
        self._under_way[copy] = self._kernel.env.event()
        self._kernel.emit(CopyStarted(*_route(copy), copy.total))
        timeout = self._kernel.after(self._setup_s)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _: self._run(copy))

    def ended(self, source: Volume) -> simpy.Event:
        """Succeeds when the copy from this volume has ended, complete or not; at once where there is none."""
        if source.copy is not None:
            return self._under_way[source.copy]
        return self._kernel.env.event().succeed()

    def progress(self) -> list[tuple[int, int, float]]:
        """Of each copy under way with anything to copy: tracks copied, tracks in all, tracks a second at the moment."""
        return [
            (copy.copied(), copy.total, copy.pool.each_per_s() if copy.pool else 0.0)
            for copy in self._under_way
            if copy.total
        ]

    def end_all_of(self, volume: Volume) -> None:
        """Something happened to a volume that ends the copy from or to it."""
        for copy in (volume.copy, volume.incoming):
            if copy is not None:
                self._end(copy)

    def follow_links(self) -> None:
        """Links changed: copies go on over another link of their path, or break off where none works."""
        for copy in list(self._under_way):
            link = _link(copy)
            if link is None and _is_paused(copy):
                copy.run_in(None)
            elif link is None:
                self._on_broken(copy.source)
            elif copy.is_set_up and copy.pool is not link.pool:
                copy.run_in(link.pool)

    def _run(self, copy: Copy[Volume]) -> None:
        copy.is_set_up = True
        link = _link(copy)
        if copy.source.copy is copy and link is not None:
            copy.run_in(link.pool)

    def _end(self, copy: Copy[Volume]) -> None:
        source, target = copy.source, copy.target
        left, content = copy.pending(), copy.target_content()
        copy.run_in(None)
        ended = self._under_way.pop(copy)
        source.copy = target.incoming = None
        source.changed = left | source.changed
        is_equal = content.equals(source.content)
        target.content = source.content if is_equal else content
        remaining = left.count()
        if remaining:
            self._kernel.emit(CopyInterrupted(*_route(copy), remaining))
        else:
            self._kernel.emit(CopyFinished(*_route(copy), copy.total, is_equal))
        ended.succeed()


def _is_paused(copy: Copy[Volume]) -> bool:
    """Whether the copy only waits for an array that restarts."""
    images = copy.source.image, copy.target.image
    is_whole = not copy.source.is_lost and not copy.target.is_lost
    return is_whole and all(image.is_on for image in images) and any(image.is_restarting for image in images)


def _link(copy: Copy[Volume]) -> Link | None:
    """The link that the copy can use now; none where the disks at either end are gone."""
    if copy.source.is_lost or copy.target.is_lost:
        return None
    return copy.source.image.link_to(copy.source.number, copy.target.image, copy.target.lss)


def _route(copy: Copy[Volume]) -> tuple[str, str, str, str]:
    """From which array and volume to which."""
    source, target = copy.source, copy.target
    return source.image.image_id, source.volume_id, target.image.image_id, target.volume_id
