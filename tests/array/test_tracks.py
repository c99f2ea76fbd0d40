"""Track sets are compared with plain Python sets, element by element."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.array.content.tracks import TrackSet, floor_sum, layout_of, ordinals_of_turns
from tests.drawn import share_of

SIZE = 23


def listed(tracks: TrackSet) -> set[int]:
    """The set, as track numbers."""
    layout = layout_of(tracks.size_tracks)
    return {layout.track(ordinal) for ordinal in range(tracks.size_tracks) if ordinal in tracks}


def turns() -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair)))


def track_sets() -> st.SearchStrategy[TrackSet]:
    leaves = st.builds(
        lambda span, working_set, low: TrackSet.of_turns(SIZE, span, working_set).from_track(low),
        turns(), st.integers(1, SIZE), st.integers(0, SIZE),
    )  # fmt: skip
    joined = lambda sets: st.builds(  # noqa: E731
        lambda first, second, how: {"|": first | second, "&": first & second, "-": first - second}[how],
        sets, sets, st.sampled_from("|&-"),
    )  # fmt: skip
    return st.recursive(leaves, joined, max_leaves=5)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 200), st.integers(0, 200))
def test_a_floor_sum_is_the_sum_of_floors(terms: int, divisor: int, factor: int, addend: int) -> None:
    """The closed form and the loop agree."""
    expected = sum((factor * i + addend) // divisor for i in range(terms))
    assert floor_sum(terms, divisor, factor, addend) == expected


@pytest.mark.parametrize("size", [1, 2, 3, 4, 23, 100, 1024, 163840, 1638400])
def test_a_layout_visits_every_track_once(size: int) -> None:
    """The stride is coprime to the size; otherwise some tracks would never be written."""
    assert math.gcd(layout_of(size).stride, size) == 1


@given(track_sets(), track_sets())
def test_sets_of_tracks_behave_like_sets(first: TrackSet, second: TrackSet) -> None:
    """Union, intersection, difference, complement, count."""
    assert listed(first | second) == listed(first) | listed(second)
    assert listed(first & second) == listed(first) & listed(second)
    assert listed(first - second) == listed(first) - listed(second)
    assert listed(first.complement()) == set(range(SIZE)) - listed(first)
    assert first.count() == len(listed(first))


@given(track_sets(), st.integers(0, SIZE))
def test_the_pointer_has_exactly_so_many_tracks_in_front_of_it(tracks: TrackSet, wanted: int) -> None:
    """And it is the least such place: a copy stops right behind its last track."""
    in_order = sorted(listed(tracks))
    wanted = min(wanted, len(in_order))
    expected = in_order[wanted - 1] + 1 if wanted else 0
    assert tracks.pointer_after(wanted) == expected
    assert listed(tracks.from_track(expected)) == set(in_order[wanted:])


@given(track_sets(), turns(), st.integers(1, SIZE))
def test_writes_to_a_set_are_counted_and_found(tracks: TrackSet, span: tuple[int, int], working_set: int) -> None:
    """How many of a train of writes go to the set, which is the first, which is the last."""
    hits = [turn for turn in range(*span) if turn % working_set in tracks]
    assert tracks.count_turns(span, working_set) == len(hits)
    assert tracks.first_turn(span, working_set) == (hits[0] if hits else None)
    assert tracks.last_turn(span, working_set) == (hits[-1] if hits else None)


@given(turns(), st.integers(1, SIZE))
def test_a_train_of_writes_visits_its_numbers_modulo_the_working_set(span: tuple[int, int], working_set: int) -> None:
    """Each ordinal once, however often the train goes round."""
    visited = [ordinal for low, high in ordinals_of_turns(span, working_set) for ordinal in range(low, high)]
    assert visited == sorted({turn % working_set for turn in range(*span)})


@settings(max_examples=share_of(5))
@given(st.integers(0, 1_638_400))
def test_large_volumes_cost_no_more(copied: int) -> None:
    """100 GiB: the pointer of a half copied volume is found without a loop over its tracks."""
    everything = TrackSet.of_turns(1_638_400, (0, 1_600_000), 1_600_000)
    left = everything.from_track(everything.pointer_after(copied))
    assert left.count() == max(0, 1_600_000 - copied)
