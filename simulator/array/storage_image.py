"""One storage image: the volumes it owns, the paths that start here, whether it has power.

Rule 1: an image answers for its own volumes only; of the other side it knows what a path tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.array.paths import Link, PathBook
from simulator.array.plan import ImagePlan, volume_number
from simulator.array.states import Refusal, RefusedError, View
from simulator.array.volume import Volume


@dataclass(slots=True)
class LssSettings:
    """What an administrator can set for a logical subsystem, and the long busy that follows from it."""

    long_busy_s: float = 60.0
    """Extended long busy time-out: 60 s for fixed block (dscli.md section 7, M)."""
    is_long_busy: bool = False


_DEFAULT_LSS = LssSettings()


class StorageImage:
    """A DS8000 storage image."""

    def __init__(self, plan: ImagePlan) -> None:
        self.image_id = plan.image_id
        self.wwnn = plan.wwnn
        self.name = plan.name
        self.model = plan.model
        self.is_on = True
        self.paths = PathBook()
        self._volumes = {
            (number := volume_number(each.volume)): Volume(self, number, each.size_tracks) for each in plan.volumes
        }
        self._numbers = sorted(self._volumes)
        self._lss_settings: dict[int, LssSettings] = {}

    @property
    def unit_id(self) -> str:
        """The storage unit's id: its last digit is 0 where the image's is 1 (dscli.md 1.1); others are their own
        unit."""
        return self.image_id[:-1] + "0" if self.image_id.endswith("1") else self.image_id

    def find_volume(self, number: int) -> Volume | None:
        """The volume with this number, if there is one."""
        return self._volumes.get(number)

    def volume(self, volume_id: str) -> Volume:
        """The volume with these four hexadecimal digits. Raises `RefusedError` where there is none."""
        volume = self._volumes.get(volume_number(volume_id))
        if volume is None:
            raise RefusedError(Refusal.NO_SUCH_VOLUME)
        return volume

    def volumes(self, low: int = 0, high: int = 0xFFFF) -> Iterator[Volume]:
        """The volumes with numbers from low to high, both included, in order."""
        return (self._volumes[number] for number in self._numbers if low <= number <= high)

    def lss_numbers(self) -> list[int]:
        """The logical subsystems that have volumes."""
        return sorted({number >> 8 for number in self._numbers})

    def lss(self, number: int) -> LssSettings:
        """The settings of a logical subsystem."""
        return self._lss_settings.setdefault(number, LssSettings())

    def long_busy_s(self, lss: int) -> float:
        """The extended long busy time-out of a logical subsystem."""
        return self._lss_settings.get(lss, _DEFAULT_LSS).long_busy_s

    def is_long_busy(self, lss: int) -> bool:
        """Whether host writes to this logical subsystem wait at the moment."""
        settings = self._lss_settings.get(lss)
        return settings is not None and settings.is_long_busy

    def reaches(self, lss: int, target: StorageImage, target_lss: int) -> bool:
        """Whether a path from one LSS here to one there works."""
        return self.link_to(lss, target, target_lss) is not None

    def link_to(self, lss: int, target: StorageImage, target_lss: int) -> Link | None:
        """The link that carries the path from one LSS here to one there at the moment."""
        group = self.paths.find(lss, target.image_id, target_lss)
        return group.working_link() if group else None

    def is_host_writable(self, volume_id: str) -> bool:
        """Whether a host's write to the volume would be accepted, possibly after a suspension."""
        volume = self._volumes.get(volume_number(volume_id))
        return volume is not None and volume.is_accessible and not volume.view.is_target

    def is_readable(self, volume_id: str) -> bool:
        """Whether a host can read the volume: targets only where the pair was made with target read."""
        volume = self._volumes.get(volume_number(volume_id))
        return volume is not None and volume.is_accessible and (not volume.view.is_target or volume.target_read)

    def paired_volumes(self) -> Iterator[Volume]:
        """The volumes that this image takes to be in a pair, in order."""
        return (volume for volume in self.volumes() if volume.view is not View.SIMPLEX)
