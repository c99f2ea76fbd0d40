"""What counts as told where a group is not online in the end."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from mirrordrill.drills.explore.liveness.reasons import named
from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from mirrordrill.drills.sweep.runbook import kept_offline, started_by_people
from mirrordrill.simulator.vcs.group_spec import GroupDependencySpec
from tests.vcs.play import cluster_spec

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


STARTED_BY_HAND = """
given the example site "rdc"
given every mirrored group is online
when the operator tries "{command}" on hosta
when 4 minutes pass
when ora_dg is started on hostb by hand
when 2 hours pass
when everything is repaired
then every group is online on one side, or it is said why not
"""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("hagrp -offline oragrp -any", "an operator took it offline; root started ora_dg on hostb"),
        # Here the operator wanted one resource offline, not the group: it is up on two systems, and the engine says so.
        ("hares -offline ora_lsnr -sys hosta", "concurrency violation: it was up on hosta, hostb"),
    ],
)
def test_what_root_starts_of_a_group_that_an_operator_took_offline_is_no_riddle(command: str, expected: str) -> None:
    """VCS leaves the group PARTIAL and logs `Not initiated by VCS`; it was the operator who wanted it offline."""
    steps = [line.split(" ", 1) for line in STARTED_BY_HAND.format(command=command).strip().splitlines()]
    lines = numbered([ScheduledStep(keyword, words) for keyword, words in steps])
    result = run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))
    assert result.steps[-1].status is StepStatus.HELD
    assert expected in result.steps[-1].observed


def test_a_message_is_about_the_group_that_it_names() -> None:
    """Not about one whose name is a part of another."""
    assert named("web", "Global group web: cluster west claims Authority as well")
    assert not named("web", "Group web-2 is faulted on system a")


BOTH_GAVE_WAY = """
given the example site "rdc"
given every mirrored group is online
when the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
when hostb halts
when hostc hangs, if it runs
when 5 minutes pass
when hosta loses power
when 4 minutes pass
when HMC ds8000c.example.com falls silent
when HMC ds8000d.example.com falls silent
when 5 minutes pass
when hostc comes back
when 10 minutes pass
when everything is repaired
then every group is online on one side, or it is said why not
"""
IN_SYNC_AND_SWITCHED = """
given the example site "rdc"
given every mirrored group is online
when everything is repaired
when {before}
when the operator switches every group that is in sync to the other side
then every group that was switched is online there, and its mirror is in sync
"""


def result_of(text: str) -> DrillResult:
    steps = [line.split(" ", 1) for line in text.strip().splitlines()]
    lines = numbered([ScheduledStep(keyword, words) for keyword, words in steps])
    return run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))


def test_an_engine_that_took_a_group_down_because_it_was_up_twice_has_told_why() -> None:
    """Mixed 215: two engines meet again, each system gives way to the other, and the group is up nowhere."""
    result = result_of(BOTH_GAVE_WAY)
    assert {step.status for step in result.steps} == {StepStatus.HELD}
    assert "concurrency violation" in result.steps[-1].observed


def test_a_group_that_root_started_in_part_in_the_other_cluster_is_no_riddle() -> None:
    """Hostile 20033 of a site of its own: both engines say so, and leave it to a person which of them gives way."""
    steps = """
given the example site "gco"
given every mirrored group is online
when ora_ip is started on hostd by hand
when 10 minutes pass
when everything is repaired
then every group is online on one side, or it is said why not
"""
    result = result_of(steps)
    assert {step.status for step in result.steps} == {StepStatus.HELD}
    assert "concurrency violation: it was up on" in result.steps[-1].observed


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("5 minutes pass", "oragrp is online on hostc"),
        ("HMC ds8000e.example.com falls silent", "oragrp is online on hostc"),
        ("the mirror path below volume 1261 of IBM.2107-75FA150 is removed", "none was"),
        ("the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost", "none was"),
    ],
)
def test_the_way_to_the_other_side_is_tried_where_it_must_be_open(before: str, told: str) -> None:
    """One silent console of two is no reason; a path that is missing is one to leave the group where it is."""
    result = result_of(IN_SYNC_AND_SWITCHED.format(before=before))
    assert {step.status for step in result.steps} == {StepStatus.HELD}
    assert result.steps[-1].observed == told


def test_a_group_that_cannot_be_switched_although_it_is_in_sync_is_a_failure() -> None:
    """That the agent says why is not enough: no fault that a switch has to bear stands."""
    locked = IN_SYNC_AND_SWITCHED.format(before="the account admin on IBM.2107-75FA150 is locked")
    assert result_of(locked).exit_code() is ExitCode.LIVENESS


PART_OF_A_CLUSTER_BOOTS = """
given the example site "{site}"
given every mirrored group is online
when hosta, hostb, hostc, hostd lose power
when 10 minutes pass
when the side of {host} is repaired
then every group is online on one side, or it is said why not
when the operator follows the runbook
then every group is online on one side
"""


@pytest.mark.parametrize(("site", "host"), [("rdc", "hostc"), ("fenced", "hosta")])
def test_a_part_of_a_cluster_that_boots_waits_and_an_operator_starts_it(site: str, host: str) -> None:
    """GAB waits for all systems, which is a reason; with the others known to be off the runbook seeds by hand."""
    result = result_of(PART_OF_A_CLUSTER_BOOTS.format(site=site, host=host))
    assert "GAB waits for 4 systems, 2 are there" in result.steps[5].observed
    assert "gabconfig -x on" in result.steps[6].observed
    assert result.exit_code() is ExitCode.HELD


def test_an_engine_that_the_fencing_driver_stopped_is_started_by_the_runbook() -> None:
    """hosta boots alone, seeded by hand, and finds keys; once all are back its engine does not come by itself."""
    before = PART_OF_A_CLUSTER_BOOTS.partition("when the side")[0]
    rest = """when hosta comes back
when 1 minute passes
when the operator tries "gabconfig -x" on hosta
when 1 minute passes
when everything is repaired
when the operator follows the runbook
then every group is online on one side
"""
    result = result_of(before.format(site="fenced") + rest)
    assert "hastart on hosta: accepted" in result.steps[-2].observed
    assert result.exit_code() is ExitCode.HELD


ADMINISTRATOR_AWAITED = """
given the example site "rdc"
given every mirrored group is online
when the operator tries "haconf -makerw" on hosta
when the operator tries "hatype -modify Volume CleanRetryLimit 3" on hosta
when ora_vol fails on hosta
when the clean of ora_vol on hosta has no effect
when 12 hours pass
when everything is repaired
then every group is online on one side, or it is said why not
when the operator follows the runbook
then every group is online on one side
"""


def test_a_resource_whose_clean_fails_too_often_waits_for_an_administrator_who_ends_that() -> None:
    """The group is on its way for ever, and VCS has told: ADMIN_WAIT. It is `hagrp -clearadminwait` that helps."""
    result = result_of(ADMINISTRATOR_AWAITED)
    assert "ora_vol on hosta waits for an administrator" in result.steps[8].observed
    assert result.exit_code() is ExitCode.HELD


def test_a_group_that_is_frozen_in_the_file_plays_no_part_nor_what_requires_it() -> None:
    """No command brings it online; one that is not to start with its cluster is started by a person."""
    spec = cluster_spec()
    first = replace(spec.groups[0], name="a", frozen=True)
    second = replace(first, name="b", frozen=False, auto_start=False, requires=(GroupDependencySpec("a"),))
    third = replace(second, name="c", requires=())
    found = SimpleNamespace(groups=(second, first, third))
    assert kept_offline([found]) == {"a", "b"}
    assert started_by_people([found]).keys() == {"b", "c"}
    assert started_by_people([spec]) == {}
