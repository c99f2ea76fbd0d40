"""One storage image: the volumes it owns, the paths that start here, whether it has power.

A volume is what its own array knows of it: its opinion of the pair it is in, and its content.

Rule 1: an image answers for its own volumes only; of the other side it knows what a path tells it.
Rule 2: `Volume.adopt` is the only way to a new opinion, and it follows the tables of `states`.
Rule 3: a volume lands writes without asking: whether a write may land is `write_outcome`, and who asks is the stream.
Rule 4: an idle volume is one small object; its empty content and empty set of changed tracks are shared.
"""

from __future__ import annotations

import bisect
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mirrordrill.simulator.array.connections.paths import Link, PathTable
from mirrordrill.simulator.array.content.data import Content, WriteRun
from mirrordrill.simulator.array.content.tracks import TrackSet
from mirrordrill.simulator.array.inventory import Inventory
from mirrordrill.simulator.array.mirror.copy_engine import Copy
from mirrordrill.simulator.array.mirror.sharing import Limit
from mirrordrill.simulator.array.mirror.states import (
    PEER,
    ArrayRefusedError,
    Opinion,
    PairCause,
    PairType,
    Reason,
    Refusal,
    View,
    own_opinion,
)
from mirrordrill.simulator.array.plan import ImagePlan, PlanError, volume_number


class Address(NamedTuple):
    """A volume of an image that the asked array may not be able to reach."""

    image_id: str
    volume_id: str


class WriteOutcome(enum.Enum):
    """What becomes of the next host write to a volume."""

    LOCAL = "lands on this array only"
    MIRRORED = "lands on both arrays before it is acknowledged"
    SUSPENDS = "cannot be mirrored, so the pair is suspended first"
    REFUSED = "is refused"
    HELD = "waits"


class VolumeWriter(Protocol):
    """A stream, as far as a volume knows it."""

    def settle(self) -> None:
        """Land everything that was acknowledged up to now."""

    def report(self) -> None:
        """Settle, and tell the log which copies received what: before anything changes that."""

    def refresh(self, volume: Volume) -> None:
        """Look again at what becomes of writes to this volume."""


class Volume:
    """A fixed-block volume of one storage image."""

    __slots__ = (
        "_changed", "content", "copy", "critical_mode", "image", "incoming", "is_long_busy", "keys", "lost_by",
        "name", "number", "pair_type", "peer", "reason", "reserved_by", "size_tracks", "suspended_at_s", "target_read",
        "view", "writers",
    )  # fmt: skip

    def __init__(self, image: StorageImage, number: int, size_tracks: int, name: str = "-") -> None:
        self.image = image
        self.number = number
        self.name = name
        self.size_tracks = size_tracks
        self.view = View.SIMPLEX
        self.reason = Reason.NONE
        self.peer: Volume | None = None
        """The other volume of the pair in this array's opinion; the other array may see it differently."""
        self.content = Content.blank(size_tracks)
        self.copy: Copy[Volume] | None = None
        """The copy under way from this volume."""
        self.incoming: Copy[Volume] | None = None
        """The copy under way to this volume."""
        self.writers: tuple[VolumeWriter, ...] = ()
        self.pair_type = PairType.METRO_MIRROR
        """A Global Copy pair is modelled by its states only; its writes arrive as those of Metro Mirror do."""
        self.critical_mode = False
        self.target_read = False
        self.reserved_by = ""
        """The host that holds a SCSI reservation; empty where none does."""
        self.keys: tuple[str, ...] = ()
        """The hosts that are registered (SCSI-3 persistent reservation): where there are any, others are refused."""
        self.lost_by: tuple[str, ...] = ()
        """What has taken the disks under the volume away while the array lives: the volume itself, its rank, all."""
        self.is_long_busy = False
        """Whether writes to this volume wait, because its pair broke inside a consistency group."""
        self.suspended_at_s: float | None = None
        self._changed = TrackSet.none(size_tracks)

    @property
    def volume_id(self) -> str:
        """Four hexadecimal digits."""
        return f"{self.number:04X}"

    @property
    def full_id(self) -> str:
        """`IBM.2107-75FA120/1260`."""
        return f"{self.image.image_id}/{self.number:04X}"

    @property
    def address(self) -> Address:
        """How operations name it."""
        return Address(self.image.image_id, self.volume_id)

    @property
    def is_accessible(self) -> bool:
        """Whether the array can reach the volume's disks: otherwise nothing can be read, written or changed."""
        return self.image.is_on and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether the disks under the volume are gone."""
        return bool(self.lost_by)

    @property
    def lss(self) -> int:
        """The logical subsystem the volume belongs to."""
        return self.number >> 8

    @property
    def changed(self) -> TrackSet:
        """The tracks that the peer is not known to hold: changed since the suspension, or still to be copied.

        Exact once the volume has settled.
        """
        return self.copy.pending() if self.copy else self._changed

    @changed.setter
    def changed(self, tracks: TrackSet) -> None:
        self._changed = tracks

    def content_now(self) -> Content:
        """What the volume holds now, the work of a copy under way included."""
        self.settle()
        if self.peer is not None:
            self.peer.settle()
        return self.incoming.target_content() if self.incoming else self.content

    def adopt(self, opinion: Opinion, now_s: float) -> None:
        """Take over an opinion that a table gave."""
        self.view = opinion.view
        if opinion.reason is not None:
            self.reason = opinion.reason
        if opinion.view is View.SUSPENDED:
            self.suspended_at_s = now_s if self.suspended_at_s is None else self.suspended_at_s
        else:
            self.suspended_at_s = None

    def opinion_after(self, cause: PairCause) -> Opinion:
        """What this array would think after a cause that arises here. Raises `RefusedError`."""
        return own_opinion(self.view, cause)

    def opinion_when_told(self, cause: PairCause) -> Opinion | None:
        """What this array would think if a path told it of the cause; None if it does not heed it."""
        return PEER.get((self.view, cause))

    def reaches_peer(self) -> bool:
        """Whether a message of this array can get to the peer."""
        return self.peer is not None and self.image.reaches(self.lss, self.peer.image, self.peer.lss)

    def is_mirrored(self) -> bool:
        """Whether a write sent to the peer would be accepted there: a path works and the peer takes this for its
        source."""
        return (
            self.peer is not None
            and not self.peer.is_lost
            and self.peer.view.is_target
            and self.peer.view is not View.TARGET_SUSPENDED
            and self.peer.peer is self
            and self.reaches_peer()
        )

    def is_closed_to(self, system: str) -> bool:
        """Whether reservations of other hosts keep a host from writing."""
        return self.reserved_by not in ("", system) or bool(self.keys and system not in self.keys)

    def write_outcome(self, system: str) -> WriteOutcome:
        """What becomes of a write of this host now."""
        if not self.is_accessible or self.view.is_target or self.is_closed_to(system):
            return WriteOutcome.REFUSED
        if self.image.is_restarting or self.is_long_busy or self.image.is_long_busy(self.lss):
            return WriteOutcome.HELD
        if self.view in (View.FULL_DUPLEX, View.COPY_PENDING):
            return self._outcome_at_peer()
        if self.critical_mode and self.reason is Reason.INTERNAL_CONDITIONS_TARGET:
            return WriteOutcome.REFUSED
        return WriteOutcome.LOCAL

    def _outcome_at_peer(self) -> WriteOutcome:
        """What becomes of a write that must be mirrored. An array in a warm restart is waited for."""
        if self.is_mirrored():
            return WriteOutcome.MIRRORED
        is_waited_for = self.peer is not None and self.peer.image.is_on and self.peer.image.is_restarting
        return WriteOutcome.HELD if is_waited_for else WriteOutcome.SUSPENDS

    def land(self, run: WriteRun) -> None:
        """Writes arrived, all of them while nothing about this volume, its pair or its paths changed."""
        before = self.content
        self.content = before.written(run)
        if self.view is View.SUSPENDED:
            self._changed |= run.tracks(self.size_tracks)
        elif self.copy is not None:
            self.copy.mirror(run)
        elif self.view is not View.SIMPLEX and self.peer is not None:
            peer = self.peer
            # Equal contents stay one object: a healthy pair costs one append, not two.
            peer.content = self.content if peer.content is before else peer.content.written(run)

    def settle(self) -> None:
        """Let everything that was written or copied here up to now take effect."""
        for writer in self.writers:
            writer.settle()

    def report(self) -> None:
        """Settle, and let the writers tell what they wrote: something about this volume is about to change."""
        for writer in self.writers:
            writer.report()

    def refresh_writers(self) -> None:
        """Tell the writers that writes to this volume may fare differently from now on."""
        for writer in self.writers:
            writer.refresh(self)


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
        """Add a volume. The caller has found room for it."""
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
        """Whether the image answers hosts, consoles and other images."""
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
