"""Steering: nights that brought something new are varied further, as fuzzers vary what reached new code.

New is a reach mark, a decision of the agent (its entry point and message), or two kinds of faults in one night, that no
night of the campaign had before. Such a night goes into the corpus. Every second night of a later block varies a night
of the corpus: other times, some steps less, a few faults more. What was rare is chosen more often.

Rule 1: a block of nights is drawn from the corpus of the blocks before it, and from nothing else. So the nights of a
campaign follow from its first seed, in however many processes and however often it is interrupted.
Rule 2: the recipe of a night is its seed and those of the nights that it comes from; it is drawn again from these.
Rule 3: where nights branch, a block sees the energy that marks had left before it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mirrordrill.drills.explore.branching.branched_night import ENERGY, NightBranch
from mirrordrill.drills.explore.drawing.branch import Cut
from mirrordrill.drills.explore.drawing.chance import chance_of
from mirrordrill.drills.explore.outcome import NightOutcome, NightVerdict

BLOCK = 32
"""So many nights are drawn from one state of the corpus."""
VARIED_SHARE = 0.5
"""So much of a block varies the corpus; the others are drawn from nothing."""
RARE = 8
"""A mark or a decision counts as much as so many pairs of faults."""
PAIR = "pair of faults: "


class Ancestor(NamedTuple):
    """A night, and how it was drawn from the one before it."""

    seed: int
    cut: Cut | None = None
    """Where it left that night; None for a variation."""


Lineage = tuple[Ancestor, ...]
"""A night that was drawn from nothing, then its variations and branches; the last is the night itself."""


@dataclass(slots=True)
class Corpus:
    """The nights that brought something new, and where they come from."""

    parents: dict[int, int] = field(default_factory=dict)
    """Night -> the one that it varies."""
    brought: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Night -> what no night before it had reached."""
    reached: Counter[str] = field(default_factory=Counter)
    """What was reached -> nights of the corpus that did."""
    branches: dict[int, NightBranch] = field(default_factory=dict)
    """Night -> how it left another one."""

    @classmethod
    def of(
        cls, parents: Mapping[int, int], brought: Mapping[int, Sequence[str]], branches: Mapping[int, NightBranch]
    ) -> Corpus:
        """The corpus that was kept."""
        news = {seed: tuple(each) for seed, each in brought.items()}
        return cls(dict(parents), news, Counter(itertools.chain.from_iterable(news.values())), dict(branches))

    def energy(self) -> dict[str, int]:
        """What was reached -> how many branches it still gets; nothing stands for all of them."""
        spent = Counter(branch.mark for branch in self.branches.values())
        return {mark: max(0, ENERGY - number) for mark, number in spent.items()}

    def lineage(self, seed: int) -> Lineage:
        """The recipe of a night."""
        found: list[Ancestor] = []
        at: int | None = seed
        while at is not None:
            branch = self.branches.get(at)
            found.append(Ancestor(at, None if branch is None else branch.cut))
            at = self.parents.get(at) if branch is None else branch.parent
            if len(found) > len(self.parents) + len(self.branches) + 1:
                raise ValueError(f"night {seed} comes from itself")
        return tuple(reversed(found))

    def choose(self, profile: str, seeds: Iterable[int]) -> list[Lineage]:
        """The recipes of the nights of a block."""
        nights = sorted(self.brought)
        weights = [sum(1 if each.startswith(PAIR) else RARE for each in self.brought[night]) for night in nights]
        for seed in seeds:
            chance = chance_of("steering", profile, seed)
            if nights and chance.random() < VARIED_SHARE:
                self.parents[seed] = chance.choices(nights, weights)[0]
        return [self.lineage(seed) for seed in seeds]

    def learn(self, outcomes: Iterable[NightOutcome]) -> dict[int, tuple[str, ...]]:
        """Take in the nights of a block, in the order of their seeds; what each of them brought."""
        found = {}
        for outcome in sorted(outcomes, key=lambda each: each.seed):
            new = tuple(each for each in reach_of(outcome) if each not in self.reached)
            if new and outcome.verdict is not NightVerdict.SPOILT:
                self.reached.update(new)
                self.brought[outcome.seed] = found[outcome.seed] = new
        return found


def reach_of(outcome: NightOutcome) -> list[str]:
    """What a night reached: marks, decisions, and pairs of faults."""
    kinds = sorted(set(outcome.kinds))
    pairs = (f"{PAIR}{first}, {second}" for first, second in itertools.combinations(kinds, 2))
    return [*outcome.marks, *outcome.levels, *(f"decision: {each}" for each in outcome.decisions), *pairs]
