"""`--drill-agent both`: the two logs of each drill are compared, not only its two verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.features.own_directory import flown_by_pytest, own_site

TELLTALE = '''
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when
from mirrordrill.simulator.agent_mode import AgentMode


@when("somebody looks how the agent is run", example="somebody looks how the agent is run")
def look(drill: Drill) -> None:
    """Time passes for one of them only."""
    drill.world.advance(60 if drill.options.agent_mode is AgentMode.PROCESS else 61)
'''
FEATURE = """
Feature: Both ways
  Scenario: The same
    Given the site "../site/main.cf"
    And dbgrp is online on node1

  Scenario: Not the same
    Given the site "../site/main.cf"
    And dbgrp is online on node1
    When somebody looks how the agent is run
    And the operator switches dbgrp to node2
    Then dbgrp comes online on node2 within 5 minutes
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_drill_with_two_logs_fails_though_every_step_holds(tmp_path: Path, workers: str) -> None:
    """And those that have one are counted, whoever ran them."""
    own_site(tmp_path)
    (tmp_path / "drills" / "conftest.py").write_text(TELLTALE)
    (tmp_path / "drills" / "both.feature").write_text(FEATURE)
    code, output = flown_by_pytest(tmp_path, "--drill-agent", "both", "-n", workers)
    assert "4 passed" in output
    assert "NOT THE SAME LOG in process and as processes: drills/both.feature: Not the same" in output
    assert "1 drills wrote the same log" in output
    assert code == 1


def test_one_way_alone_is_not_compared(tmp_path: Path) -> None:
    """Nothing is said of logs that nobody has."""
    own_site(tmp_path)
    (tmp_path / "drills" / "both.feature").write_text(FEATURE.partition("  Scenario: Not")[0])
    code, output = flown_by_pytest(tmp_path)
    assert code == 0
    assert "same log" not in output
