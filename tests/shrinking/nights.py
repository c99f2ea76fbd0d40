"""Long nights with a few steps in them that matter, and what they are run with."""

from __future__ import annotations

from pathlib import Path

from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.run.runner import RunRequest, run_once
from mirrordrill.drills.shrink.search import DEFAULT, Shrunk, Wanted, shrink

BEGINS = """
@night
Feature: A long night
  Background: the typical test setup
    Given the example site "rdc"
    And oragrp is online on hosta
    And the volumes of oragrp on hosta are FULL DUPLEX

  Scenario: Much happens, and little of it matters
"""
NOISE = """
    When the application has been running for 10 minutes
    And HMC ds8000d.example.com falls silent
    And 5 minutes pass
    And hostd halts
    And 20 minutes pass
    And hostd boots
    Then oragrp stays online on hosta for 10 minutes
"""
COPY_PENDING = (
    BEGINS
    + NOISE
    + """
    When a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta
    And 5 minutes pass
    And copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 1 tracks a second
    And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta
    And the management of IBM.2107-75FA120 is lost
    And 1 minute passes
    And the management of IBM.2107-75FA120 is back
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And no acknowledged write was lost
    When 10 minutes pass
    Then no two systems wrote to the volumes
"""
)
"""Somebody pauses the pairs and resumes them over a narrow line, and the group is switched while they are copied."""
SWITCHES = (
    BEGINS
    + NOISE
    + """
    When the operator switches oragrp to hostb
    Then oragrp comes online on hostb within 5 minutes
    And no acknowledged write was lost
    When 10 minutes pass
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    And the volumes of oragrp on hostc become FULL DUPLEX within 30 minutes
    When 10 minutes pass
    Then no two systems wrote to the volumes
"""
)
"""A switch on the same array, and one to the other."""
NOBODY_COMES = (
    BEGINS
    + NOISE
    + """
    When hostc halts
    And 5 minutes pass
    And hostd halts
    And 10 minutes pass
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 30 minutes
    When 1 hour passes
    Then no acknowledged write was lost
"""
)
"""The last systems halt one by one, and somebody expects the group on one that is down."""

NEVER_ANSWERED = (
    BEGINS
    + """
    When HMC ds8000e.example.com falls silent
    And the operator begins "hagrp -switch oragrp -to hostc" on hosta
    And 10 minutes pass
    And everything is repaired
    And the clusters are left alone for as long as their policies allow
    Then every group is online on one side, or it is said why not
    When the operator follows the runbook
    Then every group is online on one side, or it is said why not
    And every command was answered
"""
)
"""A night that ends as each one that is drawn: repair, time, runbook. Then it is judged."""


def flown(path: Path, options: Options | None = None) -> DrillResult:
    """The only drill of a feature."""
    result = run_once([path], RunRequest(), options or Options(), None)
    assert len(result.drills) == 1, result.complaint
    return result.drills[0]


def shrunk(folder: Path, text: str, wanted: Wanted = DEFAULT, options: Options | None = None) -> Shrunk:
    """A feature, run and shrunk."""
    path = folder / "night.feature"
    path.write_text(text)
    return shrink(flown(path, options), options or Options(), wanted)


def words(found: Shrunk) -> list[str]:
    """What is left, step by step."""
    return [line.words for line in found.lines]
