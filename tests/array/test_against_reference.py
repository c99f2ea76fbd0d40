"""The closed forms agree with the model that moves every write: whatever is commanded, whatever breaks.

States and reasons, refusals, the stamps of every track, changed tracks, missing writes, points in time, divergence, and
the ledger that an observer keeps from events alone.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mirrordrill.simulator.array.content.tracks import TrackSet
from mirrordrill.simulator.array.mirror import states
from mirrordrill.simulator.array.mirror.copy_engine import Copy
from mirrordrill.simulator.array.mirror.pairs import Pairs
from mirrordrill.simulator.array.mirror.states import Opinion, PairCause, Reason, View
from mirrordrill.simulator.array.storage_image import Volume
from tests.array.machine import OPENINGS, Both, TwoArrays
from tests.drawn import share_of

QUICK = settings(max_examples=share_of(100), stateful_step_count=25, deadline=None)
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


def failback_forgets_the_other_side(patch: pytest.MonkeyPatch) -> None:
    honest = Pairs.failback

    def failback(self: Pairs, source: Volume, *others: object) -> None:
        if source.peer is not None:
            source.peer.settle()
            source.peer.changed = TrackSet.none(source.size_tracks)
        honest(self, source, *others)  # type: ignore[arg-type]

    patch.setattr(Pairs, "failback", failback)


def copies_forget_what_was_written_meanwhile(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Copy, "mirror", lambda copy, run: None)


def reservations_bind_nobody(patch: pytest.MonkeyPatch) -> None:
    honest = Volume.write_outcome
    patch.setattr(Volume, "write_outcome", lambda volume, system: honest(volume, volume.reserved_by))


def a_repeated_failover_says_something_new(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(states.OWN, (View.SUSPENDED, PairCause.FAILOVER), Opinion(View.SUSPENDED, Reason.HOST_SOURCE))


def targets_hear_of_a_pause_over_a_dead_link(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Volume, "reaches_peer", lambda volume: volume.peer is not None)


SABOTAGE = [
    failback_forgets_the_other_side, copies_forget_what_was_written_meanwhile, reservations_bind_nobody,
    a_repeated_failover_says_something_new, targets_hear_of_a_pause_over_a_dead_link,
]  # fmt: skip


@pytest.mark.parametrize("sabotage", SABOTAGE)
def test_a_broken_storage_is_caught(
    sabotage: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comparison that cannot fail proves nothing."""
    sabotage(monkeypatch)
    profile = settings(
        QUICK,
        max_examples=100,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError):
        assert_equal_under(profile)
