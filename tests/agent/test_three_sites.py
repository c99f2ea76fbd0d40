"""Copies to a third array: a source that has one is what it was, a target that hands one on is refused by name."""

from __future__ import annotations

import pytest

from mirrordrill.agent.decide import FailOver, Refuse, StartFailback, TakeLock, decide_failback, decide_online
from mirrordrill.agent.mirror import MirrorState, mirror_of
from mirrordrill.agent.pairs import CopyType, LocalVolume, Reason, Relation, Standing, State, standing
from mirrordrill.agent.second_opinion import Far, judge

TO_THIRD = Relation("2000", State.COPY_PENDING, copy_type=CopyType.GLOBAL_COPY, has_foreign_peer=True)
TO_THIRD_SUSPENDED = Relation("2000", State.SUSPENDED, Reason.HOST_SOURCE, has_foreign_peer=True)
FROM_THIRD = Relation("2000", State.TARGET_FULL_DUPLEX, has_foreign_peer=True)
SOURCE, TARGET = Relation("1260", State.FULL_DUPLEX), Relation("1260", State.TARGET_FULL_DUPLEX)
FAILED_OVER = Relation("1260", State.SUSPENDED, Reason.HOST_SOURCE)


def volume(*relations: Relation) -> LocalVolume:
    return LocalVolume("1260", relations)


@pytest.mark.parametrize("third", [TO_THIRD, TO_THIRD_SUSPENDED])
def test_a_source_with_a_third_copy_is_locked_and_its_mirror_is_in_sync(third: Relation) -> None:
    """Multi-target: the copy elsewhere, of whatever kind and state, says nothing of the pair with the far array."""
    its = volume(third, SOURCE)
    plan = decide_online((its,))
    assert isinstance(plan, TakeLock)
    assert plan.warnings == ()
    assert mirror_of((its,)).state is MirrorState.IN_SYNC
    assert judge((its,), 1) is Far.SOURCE


def test_a_failed_over_source_with_a_third_copy_fails_its_own_pair_back() -> None:
    """The command names the pair with the far array, and no other."""
    plan = decide_failback((volume(FAILED_OVER, TO_THIRD),))
    assert plan == StartFailback(("1260:1260",))


def test_a_cascaded_target_is_refused_by_name_and_is_still_the_target_for_the_far_side() -> None:
    """B of A to B to C: it follows A, and the agent takes no cascade over."""
    its = volume(TARGET, TO_THIRD)
    plan = decide_online((its,))
    assert standing(its) is Standing.CASCADED
    assert isinstance(plan, Refuse)
    assert "a third array is copied from here" in plan.why
    assert judge((its,), 1) is Far.FOLLOWS


def test_a_volume_that_a_third_array_copies_to_is_no_state_to_act_on() -> None:
    """Nothing is known of what that array writes."""
    assert standing(volume(SOURCE, FROM_THIRD)) is Standing.DOUBTFUL
    assert isinstance(decide_online((volume(SOURCE, FROM_THIRD),)), Refuse)
    assert isinstance(decide_online((volume(TARGET),)), FailOver)
