"""Draws a branch of a night: what was run up to a moment, and other faults and commands from there on.

Rule: the scenario is complete. It is run from the start like any other, and comes to the same log as the branch, which
was forked at that moment.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import NamedTuple

from mirrordrill.drills.explore.drawing.chance import chance_of
from mirrordrill.drills.explore.drawing.draw import LAST_S, Night, NightPlan, drawn, due, ending_of, when
from mirrordrill.drills.explore.drawing.profiles import MIXED, PROFILES, find_profile
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets
from mirrordrill.drills.explore.drawing.vary import woven
from mirrordrill.drills.explore.drawing.words import passes
from mirrordrill.drills.steps.wording import duration_s

FIRST_BRANCH = 1 << 48
"""Seeds of branches begin here; those of other nights are counted from the first one of the campaign."""
SPANS_S = (5.0, 60.0, 600.0, 3600.0)
"""What strikes after the moment does so within one of these times."""
GOES_ON = 0.5
"""So often what stood in the night behind the moment still comes, between what is new."""
STEP_S = 0.001
"""A step is cut so long after the event that it is cut for, so that what follows at once still belongs to it."""


class Cut(NamedTuple):
    """Where a night is left: at the end of a step, or in the middle of one in which time passes."""

    line: int
    after: str
    """`81.4180015 seconds`: so much of the step's time; empty for all of it."""

    @property
    def after_s(self) -> float:
        """The same in seconds."""
        return duration_s(self.after)


def cut_after(line: int, elapsed_s: float) -> Cut:
    """In the middle of a step, a little after so much of its time.

    Between two whole microseconds: alarms ring at whole ones, so that nothing happens at the very moment of the cut.
    """
    return Cut(line, f"{round(elapsed_s + STEP_S, 6):.6f}5 seconds")


def branch_seed(parent: int, cut: Cut, mark: str, number: int) -> int:
    """The seed of a branch: it follows from where it was left, and for what."""
    text = f"{parent}/{cut.line}/{cut.after}/{mark}/{number}"
    return FIRST_BRANCH + int.from_bytes(hashlib.blake2b(text.encode(), digest_size=5).digest(), "big")


def branch_night(parent: Night, cut: Cut, facts: SiteTargets, profile: str, seed: int) -> Night:
    """The night that goes on otherwise. Raises LookupError for an unknown profile."""
    chance = chance_of(profile, seed, "leaves", parent.seed)
    chosen = chance.choice(PROFILES) if profile == MIXED else find_profile(profile)
    near = replace(chosen, strikes=(1, 3), commands=(0, 2), rolls=False, span_s=chance.choice(SPANS_S))
    plan = NightPlan(facts, near, chance, frozenset(strike.undo for strike in parent.struck if strike.undo))
    plan.fill()
    left = parent.lines[parent.begins : cut.line + 1]
    if cut.after:
        left = (*left[:-1], when(f"{cut.after} pass"))
    rest = parent.lines[cut.line + 1 : parent.ends - 1] if chance.random() < GOES_ON else ()
    first, *others = plan.episodes() or [[]]
    struck = [*parent.struck, *sorted(plan.struck)]
    done = list(due([*left, *first, *woven(rest, others, chance)], struck, lambda: True))
    words = {line.words for line in done}
    its = [strike for strike in struck if strike.words in words]
    begins, ends = parent.lines[: parent.begins], ending_of(facts, chosen, chance)
    return drawn(seed, profile, begins, [*done, when(passes(LAST_S))], its, ends)
