"""A world that real processes take over in the middle of a replay comes to the same event log."""

from __future__ import annotations

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.world import NotSimulatedError, World

BREAKS_S = 700.0
ENDS_S = 1500.0


def night(mode: AgentMode, *, hand_over_s: float | None = None) -> str:
    """A site is lost, site B takes over, and comes home; the digest of the log."""
    with World(find_site("rdc"), agent_mode=mode, is_replay=hand_over_s is not None) as world:
        world.start()

        def to(at_s: float) -> None:
            if hand_over_s is not None and world.kernel.now_s <= hand_over_s < at_s:
                world.advance(hand_over_s - world.kernel.now_s)
                world.hand_over()
            world.advance(at_s - world.kernel.now_s)

        to(600.0)
        world.remove_agent("hostd")
        to(BREAKS_S)
        world.ha("hosta", ["hagrp", "-switch", "oragrp", "-to", "hostc"])
        to(800.0)
        world.install_agent("hostd")
        world.kill_entry_point("hostc", "online")
        to(1100.0)
        world.ha("hostc", ["hagrp", "-switch", "oragrp", "-to", "hosta"])
        to(ENDS_S)
        world.settle()
        return world.kernel.log.digest()


@pytest.fixture(scope="module")
def in_process() -> str:
    """The night in process."""
    return night(AgentMode.IN_PROCESS)


@pytest.mark.parametrize("hand_over_s", [650.0, 700.5, 701.3, 712.0, 730.0, 1101.1, 1400.0])
def test_the_log_does_not_depend_on_when_real_processes_take_over(in_process: str, hand_over_s: float) -> None:
    """In the middle of an entry point, too: it ends as it began, and what it wrote is what a process finds."""
    assert night(AgentMode.PROCESS, hand_over_s=hand_over_s) == in_process


def test_a_replay_refuses_what_real_processes_would() -> None:
    """Before they take over and after it."""
    with World(find_site("rdc"), agent_mode=AgentMode.PROCESS, is_replay=True) as world:
        world.start()
        for _ in range(2):
            with pytest.raises(NotSimulatedError):
                world.fill_disk("hosta", is_full=True)
            with pytest.raises(NotSimulatedError):
                _ = world.moments
            world.hand_over()
