"""SCSI-3 persistent reservations: the keys of hosts on data volumes (Write Exclusive, Registrants Only).

As long as a volume has no key, every host may write; as soon as it has one, only hosts with a key there may. That
keeps a host out that other hosts believe dead: the host that takes a disk over replaces or ejects its key. From then on
the array itself refuses what the old host writes.

A key is on one volume of one array. The other volume of a pair is another volume, with keys of its own or none: a
takeover on the far array leaves the keys here where they are, and protects nothing here.

Rule 1: a key changes what becomes of writes and nothing else; reads and pair commands do not ask for one.
Rule 2: keys are lost with the power of their array, like every reservation (M).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirrordrill.simulator.array.events import KeysChanged
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal
from mirrordrill.simulator.array.storage_image import StorageImage, Volume
from mirrordrill.simulator.kernel.kernel import Kernel


class Registrations:
    """The keys on the volumes of all images."""

    def __init__(self, kernel: Kernel, image_of: Callable[[str], StorageImage]) -> None:
        self._kernel = kernel
        self._image_of = image_of

    def register(self, image_id: str, volume_ids: Sequence[str], host: str, *, alone: bool) -> None:
        """A host puts its key on volumes: beside those of others, or (`alone`) in the place of theirs.

        Raises `ArrayRefusedError` where the image does not answer, or has no such volume.
        """
        for volume in self._answering(image_id, volume_ids):
            others = () if alone else tuple(other for other in volume.keys if other != host)
            self._set(volume, (*others, host))

    def unregister(self, image_id: str, volume_ids: Sequence[str], host: str) -> None:
        """A host takes its key off volumes. Raises `ArrayRefusedError` as `register` does."""
        for volume in self._answering(image_id, volume_ids):
            self._set(volume, tuple(other for other in volume.keys if other != host))

    def eject(self, image_id: str, hosts: Sequence[str], by: Sequence[str]) -> None:
        """The keys of hosts are taken off every volume of an image on which one of `by` has a key and can do it.

        Nothing happens on an image that does not answer.
        """
        image = self._image_of(image_id)
        for volume in image.volumes() if image.is_running else ():
            if any(host in volume.keys for host in by):
                self._set(volume, tuple(key for key in volume.keys if key not in hosts))

    def forget(self, image: StorageImage) -> None:
        """The image has lost its power."""
        for volume in image.volumes():
            self._set(volume, ())

    def _answering(self, image_id: str, volume_ids: Sequence[str]) -> list[Volume]:
        image = self._image_of(image_id)
        if not image.is_running:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        return [image.volume(volume_id) for volume_id in volume_ids]

    def _set(self, volume: Volume, keys: tuple[str, ...]) -> None:
        if volume.keys != keys:
            volume.report()
            volume.keys = keys
            self._kernel.emit(KeysChanged(volume.image.image_id, volume.volume_id, keys))
            volume.refresh_writers()
