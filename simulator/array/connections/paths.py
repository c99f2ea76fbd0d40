"""How one array reaches another: logical paths, one direction each, over physical links.

A path group leads from an LSS of one image to an LSS of another, over one to eight port pairs; each port pair uses
one link. A port pair works while its link carries light in its direction and both images run, and has a reason code
that says what it is like. The group works while any of its port pairs does, and is Degraded when not all do.

Rule 1: directions are independent: A -> B says nothing about B -> A.
Rule 2: a definition survives a failure and works again by itself afterwards; pairs do not heal with it (dscli.md 5.3).
Rule 3: the pairs of a group are spread over its working links by their volume numbers (balancing over all paths:
dscli.md section 7, S; the real machine does it per I/O).

Sources: dscli.md 5.3 (states S, reason codes S), section 7 (limits S).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mirrordrill.simulator.array.mirror.copy_engine import CopyPool

NOT_DEFINED = "-"
"""How the event log names the state of a path that is not there."""


class PathState(enum.Enum):
    """The word `lspprcpath` prints (dscli.md 5.3)."""

    SUCCESS = "Success"
    FAILED = "Failed"
    DEGRADED = "Degraded"
    """Of a whole group: some of its port pairs have failed. A single port pair is never degraded."""


class PathReason(enum.Enum):
    """Why a port pair is as it is: the microcode's code and its meaning (dscli.md 5.3, S).

    The codes for wrong ports, wrong subsystems and limits are missing: here such a path is refused, not defined.
    """

    ESTABLISHED = "13", "fibre path established"
    LINK_DOWN = "14", "fibre link down"
    SECONDARY_UNAVAILABLE = "17", "secondary adapter not available"

    @property
    def code(self) -> str:
        """Two hexadecimal digits."""
        return self.value[0]

    @property
    def meaning(self) -> str:
        """The code in words."""
        return self.value[1]


class PathEnd(Protocol):
    """A storage image, as far as links and paths know it."""

    image_id: str
    wwnn: str

    @property
    def is_running(self) -> bool:
        """Whether the image answers."""

    def ssid(self, lss: int) -> int:
        """The subsystem id of a logical subsystem."""

    def is_consistency_group(self, lss: int) -> bool:
        """Whether an administrator has made every path from this LSS one of a consistency group."""


@dataclass(slots=True, eq=False)
class Link:
    """One direction of a physical link."""

    name: str
    source: PathEnd
    target: PathEnd
    distance_km: float
    pool: CopyPool
    ports: tuple[tuple[str, str], ...]
    """(port of the source, port of the target) on this link."""
    planned_tracks_per_s: float
    """What it carries of copies when nothing is wrong with it."""
    is_up: bool = True
    extra_delay_us: float = 0.0
    """Added to every mirrored write, beyond the distance."""

    def carries(self) -> bool:
        """Whether anything gets through: light on the fibre, and an array that runs at both ends."""
        return self.is_up and self.source.is_running and self.target.is_running

    @property
    def reason(self) -> PathReason:
        """What a port pair over this link is like."""
        if not self.is_up:
            return PathReason.LINK_DOWN
        return PathReason.ESTABLISHED if self.carries() else PathReason.SECONDARY_UNAVAILABLE


class PortPair(NamedTuple):
    """One FCP path: local port, attached port, and the link between them."""

    port: str
    attached_port: str
    link: Link

    @property
    def reason(self) -> PathReason:
        """What this path is like now."""
        return self.link.reason

    @property
    def state(self) -> PathState:
        """Whether this path carries messages now."""
        return PathState.SUCCESS if self.reason is PathReason.ESTABLISHED else PathState.FAILED


@dataclass(slots=True)
class PathGroup:
    """The logical path from one LSS to one LSS of another image."""

    source: PathEnd
    source_lss: int
    target: PathEnd
    target_lss: int
    ports: tuple[PortPair, ...]
    has_attribute: bool = False
    """Whether the path was made with the consistency-group attribute."""
    reported: str = PathState.SUCCESS.value
    """The state that the event log knows."""

    @property
    def consistency_group(self) -> bool:
        """Whether a pair that breaks reports long busy first: the path says so, or its source LSS does."""
        return self.has_attribute or self.source.is_consistency_group(self.source_lss)

    def working_links(self) -> tuple[Link, ...]:
        """The links that carry this path now, in the order of their definition."""
        working = (pair.link for pair in self.ports if pair.state is PathState.SUCCESS)
        return tuple(dict.fromkeys(working))

    def link_for(self, number: int) -> Link | None:
        """The link that a volume's data take now."""
        working = self.working_links()
        return working[number % len(working)] if working else None

    @property
    def state(self) -> PathState:
        """Success while all port pairs work, Degraded while some do."""
        states = {pair.state for pair in self.ports}
        if len(states) == 1:
            return states.pop()
        return PathState.DEGRADED if states else PathState.FAILED

    def uses(self, link: Link) -> bool:
        """Whether a port pair of this path runs over the link."""
        return any(pair.link is link for pair in self.ports)


PathKey = tuple[int, str, int]
"""Source LSS, target image id, target LSS."""


class PathTable:
    """The path groups that start at one image, in the order of their LSSs."""

    def __init__(self) -> None:
        self._groups: dict[PathKey, PathGroup] = {}

    def put(self, group: PathGroup) -> None:
        """Define a path, or replace its port pairs."""
        self._groups[group.source_lss, group.target.image_id, group.target_lss] = group

    def remove(self, source_lss: int, target_image: str, target_lss: int) -> PathGroup | None:
        """Forget a definition; returns it, None where there was none."""
        return self._groups.pop((source_lss, target_image, target_lss), None)

    def targets_of(self, source_lss: int) -> list[PathGroup]:
        """The groups that start at an LSS."""
        return [group for group in self if group.source_lss == source_lss]

    def find(self, source_lss: int, target_image: str, target_lss: int) -> PathGroup | None:
        """The definition, if there is one."""
        return self._groups.get((source_lss, target_image, target_lss))

    def __iter__(self) -> Iterator[PathGroup]:
        return iter([self._groups[key] for key in sorted(self._groups)])
