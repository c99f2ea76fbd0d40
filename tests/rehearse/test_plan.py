"""Ready-made runbooks, and how what was done is held against one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mirrordrill.drills.rehearse.debrief.actions import ActionKind, kind_of, match_of
from mirrordrill.drills.rehearse.debrief.plan import PlanStatus, compare_plan, find_plan, read_plan
from mirrordrill.drills.rehearse.debrief.score import live_score, score
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.run.runner import run
from mirrordrill.drills.shrink.schedule import ScheduledStep

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
    stands = {step.line.words: step.status for step in found}
    assert stands['the operator types "hagrp -switch oragrp -to hostc" on hosta'] is PlanStatus.DONE
    assert stands['the operator types "hagrp -switch oragrp -to hosta" on hostc'] is PlanStatus.DUE
    assert stands["oragrp comes online on hostc within 5 minutes"] is PlanStatus.CHECK
    assert "30 minutes pass" not in stands
    instructor.types('the operator types "hagrp -freeze oragrp" on hostc')
    instructor.types('the operator types "hagrp -state oragrp" on hostc')
    counted = score(plan, rehearsal.stage.lines)
    assert (counted.planned, counted.done, counted.left_out) == (2, 1, ())
    (besides,) = counted.besides
    assert "hagrp -freeze oragrp" in besides


def test_a_decision_before_anybody_asked_is_counted(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """And one that was taken while something was withheld; one after a look is not."""
    instructor.types("gate go? for Ann")
    instructor.types("decide yes")
    instructor.types("array IBM.2107-75FA120 is lost")
    instructor.types("gate declare? for Ann")
    instructor.types("decide yes, declare")
    instructor.types('the operator types "hagrp -state oragrp" on hostc')
    instructor.types("gate home? for Ann")
    instructor.types("withhold alerts from site-b")
    instructor.types("decide no")
    found = live_score(rehearsal).before_information
    assert ["declare?" in found[0], "no command had asked" in found[0]] == [True, True]
    assert ["home?" in found[1], "site-b is not shown the alerts" in found[1]] == [True, True]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('command 3 on hosta is typed: "dscli -cfg b.profile resumepprc -dev IBM.2107-75FA120 1260:1260"',
         'a storage administrator types "resumepprc 1260:1260" on hosta'),
        ('command 3 reads "failbackpprc -type mmir 1260:1260"',
         'a storage administrator types "failbackpprc 1260:1260" on hostc'),
        ('command 9 on hosta is typed: "hagrp  -switch oragrp -to hostc"', "the operator switches oragrp to hostc"),
        ('"Ann" decides at the gate "go?" after 3.1 seconds: "yes"',
         '"the duty manager" decides at the gate "go?" after 2 minutes: "no"'),
    ],
)  # fmt: skip
def test_the_same_action_is_known_however_it_was_done(one: str, other: str) -> None:
    """Typed at a shell, read by an open DS CLI, or said."""
    assert match_of(ScheduledStep("when", one)) == match_of(ScheduledStep("when", other))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ('command 3 on hosta is typed: "hagrp -state oragrp"', ActionKind.LOOK),
        ('command 3 on hosta is typed: "dscli"', ActionKind.LOOK),
        ('command 3 reads "lspprc 1260"', ActionKind.LOOK),
        ('command 3 reads "rmpprc -quiet 1260"', ActionKind.CHANGE),
        ("command 3 reads the end of its input", ActionKind.TIME),
        ('command 3 on hosta is typed: "haclus -declare outage -clus clusa"', ActionKind.CHANGE),
        ('command 3 on hosta is typed: "halt"', ActionKind.CHANGE),
        ("the operator runs the failback action of oragrp on hostc", ActionKind.CHANGE),
        ("hosta loses power", ActionKind.FAULT),
        ("hosta boots", ActionKind.FAULT),
        ("10 minutes pass", ActionKind.TIME),
        ('"site-b" is told: "x"', ActionKind.TIME),
    ],
)
def test_what_a_line_is(words: str, kind: ActionKind) -> None:
    """Whose it is, and whether it changes something."""
    assert kind_of(ScheduledStep("when", words)) is kind


def test_an_unknown_runbook_is_told_which_there_are() -> None:
    """By name."""
    with pytest.raises(UsageError, match="ready-made ones: failback_second_failure"):
        find_plan(Path("nothing"))


def test_a_service_that_came_back_is_not_said_to_be_out(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """The live world is not settled: no write of the application was told, and its outage is over all the same."""
    instructor.types("array IBM.2107-75FA120 is lost")
    instructor.types("hosta, hostb lose power")
    instructor.types("30 seconds pass")
    assert live_score(rehearsal).objectives == ("oragrp did not come back",)
    instructor.types("10 minutes pass")
    (outage,) = live_score(rehearsal).objectives
    assert re.fullmatch(r"oragrp \d+\.\d s", outage)
