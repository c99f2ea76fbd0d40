"""What a storage image is made of besides volumes and paths: disks, ranks, extent pools, ports, volume groups, hosts.

Eight disks are an array site, a site carries one RAID array, an array one rank, and the ranks of one server form an
extent pool. A volume is so many extents of 1 GiB of one pool; its number decides which server owns it: even logical
subsystems belong to server 0 (rank group 0), odd ones to server 1.

Rule 1: hardware is frozen. What changes is which extents are taken and who sees which volume.
Rule 2: extents of one volume lie on one rank, the next in turn that has room; only a volume that no single rank can
hold spans several. That is what makes the loss of a rank a loss of some volumes and not of all.
Rule 3: nothing here decides whether a volume may be made or removed; it only says whether there is room.

Sources: dscli.md section 5.2 (ports, WWNN), section 6 (samples of `lsextpool`, `lsioport`, `showfbvol`); numbers of
ranks, disks and extents are assumptions (M-).
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mirrordrill.simulator.array.plan import (
    GIBIBYTE_TRACKS,
    ImagePlan,
    PlanError,
    PoolPlan,
    server_of_pool,
    volume_number,
)

DISK_GB = 300.0
DISK_RPM = "15000"
DISK_CLASS = "ENT"
DISKS_PER_SITE = 8
RAID_TYPE = "5 (6+P+S)"
FEWEST_RANKS = 2
SITES_PER_DEVICE_ADAPTER_PAIR = 8


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank, with the array and the array site it stands on: the three share a number (sites count from 1)."""

    number: int
    pool: str
    extents: int

    @property
    def rank_id(self) -> str:
        """`R0`."""
        return f"R{self.number}"

    @property
    def array_id(self) -> str:
        """`A0`."""
        return f"A{self.number}"

    @property
    def site_id(self) -> str:
        """`S1`."""
        return f"S{self.number + 1}"

    @property
    def group(self) -> int:
        """The server that owns the rank's pool: 0 or 1."""
        return server_of_pool(self.pool)

    @property
    def device_adapter_pair(self) -> int:
        """The pair of adapters that the disks hang on."""
        return self.number // SITES_PER_DEVICE_ADAPTER_PAIR


@dataclass(frozen=True, slots=True)
class ExtentPool:
    """The ranks that volumes of one pool are cut from."""

    pool_id: str
    ranks: tuple[Rank, ...]

    @property
    def group(self) -> int:
        """The server that owns the pool: 0 or 1."""
        return server_of_pool(self.pool_id)

    @property
    def extents(self) -> int:
        """How many extents of 1 GiB there are."""
        return sum(rank.extents for rank in self.ranks)


@dataclass(frozen=True, slots=True)
class IoPort:
    """A Fibre Channel port of an image."""

    port: str
    wwpn: str
    is_for_links: bool
    """Whether a link to another image is plugged in; else it serves hosts."""


@dataclass(frozen=True, slots=True)
class VolumeGroup:
    """Volumes that a host may see together; a predefined one (`SCSI All`) means all there are."""

    group_id: str
    name: str
    kind: str = "SCSI Mask"

    @property
    def is_predefined(self) -> bool:
        """Whether its members are not chosen."""
        return self.kind != "SCSI Mask"


@dataclass(frozen=True, slots=True)
class HostConnection:
    """A port of a host that may log in, and what it sees."""

    connection_id: str
    name: str
    wwpn: str
    host_type: str
    profile: str
    group: str


class Placement(NamedTuple):
    """Where a volume's extents lie: so many on each of these ranks."""

    pool_id: str
    parts: tuple[tuple[str, int], ...]

    @property
    def extents(self) -> int:
        """How many there are."""
        return sum(count for _, count in self.parts)

    @property
    def ranks(self) -> tuple[str, ...]:
        """`("R0",)`; several only for a volume larger than what one rank had left."""
        return tuple(rank for rank, _ in self.parts)


PREDEFINED_GROUPS = (
    VolumeGroup("V10", "ALL CKD", "FICON/ESCON All"),
    VolumeGroup("V20", "ALL Fixed Block-512", "SCSI All"),
    VolumeGroup("V30", "ALL Fixed Block-520", "OS400 All"),
)
"""There on every image (dscli.md section 6, M); only `ALL Fixed Block-512` has members here."""


class Inventory:
    """The parts of one storage image."""

    def __init__(self, plan: ImagePlan, link_ports: Iterable[str] = ()) -> None:
        self.wwnn = plan.wwnn
        self.pools = build_pools(plan)
        self.ports = tuple(build_ports(plan, set(link_ports)))
        self.groups: dict[str, VolumeGroup] = {each.group_id: each for each in PREDEFINED_GROUPS}
        self.hosts = tuple(build_hosts(plan))
        self._pools = {pool.pool_id: pool for pool in self.pools}
        self._placements: dict[int, Placement] = {}
        self._shared: dict[Placement, Placement] = {}
        self._used = {rank.rank_id: 0 for rank in self.ranks}
        self._next_rank = dict.fromkeys(self._pools, 0)
        self._members: dict[str, list[int]] = {}
        for group in plan.volume_groups:
            self.groups[group.group] = VolumeGroup(group.group, group.name)
            ids = [each.volume for each in plan.volumes] if group.volumes is None else group.volumes
            self._members[group.group] = sorted({volume_number(each) for each in ids})

    @property
    def ranks(self) -> tuple[Rank, ...]:
        """All ranks, in the order of their numbers."""
        return tuple(sorted((rank for pool in self.pools for rank in pool.ranks), key=lambda rank: rank.number))

    def pool(self, pool_id: str) -> ExtentPool | None:
        """The pool with this id, if there is one."""
        return self._pools.get(pool_id)

    def has_port(self, port: str) -> bool:
        """Whether the image has this I/O port."""
        return any(each.port == port for each in self.ports)

    def default_pool(self, number: int) -> ExtentPool | None:
        """The first pool of the server that owns a volume's LSS."""
        return next((pool for pool in self.pools if pool.group == (number >> 8) % 2), None)

    def used_extents(self, pool: ExtentPool) -> int:
        """How many extents of a pool are taken."""
        return sum(self._used[rank.rank_id] for rank in pool.ranks)

    def used_on(self, rank: Rank) -> int:
        """How many extents of a rank are taken."""
        return self._used[rank.rank_id]

    def placement(self, number: int) -> Placement:
        """Where a volume lies. Raises KeyError for one that is not there."""
        return self._placements[number]

    def volumes_in(self, pool_id: str) -> list[int]:
        """The numbers of the volumes of a pool, in order."""
        return sorted(number for number, placed in self._placements.items() if placed.pool_id == pool_id)

    def volumes_on(self, rank_id: str) -> list[int]:
        """The numbers of the volumes that have an extent on a rank, in order."""
        return sorted(number for number, placed in self._placements.items() if rank_id in placed.ranks)

    def place(self, number: int, size_tracks: int, pool: ExtentPool) -> bool:
        """Take the extents that a volume of this size needs beyond what it has; False, and no change, without room."""
        old = self._placements.get(number)
        missing = extents_of(size_tracks) - (old.extents if old else 0)
        parts = self._find_room(pool, missing)
        if parts is None:
            return False
        taken = dict(old.parts) if old else {}
        for rank_id, count in parts:
            self._used[rank_id] += count
            taken[rank_id] = taken.get(rank_id, 0) + count
        placement = Placement(pool.pool_id, tuple(taken.items()))
        self._placements[number] = self._shared.setdefault(placement, placement)
        return True

    def release(self, number: int) -> None:
        """Give a volume's extents back; no group has it any more."""
        for rank_id, count in self._placements.pop(number).parts:
            self._used[rank_id] -= count
        for group in self._members:
            self.set_member(group, number, is_member=False)

    def members(self, group_id: str) -> list[int]:
        """The numbers of the volumes of a group, in order. Raises KeyError for a group that is not there."""
        if self.groups[group_id].is_predefined:
            return sorted(self._placements) if self.groups[group_id].kind == "SCSI All" else []
        return list(self._members[group_id])

    def groups_of(self, number: int) -> tuple[str, ...]:
        """The groups that an administrator put a volume into, in the order of their making."""
        return tuple(group for group in self._members if self._is_member(group, number))

    def set_member(self, group_id: str, number: int, *, is_member: bool) -> None:
        """Put a volume into a group that can be changed, or take it out. Raises KeyError for another group."""
        members = self._members[group_id]
        if self._is_member(group_id, number) is not is_member:
            place = bisect.bisect_left(members, number)
            members[place : place + (not is_member)] = [number] if is_member else []

    def _is_member(self, group_id: str, number: int) -> bool:
        members = self._members[group_id]
        place = bisect.bisect_left(members, number)
        return members[place : place + 1] == [number]

    def guid(self, number: int) -> str:
        """The world-wide id that a host sees of a volume: 32 hexadecimal digits (dscli.md 5.2, S)."""
        return f"6{self.wwnn[1:]}{number:016X}"

    def _find_room(self, pool: ExtentPool, extents: int) -> list[tuple[str, int]] | None:
        """The next rank in turn that can hold all of it; else whatever is left, rank by rank; None if that is short."""
        turn = self._next_rank[pool.pool_id]
        in_turn = [*pool.ranks[turn:], *pool.ranks[:turn]] if extents else []
        for rank in in_turn:
            if self._used[rank.rank_id] + extents <= rank.extents:
                self._next_rank[pool.pool_id] = (pool.ranks.index(rank) + 1) % len(pool.ranks)
                return [(rank.rank_id, extents)]
        parts: list[tuple[str, int]] = []
        for rank in in_turn:
            part = min(extents, rank.extents - self._used[rank.rank_id])
            if part:
                parts.append((rank.rank_id, part))
                extents -= part
        return None if extents else parts


def extents_of(size_tracks: int) -> int:
    """How many extents of 1 GiB a volume of this size takes."""
    return -(-size_tracks // GIBIBYTE_TRACKS)


def wwpn_of(wwnn: str, port: str) -> str:
    """The world-wide name of a port, from that of its image.

    Read off one real pair, 5005076304FFD7EA and 50050763040317EA for I0030 (dscli.md section 6, S): `FF` becomes
    8 * enclosure + slot, and the port of the adapter stands in the upper two bits behind it. Ports 4 to 7 of an
    eight-port adapter are a guess (M-).
    """
    enclosure, slot, adapter_port = int(port[1:3], 16), int(port[3], 16), int(port[4], 16)
    place = (8 * enclosure + slot + 0x40 * (adapter_port >> 2)) & 0xFF
    return f"{wwnn[:10]}{place:02X}{int(wwnn[12:], 16) & 0x3FFF | (adapter_port & 3) << 14:04X}"


def build_pools(plan: ImagePlan) -> tuple[ExtentPool, ...]:
    """The pools of an image, their ranks numbered in turn over all pools."""
    counts = [(pool, pool.ranks or _ranks_needed(plan, pool)) for pool in plan.pools]
    if len({pool.pool for pool, _ in counts}) < len(counts):
        raise PlanError(f"storage image {plan.image_id} has two extent pools of the same name")
    ranks: dict[str, list[Rank]] = {pool.pool: [] for pool, _ in counts}
    number = 0
    for turn in range(max((count for _, count in counts), default=0)):
        for pool, count in counts:
            if turn < count:
                ranks[pool.pool].append(Rank(number, pool.pool, pool.rank_extents))
                number += 1
    return tuple(ExtentPool(pool.pool, tuple(ranks[pool.pool])) for pool, _ in counts)


def build_ports(plan: ImagePlan, link_ports: set[str]) -> Iterator[IoPort]:
    """The ports of an image, in the order of their names."""
    for port in sorted({*plan.host_ports, *link_ports}):
        yield IoPort(port, wwpn_of(plan.wwnn, port), port in link_ports)


def build_hosts(plan: ImagePlan) -> Iterator[HostConnection]:
    """The host connections, numbered in the order of the plan."""
    known = {group.group for group in plan.volume_groups} | {group.group_id for group in PREDEFINED_GROUPS}
    for number, each in enumerate(plan.host_connections):
        if each.group not in known:
            raise PlanError(f"host connection {each.name}: there is no volume group {each.group} on {plan.image_id}")
        yield HostConnection(f"{number:04X}", each.name, each.wwpn, each.host_type, each.profile, each.group)


def _ranks_needed(plan: ImagePlan, pool: PoolPlan) -> int:
    """So many that the planned volumes take four fifths, and at least two."""
    extents = sum(extents_of(each.size_tracks) for each in plan.volumes if plan.pool_of(each) == pool.pool)
    return max(FEWEST_RANKS, -(-extents * 5 // (4 * pool.rank_extents)))
