"""The closed forms agree with the model that moves every write: whatever is commanded, whatever breaks.

States and reasons, refusals, the stamps of every track, changed tracks, missing writes, points in time, divergence, and
the ledger that an observer keeps from events alone.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.array.machine import OPENINGS, Both, TwoArrays

QUICK = settings(max_examples=100, stateful_step_count=25, deadline=None)
CAMPAIGN = settings(max_examples=20_000, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck))


def assert_equal_under(profile: settings) -> None:
    run_state_machine_as_test(TwoArrays, settings=profile)


def test_the_closed_forms_agree_with_the_model_that_moves_every_write() -> None:
    """Two arrays under random commands, faults and writes, compared after every step."""
    assert_equal_under(QUICK)


@pytest.mark.sweep
def test_the_closed_forms_agree_all_night() -> None:
    """The same, long enough for what is rare."""
    assert_equal_under(CAMPAIGN)


@pytest.mark.parametrize("opening", OPENINGS)
def test_the_places_where_random_steps_begin_are_equal_too(opening: str) -> None:
    """An opening that is wrong would hide what follows."""
    both = Both()
    both.story(opening)
    both.compare()
    both.compare_observer()
    assert both.slow.now == both.site.kernel.now_s
