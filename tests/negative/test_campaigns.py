"""Broken agents and arrays, found by a campaign that was not told: nights of a profile, one after the other.

CI looks for those that are marked quick; `tox -e campaigns` for all. What is not found by drawn nights stands in the
table of `test_sabotaged_agents.py` with the drill that was written for it.
"""

from __future__ import annotations

import pytest

from tests.negative.campaigns import TABLE, Row
from tests.negative.measure import Campaigns, Recorder, candidates


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.sabotage.__name__)
def test_a_campaign_finds_the_broken_agent(row: Row, request: pytest.FixtureRequest) -> None:
    """Within the nights of the table, by its rule; and the agent as it is does not break it in that night."""
    if not row.is_quick and not request.config.getoption("--all-campaigns"):
        pytest.skip("tox -e campaigns looks for it")
    found = Campaigns(row.site, row.profile).find(row, 0, row.nights_max)
    assert found is not None
    assert found.rules & set(row.rules.split())


@pytest.mark.parametrize("row", candidates(), ids=lambda row: row.sabotage.__name__)
def test_every_broken_agent_can_still_be_broken(row: Row) -> None:
    """A sabotage of something that the agent has no more measures nothing."""
    patch = Recorder()
    try:
        row.sabotage(patch)
        assert patch.replaced
    finally:
        patch.undo()
