"""FlashCopy in its basic form: a point-in-time copy inside one array, for practice copies of a recovery site.

The target holds the source's content from the moment of the command on; how far the background copy has come does not
show in the data. A relation that is not persistent ends with its background copy.

Rule 1: a flash copy target must not be in a mirror pair: what it receives would not reach the peer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import simpy

from mirrordrill.simulator.array.events import FlashCopyTaken
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal, View
from mirrordrill.simulator.array.storage_image import Volume
from mirrordrill.simulator.kernel.kernel import Kernel

BACKGROUND_TRACKS_PER_S = 20_000.0
"""Rate of the background copy: a guess (M-)."""


@dataclass(frozen=True, slots=True)
class FlashOptions:
    """What the command that makes or resynchronizes a relation asks for."""

    records: bool = False
    """Changes are recorded, so that the relation can be resynchronized. It persists for that."""
    persists: bool = False
    copies: bool = True
    """Whether a background copy runs."""
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Flash:
    """A relation between a source and a target volume of one array."""

    source: Volume
    target: Volume
    options: FlashOptions = FlashOptions()
    created_at_s: float = 0.0
    synced_at_s: float = 0.0
    """The moment whose data the target holds."""

    @property
    def records(self) -> bool:
        """Whether changes are recorded."""
        return self.options.records

    @property
    def persists(self) -> bool:
        """Whether the relation outlives its background copy."""
        return self.options.persists or self.options.records

    @property
    def copies(self) -> bool:
        """Whether there is a background copy."""
        return self.options.copies

    @property
    def sequence(self) -> int:
        """The number that the administrator gave the relation."""
        return self.options.sequence

    def copies_at(self, now_s: float) -> bool:
        """Whether the background copy is still going on."""
        return self.copies and self.tracks_left_at(now_s) > 0

    def tracks_left_at(self, now_s: float) -> int:
        """Tracks that the background copy has still to copy; all of them where there is none."""
        done = int((now_s - self.synced_at_s) * BACKGROUND_TRACKS_PER_S) if self.copies else 0
        return max(0, self.source.size_tracks - done)


class FlashCopies:
    """All FlashCopy relations of a site, by their target."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._by_target: dict[Volume, Flash] = {}

    def relations(self) -> list[Flash]:
        """The relations that stand now, in the order of their making."""
        now_s = self._kernel.now_s
        return [each for each in self._by_target.values() if each.persists or not each.copies or each.copies_at(now_s)]

    def make(self, source: Volume, target: Volume, options: FlashOptions = FlashOptions()) -> None:
        """Copy a volume as it is now. Raises `ArrayRefusedError`."""
        if source.image is not target.image:
            raise ArrayRefusedError(Refusal.NOT_ON_THIS_IMAGE)
        if source is target or any(target in (each.source, each.target) for each in self.relations()):
            raise ArrayRefusedError(Refusal.IN_FLASH_COPY)
        if target.view is not View.SIMPLEX:
            raise ArrayRefusedError(Refusal.ALREADY_PAIRED)
        if source.size_tracks != target.size_tracks:
            raise ArrayRefusedError(Refusal.SIZES_DIFFER)
        now_s = self._kernel.now_s
        self._take(Flash(source, target, options, now_s, now_s))

    def resynchronize(self, source: Volume, target: Volume, options: FlashOptions = FlashOptions()) -> None:
        """Copy again what has changed on either side since. The relation goes on as the options say.

        Without recording it ends with its background copy, unless it persists. Raises `ArrayRefusedError`.
        """
        flash = self._find(source, target)
        if not flash.records:
            raise ArrayRefusedError(Refusal.NOT_RECORDED)
        self._take(replace(flash, options=options, synced_at_s=self._kernel.now_s))

    def remove(self, source: Volume, target: Volume) -> None:
        """Dissolve the relation; the target keeps what it holds."""
        del self._by_target[self._find(source, target).target]

    def copied(self, target: Volume) -> simpy.Event:
        """Happens when the background copy that now runs onto a volume has ended; at once where there is none."""
        flash, now_s = self._by_target.get(target), self._kernel.now_s
        left = flash.tracks_left_at(now_s) if flash is not None and flash.copies else 0
        return self._kernel.after(left / BACKGROUND_TRACKS_PER_S)

    def _find(self, source: Volume, target: Volume) -> Flash:
        flash = next((each for each in self.relations() if each.target is target), None)
        if flash is None or flash.source is not source:
            raise ArrayRefusedError(Refusal.NOT_IN_FLASH_COPY)
        return flash

    def _take(self, flash: Flash) -> None:
        source, target = flash.source, flash.target
        if not source.is_accessible or not target.is_accessible:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        for volume in (target, source, source.peer):
            if volume is not None:
                volume.report()
        target.content = source.content_now()
        self._by_target.pop(target, None)
        self._by_target[target] = flash
        self._kernel.emit(FlashCopyTaken(source.image.image_id, source.volume_id, target.volume_id))
