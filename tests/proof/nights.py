"""Nights of faults, drawn from a seed: arrays, links, hosts and HMCs fail, are repaired, and hours of quiet follow.

Nobody is on duty: no operator types anything, so what happens is what VCS and the agent make of it. A night is a list
of strokes (moment, what, which) that is drawn before it begins, and is judged by the oracles when it is over.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mirrordrill.drills import oracles as rules
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.dscli.consoles import Reach
from mirrordrill.simulator.world import World

A, B = "IBM.2107-75FA120", "IBM.2107-75FA150"
HOSTS = ("hosta", "hostb", "hostc", "hostd")
LINK = "link1"
STROKES_MAX = 6
NIGHT_S = 4 * 3600.0
"""Strokes fall into this time."""
QUIET_S = 6 * 3600.0
"""After the repair."""


@dataclass(frozen=True, order=True)
class Stroke:
    """Something fails at a moment (seconds since the group was online), for a while."""

    at_s: float
    what: str
    which: str
    for_s: float


def draw(seed: int) -> tuple[Stroke, ...]:
    """The strokes of a night, by time."""
    chance = random.Random(seed)
    strokes = []
    for _ in range(chance.randint(2, STROKES_MAX)):
        what = chance.choice(("array", "link", "host", "host", "site", "hmcs"))
        which = {"array": (A, B), "link": (LINK,), "host": HOSTS, "site": ("a", "b"), "hmcs": (A, B)}[what]
        at_s = round(chance.uniform(60, NIGHT_S), 1)
        strokes.append(
            Stroke(
                at_s,
                what,
                chance.choice(which),
                round(chance.choice((30, 600, 3600, 7200)) * chance.uniform(0.5, 1.5), 1),
            )
        )
    return tuple(sorted(strokes))


def hosts_of(side: str) -> tuple[str, ...]:
    """The hosts of a site."""
    return HOSTS[:2] if side == "a" else HOSTS[2:]


class Night:
    """A night under way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._broken: dict[tuple[str, str], int] = {}

    def strike(self, stroke: Stroke) -> None:
        """Something fails. What has failed already stays so until all who broke it are through."""
        for part in self._parts(stroke):
            self._broken[part] = self._broken.get(part, 0) + 1
            if self._broken[part] == 1:
                self._set(part, False)

    def mend(self, stroke: Stroke) -> None:
        """It is repaired."""
        for part in self._parts(stroke):
            self._broken[part] -= 1
            if self._broken[part] == 0:
                self._set(part, True)

    def _parts(self, stroke: Stroke) -> Iterator[tuple[str, str]]:
        if stroke.what == "site":
            yield ("array", A if stroke.which == "a" else B)
            yield from (("host", host) for host in hosts_of(stroke.which))
        else:
            yield (stroke.what, stroke.which)

    def _set(self, part: tuple[str, str], is_well: bool) -> None:
        what, which = part
        world = self._world
        if what == "array":
            world.storage.set_power(which, is_on=is_well)
        elif what == "link":
            world.storage.fabric.set_link(which, is_up=is_well)
        elif what == "host":
            (world.boot if is_well else world.crash)(which)
        else:
            for name in world.consoles.names():
                console = world.consoles.find(name)
                if console is not None and which in console.images:
                    world.consoles.set_reach(name, Reach.ANSWERING if is_well else Reach.SILENT)


def set_attributes(world: World, values: Mapping[str, str]) -> None:
    """The administrator sets attributes of the resource in every cluster."""
    for name in world.clusters:
        on = next(host for host in HOSTS if world.cluster_of(host) is world.clusters[name])
        for attribute, value in values.items():
            world.operate(["haconf", "-makerw"], on)
            world.operate(["hares", "-modify", "ora_mmir", attribute, value], on)
            world.operate(["haconf", "-dump", "-makero"], on)


def spend(
    strokes: tuple[Stroke, ...],
    site: str = "rdc",
    watch: Callable[[World], None] = lambda _: None,
    policy: Mapping[str, str] | None = None,
    after: Callable[[World], None] = lambda _: None,
) -> dict[str, str]:
    """Spend a night; the rules that were broken in it, each with its reason. `policy`: attributes of the resource."""
    world = World(find_site(site))
    oracles = rules.watch(world.kernel.log)
    watch(world)
    try:
        world.start()
        world.advance(300)
        set_attributes(world, policy or {})
        night = Night(world)
        moments = [(s.at_s, 0, s) for s in strokes] + [(s.at_s + s.for_s, 1, s) for s in strokes]
        now_s = 0.0
        for at_s, is_end, stroke in sorted(moments):
            world.advance(at_s - now_s)
            now_s = at_s
            (night.mend if is_end else night.strike)(stroke)
        world.advance(QUIET_S)
        world.settle()
        after(world)
    finally:
        world.close()
    return {o.name: o.result().reason for o in oracles if o.result().verdict is Verdict.BROKEN}
