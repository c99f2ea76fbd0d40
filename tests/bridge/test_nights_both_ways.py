"""Engines that die and hosts that reboot, run in process and as real processes: the same log, byte for byte."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.world import World
from tests.golden.agents import AGENT_NIGHTS
from tests.golden.test_nights import NIGHTS


def fly(name: str, agent_mode: AgentMode, folder: Path) -> list[str]:
    with contextlib.closing(World(NIGHTS[name].site(folder), agent_mode=agent_mode)) as world:
        world.start()
        world.advance(120)
        NIGHTS[name].play(world)
        world.settle()
        return list(world.kernel.log.lines())


NAMES = ["stopped_by_force", "reboot_with_a_stale_lock", "fenced_partition_majority_at_b", "zombie", *AGENT_NIGHTS]


@pytest.mark.parametrize("name", NAMES)
def test_both_ways_write_the_same_log(name: str, tmp_path: Path) -> None:
    """Locks, boot ids and files of a host outlive its engine and its processes alike."""
    assert fly(name, AgentMode.IN_PROCESS, tmp_path) == fly(name, AgentMode.PROCESS, tmp_path)


def online_on_hostc(world: World) -> None:
    world.operate(["hagrp", "-offline", "oragrp", "-any"])
    world.advance(120)
    world.ha("hostc", ["hagrp", "-online", "oragrp", "-sys", "hostc"])


@pytest.mark.parametrize(
    ("after_s", "for_s"),
    [(0.02, 10.0), (2.0, 0.5), (2.0, 70.0), (4.5, 10.0), (5.0, 70.0), (6.0, 0.5), (6.0, 400.0), (8.5, 70.0)],
)
def test_an_agent_that_stands_still_with_its_host_goes_on_alike_both_ways(after_s: float, for_s: float) -> None:
    """At any point of an online, for a moment or longer than it would have waited for an answer, or than VCS waits."""

    def story(agent_mode: AgentMode) -> list[str]:
        with contextlib.closing(World(find_site("rdc"), agent_mode=agent_mode)) as world:
            world.start()
            world.advance(120)
            online_on_hostc(world)
            world.advance(after_s)
            world.hang("hostc")
            world.advance(for_s)
            world.resume("hostc")
            world.advance(300)
            world.settle()
            return list(world.kernel.log.lines())

    assert story(AgentMode.IN_PROCESS) == story(AgentMode.PROCESS)
