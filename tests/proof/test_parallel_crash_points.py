"""Both systems of a site take over a parallel application, and one of them meets a fault: at every port call of either.

Whatever is killed, hangs or fails there, no rule is broken, and in the end the application runs on both systems: by
itself, or after an operator has mended the consoles and brought the group online where it is not, with the action
takeover where the agent refused and asked for it.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cache

import pytest

from mirrordrill.agent.messages import PARALLEL_STALE
from mirrordrill.drills.oracles import watch
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.drills.sites import find_site
from mirrordrill.drills.sweep.points import Points
from mirrordrill.drills.sweep.trouble import ConsoleTrouble
from mirrordrill.simulator.bridge.ports_tap import Injection, InjectionKind, Port, PortCall, Tap, When
from mirrordrill.simulator.dscli.consoles import Fate, Interception
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.world import World

GROUP, RESOURCE = "racgrp", "rac_mmir"
SITE_A, SITE_B = ("hosta", "hostb"), ("hostc", "hostd")
CHANCES_S = 2600.0
"""An online that hangs, its clean, and the chances that VCS gives to one without effect (OnlineWaitLimit)."""
DEATHS = (InjectionKind.KILLED, InjectionKind.HUNG)


@dataclass(frozen=True)
class Flown:
    by_itself: tuple[str, ...]
    """Where the group was online before any operator came."""
    online_on: tuple[str, ...]
    oracles: tuple[OracleResult, ...]
    calls: tuple[PortCall, ...]

    @property
    def bad(self) -> list[str]:
        broken = [f"{o.name} {o.reason}" for o in self.oracles if o.verdict is not Verdict.HELD]
        return broken + ([] if self.online_on == SITE_B else [f"online on {self.online_on} alone"])


def fly(*injections: Injection) -> Flown:
    tap = Tap(injections)
    with contextlib.closing(World(find_site("sfrac"), tap=tap)) as world:
        oracles = watch(world.kernel.log)
        trouble = ConsoleTrouble(world.consoles)
        tap.trouble = trouble.prepare
        world.start()
        world.advance(120)
        world.storage.set_power("IBM.2107-75FA120", is_on=False)
        for host in SITE_A:
            world.crash(host)
        world.advance(300)
        first = len(tap.calls)
        world.ha("hostc", ["haclus", "-declare", "disaster", "-clus", "clusa", "-failover"])
        world.advance(CHANCES_S)
        calls = tuple(call for call in tap.calls[first:] if call.entry in {"online", "clean"})
        by_itself = world.group_online_on(GROUP)
        trouble.mend()
        for host in SITE_B:
            if host not in by_itself:
                for verb in ("-flush", "-clear", "-online"):
                    world.ha("hostc", ["hagrp", verb, GROUP, "-sys", host])
                    world.advance(5)
        if by_itself != SITE_B:
            world.advance(CHANCES_S)
        if world.group_online_on(GROUP) != SITE_B:
            # What was remembered died with its writer: the refusal asks for a person who knows, and names the action.
            refusals = [
                r.event for r in world.kernel.log if isinstance(r.event, AgentLog) and "takeover" in r.event.text()
            ]
            assert refusals
            for host in SITE_B:
                if host not in world.group_online_on(GROUP):
                    takeover = ["hares", "-action", RESOURCE, "takeover", "-actionargs", GROUP, "dba", "drill"]
                    for words in (takeover, ["hagrp", "-clear", GROUP], ["hagrp", "-online", GROUP]):
                        world.ha("hostc", [*words, "-sys", host])
                        world.advance(60)
            world.advance(CHANCES_S)
        world.settle()
        results = tuple(oracle.result() for oracle in oracles)
        return Flown(by_itself, world.group_online_on(GROUP), results, calls)


@cache
def calm() -> Flown:
    return fly()


def points(*kinds: InjectionKind) -> list[Injection]:
    return [point for point in Points(calm().calls) if point.kind in kinds]


def title(point: Injection) -> str:
    call = point.call
    return f"{call.system} {call.entry} {call.port.value} {call.detail} {point.when.value} {point.kind.value}"


def test_without_a_fault_both_systems_come_online_by_themselves() -> None:
    assert calm().bad == []
    assert calm().by_itself == SITE_B


@pytest.mark.parametrize("kind", DEATHS, ids=lambda kind: kind.value)
def test_either_system_may_die_at_any_call_beside_the_lock(kind: InjectionKind) -> None:
    """Around every `ha` command, which are those of VCSResLock, and around every command that changes pairs."""
    chosen = [
        point
        for point in points(kind)
        if point.call.port is Port.RUN_HA or point.call.detail.startswith("failoverpprc")
    ]
    assert chosen
    assert {title(point): bad for point in chosen if (bad := fly(point).bad)} == {}


@pytest.mark.sweep
@pytest.mark.parametrize("kind", InjectionKind, ids=lambda kind: kind.value)
def test_every_point_of_the_parallel_takeover_is_survived(kind: InjectionKind) -> None:
    """The nightly campaign."""
    assert {title(point): bad for point in points(kind) if (bad := fly(point).bad)} == {}


def test_a_holder_that_can_not_be_cleaned_keeps_the_other_system_out_for_one_online_only() -> None:
    """Its online hangs before its first command, is killed, and its clean never hears from the array.

    VCSResLock stays with a system that runs. The other waits in vain until its time is over; when an operator brings
    it online again, the token has stood longer than any online may take, and is passed over.
    """
    journal = next(call for call in calm().calls if call.port is Port.WRITE_STATE and call.detail.endswith(".journal"))
    holder = journal.system
    (other,) = (host for host in SITE_B if host != holder)
    tap = Tap((Injection(journal, When.AFTER, InjectionKind.HUNG),))
    with contextlib.closing(World(find_site("sfrac"), tap=tap)) as world:
        world.start()
        world.advance(120)
        world.storage.set_power("IBM.2107-75FA120", is_on=False)
        for host in SITE_A:
            world.crash(host)
        world.advance(300)
        world.ha("hostc", ["haclus", "-declare", "disaster", "-clus", "clusa", "-failover"])
        world.advance(60)
        world.consoles.add_interceptor(
            lambda _, request: Interception(Fate.LOST) if request.host == holder else Interception()
        )
        world.advance(CHANCES_S)
        assert world.group_online_on(GROUP) == ()
        for verb in ("-flush", "-clear", "-online"):
            world.ha(other, ["hagrp", verb, GROUP, "-sys", other])
            world.advance(60)
        world.advance(300)
        assert world.group_online_on(GROUP) == (other,)
        said = [e for e in (record.event for record in world.kernel.log) if isinstance(e, AgentLog)]
        assert [e.host for e in said if e.message_id == PARALLEL_STALE.message_id] == [other]
