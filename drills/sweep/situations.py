"""The situations whose every port call is a point of the sweep, on the example sites `rdc` and `gco`.

Each has a part that only leads up to it (`prepare`) and the part whose calls are numbered (`act`). A situation may
have an accident of its own, found among the calls of a run without it: `clean` needs an online that was killed.
"""

from __future__ import annotations

from collections.abc import Iterable

from mirrordrill.drills.sweep.hazard_situations import HAZARDS
from mirrordrill.drills.sweep.runbook import attempt_s
from mirrordrill.drills.sweep.situation import GROUP, RESOURCE, SWITCH_S, Situation, begin, online_or_late, switch_to
from mirrordrill.simulator.bridge.ports_tap import Injection, InjectionKind, Port, PortCall, When
from mirrordrill.simulator.host.events import StateFileChanged
from mirrordrill.simulator.world import World


def at_hostc(world: World) -> None:
    """The group has been switched to the other site, and has run there for a while."""
    begin(world)
    switch_to("hostc")(world)
    world.advance(60)


def boot(world: World) -> None:
    """Everything starts."""
    begin(world)


def taken_over_without_links(world: World) -> None:
    """The group stopped, the links broke, it went on at the other site; they are back, and the group is offline."""
    begin(world)
    world.operate(["hagrp", "-offline", GROUP, "-any"])
    world.advance(120)
    world.storage.fabric.set_link("link1", is_up=False)
    world.operate(["hagrp", "-online", GROUP, "-sys", "hostc"])
    online_or_late(world, "hostc")
    world.advance(120)
    world.storage.fabric.set_link("link1", is_up=True)
    world.operate(["hagrp", "-offline", GROUP, "-any"])
    world.advance(120)


def fail_back(world: World) -> None:
    """The manual's failback: the action, then home. The group does not go home after an action that failed."""
    if fails_back(world):
        world.operate(["hagrp", "-online", GROUP, "-sys", "hosta"])
        online_or_late(world, "hosta")


def fails_back(world: World) -> bool:
    """Run the action and give the copy time; whether the action succeeded."""
    answer = world.operate(["hares", "-action", RESOURCE, "failback", "-sys", "hostc"])
    world.advance(60)
    return answer.exit_code == 0


def home_if_failed_back(world: World) -> str:
    """The action may be repeated; where it fails again the data stays where it is, and so does the group."""
    is_home = any(host in world.group_online_on(GROUP) for host in ("hosta", "hostb"))
    return "hosta" if is_home or fails_back(world) else "hostc"


def stale_lock(world: World) -> None:
    """hostb dies as soon as its lock is written, and boots again before the cluster has missed it."""
    locks: list[str] = []
    world.kernel.log.observe(lambda record: locks.append(lock_on(record.event)))
    world.operate(["hagrp", "-switch", GROUP, "-to", "hostb"])
    world.run_until(lambda: "hostb" in locks, SWITCH_S)
    world.crash("hostb")
    world.advance(10)
    world.boot("hostb")
    world.advance(300)


def lock_on(event: object) -> str:
    """The host on which a lock was just created; empty for any other event."""
    created = isinstance(event, StateFileChanged) and event.change == "created" and event.name == f"{RESOURCE}.lock"
    return event.host if created and isinstance(event, StateFileChanged) else ""


def stopped_after_failover(calls: Iterable[PortCall], kind: InjectionKind = InjectionKind.KILLED) -> Injection:
    """The online comes to its end when failoverpprc has been typed and its sender has not heard the answer."""
    found = next(c for c in calls if c.port is Port.SEND_LINE and c.detail.startswith("failoverpprc"))
    return Injection(found, When.AFTER, kind)


def late_switch(world: World) -> None:
    """A switch whose online was killed; when VCS has waited long enough for its effect, it calls clean."""
    world.operate(["hagrp", "-switch", GROUP, "-to", "hostc"])
    limits = next(each for each in world.cluster.spec.types if each.supported_actions)
    world.advance(attempt_s(limits))


ORDINARY: tuple[Situation, ...] = (
    Situation("boot", "the cluster starts", lambda _: None, boot, "hosta"),
    Situation("local", "the group is switched to another host of the same array", begin, switch_to("hostb"), "hostb"),
    Situation("switch", "the group is switched to a host of the other array", begin, switch_to("hostc"), "hostc"),
    Situation("home", "the group is switched back to where it came from", at_hostc, switch_to("hosta"), "hosta"),
    Situation(
        "clean",
        "an online is killed after its failover, and clean is called",
        begin,
        late_switch,
        "hostc",
        frozenset({"clean"}),
        stopped_after_failover,
    ),
    Situation(
        "failback",
        "after a takeover without links the action failback resynchronises, and the group goes home",
        taken_over_without_links,
        fail_back,
        "hosta",
        again=home_if_failed_back,
    ),
    Situation("open", "a host dies with its lock and boots again", begin, stale_lock, "hostb"),
)


GLOBAL = ("switch", "home")
"""Ordinary situations that are swept in a global cluster, too."""
SITUATIONS: tuple[Situation, ...] = (
    *ORDINARY,
    *HAZARDS,
    *(each.in_global_cluster() for each in (*ORDINARY, *HAZARDS) if each in HAZARDS or each.name in GLOBAL),
)


def find_situation(name: str) -> Situation:
    """The situation of that name. Raises LookupError with the names there are."""
    for situation in SITUATIONS:
        if situation.name == name:
            return situation
    raise LookupError(f"there is no situation {name!r}; there are: {', '.join(each.name for each in SITUATIONS)}")
