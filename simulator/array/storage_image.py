"""One storage image: the volumes it owns, the paths that start here, whether it has power.

Rule 1: an image answers for its own volumes only; of the other side it knows what a path tells it.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mirrordrill.simulator.array.connections.paths import Link, PathTable
from mirrordrill.simulator.array.inventory import Inventory
from mirrordrill.simulator.array.mirror.sharing import Limit
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal, View
from mirrordrill.simulator.array.plan import ImagePlan, PlanError, volume_number
from mirrordrill.simulator.array.volume import Volume


@dataclass(slots=True)
class LssSettings:
    """What an administrator can set for a logical subsystem, and the long busy that follows from it."""

    long_busy_s: float = 60.0
    """Extended long busy time-out: 60 s for fixed block (dscli.md section 7, M)."""
    consistency_group: bool = False
    """Whether every path from here counts as one of a consistency group."""
    ssid: int | None = None
    """The subsystem id; None: FF and the LSS number (dscli.md 5.2, M+)."""
    is_long_busy: bool = False


_DEFAULT_LSS = LssSettings()


class StorageImage:
    """A DS8000 storage image."""

    def __init__(self, plan: ImagePlan, link_ports: Iterable[str] = ()) -> None:
        self.image_id = plan.image_id
        self.wwnn = plan.wwnn
        self.name = plan.name
        self.model = plan.model
        self.is_on = True
        self.is_restarting = False
        """Whether the image is in a warm restart: it answers no command, and forgets nothing."""
        self.is_managed = True
        """Whether its consoles can reach it. Data flow all the same where they cannot."""
        self.answer_delay_s = 0.0
        """What every answer to a console takes longer than usual."""
        self.paths = PathTable()
        self.copy_limit = Limit(plan.copy_tracks_per_s)
        """What all copies from and to this image share."""
        self.inventory = Inventory(plan, link_ports)
        self._volumes: dict[int, Volume] = {}
        self._numbers: list[int] = []
        self._lss_settings: dict[int, LssSettings] = {}
        for each in plan.volumes:
            volume = Volume(self, volume_number(each.volume), each.size_tracks, each.name)
            pool = self.inventory.pool(plan.pool_of(each))
            if volume.number in self._volumes:
                raise PlanError(f"volume {volume.full_id} is planned twice")
            if pool is None or not self.inventory.place(volume.number, each.size_tracks, pool):
                raise PlanError(f"volume {volume.full_id} does not fit into its extent pool any more")
            self._volumes[volume.number] = volume
        self._numbers = sorted(self._volumes)

    @property
    def unit_id(self) -> str:
        """The storage unit's id: its last digit is 0 where the image's is 1 (dscli.md 1.1); others are their own
        unit."""
        return self.image_id[:-1] + "0" if self.image_id.endswith("1") else self.image_id

    def find_volume(self, number: int) -> Volume | None:
        """The volume with this number, if there is one."""
        return self._volumes.get(number)

    def volume(self, volume_id: str) -> Volume:
        """The volume with these four hexadecimal digits. Raises `ArrayRefusedError` where there is none."""
        volume = self._volumes.get(volume_number(volume_id))
        if volume is None:
            raise ArrayRefusedError(Refusal.NO_SUCH_VOLUME)
        return volume

    def volumes(self, low: int = 0, high: int = 0xFFFF) -> Iterator[Volume]:
        """The volumes with numbers from low to high, both included, in order."""
        first, end = bisect.bisect_left(self._numbers, low), bisect.bisect_right(self._numbers, high)
        return (self._volumes[number] for number in self._numbers[first:end])

    def volumes_of_lss(self, lss: int) -> list[Volume]:
        """The volumes of a logical subsystem, in order."""
        return list(self.volumes(lss << 8, lss << 8 | 0xFF))

    def add_volume(self, volume: Volume) -> None:
        """A volume is there from now on. Whoever makes it has found room for it."""
        self._volumes[volume.number] = volume
        bisect.insort(self._numbers, volume.number)

    def forget_volume(self, number: int) -> None:
        """A volume is not there any more."""
        del self._volumes[number]
        self._numbers.remove(number)

    def lss_numbers(self) -> list[int]:
        """The logical subsystems that have volumes."""
        return sorted({number >> 8 for number in self._numbers})

    def ssid(self, lss: int) -> int:
        """The subsystem id of a logical subsystem."""
        ssid = self._lss_settings.get(lss, _DEFAULT_LSS).ssid
        return 0xFF00 | lss if ssid is None else ssid

    def is_consistency_group(self, lss: int) -> bool:
        """Whether an administrator has made every path from this LSS one of a consistency group."""
        return self._lss_settings.get(lss, _DEFAULT_LSS).consistency_group

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

    @property
    def answers_consoles(self) -> bool:
        """Whether a command from a console is carried out and answered."""
        return self.is_running and self.is_managed

    @property
    def is_running(self) -> bool:
        """Whether the image answers anybody."""
        return self.is_on and not self.is_restarting

    def reaches(self, lss: int, target: StorageImage, target_lss: int) -> bool:
        """Whether a path from one LSS here to one there works."""
        return self.link_to(lss << 8, target, target_lss) is not None

    def link_to(self, number: int, target: StorageImage, target_lss: int) -> Link | None:
        """The link that carries a volume's data to an LSS of another image at the moment."""
        group = self.paths.find(number >> 8, target.image_id, target_lss)
        return group.link_for(number) if group else None

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
