"""A parallel application: both systems of the surviving site come online at once, exactly one fails the volumes over.

Manual, chapter 1; vcs.md 1.7.
Each story is run through the whole world, judged by every oracle, and told as a golden timeline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from mirrordrill.drills.oracles import watch
from mirrordrill.drills.output import timeline
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import StateFileChanged
from mirrordrill.simulator.vcs.events import CommandGiven
from mirrordrill.simulator.world import World
from tests.golden.test_golden import check_golden

GROUP, RESOURCE = "racgrp", "rac_mmir"
SITE_A, SITE_B = ("hosta", "hostb"), ("hostc", "hostd")
ARRAY_A = "IBM.2107-75FA120"
STARTED_S = 120


def lose_site_a(world: World) -> None:
    """All hosts of site A and its array at once; when the alert is there, the operator declares the disaster."""
    world.storage.set_power(ARRAY_A, is_on=False)
    for host in SITE_A:
        world.crash(host)
    world.advance(300)
    world.ha("hostc", ["haclus", "-declare", "disaster", "-clus", "clusa", "-failover"])


def holders(world: World) -> list[str]:
    """The systems that wrote a token into VCSResLock, in their order."""
    return [
        record.event.system
        for record in world.kernel.log
        if isinstance(record.event, CommandGiven) and f"VCSResLock {record.event.system}@" in record.event.command
    ]


def changes(world: World) -> list[str]:
    """The commands that change pairs, in their order."""
    events = (record.event for record in world.kernel.log)
    return [e.verb for e in events if isinstance(e, CommandExecuted) and e.changes_pairs]


def journals(world: World) -> list[str]:
    """The hosts that noted what they were about to do with the pairs."""
    events = (record.event for record in world.kernel.log)
    return [e.host for e in events if isinstance(e, StateFileChanged) and e.name.endswith(".journal")]


def takeover(world: World) -> None:
    """Nothing else goes wrong."""
    lose_site_a(world)
    world.advance(600)


def holder_killed_with_the_lock(world: World) -> None:
    """The agent of the system that holds VCSResLock dies before it has sent anything."""
    lose_site_a(world)
    world.run_until(lambda: bool(holders(world)), 60)
    world.clusters["clusb"].agent_dies(holders(world)[0], "MetroMirror")
    world.advance(900)


def holder_killed_in_the_middle(world: World) -> None:
    """It dies when the array has carried failoverpprc out, and nobody has heard the answer."""
    lose_site_a(world)
    world.run_until(lambda: bool(changes(world)), 60)
    world.clusters["clusb"].agent_dies(holders(world)[0], "MetroMirror")
    world.advance(900)


def holders_host_crashes(world: World) -> None:
    """Its host dies at that moment; the token of a system that does not run is stale."""
    lose_site_a(world)
    world.run_until(lambda: bool(changes(world)), 60)
    world.crash(holders(world)[0])
    world.advance(900)


def round_trip(world: World) -> None:
    """Site A comes back: offline at site B, the failback action there, home, and once more to site B and back."""
    lose_site_a(world)
    world.advance(1800)
    world.storage.set_power(ARRAY_A, is_on=True)
    for host in SITE_A:
        world.boot(host)
    world.advance(600)
    world.ha("hostc", ["hagrp", "-offline", GROUP, "-any"])
    world.advance(120)
    world.ha("hostc", ["hares", "-action", RESOURCE, "failback", "-sys", "hostc"])
    world.advance(300)
    for host, verb, there in LEGS:
        world.ha(host, ["hagrp", verb, GROUP, "-any", "-clus", there])
        world.advance(300)


@dataclass(frozen=True)
class Story:
    """What happens, where the group may be online in the end and on how many systems, and what changed pairs."""

    play: Callable[[World], None]
    online: int
    where: tuple[str, ...] = SITE_B
    changes: tuple[str, ...] = ("failoverpprc",)


LEGS = (("hostc", "-online", "clusa"), ("hosta", "-switch", "clusb"), ("hostc", "-switch", "clusa"))
SWAP = ("failoverpprc", "failbackpprc")
STORIES = {
    "parallel_takeover": Story(takeover, 2),
    "parallel_holder_killed_with_the_lock": Story(holder_killed_with_the_lock, 2),
    "parallel_holder_killed_in_the_middle": Story(holder_killed_in_the_middle, 2),
    "parallel_holders_host_crashes": Story(holders_host_crashes, 1),
    "parallel_round_trip": Story(round_trip, 2, SITE_A, SWAP * 4),
}


@contextmanager
def flown(story: Story, agent_mode: AgentMode = AgentMode.IN_PROCESS) -> Iterator[tuple[World, dict[str, str], int]]:
    """The world at the end of a story, which oracles are not held and why, and where the story began."""
    world = World(find_site("sfrac"), agent_mode=agent_mode)
    oracles = watch(world.kernel.log)
    try:
        world.start()
        world.advance(STARTED_S)
        since = len(world.kernel.log)
        story.play(world)
        world.settle()
        results = [oracle.result() for oracle in oracles]
        yield world, {r.name: r.reason for r in results if r.verdict is not Verdict.HELD}, since
    finally:
        world.close()


@pytest.mark.parametrize("name", STORIES)
def test_the_story_looks_as_it_did(name: str, pytestconfig: pytest.Config) -> None:
    """The timeline of the story, every rule held, and one failover however many systems came online."""
    story = STORIES[name]
    with flown(story) as (world, broken, since):
        text = "".join(f"{line}\n" for line in timeline.lines(world.kernel.log.since(since), details=False))
        assert broken == {}
        assert tuple(changes(world)) == story.changes
        online = world.group_online_on(GROUP)
        assert set(online) <= set(story.where)
        assert len(online) == story.online
    check_golden(f"{name}.txt", text, pytestconfig.getoption("--update-golden"))


def test_both_systems_of_a_site_start_at_once_and_whoever_comes_second_sends_nothing() -> None:
    """The second one waits for VCSResLock, looks again, and finds the volumes writable."""
    with flown(STORIES["parallel_takeover"]) as (world, _, _):
        assert sorted(holders(world)) == sorted(SITE_B)
        assert journals(world)[0] == holders(world)[0]
        assert set(journals(world)) == {holders(world)[0]}


@pytest.mark.parametrize("name", [name for name in STORIES if name != "parallel_round_trip"])
def test_both_ways_write_the_same_log(name: str) -> None:
    """In process and as real processes, killed agents and crashed hosts included.

    The longest one, in which nothing goes wrong, is run both ways by `features/parallel.feature`.
    """
    with flown(STORIES[name]) as (world, _, _):
        lines = list(world.kernel.log.lines())
    with flown(STORIES[name], AgentMode.PROCESS) as (world, _, _):
        assert list(world.kernel.log.lines()) == lines
