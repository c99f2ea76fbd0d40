"""Volumes made, enlarged, renamed and removed while the array runs.

Rule 1: a request that is refused changes nothing.
Rule 2: a volume that a relation depends on (a mirror pair, a FlashCopy) keeps its size and stays there.
"""

from __future__ import annotations

import enum

from mirrordrill.simulator.array.content.tracks import TrackSet
from mirrordrill.simulator.array.flash import FlashCopies
from mirrordrill.simulator.array.inventory import ExtentPool
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.array.plan import HIGHEST_LSS
from mirrordrill.simulator.array.storage_image import StorageImage, Volume


class ProvisioningRefusal(enum.Enum):
    """Why an array does not make, change or remove a volume."""

    NO_SUCH_VOLUME = "the volume does not exist"
    EXISTS = "the volume exists already"
    NO_SUCH_LSS = "there is no logical subsystem FF"
    NO_SUCH_POOL = "the extent pool does not exist"
    WRONG_SERVER = "the extent pool does not belong to the server of the volume's logical subsystem"
    NO_ROOM = "the extent pool has not enough free extents"
    NOT_LARGER = "a volume can only be made larger"
    IN_PAIR = "the volume is in a remote mirror and copy pair"
    IN_FLASH_COPY = "the volume is in a FlashCopy relationship"
    IN_USE = "a host writes to the volume"
    HOLDS_A_MIXTURE = "the volume holds the remains of an interrupted copy"
    NO_SUCH_GROUP = "the volume group does not exist, or cannot be changed"
    INACCESSIBLE = "the storage image is inaccessible"


class ProvisioningRefusedError(Exception):
    """The array did not make, change or remove a volume; nothing was changed."""

    def __init__(self, why: ProvisioningRefusal) -> None:
        super().__init__(why.value)
        self.why = why


class Provisioning:
    """What an administrator can do to volumes themselves."""

    def __init__(self, flash: FlashCopies) -> None:
        self._flash = flash

    def make(self, image: StorageImage, number: int, size_tracks: int, pool_id: str = "", name: str = "-") -> Volume:
        """Make a fixed-block volume (`mkfbvol`). Without a pool it goes to the first of its LSS's server."""
        _check(image.is_on, ProvisioningRefusal.INACCESSIBLE)
        _check(number >> 8 <= HIGHEST_LSS, ProvisioningRefusal.NO_SUCH_LSS)
        _check(image.find_volume(number) is None, ProvisioningRefusal.EXISTS)
        pool = _pool(image, number, pool_id)
        _check(image.inventory.place(number, size_tracks, pool), ProvisioningRefusal.NO_ROOM)
        volume = Volume(image, number, size_tracks, name)
        image.add_volume(volume)
        return volume

    def expand(self, image: StorageImage, number: int, size_tracks: int) -> None:
        """Make a volume larger (`chfbvol -cap`); what it holds stays, the new tracks are blank."""
        volume = self._free_volume(image, number)
        _check(size_tracks > volume.size_tracks, ProvisioningRefusal.NOT_LARGER)
        volume.settle()
        content = volume.content.enlarged(size_tracks)
        if content is None:
            raise ProvisioningRefusedError(ProvisioningRefusal.HOLDS_A_MIXTURE)
        pool = image.inventory.pool(image.inventory.placement(number).pool_id)
        assert pool is not None
        _check(image.inventory.place(number, size_tracks, pool), ProvisioningRefusal.NO_ROOM)
        volume.size_tracks, volume.content, volume.changed = size_tracks, content, TrackSet.none(size_tracks)

    def rename(self, image: StorageImage, number: int, name: str) -> None:
        """Give a volume another name (`chfbvol -name`)."""
        _found(image, number).name = name

    def remove(self, image: StorageImage, number: int) -> None:
        """Remove a volume and all it holds (`rmfbvol`). One that a host writes to stays."""
        volume = self._free_volume(image, number)
        _check(not volume.writers, ProvisioningRefusal.IN_USE)
        image.forget_volume(number)
        image.inventory.release(number)

    def assign(self, image: StorageImage, group_id: str, number: int, *, is_member: bool = True) -> None:
        """Put a volume into a volume group, or take it out (`chvolgrp -action add|remove`)."""
        _found(image, number)
        group = image.inventory.groups.get(group_id)
        _check(group is not None and not group.is_predefined, ProvisioningRefusal.NO_SUCH_GROUP)
        image.inventory.set_member(group_id, number, is_member=is_member)

    def _free_volume(self, image: StorageImage, number: int) -> Volume:
        """A volume that nothing depends on."""
        volume = _found(image, number)
        _check(volume.view is View.SIMPLEX and volume.peer is None, ProvisioningRefusal.IN_PAIR)
        in_flash = any(volume in (each.source, each.target) for each in self._flash.relations())
        _check(not in_flash, ProvisioningRefusal.IN_FLASH_COPY)
        return volume


def _found(image: StorageImage, number: int) -> Volume:
    _check(image.is_on, ProvisioningRefusal.INACCESSIBLE)
    volume = image.find_volume(number)
    if volume is None:
        raise ProvisioningRefusedError(ProvisioningRefusal.NO_SUCH_VOLUME)
    return volume


def _pool(image: StorageImage, number: int, pool_id: str) -> ExtentPool:
    pool = image.inventory.pool(pool_id) if pool_id else image.inventory.default_pool(number)
    if pool is None:
        raise ProvisioningRefusedError(ProvisioningRefusal.NO_SUCH_POOL)
    _check(pool.group == (number >> 8) % 2, ProvisioningRefusal.WRONG_SERVER)
    return pool


def _check(is_fine: object, otherwise: ProvisioningRefusal) -> None:
    if not is_fine:
        raise ProvisioningRefusedError(otherwise)
