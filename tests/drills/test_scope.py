"""A drill is about the groups that its steps name; what befalls others is told beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.runner import run
from mirrordrill.drills.run.scope import scope_of
from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged

OTHERS_MOVE = """
Feature: F
  Scenario: S
    Given the example site "two-groups"
    And oragrp is online on hosta
    {more}
    When hostc, hostd halt
    Then oragrp stays online on hosta for 20 minutes
    And {expected}
"""


@pytest.mark.parametrize(
    ("more", "expected", "code"),
    [
        ("", "no pair-changing command was sent", ExitCode.HELD),
        ("", "no failoverpprc was sent", ExitCode.HELD),
        ("", "no acknowledged write was lost in the whole site", ExitCode.HELD),
        ("", "no two systems wrote to the volumes in the whole site", ExitCode.HELD),
        ("", "no pair-changing command was sent in the whole site", ExitCode.LIVENESS),
        ("", "no failoverpprc was sent in the whole site", ExitCode.LIVENESS),
        ("", "no resumepprc was sent in the whole site", ExitCode.HELD),
        ("And webgrp is online on hostc", "no pair-changing command was sent", ExitCode.LIVENESS),
        ("And webgrp is online on hostc", "no failoverpprc was sent", ExitCode.LIVENESS),
    ],
)
def test_what_another_group_does_is_not_held_against_a_drill(
    tmp_path: Path, more: str, expected: str, code: ExitCode
) -> None:
    """webgrp fails over between the arrays; a drill that names it counts that."""
    file = tmp_path / "f.feature"
    file.write_text(OTHERS_MOVE.format(more=more, expected=expected))
    (drill,) = run([str(file)], Options(), None).drills
    assert drill.exit_code() is code, [step.observed for step in drill.steps]


def test_a_group_of_which_only_an_attribute_is_changed_is_another_one(tmp_path: Path) -> None:
    """`with AutoRestart = 0 of webgrp` says what the site is, not what the drill is about."""
    file = tmp_path / "f.feature"
    text = OTHERS_MOVE.format(more="", expected="no pair-changing command was sent")
    file.write_text(text.replace('"two-groups"', '"two-groups" with AutoRestart = 0 of webgrp'))
    (drill,) = run([str(file)], Options(), None).drills
    assert drill.exit_code() is ExitCode.HELD, [step.observed for step in drill.steps]


def test_an_alert_about_another_group_is_not_the_drills() -> None:
    """`no alert stands in clusb` is asked of the group that the drill names, and of clusters."""
    scope = scope_of(find_site("two-groups"), ["web_app fails on hostc"])
    told = AlertChanged("c", "NOFAIL-oragrp", "NOFAIL", "oragrp", "raised", "no system is left")
    assert not scope.concerns(told)
    assert scope.concerns(replace(told, alert="NOFAIL-webgrp", source="webgrp"))
    assert scope.concerns(replace(told, alert="CFAULT-clusa", kind="CFAULT", source="clusa"))


def test_resources_and_volumes_belong_to_the_groups_that_are_named() -> None:
    """A resource that is named brings its group in; a drill that names nothing is about everything."""
    site = find_site("two-groups")
    assert scope_of(site, ["10 minutes pass"]).is_whole
    scope = scope_of(site, ["web_app fails on hostc"])
    assert scope.groups == ("webgrp",)
    assert scope.other_groups == {"oragrp"}
    assert ("IBM.2107-75FA120", "1260") in scope.other_volumes
    assert scope_of(site, ['the log of hosta says "Group webgrp"', "oragrp is online on hosta"]).is_whole


def test_a_drill_ends_when_other_groups_have_settled_and_not_a_second_of_its_own_counts_more(tmp_path: Path) -> None:
    """The outage of webgrp ends in the report although the steps were over before its hosts were missed."""
    file = tmp_path / "f.feature"
    steps = (
        'Given the example site "two-groups"',
        "And oragrp is online on hosta",
        "When hostc, hostd halt",
        "And 15 seconds pass",
        "Then oragrp stays online on hosta for 5 seconds",
    )
    file.write_text("\n    ".join(("Feature: F\n  Scenario: S", *steps)))
    (drill,) = run([str(file)], Options(), None).drills
    assert drill.exit_code() is ExitCode.HELD
    (outage,) = drill.measured.outages
    assert outage.group == "webgrp"
    assert outage.verified is not None
    assert drill.steps[-1].ended_us < outage.verified.time_us <= drill.simulated_us
