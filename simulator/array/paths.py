"""How one array reaches another: logical paths, one direction each, over physical links.

A path group leads from an LSS of one image to an LSS of another, over one to eight port pairs; each port pair uses
one link. It works while any of its links carries light in its direction and both images have power.

Rule 1: directions are independent: A -> B says nothing about B -> A.
Rule 2: a definition survives a failure and works again by itself afterwards; pairs do not heal with it (dscli.md 5.3).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from simulator.array.copy_engine import CopyPool
    from simulator.array.storage_image import StorageImage

NOT_DEFINED = "-"
"""How the event log names the state of a path that is not there."""

MOST_PATHS = 8
"""FCP paths from one source LSS to one target LSS (dscli.md section 7)."""


class PathState(enum.Enum):
    """The word `lspprcpath` prints (dscli.md 5.3)."""

    SUCCESS = "Success"
    FAILED = "Failed"


@dataclass(slots=True, eq=False)
class Link:
    """One direction of a physical link."""

    name: str
    source: StorageImage
    target: StorageImage
    distance_km: float
    pool: CopyPool
    ports: tuple[tuple[str, str], ...]
    """(port of the source, port of the target) on this link."""
    is_up: bool = True
    extra_delay_us: float = 0.0
    """Added to every mirrored write, beyond the distance."""

    def carries(self) -> bool:
        """Whether anything gets through: light on the fibre, and power at both ends."""
        return self.is_up and self.source.is_on and self.target.is_on


class PortPair(NamedTuple):
    """One FCP path: local port, attached port, and the link between them."""

    port: str
    attached_port: str
    link: Link

    @property
    def state(self) -> PathState:
        """Whether this path carries messages now."""
        return PathState.SUCCESS if self.link.carries() else PathState.FAILED


@dataclass(slots=True)
class PathGroup:
    """The logical path from one LSS to one LSS of another image."""

    source: StorageImage
    source_lss: int
    target: StorageImage
    target_lss: int
    ports: tuple[PortPair, ...]
    consistency_group: bool = False
    reported: str = PathState.SUCCESS.value
    """The state that the event log knows."""

    def working_link(self) -> Link | None:
        """A link that carries this path now, the first one defined."""
        return next((pair.link for pair in self.ports if pair.link.carries()), None)

    @property
    def state(self) -> PathState:
        """Success while at least one port pair works."""
        return PathState.SUCCESS if self.working_link() else PathState.FAILED

    def uses(self, link: Link) -> bool:
        """Whether a port pair of this path runs over the link."""
        return any(pair.link is link for pair in self.ports)


PathKey = tuple[int, str, int]
"""Source LSS, target image id, target LSS."""


class PathBook:
    """The path groups that start at one image, in the order of their LSSs."""

    def __init__(self) -> None:
        self._groups: dict[PathKey, PathGroup] = {}

    def put(self, group: PathGroup) -> None:
        """Define a path, or replace its port pairs."""
        self._groups[group.source_lss, group.target.image_id, group.target_lss] = group

    def remove(self, source_lss: int, target_image: str, target_lss: int) -> PathGroup | None:
        """Forget a definition; returns it, None where there was none."""
        return self._groups.pop((source_lss, target_image, target_lss), None)

    def find(self, source_lss: int, target_image: str, target_lss: int) -> PathGroup | None:
        """The definition, if there is one."""
        return self._groups.get((source_lss, target_image, target_lss))

    def __iter__(self) -> Iterator[PathGroup]:
        return iter([self._groups[key] for key in sorted(self._groups)])
