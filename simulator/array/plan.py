"""How a site's storage looks before anything has happened: frozen, checked where it enters.

Rule 1: a plan names things by their ids and holds no behaviour.
Rule 2: what a plan leaves out is healthy: paths for every LSS pair in use, in both directions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mirrordrill.simulator.array.mirror.states import PairType, Reason, View

_IMAGE_ID = re.compile(r"IBM\.\d{4}-[0-9A-Z]{7}\Z")
_VOLUME_ID = re.compile(r"[0-9A-Fa-f]{4}\Z")
_WWNN = re.compile(r"[0-9A-F]{16}\Z")
_POOL_ID = re.compile(r"P[0-9]{1,4}\Z")
_PORT_ID = re.compile(r"I[0-9A-Fa-f]{2}[0-9A-Fa-f][0-7]\Z")

GIBIBYTE_TRACKS = 16384
"""Tracks of 64 KiB in 1 GiB, which is one extent of a fixed-block extent pool."""

HIGHEST_LSS = 0xFE
"""Logical subsystems are numbered 00 to FE (dscli.md section 7)."""

# What an array carries (dscli.md section 7, S).
MOST_PATHS = 8
"""FCP paths from one source LSS to one target LSS."""
MOST_TARGETS = 4
"""Target LSSs of one source LSS."""
MOST_PATHS_PER_LINK = 256
"""Logical paths over one pair of ports."""
MOST_PATHS_PER_PORT = 2048
"""Logical paths that begin or end at one port."""
MOST_LINKS_PER_PORT = 126
"""Different ports that one port talks to."""


class PlanError(ValueError):
    """A plan contradicts itself or names something that is not there; the message says what."""


def volume_number(volume_id: str) -> int:
    """The number behind four hexadecimal digits; the first two are the LSS. Raises `PlanError`."""
    if not _VOLUME_ID.match(volume_id):
        raise PlanError(f"volume id {volume_id!r} is not four hexadecimal digits")
    number = int(volume_id, 16)
    if number >> 8 > HIGHEST_LSS:
        raise PlanError(f"volume id {volume_id}: there is no LSS FF; they are numbered 00 to FE")
    return number


def server_of_pool(pool_id: str) -> int:
    """The server (rank group) that owns a pool: P0, P2 ... server 0; P1, P3 ... server 1."""
    return int(pool_id[1:]) % 2


def check_port(port: str) -> None:
    """I/O ports are named I, enclosure (two digits), slot, port of the adapter: I0143. Raises `PlanError`."""
    if not _PORT_ID.match(port):
        raise PlanError(f"I/O port {port!r} does not look like I0143")


@dataclass(frozen=True, slots=True)
class VolumePlan:
    """A fixed-block volume."""

    volume: str
    size_tracks: int = 10 * GIBIBYTE_TRACKS
    name: str = "-"
    pool: str = ""
    """Empty: the first pool of the server that owns the volume's LSS (even LSSs server 0, odd ones server 1)."""

    def __post_init__(self) -> None:
        volume_number(self.volume)
        if self.size_tracks < 1:
            raise PlanError(f"volume {self.volume} has a size of {self.size_tracks} tracks")


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """An extent pool. An even number in its name gives it to server 0 (rank group 0), an odd one to server 1."""

    pool: str
    ranks: int = 0
    """0: as many as the planned volumes need with a quarter to spare, and at least two."""
    rank_extents: int = 1582
    """Extents of 1 GiB on a RAID 5 rank of seven 300 GB disks (an assumption, M-)."""

    def __post_init__(self) -> None:
        if not _POOL_ID.match(self.pool):
            raise PlanError(f"extent pool {self.pool!r} is not named like P0")
        if self.ranks < 0 or self.rank_extents < 1:
            raise PlanError(f"extent pool {self.pool} needs a number of ranks, and extents on each")


@dataclass(frozen=True, slots=True)
class VolumeGroupPlan:
    """Volumes that a host may see together. `volumes` of None: all that are planned."""

    group: str
    name: str = "-"
    volumes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class HostConnectionPlan:
    """A port of a host, and the volume group that it sees."""

    name: str
    wwpn: str
    group: str = "V0"
    host_type: str = "LinuxRHEL"
    profile: str = "Intel - Linux RHEL"

    def __post_init__(self) -> None:
        if not _WWNN.match(self.wwpn):
            raise PlanError(f"WWPN {self.wwpn!r} of host connection {self.name} is not 16 hexadecimal digits")


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """A storage image (what `-dev` names) with its volumes."""

    image_id: str
    wwnn: str
    volumes: tuple[VolumePlan, ...]
    name: str = "-"
    model: str = "961"
    pools: tuple[PoolPlan, ...] = (PoolPlan("P0"), PoolPlan("P1"))
    volume_groups: tuple[VolumeGroupPlan, ...] = (VolumeGroupPlan("V0"),)
    host_connections: tuple[HostConnectionPlan, ...] = ()
    host_ports: tuple[str, ...] = ("I0001", "I0131")
    """I/O ports for hosts; the ports that links are plugged into are there besides."""
    copy_tracks_per_s: float | None = None
    """What all copies from and to this image share, whatever links they use; None: the links alone decide."""

    def __post_init__(self) -> None:
        if not _IMAGE_ID.match(self.image_id):
            raise PlanError(f"storage image id {self.image_id!r} does not look like IBM.2107-75FA120")
        if not _WWNN.match(self.wwnn):
            raise PlanError(f"WWNN {self.wwnn!r} of {self.image_id} is not 16 hexadecimal digits")
        if self.copy_tracks_per_s is not None and self.copy_tracks_per_s <= 0:
            raise PlanError(f"storage image {self.image_id} needs a copy rate above zero")
        for port in self.host_ports:
            check_port(port)

    def pool_of(self, volume: VolumePlan) -> str:
        """The extent pool that a planned volume goes to. Raises `PlanError` where the volume's server has none."""
        server = volume_number(volume.volume) >> 8 & 1
        name = volume.pool or next((each.pool for each in self.pools if server_of_pool(each.pool) == server), "")
        if name not in [each.pool for each in self.pools]:
            raise PlanError(
                f"volume {volume.volume} of {self.image_id}: no extent pool {name or f'of server {server}'}"
            )
        return name


@dataclass(frozen=True, slots=True)
class PairPlan:
    """A pair as it stands at the start: what each side thinks.

    A Metro Mirror source that starts in Copy Pending begins a full copy.
    """

    source_image: str
    source_volume: str
    target_image: str
    target_volume: str
    source_view: View = View.FULL_DUPLEX
    target_view: View = View.TARGET_FULL_DUPLEX
    source_reason: Reason = Reason.NONE
    target_reason: Reason = Reason.NONE
    pair_type: PairType = PairType.METRO_MIRROR

    def __post_init__(self) -> None:
        name = f"pair {self.source_volume}:{self.target_volume}"
        if not self.source_view.is_source or self.target_view is View.SIMPLEX:
            raise PlanError(f"{name} cannot start as {self.source_view.value} and {self.target_view.value}")


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """A physical link between two images. `ports` are (port of the first image, port of the second) on this link."""

    name: str
    images: tuple[str, str]
    ports: tuple[tuple[str, str], ...] = (("I0030", "I0231"), ("I0100", "I0301"))
    distance_km: float = 50.0
    copy_tracks_per_s: float = 6400.0
    """400 MB/s: a guess inside the span that dscli.md section 7 gives (M-)."""

    def __post_init__(self) -> None:
        if not 0 <= self.distance_km <= 300:
            raise PlanError(f"link {self.name}: Metro Mirror reaches 300 km, not {self.distance_km:g}")
        if self.copy_tracks_per_s <= 0 or not self.ports:
            raise PlanError(f"link {self.name} needs a copy rate above zero and at least one port pair")
        for pair in self.ports:
            for port in pair:
                check_port(port)


@dataclass(frozen=True, slots=True)
class PathPlan:
    """A logical path, one direction only: (source LSS) -> (target LSS) over the ports of one or more links."""

    source_image: str
    source_lss: int
    target_image: str
    target_lss: int
    links: tuple[str, ...]
    consistency_group: bool = False


@dataclass(frozen=True, slots=True)
class StoragePlan:
    """Everything there is at the start. `paths` of None: every LSS pair in use, both directions, over all links."""

    images: tuple[ImagePlan, ...]
    pairs: tuple[PairPlan, ...] = ()
    links: tuple[LinkPlan, ...] = ()
    paths: tuple[PathPlan, ...] | None = None
    write_delay_us_per_km: float = 10.0
    """A synchronous write waits for the round trip: about 1 ms per 100 km (dscli.md section 7, M+)."""
    copy_setup_s: float = 0.5
    """From the command to the first track copied; also the shortest time in Copy Pending (M-)."""
