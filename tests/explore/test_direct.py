"""A night runs straight through the step functions, and is the drill that `mirrordrill run` makes of its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.profiles import NAMES
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.run.direct import run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import StepStatus, Verdict
from mirrordrill.drills.run.runner import run
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep, rendered
from mirrordrill.drills.sites import find_site

FACTS = targets_of(find_site("rdc"), "rdc")


def flown(schedule: Schedule) -> str:
    result = run_schedule(schedule, Drill(Options(), "", "", ""))
    return f"{result.digest} {[(step.words, step.status.value, step.observed) for step in result.steps]}"


def test_a_night_has_the_log_of_its_scenario(tmp_path: Path) -> None:
    """Steps, verdicts and hash are those of a pytest session over the rendered text."""
    nights = [draw_night(FACTS, "hostile", seed) for seed in (1, 2)]
    text = rendered("nights", [(f"night {night.seed}", night.lines) for night in nights])
    (tmp_path / "nights.feature").write_text(text)
    by_pytest = run([str(tmp_path / "nights.feature")], Options(), None).drills
    assert [drill.digest for drill in by_pytest] == [
        run_schedule(night.schedule(), Drill(Options(), "", "", "")).digest for night in nights
    ]
    assert by_pytest[0].schedule is not None
    assert flown(nights[0].schedule()) == flown(by_pytest[0].schedule)


@pytest.mark.parametrize("profile", NAMES)
def test_the_same_seed_draws_the_same_night(profile: str) -> None:
    """A seed is a name for a scenario."""
    assert draw_night(FACTS, profile, 7) == draw_night(FACTS, profile, 7)
    assert draw_night(FACTS, profile, 7).lines != draw_night(FACTS, profile, 8).lines


def test_a_step_that_does_not_exist_ends_the_night_as_wrong() -> None:
    """The nearest steps are told, as by `mirrordrill run`."""
    schedule = draw_night(FACTS, "mild", 1).schedule()
    wrong = Schedule("f", "s", (), (schedule.lines[0], schedule.lines[0].__class__("when", "hosta explodes")))
    result = run_schedule(wrong, Drill(Options(), "", "", ""))
    assert [step.status for step in result.steps] == [StepStatus.HELD, StepStatus.USAGE]
    assert "there is no step `hosta explodes`" in result.steps[1].observed


def test_an_entry_point_on_a_host_that_stands_still_is_not_overdue() -> None:
    """Its engine stands still, too; what is left of its time counts when the host goes on."""
    words = (
        ("given", 'the example site "rdc"'),
        ("when", "12 seconds pass"),
        ("when", 'the operator begins "hagrp -switch oragrp -to hostd" on hostc'),
        ("when", "the agent's online on hostd comes to run_ha 1, or 7 seconds pass"),
        ("when", "hostd stands still, if it runs"),
        ("when", "10 minutes pass"),
        ("when", "hostd comes back"),
        ("when", "20 minutes pass"),
    )
    lines = tuple(ScheduledStep(kind, text, number=at) for at, (kind, text) in enumerate(words))
    result = run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))
    assert {oracle.name: oracle.verdict for oracle in result.oracles}["S8"] is Verdict.HELD
