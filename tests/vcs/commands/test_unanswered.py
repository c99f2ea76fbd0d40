"""A command ends although the system that should answer it is dead, stands still, or has lost its engine."""

from __future__ import annotations

import pytest

from tests.vcs.play import HANG, Drill

ACTION = "hares -action mir failback -sys hostd"
WAITING = (
    "hagrp -wait oragrp State OFFLINE",
    "hares -wait mir State OFFLINE",
    "hasys -wait hostd SysState EXITED",
    "haclus -wait ClusState FAULTED",
    ACTION,
)
"""Every command that may take its time, while what it waits for does not come."""
LLT_AND_GAB_S = 16 + 5 + 5
"""LLT gives a silent peer up, GAB is stable; and a margin."""


def typed(drill: Drill, line: str, system: str = "hosta"):
    return drill.cluster.ha(system, line.split())


def answered_within(drill: Drill, event, seconds: float) -> tuple[int, str]:
    """The result, which must be there after this time."""
    drill.run(seconds)
    assert event.triggered
    return event.value.exit_code, event.value.stderr


def test_an_action_on_a_system_that_has_just_died() -> None:
    """The cluster has not noticed yet: the command is accepted, and ends when the system leaves the membership."""
    drill = Drill().started(30)
    drill.crash("hostd")
    drill.run(5)
    code, error = answered_within(drill, typed(drill, ACTION), LLT_AND_GAB_S)
    assert (code, "system hostd left the membership" in error) == (1, True)


def test_an_action_under_way_when_its_system_dies() -> None:
    drill = Drill().started(30)
    drill.runner.plan["mir", "failback", "hostd"] = (30.0, 0, True)
    event = typed(drill, ACTION)
    drill.run(5)
    drill.crash("hostd")
    assert answered_within(drill, event, LLT_AND_GAB_S)[0] == 1


def test_an_action_on_a_system_that_stands_still_and_comes_back() -> None:
    """What the system does when it goes on has no receiver any more; nothing breaks."""
    drill = Drill().started(30)
    drill.cluster.system_hung("hostd")
    drill.run(2)
    assert answered_within(drill, typed(drill, ACTION), LLT_AND_GAB_S)[0] == 1
    drill.cluster.system_resumed("hostd")
    drill.run(600)
    assert drill.ha(ACTION) == (0, "said\n")


def test_an_action_that_is_answered_in_time_is_not_given_up() -> None:
    drill = Drill().started(30)
    assert drill.ha(ACTION) == (0, "said\n")
    drill.crash("hostd")
    drill.run(60)


@pytest.mark.parametrize("ends", ["hastop -local -force", "dies", "lost"])
@pytest.mark.parametrize("line", WAITING)
def test_a_command_whose_own_engine_ends(line: str, ends: str) -> None:
    drill = Drill().started(30)
    drill.runner.plan["mir", "failback", "hostd"] = (HANG, None, True)
    event = typed(drill, line)
    drill.run(1)
    if ends == "dies":
        drill.cluster.engine_dies("hosta")
    elif ends == "lost":
        drill.crash("hosta")
    else:
        drill.ha(ends)
    assert answered_within(drill, event, 1) == (1, "VCS ERROR V-16-1-10600 Cannot connect to VCS engine\n")


def test_a_command_typed_on_a_host_that_stands_still_and_then_dies() -> None:
    drill = Drill().started(30)
    drill.cluster.system_hung("hosta")
    event = typed(drill, "hagrp -state")
    drill.run(5)
    assert not event.triggered
    drill.crash("hosta")
    assert answered_within(drill, event, 1)[0] == 1


def test_a_wait_goes_on_in_the_half_of_its_own_system() -> None:
    """After a partition the engine of the other half knows nothing of this one."""
    drill = Drill().started(30)
    event = typed(drill, "hagrp -wait oragrp State ONLINE -sys hostd", "hostd")
    drill.cluster.partition([["hosta", "hostb", "hostc"], ["hostd"]])
    drill.run(600)
    assert (event.triggered, event.value.exit_code) == (True, 0)
