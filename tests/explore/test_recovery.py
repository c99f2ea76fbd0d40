"""What counts as told where a group is not online in the end."""

from __future__ import annotations

import pytest

from mirrordrill.drills.explore.recovery import named
from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep

BOTH_ARRAYS_ARE_LOST = """
given the example site "two-groups"
when 5 minutes pass
when hostd halts
when array IBM.2107-75FA120 is lost
when 30 minutes pass
when array IBM.2107-75FA150 is lost
when {minutes} minutes pass
when everything is repaired
then every group is online on one side, or it is said why not
"""


@pytest.mark.parametrize("minutes", [6, 20])
def test_a_group_that_the_engine_gave_up_in_the_moment_it_went_offline_was_told_of(minutes: int) -> None:
    """First the engine says that the group is faulted, then the group changes; nothing is said after the repair."""
    steps = [line.split(" ", 1) for line in BOTH_ARRAYS_ARE_LOST.format(minutes=minutes).strip().splitlines()]
    lines = numbered([ScheduledStep(keyword, words) for keyword, words in steps])
    result = run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))
    assert [step.words for step in result.steps if step.status is not StepStatus.HELD] == []
    assert result.exit_code() is ExitCode.HELD
    assert "is not online: " in result.steps[-1].observed


def test_a_message_is_about_the_group_that_it_names() -> None:
    """Not about one whose name is a part of another."""
    assert named("web", "Global group web: cluster west claims Authority as well")
    assert not named("web", "Group web-2 is faulted on system a")
