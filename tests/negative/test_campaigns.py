"""Broken agents and arrays, found by a campaign that was not told: nights of a profile, one after the other.

The table says which rule notices (`L`: what had to come about did not), and within how many nights at most. A failure
that a declared hazard explains does not count, nor does a rule that the agent as it is breaks in the same nights. What
is not found by drawn nights stands in the table of `test_sabotaged_agents.py` with the drill that was written for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

import mirrordrill.agent.entrypoints
from mirrordrill.agent.exit_codes import WaitExit
from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.outcome import run_night
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.sites import find_site
from tests.explore.test_data_truth import never_sends_the_last_write
from tests.negative import test_sabotaged_agents as broken

TARGETS = targets_of(find_site("rdc"), "rdc")
Patch = pytest.MonkeyPatch


def says_offline_where_it_cannot_know(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "judge_monitor", lambda *_: 100)


def comes_online_by_doing_nothing(patch: Patch) -> None:
    patch.setitem(mirrordrill.agent.entrypoints.ENTRY_POINTS, "online", lambda *_: WaitExit.MONITOR_NOW)


def keeps_the_lock_at_offline(patch: Patch) -> None:
    patch.setattr(mirrordrill.agent.entrypoints, "remove_lock", lambda *_: True)


@dataclass(frozen=True)
class Row:
    sabotage: Callable[[Patch], None]
    rule: str
    nights_max: int
    profile: str = "mixed"


TABLE = (
    Row(broken.forgets_one_volume, "S6", 5),
    Row(broken.locks_before_failing_over, "S6", 5),
    Row(broken.monitors_by_failing_over, "S9", 3),
    Row(broken.goes_offline_by_failing_over, "S9", 3),
    Row(broken.goes_offline_by_doing_nothing, "S11", 3),
    Row(broken.always_says_online, "S7", 3),
    Row(broken.refuses_in_silence, "S11", 30),
    Row(says_offline_where_it_cannot_know, "L", 1),
    Row(comes_online_by_doing_nothing, "S11", 5),
    Row(keeps_the_lock_at_offline, "S11", 5),
    Row(never_sends_the_last_write, "L", 1),
)


def unexplained(profile: str, seed: int) -> set[str]:
    outcome, _ = run_night(draw_night(TARGETS, profile, seed), Options())
    return {failure.oracle for failure in outcome.failures if not failure.hazard}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.sabotage.__name__)
def test_a_campaign_finds_the_broken_agent(row: Row, monkeypatch: Patch) -> None:
    """Within the nights of the table, by its rule; and the agent as it is does not break it in that night."""
    with monkeypatch.context() as patch:
        row.sabotage(patch)
        found = next((seed for seed in range(row.nights_max) if row.rule in unexplained(row.profile, seed)), None)
    assert found is not None
    assert row.rule not in unexplained(row.profile, found)
