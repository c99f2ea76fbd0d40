"""Golden timelines of the nights that matter: what the cluster, the real agent and the arrays do, line by line.

Each night is run through the whole world and judged by every oracle. A night names the oracles that must be broken in
it: where nobody can be safe (a partition without fencing, a zombie), a drill that calls it safe would be lying.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mirrordrill.drills.oracles import watch
from mirrordrill.drills.output import timeline
from mirrordrill.drills.run.results import Verdict
from mirrordrill.simulator.array.events import PairViewChanged
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.world import World
from tests.golden.agents import AGENT_NIGHTS
from tests.golden.fenced import FENCED_NIGHTS
from tests.golden.night import ARRAY_A, ARRAY_B, HOME, SITE_A, SITE_B, SWAPPED, Night
from tests.golden.test_golden import check_golden


def host_failure(world: World) -> None:
    """Manual, chapter 4: halt hosta, then hostb; both come back, and nothing moves."""
    world.halt("hosta")
    world.advance(300)
    world.halt("hostb")
    world.advance(600)
    for host in SITE_A:
        world.boot(host)
    world.advance(300)


def site_disaster(world: World) -> None:
    """Manual, chapter 4: all hosts of site A and its array at once."""
    world.storage.set_power(ARRAY_A, is_on=False)
    for host in SITE_A:
        world.crash(host)
    world.advance(600)


def jeopardy_then_last_link(world: World) -> None:
    """One heartbeat link of hosta, a minute later the other: nothing may happen."""
    world.cluster.cut_link("hosta", "link1")
    world.advance(60)
    world.cluster.cut_link("hosta", "link2")
    world.advance(600)


def full_partition(world: World) -> None:
    """Everything between the sites at once, heartbeats and mirror; there is no fencing: both sides go on."""
    world.cluster.partition([SITE_A, SITE_B])
    world.storage.faults.lose_all_links(ARRAY_A, ARRAY_B)
    world.advance(300)


def partition_heals(world: World) -> None:
    """Ten minutes later the heartbeats are back: one side's engines restart, and its group gives way."""
    full_partition(world)
    world.advance(300)
    world.cluster.heal([SITE_A, SITE_B])
    world.advance(600)


def partition_with_a_living_mirror(world: World) -> None:
    """Only the heartbeats between the sites are lost, and site B takes site A for dead."""
    world.cluster.partition([SITE_A, SITE_B])
    world.advance(300)


def engine_dies(world: World) -> None:
    """HAD is killed on hosta; hashadow restarts it."""
    world.cluster.engine_dies("hosta")
    world.advance(300)


def stopped_by_force(world: World) -> None:
    """hastop -all -force, ten minutes of maintenance, hastart everywhere."""
    world.operate(["hastop", "-all", "-force"])
    world.advance(600)
    for host in (*SITE_A, *SITE_B):
        world.cluster.system_joined(host)
    world.advance(300)


def reboot_with_a_stale_lock(world: World) -> None:
    """hosta is back before anybody has missed it, with the lock of its last boot."""
    world.crash("hosta")
    world.advance(10)
    world.boot("hosta")
    world.advance(300)


def zombie(world: World) -> None:
    """hosta stands still for two minutes and goes on where it was."""
    world.hang("hosta")
    world.advance(120)
    world.resume("hosta")
    world.advance(300)


def engine_killed_in_jeopardy(world: World) -> None:
    """One link of hosta is gone, then its engine dies; a minute after it is back the other link goes."""
    world.cluster.cut_link("hosta", "link1")
    world.advance(60)
    world.cluster.engine_dies("hosta")
    world.advance(120)
    world.cluster.cut_link("hosta", "link2")
    world.advance(600)


def low_priority_link_is_the_last(world: World) -> None:
    """Both private links of hosta go, one by one: the public one carries everything; then that goes too."""
    for link in ("link1", "link2", "lowpri1"):
        world.cluster.cut_link("hosta", link)
        world.advance(120)


def seeding(world: World) -> None:
    """All hosts were down; GAB is to see three of them, and two are back: nobody starts until the third comes."""
    for host in (*SITE_A, *SITE_B):
        world.crash(host)
    world.advance(60)
    for host in ("hostb", "hostc"):
        world.boot(host)
    world.advance(300)
    world.boot("hosta")
    world.advance(300)


NIGHTS = (
    FENCED_NIGHTS
    | AGENT_NIGHTS
    | {
        "host_failure": Night(host_failure, ("hostc",), SWAPPED, ("failoverpprc", "failbackpprc")),
        "site_disaster": Night(site_disaster, ("hostc",), {ARRAY_B: "Suspended"}, ("failoverpprc",)),
        "jeopardy_then_last_link": Night(jeopardy_then_last_link, ("hosta",), HOME),
        "full_partition": Night(full_partition, ("hosta", "hostc"), {}, broken=("S1", "S2", "S7")),
        "partition_heals": Night(partition_heals, ("hosta",), {}, broken=("S1", "S2", "S7")),
        # Site B fails the volumes over, learns from the far array that site A goes on writing, and holds the rest back.
        "partition_with_a_living_mirror": Night(partition_with_a_living_mirror, ("hosta",), {}),
        "engine_dies": Night(engine_dies, ("hosta",), HOME),
        "stopped_by_force": Night(stopped_by_force, ("hosta",), HOME),
        "reboot_with_a_stale_lock": Night(reboot_with_a_stale_lock, ("hostb",), HOME),
        "zombie": Night(zombie, ("hostb",), HOME, broken=("S1", "S7")),
        "engine_killed_in_jeopardy": Night(engine_killed_in_jeopardy, ("hosta",), HOME),
        "low_priority_link_is_the_last": Night(
            low_priority_link_is_the_last, ("hosta",), HOME, settings="[membership]\nlow_priority_links = 1\n"
        ),
        "seeding": Night(seeding, ("hosta",), HOME, settings="[membership]\nseed_systems = 3\n"),
    }
)


@dataclass
class Flown:
    """A night that is over."""

    world: World
    text: str
    broken: dict[str, str]
    since: int

    def events(self, kind: type[Event]) -> list:
        return [record.event for record in self.world.kernel.log.since(self.since) if isinstance(record.event, kind)]


@pytest.fixture(scope="module", params=sorted(NIGHTS))
def flown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Night, Flown]:
    night = NIGHTS[request.param]
    world = World(night.site(tmp_path_factory.mktemp("site")))
    oracles = watch(world.kernel.log)
    world.start()
    world.advance(600)
    begin = len(world.kernel.log)
    night.play(world)
    world.settle()
    world.close()
    results = [oracle.result() for oracle in oracles]
    broken = {result.name: result.reason for result in results if result.verdict is Verdict.BROKEN}
    text = "".join(line + "\n" for line in timeline.lines(world.kernel.log.since(begin), details=False))
    return request.param, night, Flown(world, text, broken, begin)


def test_the_night_looks_as_it_did(flown: tuple[str, Night, Flown], pytestconfig: pytest.Config) -> None:
    """The story from the fault on, with seed 0."""
    name, _, its = flown
    check_golden(f"{name}.txt", its.text, pytestconfig.getoption("--update-golden"))


def test_the_group_ends_where_it_must(flown: tuple[str, Night, Flown]) -> None:
    """And nowhere else."""
    _, night, its = flown
    assert its.world.cluster.group_online_on("oragrp") == night.online_on


def test_the_arrays_end_as_the_manual_says(flown: tuple[str, Night, Flown]) -> None:
    """States of the volumes on each array that still answers, and the commands that led there."""
    _, night, its = flown
    last = {(e.array, e.volume): e for record in its.world.kernel.log if isinstance(e := record.event, PairViewChanged)}
    for array, state in night.views.items():
        assert {event.after for (where, _), event in last.items() if where == array} == {state}
    if night.views:
        commands = [e.verb for e in its.events(CommandExecuted) if e.verb in {"failoverpprc", "failbackpprc"}]
        assert tuple(dict.fromkeys(commands)) == night.commands


def test_every_oracle_holds_but_those_that_cannot(flown: tuple[str, Night, Flown]) -> None:
    """A night without fencing that ends green would be a lie."""
    _, night, its = flown
    assert tuple(sorted(its.broken)) == night.broken, its.broken
