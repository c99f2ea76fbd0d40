"""The search alone, on sequences of numbers: what it promises whatever the failure is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrordrill.drills.shrink.reduce import Reduced, reduce

Numbers = tuple[int, ...]
Fails = Callable[[Numbers], bool]


class Asked:
    """A failure that remembers what it was asked."""

    def __init__(self, fails: Fails) -> None:
        self.fails = fails
        self.candidates: list[Numbers] = []

    def __call__(self, candidates: Sequence[Numbers]) -> list[bool]:
        self.candidates += candidates
        return [self.fails(each) for each in candidates]


def has_all(needed: frozenset[int]) -> Fails:
    """A failure that needs some of the items, whatever else is there."""
    return lambda items: needed <= set(items)


@st.composite
def failures(draw: st.DrawFn) -> tuple[Numbers, Fails]:
    """A sequence that fails, and how: it needs some items; or, worse, a pair only as long as a third is not alone."""
    items = tuple(range(draw(st.integers(1, 24))))
    needed = draw(st.frozensets(st.sampled_from(items)))
    awkward = draw(st.frozensets(st.sampled_from(items)))

    def fails(candidate: Numbers) -> bool:
        # What is left of the awkward ones has to be an even number of them, or all: no order, no monotony.
        left = awkward & set(candidate)
        return needed <= set(candidate) and (left == awkward or len(left) % 2 == 0)

    return items, fails


def is_part_of(part: Numbers, whole: Numbers) -> bool:
    """Whether the items of one stand in the other in the same order."""
    rest = iter(whole)
    return all(item in rest for item in part)


@given(failures(), st.integers(0, 60))
def test_what_is_left_fails_stands_in_order_and_cost_no_more_than_the_budget(
    failure: tuple[Numbers, Fails], budget: int
) -> None:
    """Whatever the failure is; nothing is asked twice."""
    items, fails = failure
    asked = Asked(fails)
    found = reduce(items, asked, budget)
    assert fails(found.items)
    assert is_part_of(found.items, items)
    assert found.runs == len(asked.candidates) == len(set(asked.candidates)) <= budget


@given(failures(), st.integers(0, 2000))
def test_nothing_can_be_dropped_unless_the_budget_was_used_up(failure: tuple[Numbers, Fails], budget: int) -> None:
    """1-minimal: each single item left is needed by those beside it."""
    items, fails = failure
    found = reduce(items, Asked(fails), budget)
    if found.is_minimal:
        assert not any(fails(found.items[:at] + found.items[at + 1 :]) for at in range(len(found.items)))
    else:
        assert found.runs == budget


@given(failures(), st.integers(0, 2000))
def test_the_same_question_gets_the_same_answer(failure: tuple[Numbers, Fails], budget: int) -> None:
    """No chance in it."""
    items, fails = failure
    first, second = Asked(fails), Asked(fails)
    assert reduce(items, first, budget) == reduce(items, second, budget)
    assert first.candidates == second.candidates


@given(st.integers(1, 40), st.data())
def test_what_is_needed_is_all_that_is_left(size: int, data: st.DataObject) -> None:
    """Where single items are to blame."""
    needed = data.draw(st.frozensets(st.integers(0, size - 1)))
    found = reduce(tuple(range(size)), Asked(has_all(needed)), 10_000)
    assert tuple(sorted(needed)) == found.items
    assert found.is_minimal


@given(failures(), st.data())
def test_what_is_kept_is_never_dropped(failure: tuple[Numbers, Fails], data: st.DataObject) -> None:
    """In no candidate."""
    items, fails = failure
    kept = data.draw(st.frozensets(st.sampled_from(items)))
    asked = Asked(fails)
    found = reduce(items, asked, 10_000, is_kept=kept.__contains__)
    assert all(kept <= set(candidate) for candidate in asked.candidates)
    assert kept <= set(found.items)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.data())
def test_what_cannot_be_dropped_is_made_milder(sizes: list[int], data: st.DataObject) -> None:
    """Down to within a factor of two of what is needed; what is not needed at all is dropped, not made small."""
    floors = [data.draw(st.integers(0, size)) for size in sizes]
    items = tuple(enumerate(sizes))

    def fails(candidate: tuple[tuple[int, int], ...]) -> bool:
        there = dict(candidate)
        return all(there.get(place, 0) >= floor for place, floor in enumerate(floors))

    def milder(item: tuple[int, int]) -> list[tuple[int, int]]:
        place, size = item
        return [(place, size // part) for part in (10, 2) if size // part]

    found: Reduced[tuple[int, int]] = reduce(items, lambda many: [fails(each) for each in many], 10_000, milder=milder)
    assert [place for place, floor in enumerate(floors) if floor] == [place for place, _ in found.items]
    assert all(size // 2 < floors[place] <= size for place, size in found.items)


def test_milder_values_may_make_a_step_superfluous() -> None:
    """What is left after values were made milder is 1-minimal again."""

    def fails(candidate: Numbers) -> bool:
        return bool(candidate) and (sum(candidate) >= 40 or candidate == (5,))

    found = reduce(
        (20, 20),
        lambda many: [fails(each) for each in many],
        100,
        milder=lambda item: [5] if item == 20 else [],
    )
    assert found.items == (20, 20)
    found = reduce(
        (40, 20),
        lambda many: [fails(each) for each in many],
        100,
        milder=lambda item: [5] if item in {20, 40} else [],
    )
    assert found.items == (5,)


def test_what_is_believed_superfluous_is_tried_first() -> None:
    """Half a night in one run."""
    asked = Asked(has_all(frozenset({3})))
    reduce(tuple(range(8)), asked, 100, hints=[dict.fromkeys((0, 1, 2, 4, 5, 6, 7))])
    assert asked.candidates[0] == (3,)


@pytest.mark.parametrize("budget", [0, 1, 5])
def test_somebody_is_told_how_it_goes(budget: int) -> None:
    """How many runs, and how much is left; never more runs than there may be."""
    told: list[tuple[int, int]] = []
    found = reduce(
        tuple(range(10)),
        Asked(has_all(frozenset({7}))),
        budget,
        told=lambda flights, left: told.append((flights, left)),
    )
    assert (found.runs, len(found.items)) == told[-1]
    assert [flights for flights, _ in told] == sorted(flights for flights, _ in told)
