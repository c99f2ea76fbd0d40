"""An online that its agent did not take along when it died: it goes on, and no framework knows of it.

In the simulator an entry point dies with its agent. Here the agent forgets it instead, and what is left goes on with
its look, while the next agent opens the resource and hears that it is offline. What holds it back is the note of the
last attempt (agent/attempt.py): without it, it takes a lock that no framework asks for any more.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.agent.attempt import Attempt
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.run.runner import run
from mirrordrill.simulator.vcs.agents.threads import Job, ThreadPool

Patch = pytest.MonkeyPatch
HELD_BACK = 'the log of hostb says "refused: an open (the agent was started anew)"'
NIGHT = f"""
Feature: An online outlives its agent
  Scenario: The agent dies behind the look, and its online has the answer when the next agent has opened the resource
    Given the example site "rdc"
    And every mirrored group is online
    When the management of IBM.2107-75FA120 answers 90 seconds late
    And the operator switches oragrp to hostb
    And the agent's online on hostb comes to send_line 2, or 10 minutes pass
    And 5 seconds pass
    And the agent process on hostb is killed
    And the management of IBM.2107-75FA120 answers as fast as before
    And 3 minutes pass
    Then {HELD_BACK}
"""
TRUE_KILL_ALL = ThreadPool.kill_all


def forget_all(pool: ThreadPool) -> tuple[Job, ...]:
    """As `kill_all`, but what runs is only forgotten."""
    left = tuple(pool._under_way)
    pool._free += len(left)
    pool._under_way.clear()
    return (*left, *TRUE_KILL_ALL(pool))


@pytest.mark.parametrize("has_note", [True, False])
def test_an_online_that_outlives_its_agent_is_held_back_by_the_note_alone(
    monkeypatch: Patch, tmp_path: Path, *, has_note: bool
) -> None:
    """It says why, and no lock is written; an agent without the note writes one."""
    monkeypatch.setattr(ThreadPool, "kill_all", forget_all)
    if not has_note:
        monkeypatch.setattr(Attempt, "_last", lambda attempt: attempt.token)
    feature = tmp_path / "orphan.feature"
    feature.write_text(NIGHT)
    (drill,) = run([str(feature)], Options(), None).drills
    failed = {step.words for step in drill.steps if step.status is StepStatus.FAILED}
    assert failed == (set() if has_note else {HELD_BACK})
