"""FlashCopy in its basic form: a point-in-time copy inside one array, for practice copies of a recovery site.

The target holds the source's content from the moment of the command on; how far the background copy has come does not
show in the data. A relation that is not persistent ends with its background copy.

Rule 1: a flash copy target must not be in a mirror pair: what it receives would not reach the peer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mirrordrill.simulator.array.events import FlashCopyTaken
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal, View
from mirrordrill.simulator.array.volume import Volume
from mirrordrill.simulator.kernel.kernel import Kernel

BACKGROUND_TRACKS_PER_S = 20_000.0
"""Rate of the background copy: a guess (M-)."""


@dataclass(frozen=True, slots=True)
class Flash:
    """A relation between a source and a target volume of one array."""

    source: Volume
    target: Volume
    records: bool = False
    persists: bool = False
    copies: bool = True
    sequence: int = 0
    background_done_at_s: float = 0.0

    def copies_at(self, now_s: float) -> bool:
        """Whether the background copy is still going on."""
        return self.copies and now_s < self.background_done_at_s


class FlashCopies:
    """All FlashCopy relations of a site, by their target."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._by_target: dict[Volume, Flash] = {}

    def relations(self) -> list[Flash]:
        """The relations that stand now, in the order of their making."""
        now_s = self._kernel.now_s
        return [each for each in self._by_target.values() if each.persists or not each.copies or each.copies_at(now_s)]

    def make(
        self, source: Volume, target: Volume, records: bool = False, persists: bool = False, copies: bool = True
    ) -> None:
        """Copy a volume as it is now. Change recording makes a relation persistent."""
        if source.image is not target.image:
            raise ArrayRefusedError(Refusal.NOT_ON_THIS_IMAGE)
        if source is target or any(target in (each.source, each.target) for each in self.relations()):
            raise ArrayRefusedError(Refusal.IN_FLASH_COPY)
        if target.view is not View.SIMPLEX:
            raise ArrayRefusedError(Refusal.ALREADY_PAIRED)
        if source.size_tracks != target.size_tracks:
            raise ArrayRefusedError(Refusal.SIZES_DIFFER)
        self._by_target.pop(target, None)
        self._take(Flash(source, target, records, persists or records, copies))

    def resynchronize(self, source: Volume, target: Volume) -> None:
        """Copy again what has changed on either side since."""
        flash = self._find(source, target)
        if not flash.records:
            raise ArrayRefusedError(Refusal.NOT_RECORDED)
        self._take(replace(flash, sequence=flash.sequence + 1))

    def remove(self, source: Volume, target: Volume) -> None:
        """Dissolve the relation; the target keeps what it holds."""
        del self._by_target[self._find(source, target).target]

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
        done_at_s = self._kernel.now_s + source.size_tracks / BACKGROUND_TRACKS_PER_S
        self._by_target[target] = replace(flash, background_done_at_s=done_at_s)
        self._kernel.emit(FlashCopyTaken(source.image.image_id, source.volume_id, target.volume_id))
