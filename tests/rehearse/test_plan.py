"""Ready-made runbooks, and how what was done is held against one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mirrordrill.agent.actions import ACTIONS
from mirrordrill.drills import rehearsals
from mirrordrill.drills.cli.serve import site_of
from mirrordrill.drills.rehearse.branch_world import RecordedLine
from mirrordrill.drills.rehearse.debrief.actions import ASKING_ACTIONS, ActionKind, kind_of, match_of, mirrors_of
from mirrordrill.drills.rehearse.debrief.plan import (
    PlanStatus,
    check_names,
    compare_plan,
    notes_of,
    read_plan,
    runbook,
)
from mirrordrill.drills.rehearse.debrief.score import live_score, score
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.run.runner import run
from mirrordrill.drills.shrink.schedule import ScheduledStep

READY_MADE = Path(rehearsals.__file__).parent


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
    plan = read_plan(READY_MADE / "planned_migration.feature")
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
    assert "refused" not in besides
    rehearsal.stage.inputs.command("hostc", ["hagrp", "-switch", "oragrp", "-to", "hostz"], None)
    instructor.types("1 minutes pass")
    instructor.types('the operator types "hagrp -unfreeze oragrp" on hostc')
    lines, given = rehearsal.stage.lines, rehearsal.stage.drill.whole_history.state.cluster_commands
    told = [line.partition("  ")[2] for line in score(plan, lines, given=given).besides]
    assert [line.endswith(" (refused)") for line in told] == [False, True, False], told


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
        runbook(Path("nothing"), site_of(["rdc"]))


def test_a_ready_made_runbook_has_the_names_of_the_site(tmp_path: Path) -> None:
    """Also in its notes; one that does not fit says why."""
    path = tmp_path / "main.cf"
    example = site_of(["rdc"]).files[0].parent / "main.cf"
    path.write_text(re.sub(r"\boragrp\b", "pay_sg", re.sub(r"\bhost([abcd])\b", r"pay\1", example.read_text())))
    text = runbook(Path("planned_migration"), site_of([str(path)])).decode()
    assert 'the operator types "hagrp -switch pay_sg -to payc" on paya' in text
    assert "surprise 10m after hagrp -switch pay_sg -to payc" in " ".join(notes_of(text.encode()))
    with pytest.raises(UsageError, match="does not fit this site: global_partition: not for a site of one cluster"):
        runbook(Path("global_partition"), site_of([str(path)]))


def test_a_plan_that_no_one_could_follow_is_refused(rehearsal: Rehearsal, tmp_path: Path) -> None:
    """A sentence that is no step, a name that the site does not have: it would count as left out for ever."""
    path = tmp_path / "plan.feature"
    head = 'Feature: x\n\n  Scenario: x\n    Given the example site "rdc"\n'
    path.write_text(f"{head}    When the duty manager is called\n")
    with pytest.raises(UsageError, match=r"the plan plan.feature: there is no step .* is a note"):
        read_plan(path)
    path.write_text(f"{head}    When hostx loses power\n")
    with pytest.raises(UsageError, match="the plan says `hostx loses power`: there is no host hostx"):
        check_names(read_plan(path), rehearsal.stage.drill)


def test_an_action_of_the_agent_is_the_same_typed_and_said(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """With the group's own resource, and whatever arguments say who asks; one that only asks changes nothing."""
    plan = [ScheduledStep("when", "the operator runs the failback action of oragrp on hostc")]
    instructor.types('the operator types "hares -action ora_mmir status -sys hostc" on hostc')
    mirrors = mirrors_of(rehearsal.stage.world.site)
    assert score(plan, rehearsal.stage.lines, 3, mirrors=mirrors).besides == ()
    for words in ("ora_mmir failback -sys hostc", "ora_mmir failback -actionargs oragrp smith late -sys hostc"):
        typed = ScheduledStep("when", f'command 7 on hostc is typed: "hares -action {words}"')
        assert match_of(typed) == match_of(plan[0], mirrors)


def test_every_action_of_the_agent_asks_or_changes() -> None:
    """A new one is put into the table, or counts as a change."""
    assert {*ACTIONS} - ASKING_ACTIONS == {"failback", "takeover", "resume"}
    assert {*ACTIONS} >= ASKING_ACTIONS


def test_what_the_instructor_breaks_is_not_left_out_by_people() -> None:
    """A fault that did not come is none of their steps."""
    plan = [ScheduledStep("when", "hosta loses power"), ScheduledStep("when", "the operator switches oragrp to hostc")]
    done = [RecordedLine(plan[1], 0, 0)]
    assert [step.status for step in compare_plan(plan, done)] == [PlanStatus.NOT_SO, PlanStatus.DONE]


def test_a_service_that_came_back_is_not_said_to_be_out(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """The live world is not settled: no write of the application was told, and its outage is over all the same."""
    instructor.types("array IBM.2107-75FA120 is lost")
    instructor.types("hosta, hostb lose power")
    instructor.types("30 seconds pass")
    assert live_score(rehearsal).objectives == ("oragrp did not come back",)
    instructor.types("10 minutes pass")
    (outage,) = live_score(rehearsal).objectives
    assert re.fullmatch(r"oragrp \d+\.\d s", outage)
