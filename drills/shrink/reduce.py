"""Delta debugging: the smallest part of a sequence that still fails, found by asking, never by understanding.

Zeller and Hildebrandt's minimising algorithm, with three changes. Questions are asked in rounds, so that many can be
answered at once. What can be spared one by one is then spared together, or as much of it as can be. And what cannot
be dropped may be replaced by something milder.

Rule 1: the order of the sequence is kept, and the answer depends on the questions' answers alone: no chance, no clock.
Rule 2: what is given back has failed. No question is asked twice, and never more of them than the budget allows.
Rule 3: unless the budget was used up, what is given back is 1-minimal: no single item can be dropped any more.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)
Fails = Callable[[Sequence[tuple[Item, ...]]], Sequence[bool]]
"""Asked of all candidates of a round: which of them fail as the whole does?"""
Told = Callable[[int, int], None]
"""Told how many candidates were run, and how many items are left."""


@dataclass(frozen=True, slots=True)
class Reduced(Generic[Item]):
    """What is left of a sequence."""

    items: tuple[Item, ...]
    runs: int
    """How many candidates were run."""
    is_minimal: bool
    """Whether no single item can be dropped; else the budget was used up before that was known."""


class Search(Generic[Item]):
    """The candidates that were run, what came of them, and what is left of the budget."""

    def __init__(self, fails: Fails[Item], budget: int) -> None:
        self._fails = fails
        self._budget = budget
        self._known: dict[tuple[Item, ...], bool] = {}
        self.is_exhausted = False
        """Whether a question was left unasked."""

    @property
    def runs(self) -> int:
        """How many candidates were run."""
        return len(self._known)

    def ask(self, candidates: Sequence[tuple[Item, ...]]) -> list[bool]:
        """Which of these fail; False for what is not known because the budget is used up."""
        new = [each for each in dict.fromkeys(candidates) if each not in self._known]
        ran = new[: max(0, self._budget - self.runs)]
        self.is_exhausted |= len(ran) < len(new)
        if ran:
            self._known |= dict(zip(ran, self._fails(ran), strict=True))
        return [self._known.get(each, False) for each in candidates]


Edit = Mapping[int, Item | None]
"""Places in the sequence and what stands there instead; None for nothing."""


def reduce(
    items: Sequence[Item],
    fails: Fails[Item],
    budget: int,
    *,
    is_kept: Callable[[Item], bool] = lambda _: False,
    milder: Callable[[Item], Sequence[Item]] = lambda _: (),
    hints: Sequence[Edit[Item]] = (),
    told: Told = lambda _runs, _left: None,
) -> Reduced[Item]:
    """The smallest part found of a sequence that fails. That it fails is taken for granted, not asked.

    What `is_kept` is never dropped. `milder` gives what an item may be replaced by, mildest first; each must be milder
    than the item, or there is no end. `hints` are tried first: what the caller believes can be spared.
    """
    search = Search(fails, budget)

    def improved(now: tuple[Item, ...], edits: Sequence[Edit[Item]]) -> tuple[Item, ...] | None:
        found = best_of(search, now, edits)
        told(search.runs, len(now if found is None else found))
        return found

    now = tuple(items)
    now = improved(now, hints) or now if hints else now
    while True:
        now = without_chunks(now, is_kept, improved)
        simpler = with_milder_items(now, milder, improved)
        if simpler == now:
            return Reduced(now, search.runs, not search.is_exhausted)
        now = simpler


Improve = Callable[[tuple[Item, ...], Sequence[Edit[Item]]], tuple[Item, ...] | None]


def best_of(search: Search[Item], now: tuple[Item, ...], edits: Sequence[Edit[Item]]) -> tuple[Item, ...] | None:
    """The sequence after as many of the edits as can be made together; None where not even one can be."""
    verdicts = search.ask([edited(now, edit) for edit in edits])
    good: list[Edit[Item]] = []
    for edit, still_fails in zip(edits, verdicts, strict=True):
        if still_fails and not any(place in other for other in good for place in edit):
            good.append(edit)
    many = len(good)
    while many > 1:
        candidate = edited(now, *good[:many])
        if search.ask([candidate]) == [True]:
            return candidate
        many //= 2
    return edited(now, good[0]) if good else None


def edited(items: Sequence[Item], *edits: Edit[Item]) -> tuple[Item, ...]:
    """The sequence after edits of different places."""
    merged: dict[int, Item | None] = {place: item for edit in edits for place, item in edit.items()}
    there = (merged.get(place, item) for place, item in enumerate(items))
    return tuple(item for item in there if item is not None)


def without_chunks(now: tuple[Item, ...], is_kept: Callable[[Item], bool], improved: Improve[Item]) -> tuple[Item, ...]:
    """Drop halves, quarters, and at last single items, until none can be dropped."""
    size = max(1, len(now) // 2)
    while True:
        spare = [place for place, item in enumerate(now) if not is_kept(item)]
        size = max(1, min(size, len(spare)))
        chunks = [spare[start : start + size] for start in range(0, len(spare), size)]
        found = improved(now, [dict.fromkeys(chunk) for chunk in chunks]) if chunks else None
        if found is not None:
            now = found
        elif size == 1:
            return now
        else:
            size //= 2


def with_milder_items(
    now: tuple[Item, ...], milder: Callable[[Item], Sequence[Item]], improved: Improve[Item]
) -> tuple[Item, ...]:
    """Replace items by milder ones, until none can be."""
    while True:
        edits: list[Edit[Item]] = [{place: other} for place, item in enumerate(now) for other in milder(item)]
        found = improved(now, edits) if edits else None
        if found is None:
            return now
        now = found
