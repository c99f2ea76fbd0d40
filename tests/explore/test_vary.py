"""Drills of a person's own, varied."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.explore.drawing.draw import draw_around
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.drawing.vary import schedules_in
from mirrordrill.drills.run.direct import run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.run.runner import shipped_feature
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from mirrordrill.drills.sites import find_site

TARGETS = targets_of(find_site("rdc"), "rdc")
PROVES_NOTHING = {StepStatus.USAGE, StepStatus.FAULT, StepStatus.INTERRUPTED}


def test_a_drill_keeps_its_beginning_and_the_order_of_what_is_done() -> None:
    """Expectations are left out, switches are only tried, and faults stand between them."""
    drill = next(schedules_in(shipped_feature("migration")))
    night = draw_around(drill, TARGETS, "hostile", 3)
    words = [line.words for line in night.lines]
    assert words[:2] == ['the example site "rdc"', "oragrp is online on hosta"]
    switches = [text for text in words if "-switch oragrp" in text and "tries" in text]
    assert [text.split('"')[1].split()[-1] for text in switches] == ["hostb", "hostc", "hosta"]
    assert night.kinds
    assert night == draw_around(drill, TARGETS, "hostile", 3)
    result = run_schedule(night.schedule(), Drill(Options(), "", "", ""))
    assert not {step.status for step in result.steps} & PROVES_NOTHING


def test_a_drill_with_steps_of_its_own_cannot_be_varied(tmp_path: Path) -> None:
    """It is said which step that is."""
    (tmp_path / "own.feature").write_text(
        'Feature: f\n  Scenario: s\n    Given the example site "rdc"\n    When we pray\n'
    )
    with pytest.raises(UsageError, match="we pray"):
        list(schedules_in(tmp_path / "own.feature"))


def test_what_a_search_leaves_out_is_done_all_the_same_before_it_is_judged() -> None:
    """A group that is only on its way is no failure: the clusters get their time since the repair."""
    words = (
        ("given", 'the example site "rdc"'),
        ("when", "everything is repaired"),
        ("then", "every group is online on one side, or it is said why not"),
    )
    lines = tuple(ScheduledStep(kind, text, number=at) for at, (kind, text) in enumerate(words))
    result = run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))
    assert [step.status for step in result.steps] == [StepStatus.HELD] * 3
