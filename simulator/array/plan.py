"""How a site's storage looks before anything has happened: frozen, checked where it enters.

Rule 1: a plan names things by their ids and holds no behaviour.
Rule 2: what a plan leaves out is healthy: paths for every LSS pair in use, in both directions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.array.states import PairType, Reason, View

_IMAGE_ID = re.compile(r"IBM\.\d{4}-[0-9A-Z]{7}\Z")
_VOLUME_ID = re.compile(r"[0-9A-Fa-f]{4}\Z")
_WWNN = re.compile(r"[0-9A-F]{16}\Z")

GIBIBYTE_TRACKS = 16384
"""Tracks of 64 KiB in 1 GiB."""


class PlanError(ValueError):
    """A plan contradicts itself or names something that is not there; the message says what."""


def volume_number(volume_id: str) -> int:
    """The number behind four hexadecimal digits; the first two are the LSS. Raises `PlanError`."""
    if not _VOLUME_ID.match(volume_id):
        raise PlanError(f"volume id {volume_id!r} is not four hexadecimal digits")
    return int(volume_id, 16)


@dataclass(frozen=True, slots=True)
class VolumePlan:
    """A fixed-block volume."""

    volume: str
    size_tracks: int = 10 * GIBIBYTE_TRACKS

    def __post_init__(self) -> None:
        volume_number(self.volume)
        if self.size_tracks < 1:
            raise PlanError(f"volume {self.volume} has a size of {self.size_tracks} tracks")


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """A storage image (what `-dev` names) with its volumes."""

    image_id: str
    wwnn: str
    volumes: tuple[VolumePlan, ...]
    name: str = "-"
    model: str = "961"

    def __post_init__(self) -> None:
        if not _IMAGE_ID.match(self.image_id):
            raise PlanError(f"storage image id {self.image_id!r} does not look like IBM.2107-75FA120")
        if not _WWNN.match(self.wwnn):
            raise PlanError(f"WWNN {self.wwnn!r} of {self.image_id} is not 16 hexadecimal digits")


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
