"""Engines that die and hosts that reboot, flown in process and as real processes: the same log, byte for byte."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from drills.sites import find_site
from simulator.world import Arm, NotFlownError, World
from tests.golden.test_nights import NIGHTS


def fly(name: str, arm: Arm, folder: Path) -> list[str]:
    with contextlib.closing(World(NIGHTS[name].site(folder), arm=arm)) as world:
        world.start()
        world.advance(120)
        NIGHTS[name].play(world)
        world.settle()
        return list(world.kernel.log.lines())


@pytest.mark.parametrize("name", ["stopped_by_force", "reboot_with_a_stale_lock", "fenced_partition_majority_at_b"])
def test_both_ways_write_the_same_log(name: str, tmp_path: Path) -> None:
    """Locks, boot ids and files of a host outlive its engine and its processes alike."""
    assert fly(name, Arm.IN_PROCESS, tmp_path) == fly(name, Arm.PROCESS, tmp_path)


def test_a_host_whose_agent_is_a_process_cannot_hang() -> None:
    """Said, not done wrongly."""
    with contextlib.closing(World(find_site("rdc"), arm=Arm.PROCESS)) as world, pytest.raises(NotFlownError):
        world.hang("hosta")
