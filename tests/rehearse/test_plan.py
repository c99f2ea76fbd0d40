"""Ready-made runbooks, and how what was done is held against one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.rehearse.debrief.plan import PlanStatus, compare_plan, find_plan, read_plan, score
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.run.runner import run

READY_MADE = find_plan(Path("planned_migration")).parent


def test_every_ready_made_rehearsal_runs_and_has_notes_for_its_instructor() -> None:
    """Each by itself, without a person, to its end; no rule is broken on the way that it shows."""
    paths = sorted(READY_MADE.glob("*.feature"))
    assert len(paths) == 5
    drills = run(list(map(str, paths)), Options(), None).drills
    assert [
        (drill.feature, step.words) for drill in drills for step in drill.steps if step.status.value != "held"
    ] == []
    assert [drill.feature for drill in drills for each in drill.oracles if each.verdict is Verdict.BROKEN] == []
    for path in paths:
        assert path.read_text().startswith("# Instructor's notes.")
        assert "# Watch: " in path.read_text()


def test_steps_are_done_due_late_or_left_out(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """A switch that is typed and one that is said are the same action."""
    plan = read_plan(find_plan(Path("planned_migration")))
    instructor.types("5 minutes pass")
    instructor.types("the operator switches oragrp to hostc")
    instructor.types("hostb loses power")
    found = compare_plan(plan, rehearsal.stage.lines)
    assert [step.status for step in found[:3]] == [PlanStatus.LEFT_OUT, PlanStatus.DONE, PlanStatus.DUE]
    counted = score(plan, rehearsal.stage.lines)
    assert (counted.done, counted.left_out) == (1, 1)
    assert "hostb loses power" in counted.besides


def test_an_unknown_runbook_is_told_which_there_are() -> None:
    """By name."""
    with pytest.raises(UsageError, match="ready-made ones: failback_second_failure"):
        find_plan(Path("nothing"))
