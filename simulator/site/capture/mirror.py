"""What main.cf says of the mirror, as far as a capture can agree or disagree with it.

Rule: a side knows its place in the file, so that a disagreement can be told where both of them stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mirrordrill.simulator.config.model import Position


@dataclass(frozen=True, slots=True)
class MirrorSide:
    """A MetroMirror resource on the hosts of one array."""

    group: str
    resource: str
    hosts: tuple[str, ...]
    image: str
    remote_image: str
    volumes: tuple[str, ...]
    place: Position
    """Where VolIds stands."""
    starts_here: bool
    """Whether the group starts first on one of these hosts, so that the sources are expected here."""


class Mirror:
    """All sides, and what follows from them about arrays and volumes."""

    def __init__(self, sides: Sequence[MirrorSide]) -> None:
        self.sides = tuple(sides)
        self.by_volume = {(side.image, volume): side for side in reversed(sides) for volume in side.volumes}
        self._remotes: dict[str, set[str]] = {}
        for side in sides:
            self._remotes.setdefault(side.image, set()).add(side.remote_image)
            self._remotes.setdefault(side.remote_image, set()).add(side.image)

    @property
    def images(self) -> tuple[str, ...]:
        """Every array that some side names."""
        return tuple(dict.fromkeys(image for side in self.sides for image in (side.image, side.remote_image)))

    def remote_of(self, image: str) -> str:
        """The array that another one mirrors with; empty where there is none or more than one."""
        remotes = self._remotes.get(image, set())
        return next(iter(remotes)) if len(remotes) == 1 else ""

    def holders(self, volume: str) -> list[str]:
        """The arrays on which some side has a volume of that id."""
        return [image for image in self.images if (image, volume) in self.by_volume]
