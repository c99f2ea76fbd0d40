"""What a capture says, row by row, each with its place in the file.

Rule 1: a row repeats what one array printed. Whose opinion that is stands in `image`: from the banner, from `-dev` in
the echoed command, or from a fully qualified id; empty where nothing told.
Rule 2: ids are in capital letters, volumes four digits and LSSs two.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from mirrordrill.simulator.array.mirror.states import PairType, View
from mirrordrill.simulator.config.model import Position


class ListKind(enum.Enum):
    """The lists that a capture may hold, by the command that prints them."""

    PAIRS = "lspprc"
    PATHS = "lspprcpath"
    IMAGES = "lssi"
    VOLUMES = "lsfbvol"


@dataclass(frozen=True, slots=True)
class PairRow:
    """A line of lspprc: the relation source:target as one array sees it."""

    position: Position = field(compare=False)
    image: str
    source_image: str
    source: str
    target_image: str
    target: str
    view: View | None
    """None where the array printed a state that is no opinion: `Invalid-State`, `Volume Inaccessible`."""
    reason: str
    pair_type: PairType


@dataclass(frozen=True, slots=True)
class PathRow:
    """A line of lspprcpath: one port pair of the logical path from an LSS to an LSS."""

    position: Position = field(compare=False)
    image: str
    source_lss: str
    target_image: str
    target_lss: str
    is_up: bool
    port: str
    attached_port: str
    target_wwnn: str


@dataclass(frozen=True, slots=True)
class ImageRow:
    """A line of lssi."""

    position: Position = field(compare=False)
    image: str
    name: str
    model: str
    wwnn: str


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """A line of lsfbvol."""

    position: Position = field(compare=False)
    image: str
    volume: str
    blocks: int
    """Of 512 bytes."""


@dataclass(frozen=True, slots=True)
class EmptyList:
    """`CMUC00234I`: the array listed nothing, which says as much as a list."""

    position: Position = field(compare=False)
    image: str
    kind: ListKind


@dataclass(frozen=True, slots=True)
class Capture:
    """Everything that the captures of a site say."""

    pairs: tuple[PairRow, ...] = ()
    paths: tuple[PathRow, ...] = ()
    images: tuple[ImageRow, ...] = ()
    volumes: tuple[VolumeRow, ...] = ()
    empty: tuple[EmptyList, ...] = ()

    def __add__(self, other: Capture) -> Capture:
        return Capture(
            self.pairs + other.pairs,
            self.paths + other.paths,
            self.images + other.images,
            self.volumes + other.volumes,
            self.empty + other.empty,
        )
