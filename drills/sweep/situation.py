"""One situation of the sweep, and the moves that many of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from mirrordrill.drills.steps.operator import Operator
from mirrordrill.simulator.bridge.ports_tap import Injection, PortCall
from mirrordrill.simulator.world import World

GROUP, RESOURCE = "oragrp", "ora_mmir"
SWITCH_S = 600.0
"""A switch is over by then."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation. `target` is where the group is meant to be in the end."""

    name: str
    story: str
    prepare: Callable[[World], None]
    act: Callable[[World], None]
    target: str
    entries: frozenset[str] = frozenset()
    """Only calls of these entry points are numbered; of all of them where none is named."""
    accident: Callable[[Iterable[PortCall]], Injection] | None = None
    again: Callable[[World], str] | None = None
    """What the operator repeats once everything is mended; says where the group may go."""
    site: str = "rdc"
    declared: frozenset[tuple[str, str]] = frozenset()
    """Rule and declared hazard: what may be broken in it, if the hazard came about."""

    def in_global_cluster(self) -> Situation:
        """The same where each side is a cluster of its own."""
        return replace(self, name=f"global-{self.name}", story=f"{self.story}; two clusters", site="gco")


def begin(world: World) -> None:
    """The cluster starts; the group comes online on hosta."""
    world.start()
    world.advance(120)


def switch_to(host: str) -> Callable[[World], None]:
    """The operator switches the group."""

    def act(world: World) -> None:
        Operator(world).switch(GROUP, host)
        online_or_late(world, host)

    return act


def online_or_late(world: World, host: str, within_s: float = SWITCH_S) -> None:
    """Let time pass until the group is online on the host, or it is late."""
    world.run_until(lambda: "ONLINE" in world.cluster_of(host).group_state(GROUP, host).split("|"), within_s)
