"""Situations in which an agent that believes one witness loses data: in a replicated data cluster, and in a global one.

Each begins where something has gone wrong already: the far side took over, the mirror does not mirror, a host stands
still, a command is on its way. What the agent has to come to is a refusal with its reason, or the one thing that loses
nothing. The same functions serve both kinds of cluster: a global one needs a person who declares the disaster.
"""

from __future__ import annotations

from mirrordrill.drills.steps.administrator import Administrator
from mirrordrill.drills.steps.operator import Operator
from mirrordrill.drills.sweep.situation import GROUP, RESOURCE, Situation, begin, online_or_late
from mirrordrill.simulator.dscli.consoles import HeldCommand
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.world import World

HOME, AWAY = ("hosta", "hostb"), ("hostc", "hostd")
HOME_ARRAY = "IBM.2107-75FA120"
MISSED_S = 300.0
"""A cluster that is lost is taken for FAULTED by then (three pings 30 s apart and the inquiry, vcs.md 4.3)."""
HOSTS_IN_TURN_S = 2700.0
"""Hosts give up one after the other: OnlineTimeout 300 s and two monitors 300 s apart each (vcs.md 1.5)."""
LATE_S = 900.0
"""LateCommandLimit: an accepted command lands by then."""


def mirrored(world: World) -> None:
    """The group runs at home, and the mirror is in sync."""
    begin(world)
    world.advance(120)


def declare(world: World, on: str, cluster: str) -> None:
    """In a global cluster a person decides that the other one is lost."""
    if len(world.clusters) > 1:
        world.advance(MISSED_S)
        world.operate(["haclus", "-declare", "disaster", "-clus", cluster, "-failover"], on)


def crash(world: World, *hosts: str) -> None:
    """These hosts lose power."""
    for host in hosts:
        world.crash(host)


def boot(world: World, *hosts: str) -> None:
    """Those of them that are down come back."""
    for host in hosts:
        if not world.is_up(host):
            world.boot(host)


def taken_over(world: World) -> None:
    """The site at home was lost, the far side took over, home is repaired, and no operator has run failback."""
    mirrored(world)
    lose_home(world)
    online_or_late(world, "hostc")
    world.advance(600)
    world.storage.set_power(HOME_ARRAY, is_on=True)
    boot(world, *HOME)
    world.advance(300)


def lose_home(world: World) -> None:
    """Array and hosts at home lose power."""
    world.storage.set_power(HOME_ARRAY, is_on=False)
    crash(world, *HOME)
    declare(world, "hostc", "clusa")


def far_side_dies(world: World) -> None:
    """Both hosts of the side that holds the data lose power."""
    crash(world, *AWAY)
    declare(world, "hosta", "clusb")
    world.advance(HOSTS_IN_TURN_S)


def far_side_is_back(world: World) -> str:
    """They boot again."""
    boot(world, *AWAY)
    world.advance(300)
    return "hostc"


def switch_home(world: World) -> None:
    """An operator switches the group home, where the data are old."""
    Operator(world).switch(GROUP, "hosta")
    world.advance(HOSTS_IN_TURN_S)


def stays_away(_: World) -> str:
    """The data are at the far side."""
    return "hostc"


def everything_stops(world: World) -> None:
    """All hosts lose power, and boot again, those with the old files first."""
    crash(world, *AWAY, *HOME)
    world.advance(60)
    boot(world, *HOME)
    world.advance(20)
    boot(world, *AWAY)
    world.advance(HOSTS_IN_TURN_S)


def next_host_dies(world: World) -> None:
    """The site is lost, and the host that takes over dies when its failover is done."""
    executed = watch_failovers(world)
    lose_home(world)
    world.run_until(lambda: bool(executed), HOSTS_IN_TURN_S)
    world.crash("hostc")
    online_or_late(world, "hostd", HOSTS_IN_TURN_S)


def next_host_is_back(world: World) -> str:
    """The host that died boots again."""
    boot(world, "hostc")
    world.advance(120)
    return "hostd"


def watch_failovers(world: World) -> list[str]:
    """The hosts that have failed over, as it happens."""
    hosts: list[str] = []

    def see(record: Record) -> None:
        event = record.event
        if isinstance(event, CommandExecuted) and event.verb == "failoverpprc":
            hosts.append(event.host)

    world.kernel.log.observe(see, (CommandExecuted,))
    return hosts


def alone_at_the_far_side(world: World) -> None:
    """One host is left at the far side, so that the group has to go home when that fails."""
    mirrored(world)
    world.crash("hostd")
    world.advance(120)


def stands_still(world: World) -> None:
    """The host stands still behind its failover, VCS brings the group home, and the host goes on."""
    executed = watch_failovers(world)
    Operator(world).switch(GROUP, "hostc")
    world.run_until(lambda: bool(executed), 600)
    world.hang("hostc")
    declare(world, "hosta", "clusb")
    online_or_late(world, "hosta", HOSTS_IN_TURN_S)
    world.advance(30)
    world.resume("hostc")
    world.advance(600)


def is_home(world: World) -> str:
    """Where the group belongs once the other host of the far side has booted."""
    boot(world, *AWAY)
    world.advance(120)
    return "hosta"


def with_a_late_failback(world: World) -> None:
    """The next failbackpprc of the host lies in the DS CLI server as long as it may."""
    alone_at_the_far_side(world)
    world.consoles.hold_next(HeldCommand("hostc", "failbackpprc", LATE_S))


def killed_while_reversing(world: World) -> None:
    """The online is killed while its failbackpprc is on its way; VCS cleans, and may start the group elsewhere."""
    executed = watch_failovers(world)
    Operator(world).switch(GROUP, "hostc")
    world.run_until(lambda: bool(executed), 600)
    world.advance(10)
    world.kill_entry_point("hostc", "online")
    world.advance(HOSTS_IN_TURN_S)


def offline_after_a_takeover(world: World) -> None:
    """As the manual demands before a failback (chapter 4)."""
    taken_over(world)
    world.operate(["hagrp", "-offline", GROUP, "-any"], "hostc")
    world.advance(120)


def failback_at_the_wrong_side(world: World) -> None:
    """failback is typed at the old home first, then at the side that holds the data, and the group goes home."""
    for host in ("hosta", "hostc"):
        world.operate(["hares", "-action", RESOURCE, "failback", "-sys", host], host)
        world.advance(600)


def home_where_it_was_failed_back(world: World) -> str:
    """The action may be repeated; where it fails again the data stay where they are, and so does the group."""
    answer = world.operate(["hares", "-action", RESOURCE, "failback", "-sys", "hostc"], "hostc")
    world.advance(600)
    return "hosta" if answer.exit_code == 0 else "hostc"


def not_mirroring(world: World) -> None:
    """The links broke for ten minutes; the pairs stay suspended when they are back."""
    mirrored(world)
    world.storage.fabric.set_link("link1", is_up=False)
    world.advance(600)
    world.storage.fabric.set_link("link1", is_up=True)
    world.advance(60)


def half_failed_over(world: World) -> None:
    """A storage administrator failed one of the two targets over, and forgot it."""
    mirrored(world)
    Administrator(world).types("failoverpprc 1260:1260", "hostc")
    world.advance(600)


def switch_away(world: World) -> None:
    """An operator switches the group to the far side."""
    Operator(world).switch(GROUP, "hostc")
    world.advance(HOSTS_IN_TURN_S)


def stays_home(_: World) -> str:
    """The data are at home."""
    return "hosta"


OLD_TARGET = frozenset({("S2", "old target")})
"""The far array is silent at the very moment at which it is asked: the manual's rule is a takeover."""
TWICE_UP = frozenset({("S7", "zombie")})
HAZARDS: tuple[Situation, ...] = (
    Situation(
        "stale",
        "after a takeover without a failback the side that holds the data dies",
        taken_over,
        far_side_dies,
        "hostc",
        again=far_side_is_back,
    ),
    Situation(
        "unready",
        "after a takeover without a failback the group is switched home",
        taken_over,
        switch_home,
        "hostc",
        again=stays_away,
    ),
    Situation(
        "restart",
        "after a takeover every host loses power, and those with the older files boot first",
        taken_over,
        everything_stops,
        "hostc",
        again=stays_away,
    ),
    Situation(
        "second",
        "the site is lost, and the host that takes over dies behind its failover",
        mirrored,
        next_host_dies,
        "hostd",
        again=next_host_is_back,
    ),
    Situation(
        "zombie",
        "a host stands still behind its failover, and goes on when the group is home again",
        alone_at_the_far_side,
        stands_still,
        "hosta",
        again=is_home,
        declared=TWICE_UP,
    ),
    Situation(
        "late",
        "an online is killed while its failbackpprc is on its way, which lands a quarter of an hour later",
        with_a_late_failback,
        killed_while_reversing,
        "hosta",
        again=is_home,
    ),
    Situation(
        "wrong-side",
        "after a takeover failback is typed at the side with the old data first",
        offline_after_a_takeover,
        failback_at_the_wrong_side,
        "hosta",
        again=home_where_it_was_failed_back,
    ),
    Situation(
        "unmirrored",
        "the group is switched over a mirror that stopped unnoticed",
        not_mirroring,
        switch_away,
        "hosta",
        again=stays_home,
        declared=OLD_TARGET,
    ),
    Situation(
        "mixed",
        "one of two targets was failed over by hand and forgotten, and the group is switched",
        half_failed_over,
        switch_away,
        "hosta",
        again=stays_home,
    ),
)
