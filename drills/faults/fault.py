"""What a fault is: a frozen value of a kind that the catalogue lists.

A fault hits a target: names in the order that its kind gives them. Where two names are the two ends of one thing, they
are sorted, so "between A and B" and "between B and A" are the same target. A setting says how badly (seconds, tracks a
second). It is no part of what the fault is: the same kind on the same target is one fault, however often injected.

Rule 1: a fault says nothing of how it is brought about; its kind does.
Rule 2: names are given in full, and are checked when the fault is injected.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from mirrordrill.drills.faults.armed_faults import ArmedFaults
from mirrordrill.simulator.kernel.effects import Effect
from mirrordrill.simulator.world import World


class Layer(enum.Enum):
    """Where a fault strikes: the rows of the table of faults."""

    PATHS = "PPRC paths"
    ARRAY = "array"
    DSCLI = "DS CLI"
    HOST = "host"
    CLUSTER = "cluster"
    RESOURCE = "resource"


class Target(enum.Enum):
    """What a kind of fault hits, and the names that a target of it consists of."""

    ARRAYS = "two arrays"
    ARRAY_TO_ARRAY = "from one array to another"
    LINK = "a Metro Mirror link"
    ARRAY = "an array"
    VOLUME = "a volume of an array"
    RANK = "a rank of an array"
    CONSOLE = "an HMC"
    ACCOUNT = "a user of an array"
    COMMAND = "a host and a DS CLI command"
    HOST = "a host"
    ENTRY_POINT = "an entry point of the agent on a host"
    SIDES = "two groups of systems"
    LLT_LINK = "an LLT link of a system"
    DISKS = "a host and a place of coordinator disks"
    CLUSTERS = "two clusters"
    CLUSTER_TO_CLUSTER = "from one cluster to another"
    CLUSTER = "a cluster"
    RESOURCE = "a resource on a host"
    RESOURCE_ENTRY = "an entry point of a resource on a host"
    GROUP = "a service group"


class FaultRegistry(Protocol):
    """The faults of a drill, as far as a kind of fault knows them (`active_faults.py`)."""

    world: World
    armed: ArmedFaults

    def inject(self, *faults: Fault) -> str:
        """Bring about faults of one kind at this moment; what was seen."""

    def clear(self, *faults: Fault) -> str:
        """End those of these faults that stand; what was seen."""

    def begin(self, fault: Fault) -> None:
        """Bring one fault about."""

    def forget(self, *faults: Fault) -> None:
        """These ended by themselves, where they stood."""

    def matching(self, *names: str, of: Iterable[str]) -> Iterator[Fault]:
        """The standing faults of these kinds whose targets have these names among theirs."""

    def mark(self, moment: str, number: int | None = None) -> None:
        """Remember this moment, or that of an event, for later steps to count from."""


Inject = Callable[[FaultRegistry, "Fault"], Effect | None]
"""Brings a fault about. Returns what ends it, or None for what is over as soon as it has happened."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind of fault. Texts name the target by position, the setting by name: `{0} answers {delay_s:.0f} s late`."""

    name: str
    layer: Layer
    target: Target
    step: str
    """A step that injects one, as an example."""
    undo: str
    """A step that ends it, as an example; empty for what ends by itself, or is over at once."""
    moment: str
    """What later steps count from: `the loss of {0}`; empty where nothing happens to the data at that moment."""
    begun: str
    """What is seen when it begins."""
    inject: Inject
    ended: str = "{0} back"
    """What is seen when it ends."""
    setting: tuple[str, ...] = ()
    """The names of what can be set, with their units."""
    minimum_s: float = 0.0
    """A fault that is shorter tests nothing: what reacts to it has not noticed."""
    joins: str = " and "
    """Stands between the names in a moment that several of the kind share."""
    is_repeatable: bool = False
    """Whether it happens anew each time, although one of the kind already stands on the target."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a kind on a target; `since_us` and `until_us` are known once it has begun and ended."""

    kind: FaultKind
    target: tuple[str, ...]
    setting: tuple[tuple[str, float | str], ...] = ()
    since_us: int | None = None
    until_us: int | None = None

    def __post_init__(self) -> None:
        if tuple(name for name, _ in self.setting) != self.kind.setting:
            raise ValueError(f"{self.kind.name} is set by {self.kind.setting}, not by {self.setting}")

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """What makes it the fault that it is: its kind and its target."""
        return self.kind.name, self.target

    def value(self, name: str) -> float:
        """A number of its setting."""
        return float(dict(self.setting)[name])

    def lasts_until_us(self) -> int | None:
        """When a fault that ends by itself does, or did; None for any other."""
        lasts_s = dict(self.setting).get("lasts_s")
        return None if lasts_s is None or self.since_us is None else self.since_us + round(float(lasts_s) * 1e6)


def moment_of(faults: Iterable[Fault]) -> str:
    """What later steps count from, for faults of one kind that begin together."""
    return _told(tuple(faults), lambda kind: kind.moment, "")


def begun(faults: Iterable[Fault]) -> str:
    """What is seen when faults of one kind begin together."""
    return _told(tuple(faults), lambda kind: kind.begun, ", ")


def ended(faults: Iterable[Fault]) -> str:
    """What is seen when faults of one kind end together."""
    return _told(tuple(faults), lambda kind: kind.ended, ", ")


def _told(faults: tuple[Fault, ...], template: Callable[[FaultKind], str], joins: str) -> str:
    first = faults[0]
    names = list(first.target)
    # Faults that begin together differ in the first name of their targets.
    names[0] = (joins or first.kind.joins).join(dict.fromkeys(fault.target[0] for fault in faults))
    return template(first.kind).format(*names, **dict(first.setting))
