"""Names of things that several folds of the log speak of, each a value of its own type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mirrordrill.simulator.array.events import short_serial


class ResourceOn(NamedTuple):
    """A resource on a system."""

    resource: str
    system: str

    def __str__(self) -> str:
        return f"{self.resource} on {self.system}"


class VolumeOn(NamedTuple):
    """A volume of an array: one copy of the data."""

    array: str
    volume: str

    def __str__(self) -> str:
        """`IBM.2107-75FA120/1260`, as events name a copy."""
        return f"{self.array}/{self.volume}"

    def short(self) -> str:
        """`75FA120 1260`."""
        return f"{short_serial(self.array)} {self.volume}"


@lru_cache(maxsize=4096)
def copy_of(name: str) -> VolumeOn:
    """The copy that an event names: `IBM.2107-75FA120/1260`."""
    array, _, volume = name.rpartition("/")
    return VolumeOn(array, volume)


UNKNOWN = "UNKNOWN"
DOWN = frozenset({"OFFLINE", "FAULTED", UNKNOWN})
MOVING = frozenset({"STARTING", "STOPPING"})
NOT_SERVING = MOVING | {"PARTIAL", "OFFLINE", "FAULTED"}


@dataclass(frozen=True, slots=True)
class GroupStateOn:
    """The state of a group on a system, as its engine says it: `ONLINE`, `OFFLINE|FAULTED`, `STARTING|PARTIAL`."""

    words: frozenset[str]
    text: str

    @property
    def is_up(self) -> bool:
        """Whether the group, or a part of it, is up there or on its way."""
        return "OFFLINE" not in self.words and UNKNOWN not in self.words

    @property
    def is_settled_online(self) -> bool:
        """Whether it is online and not on its way anywhere."""
        return "ONLINE" in self.words and not self.words & MOVING

    @property
    def is_down(self) -> bool:
        """Whether nothing of it is up, or on its way."""
        return self.words <= DOWN

    @property
    def is_complete(self) -> bool:
        """Whether the whole group is online."""
        return "ONLINE" in self.words and not self.words & NOT_SERVING

    @property
    def is_known(self) -> bool:
        """Whether the engine claims to know."""
        return UNKNOWN not in self.words

    @property
    def is_starting(self) -> bool:
        """Whether it is being brought online."""
        return "STARTING" in self.words

    @property
    def is_stopping(self) -> bool:
        """Whether it is being taken offline."""
        return "STOPPING" in self.words


@lru_cache(maxsize=256)
def group_state(text: str) -> GroupStateOn:
    """The state that an event tells: `STARTING|PARTIAL`."""
    return GroupStateOn(frozenset(text.split("|")), text)
