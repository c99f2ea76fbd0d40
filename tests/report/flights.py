"""Drills that the tests of this directory run, and what came of them."""

from __future__ import annotations

from pathlib import Path

from mirrordrill.drills.run import runner
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult, StepResult

UP = """
    Given the example site "rdc"
    And oragrp is online on hosta
    When the application has been running for 10 minutes"""
SITE_LOST = """
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes"""
LINKS_LOST = """
    And the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost"""
FIVE_MINUTES = """
    And the application has been running for 5 minutes"""
STALE = UP + LINKS_LOST + FIVE_MINUTES + SITE_LOST

TAKEN_OVER = """
    Given the example site "rdc"
    And oragrp is online on hosta
    When the application has been running for 10 minutes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    And the volumes of oragrp on hostc show SUSPENDED, reason Host Source
    And the RTO of oragrp is within 5 minutes
    And the RPO of oragrp is 0 writes
    When the application has been running for 30 minutes
    And array IBM.2107-75FA120 is back
    And hosta, hostb boot
    And 10 minutes pass"""
HOME_AGAIN = """
    When the operator takes oragrp offline
    Then oragrp is offline everywhere within 5 minutes
    When the operator runs the failback action of oragrp on hostc
    Then the volumes of oragrp on hostc become FULL DUPLEX within 30 minutes
    When the operator brings oragrp online on hosta
    Then oragrp comes online on hosta within 5 minutes
    And the volumes of oragrp on hosta become FULL DUPLEX within 5 minutes
    And no acknowledged write was lost
    And no two systems wrote to the volumes"""
DISASTER = TAKEN_OVER + HOME_AGAIN
"""The manual's disaster and failback tests in one."""
MIGRATION = (
    UP
    + """
    And the operator switches oragrp to hostb
    Then oragrp comes online on hostb within 5 minutes
    When the application has been running for 10 minutes
    And the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 5 minutes
    And the RTO of oragrp is within 1 minute
    When the application has been running for 10 minutes
    And the operator switches oragrp to hosta
    Then oragrp comes online on hosta within 5 minutes
    And no acknowledged write was lost"""
)
"""The manual's migration test."""


class Silent:
    """A listener that says nothing."""

    def drills_found(self, count: int) -> None: ...

    def time_passes(self, drill: Drill, now_s: float) -> None: ...

    def drill_began(self, drill: Drill) -> None: ...

    def step_ended(self, drill: Drill, step: StepResult) -> None: ...

    def drill_ended(self, drill: Drill, result: DrillResult) -> None: ...


def write_feature(folder: Path, steps: str, name: str = "own.feature", title: str = "A drill of its own") -> Path:
    path = folder / name
    path.write_text(f"Feature: {title}\n  Scenario: The only one\n{steps.strip(chr(10))}\n")
    return path


def fly(folder: Path, steps: str, options: Options | None = None) -> tuple[DrillResult, ExitCode]:
    """Run one scenario of these steps; its result and the exit code of the run."""
    result = runner.run([str(write_feature(folder, steps))], options or Options(), Silent())
    assert len(result.drills) == 1, result.complaint
    return result.drills[0], result.exit_code
