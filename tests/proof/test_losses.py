"""A campaign against the agent as it was finds how that lost data, without being told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.outcome import LogKeeper
from mirrordrill.drills.run.direct import run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.sites import find_site
from tests.negative import agent_before
from tests.negative.losses import LOSSES, losses_of

TARGETS = targets_of(find_site("rdc"), "rdc")
NIGHTS_OF_LOSSES = (("hostile", 70), ("repair", 10))


def losses_found() -> Iterator[str]:
    for profile, nights in NIGHTS_OF_LOSSES:
        for seed in range(nights):
            keeper = LogKeeper()
            drill = Drill(Options(), "", "", "", keeper)
            yield from losses_of(run_schedule(draw_night(TARGETS, profile, seed).schedule(), drill), keeper.records)


@pytest.mark.sweep
def test_a_campaign_finds_how_the_agent_lost_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without being told. A command that lands late is met in a thousand nights, not in eighty."""
    agent_before.put_back(monkeypatch)
    assert set(LOSSES) - {"a late command", "a zombie across"} <= set(losses_found())
