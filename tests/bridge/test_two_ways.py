"""The agent flown in process and as real processes: the same world, the same faults, the same log.

Each situation is flown both ways and the two logs are compared line by line; what must have happened is asserted on
top.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drills.sites import find_site
from simulator.dscli.consoles import Fate, Reach, Request, Stage, Verdict
from simulator.dscli.events import CommandExecuted
from simulator.events import Event
from simulator.host.events import StateFileChanged
from simulator.vcs.events import EntryPointKilled
from simulator.world import Arm, World

Situation = Callable[[World], None]
SITUATIONS: dict[str, Situation] = {}


def situation(function: Situation) -> Situation:
    SITUATIONS[function.__name__] = function
    return function


def switch(world: World, host: str, then_s: float) -> None:
    world.operate(["hagrp", "-switch", "oragrp", "-to", host])
    world.advance(then_s)


@situation
def first_hmc_never_answers(world: World) -> None:
    """The agent gives up on HMC1 at a deadline of its own and takes HMC2."""
    world.consoles.set_reach("ds8000e.example.com", Reach.SILENT)
    switch(world, "hostc", 400)


@situation
def no_hmc_ever_answers(world: World) -> None:
    """Nothing is guessed: no lock, no command, and nothing hangs for ever."""
    for name in ("ds8000e.example.com", "ds8000f.example.com"):
        world.consoles.set_reach(name, Reach.SILENT)
    switch(world, "hostc", 1500)


@situation
def the_answer_to_the_failover_is_lost(world: World) -> None:
    """The command was carried out; the agent has to find that out by itself."""

    def lose(stage: Stage, request: Request) -> Verdict:
        lost = "failoverpprc" in request.command and stage is Stage.BEFORE_ANSWER
        return Verdict(Fate.LOST if lost else Fate.PASS)

    world.consoles.interceptor = lose
    switch(world, "hostc", 1500)


@situation
def the_system_dies_between_failover_and_failback(world: World) -> None:
    """Killed with its system; the next one on the same array finds writable volumes and says what is left to do."""
    switch(world, "hostc", 18.5)
    world.cluster.system_lost("hostc")
    world.advance(900)


@situation
def the_hmcs_are_very_slow(world: World) -> None:
    """The agent starts nothing that cannot end in time."""
    for name in ("ds8000e.example.com", "ds8000f.example.com"):
        world.consoles.set_delay(name, 140.0)
    switch(world, "hostc", 2500)


@situation
def the_target_is_still_being_copied_to(world: World) -> None:
    """Between the failback and its end the old source is no takeover target yet; the agent waits for it."""
    switch(world, "hostc", 22.0)
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hosta"])
    world.advance(1200)


def fly(situation: Situation, arm: Arm, folder: Path) -> World:
    world = World(find_site("rdc"), arm=arm)
    try:
        world.start()
        world.advance(120)
        situation(world)
        world.settle()
    finally:
        world.close()
    (folder / f"{situation.__name__}.{arm.value}.jsonl").write_text("\n".join(world.kernel.log.lines()))
    return world


@pytest.fixture(scope="module", params=sorted(SITUATIONS))
def flown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, World, World]:
    folder = tmp_path_factory.mktemp("two-ways")
    name: str = request.param
    return name, fly(SITUATIONS[name], Arm.IN_PROCESS, folder), fly(SITUATIONS[name], Arm.PROCESS, folder)


def events(world: World, kind: type[Event]) -> list[Event]:
    return [record.event for record in world.kernel.log if isinstance(record.event, kind)]


def test_both_ways_write_the_same_log(flown: tuple[str, World, World]) -> None:
    """Whatever goes wrong, and whatever the agent does about it."""
    _, in_process, as_processes = flown
    assert list(in_process.kernel.log.lines()) == list(as_processes.kernel.log.lines())


EXPECTED: dict[str, tuple[str, bool]] = {
    "first_hmc_never_answers": ("hostc", False),
    "the_system_dies_between_failover_and_failback": ("hostd", True),
    # Site B never gets the volumes; the cluster goes back to where they are writable.
    "no_hmc_ever_answers": ("hosta", False),
    "the_answer_to_the_failover_is_lost": ("hostc", False),
    "the_hmcs_are_very_slow": ("hosta", False),
    "the_target_is_still_being_copied_to": ("hosta", False),
}
"""Situation -> where the group runs in the end, and whether an entry point had to be killed."""


def test_each_situation_ends_as_it_must(flown: tuple[str, World, World]) -> None:
    """The promise of each situation's docstring."""
    name, world, _ = flown
    online_on, was_killed = EXPECTED[name]
    assert world.cluster.group_online_on("oragrp") == tuple(online_on.split())
    assert bool(events(world, EntryPointKilled)) is was_killed


def test_no_lock_without_writable_volumes(flown: tuple[str, World, World]) -> None:
    """Whatever happened: where the agent left a lock, its array lets the host write (drills.md S6)."""
    _, world, _ = flown
    locks: dict[str, bool] = {}
    for event in events(world, StateFileChanged):
        assert isinstance(event, StateFileChanged)
        if event.name == "ora_mmir.lock":
            locks[event.host] = event.change != "removed"
    for host in (host for host, exists in locks.items() if exists):
        image, volumes = world.volumes_of("oragrp", host)
        assert all(world.storage.is_host_writable(image, volume) for volume in volumes)


def test_the_lost_answer_is_found_out_and_not_repeated(tmp_path: Path) -> None:
    """The failover was carried out: the agent looks again and goes on without sending it twice."""
    world = fly(the_answer_to_the_failover_is_lost, Arm.IN_PROCESS, tmp_path)
    commands = [
        e for e in events(world, CommandExecuted) if isinstance(e, CommandExecuted) and e.verb == "failoverpprc"
    ]
    assert len(commands) == 1
