"""What branches by fork save: the same nights forked where they leave another one, and run from the start.

Processor seconds of this process and of its children, so that other programs of the machine do not count.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial

from mirrordrill.drills.explore.branching.branched_night import BranchedNight, BranchedOutcome
from mirrordrill.drills.explore.drawing.branch import branch_night
from mirrordrill.drills.explore.drawing.draw import Night, draw_night
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.outcome import run_night
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.sites import find_site
from mirrordrill.drills.sweep.campaign import from_the_start, sweep
from mirrordrill.drills.sweep.situations import SITUATIONS
from mirrordrill.drills.sweep.sweep_run import Course, SweepRun
from mirrordrill.simulator.agent_mode import AgentMode

NIGHTS = range(1, 9)
EVERY = 5
"""Of the points of a situation every so many-th is run."""


def processor_s(action: Callable[[], object]) -> float:
    """What an action takes, its children included."""
    before = sum(os.times()[:4])
    action()
    return sum(os.times()[:4]) - before


def every(run: Callable[..., Iterator[SweepRun]], *order: object) -> None:
    """Each point of a sweep."""
    for _ in run(*order):
        pass


def all_of(run: Callable[..., Iterator[SweepRun]], *order: object) -> None:
    """Each point of a sweep."""
    for _ in run(*order):
        pass


def nights(profile: str) -> tuple[int, float]:
    """Branches of a few nights, and how many times as long they take from the start."""
    facts = targets_of(find_site("rdc"), "rdc")
    found: list[BranchedOutcome] = []
    roots = [draw_night(facts, profile, seed) for seed in NIGHTS]

    def forked() -> None:
        for night in roots:
            found.extend(BranchedNight(night, Options(), facts, profile, {}).run())

    forked_s = processor_s(forked)
    drawn: dict[int, Night] = {night.seed: night for night in roots}
    for each in found:
        if each.branch is not None:
            parent = drawn[each.branch.parent]
            drawn[each.outcome.seed] = branch_night(parent, each.branch.cut, facts, profile, each.outcome.seed)

    def from_start() -> None:
        for each in found:
            run_night(drawn[each.outcome.seed], Options(), is_once_enough=not each.outcome.was_flown_twice)

    return len(found) - len(roots), processor_s(from_start) / forked_s


def main() -> None:
    """Print the ratios."""
    nights("mild")
    for profile in ("mixed", "hostile"):
        branches, ratio = nights(profile)
        sys.stdout.write(f"{profile:<9} {branches:>5} branches, from the start {ratio:.2f} times as long\n")
    for situation in SITUATIONS:
        course = Course(situation)
        points = [course.points.text(point) for point in course.points][::EVERY]
        order = situation.name, AgentMode.IN_PROCESS, 0, points
        forked_s = processor_s(partial(all_of, sweep, *order))
        start_s = processor_s(partial(all_of, from_the_start, *order))
        sys.stdout.write(
            f"{situation.name:<9} {len(points):>5} points, from the start {start_s / forked_s:.2f} times\n"
        )


if __name__ == "__main__":
    main()
