"""The states of a remote cluster, what an inquiry comes to, and what each policy does."""

from __future__ import annotations

import itertools

import pytest

from mirrordrill.simulator.vcs.spec import ClusterFailOverPolicy
from mirrordrill.simulator.vcs.wide_area.policy import (
    ACTIONS,
    ClusterFailOverAction,
    ClusterFailOverReason,
    in_order,
    verdict,
)
from mirrordrill.simulator.vcs.wide_area.states import AFTER, ConnectionEvent, RemoteState, after


def reachable(start: RemoteState, signs: tuple[ConnectionEvent, ...]) -> set[RemoteState]:
    """Every state that these signs lead to, in any order and as often as you like."""
    found, fresh = {start}, {start}
    while fresh:
        fresh = {after(state, sign) for state in fresh for sign in signs} - found
        found |= fresh
    return found


def test_a_cluster_is_faulted_only_after_an_inquiry() -> None:
    """Not even the loss of everything at once leads there directly."""
    before = {state for (state, _), result in AFTER.items() if result is RemoteState.FAULTED}
    assert before == {RemoteState.INQUIRY}


def test_who_said_goodbye_is_never_taken_for_faulted_unless_it_came_back_first() -> None:
    """hastop -all on the other side: no alert, however long the silence."""
    silence = tuple(sign for sign in ConnectionEvent if sign is not ConnectionEvent.CONNECTED)
    assert reachable(RemoteState.EXITING, silence) == {RemoteState.EXITING, RemoteState.EXITED}
    assert reachable(RemoteState.EXITED, silence) == {RemoteState.EXITED}


def test_every_state_can_be_left_and_reached() -> None:
    """No dead ends, and none that nobody ever sees."""
    for state in RemoteState:
        assert RemoteState.RUNNING in reachable(state, tuple(ConnectionEvent))
    assert reachable(RemoteState.INIT, tuple(ConnectionEvent)) == set(RemoteState)


def test_one_sign_alone_never_makes_a_cluster_faulted() -> None:
    """Heartbeats alone are a filter, the connection alone is a wac."""
    trouble = (ConnectionEvent.HEARTBEATS_LOST, ConnectionEvent.HEARTBEAT_BACK, ConnectionEvent.CONFIRMED)
    assert RemoteState.FAULTED not in reachable(RemoteState.RUNNING, trouble)
    trouble = (
        ConnectionEvent.TIMED_OUT,
        ConnectionEvent.CLOSED,
        ConnectionEvent.CONNECTED,
        ConnectionEvent.SNAPSHOT,
        ConnectionEvent.NOT_BACK,
        ConnectionEvent.CONFIRMED,
    )
    assert RemoteState.FAULTED not in reachable(RemoteState.RUNNING, trouble)


@pytest.mark.parametrize(
    ("answers", "somebody", "silence_confirms", "expected"),
    [
        ([], False, False, ConnectionEvent.CONFIRMED),
        ([], True, True, ConnectionEvent.CONFIRMED),
        ([], True, False, ConnectionEvent.DENIED),
        ([False], True, False, ConnectionEvent.CONFIRMED),
        ([False, True], True, True, ConnectionEvent.DENIED),
    ],
)
def test_one_voice_for_the_cluster_is_enough(
    answers: list[bool], somebody: bool, silence_confirms: bool, expected: ConnectionEvent
) -> None:
    """And with two clusters and no Steward there is nobody to ask: that is taken for a fault (vcs.md 4.3)."""
    assert verdict(answers, has_third_parties=somebody, silence_confirms=silence_confirms) is expected


def test_manual_never_moves_and_connected_moves_only_while_the_clusters_talk() -> None:
    """vcs.md 4.4, all six cells."""
    moves = {key for key, course in ACTIONS.items() if course is ClusterFailOverAction.FAIL_OVER}
    auto, connected = ClusterFailOverPolicy.AUTO, ClusterFailOverPolicy.CONNECTED
    assert set(ACTIONS) == set(itertools.product(ClusterFailOverPolicy, ClusterFailOverReason))
    assert moves == {(auto, occasion) for occasion in ClusterFailOverReason} | {
        (connected, ClusterFailOverReason.NO_SYSTEM_LEFT)
    }


def test_the_preferred_cluster_comes_first() -> None:
    """Lower numbers in ClusterList, then the order of the list; who cannot be asked is left out."""
    assert in_order((("c", 2), ("a", 1), ("b", 1)), ["c", "b", "a", "x"]) == ("a", "b", "c")
    assert in_order((("c", 2), ("a", 1)), ["c"]) == ("c",)
