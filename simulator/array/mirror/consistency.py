"""Consistency groups: how the arrays keep several pairs a point in time while their links die one after the other.

Where a path has the consistency-group attribute, the first write that cannot be mirrored suspends its pair and then
waits: the volume reports *extended long busy*, and automation has that long to *freeze* the other pairs. A freeze
suspends every pair of an LSS pair, removes its path, and holds all writes to the source LSS until the *thaw* or until
the time is up.

Rule 1: a hold always ends, by command or by time.
Rule 2: writes are held at a freeze only where the path has the attribute; without it a freeze suspends, and no more.

Sources: dscli.md section 4 (freezepprc: S6; long busy only with the attribute: S for the same microcode function).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

from mirrordrill.simulator.array.connections.fabric import Fabric
from mirrordrill.simulator.array.connections.paths import PathGroup
from mirrordrill.simulator.array.events import LongBusyChanged
from mirrordrill.simulator.array.mirror.pairs import Pairs
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal, View
from mirrordrill.simulator.array.storage_image import StorageImage, Volume
from mirrordrill.simulator.kernel.kernel import Kernel


class Consistency:
    """Freeze, thaw, and the long busy in between."""

    def __init__(self, kernel: Kernel, pairs: Pairs, fabric: Fabric) -> None:
        self._kernel = kernel
        self._pairs = pairs
        self._fabric = fabric
        self._holds: dict[tuple[str, str], int] = {}
        """What is long busy, each hold with a number of its own: its time-out must not end the next one."""
        self._numbers = itertools.count()

    def suspend_unmirrored(self, source: Volume) -> None:
        """A write cannot be mirrored: suspend the pair and, inside a consistency group, let the write wait."""
        group = _path(source)
        self._pairs.suspend_unmirrored(source)
        if group is not None and group.consistency_group:
            self._hold_volume(source, is_held=True)

    def freeze(self, source: StorageImage, source_lss: int, target: StorageImage, target_lss: int) -> None:
        """Suspend all pairs from an LSS to an LSS, remove the path, and hold the writes if the path says so."""
        if not source.is_running:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        group = source.paths.find(source_lss, target.image_id, target_lss)
        if group is None:
            raise ArrayRefusedError(Refusal.NO_PATH)
        for volume in source.volumes_of_lss(source_lss):
            volume.report()
        if group.consistency_group:
            self._hold_lss(source, source_lss, is_held=True)
        for volume in source.volumes_of_lss(source_lss):
            peer = volume.peer
            is_meant = peer is not None and (peer.image, peer.lss) == (target, target_lss)
            if is_meant and volume.is_accessible and volume.view in (View.FULL_DUPLEX, View.COPY_PENDING):
                self._pairs.freeze(volume)
        self._fabric.remove_path(source, (source_lss, target_lss), target, is_forced=True)

    def thaw(self, source: StorageImage, source_lss: int) -> None:
        """Let the held writes of an LSS go on; its pairs stay suspended."""
        if not source.is_running:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        self._hold_lss(source, source_lss, is_held=False)
        for volume in source.volumes_of_lss(source_lss):
            self._hold_volume(volume, is_held=False)

    def end_holds(self, image: StorageImage) -> None:
        """Whatever waits at an image waits no longer: it has lost its power."""
        for lss in image.lss_numbers():
            self._hold_lss(image, lss, is_held=False)
        for volume in image.volumes():
            self._hold_volume(volume, is_held=False)

    def _hold_volume(self, volume: Volume, *, is_held: bool) -> None:
        if volume.is_long_busy != is_held:
            volume.report()
            volume.is_long_busy = is_held
            end = partial(self._hold_volume, volume, is_held=False)
            self._note(volume.image, volume.lss, f"volume {volume.volume_id}", is_held=is_held, end=end)
            volume.refresh_writers()

    def _hold_lss(self, image: StorageImage, lss: int, *, is_held: bool) -> None:
        if image.is_long_busy(lss) != is_held:
            for volume in image.volumes_of_lss(lss):
                volume.report()
            image.lss(lss).is_long_busy = is_held
            self._note(
                image, lss, f"LSS {lss:02X}", is_held=is_held, end=partial(self._hold_lss, image, lss, is_held=False)
            )
            for volume in image.volumes_of_lss(lss):
                volume.refresh_writers()

    def _note(self, image: StorageImage, lss: int, what: str, *, is_held: bool, end: Callable[[], None]) -> None:
        """Tell the log of a hold that begins or ends; one that begins ends when its time is up."""
        self._kernel.emit(LongBusyChanged(image.image_id, what, is_held))
        key = image.image_id, what
        self._holds.pop(key, None)
        if is_held:
            number = self._holds[key] = next(self._numbers)
            timeout = self._kernel.after(image.long_busy_s(lss))
            assert timeout.callbacks is not None
            timeout.callbacks.append(lambda _: end() if self._holds.get(key) == number else None)


def _path(source: Volume) -> PathGroup | None:
    peer = source.peer
    return source.image.paths.find(source.lss, peer.image.image_id, peer.lss) if peer else None
