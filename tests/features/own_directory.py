"""A directory of somebody's own, outside this repository: a site, drills, perhaps steps; run in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mirrordrill.drills import sites
from tests.commands import command

RDC = Path(sites.__file__).resolve().parent / "rdc" / "main.cf"

CALM = """
@calm @chapter-4
Feature: Our database on a calm day
  Background: our own site
    Given the site "../site/main.cf"
    And dbgrp is online on node1

  Rule: On one array nothing is done to pairs

    @near
    Scenario Outline: The group moves to <host>
      When the operator switches dbgrp to <host>
      Then dbgrp comes online on <host> within 5 minutes
      And no acknowledged write was lost

      Examples: the same array
        | host  |
        | node2 |

      @far-away
      Examples: the other array
        | host |
        | dr1  |
        | dr2  |

  Scenario: The table of volumes
    When 1 hour passes
    Then the volumes show:
      | host  | volume | state              | reason |
      | node1 | 1260   | Full Duplex        | -      |
      | dr1   | 1261   | TARGET FULL DUPLEX |        |
    And the groups show:
      | group | host  | state   |
      | dbgrp | node1 | ONLINE  |
      | dbgrp | dr1   | OFFLINE |
"""
OWN_STEPS = '''
"""Our own steps."""

import pytest

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import then, when


@pytest.fixture
def lunch_s() -> float:
    """How long we are away."""
    return 2700.0


@when("the operator has lunch", example="the operator has lunch")
def lunch(drill: Drill, lunch_s: float) -> None:
    """Nobody looks for three quarters of an hour."""
    drill.observed(drill.world.advance(lunch_s))


@then("{host} is one of ours", example="node1 is one of ours")
def ours(drill: Drill, host: str) -> None:
    """The name begins as ours do."""
    assert host.startswith("node"), f"{host} is theirs"
'''
OWN_FEATURE = """
Feature: Lunch
  Scenario: Nobody is there
    Given the site "../site/main.cf"
    And dbgrp is online on node1
    When the operator has lunch
    Then node1 is one of ours
"""
BEGINS = """
Feature: Trouble
  Scenario: Something is wrong
    Given the site "../site/main.cf"
    And dbgrp is online on node1
"""


def own_site(folder: Path) -> Path:
    """The example's cluster under other names, with a site.toml of its own."""
    text = RDC.read_text()
    for old, new in (("hosta", "node1"), ("hostb", "node2"), ("hostc", "dr1"), ("hostd", "dr2"), ("oragrp", "dbgrp")):
        text = text.replace(old, new)
    (folder / "site").mkdir()
    (folder / "site" / "main.cf").write_text(text)
    (folder / "site" / "site.toml").write_text("[link]\ndistance_km = 40\n")
    (folder / "drills").mkdir()
    return folder / "site" / "main.cf"


def in_directory(folder: Path, program: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `mirrordrill` or `pytest` in the directory, as its owner would."""
    return command(program, *words, folder=folder)


def in_an_interpreter(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """The same with an interpreter of its own, which imports everything itself."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )


def flown_by_pytest(folder: Path, *arguments: str | Path) -> tuple[int, str]:
    """Exit code and output of `pytest drills ...`; warnings are errors, as in our own suite."""
    # A plugin that takes longer to load than a drill to run, and that its owner need not have.
    without = ("-p", "no:hypothesispytest")
    done = in_directory(folder, "pytest", "drills", "-W", "error", "--strict-markers", *without, *arguments)
    return done.returncode, done.stdout + done.stderr


def trouble(folder: Path, more: str) -> str:
    """The output of a drill with these steps that fails; nobody may see a traceback."""
    (folder / "drills" / "trouble.feature").write_text(BEGINS + more)
    code, output = flown_by_pytest(folder)
    assert code == 1
    assert "Traceback" not in output
    assert "drills/run/drill_hooks" not in output
    return output
