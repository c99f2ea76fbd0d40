"""What mutants are judged by: the shipped drills that need no pytest, and a campaign of nights over sites and profiles.

A campaign goes round the sites and the profiles: night 0 is of the first site and the first profile, night 1 of the
second site. A campaign of more nights begins with the same ones.

Rule: what a run comes to follows from its name and the agent alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets, targets_of
from mirrordrill.drills.explore.drawing.vary import schedules_in
from mirrordrill.drills.explore.outcome import run_night
from mirrordrill.drills.run.direct import run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.shrink.schedule import Schedule
from mirrordrill.drills.sites import find_site

FEATURES = Path(__file__).resolve().parents[2] / "features"
SITES = ("rdc", "gco", "two-groups", "fenced", "two-mirrors")
PROFILES = ("mixed", "aimed", "unfinished", "unattended")


class Seen(NamedTuple):
    """What a run comes to."""

    outcome: tuple[str, ...]
    """Broken rules that no hazard explains; of a drill the verdicts of its steps, too. Another one kills a mutant."""
    digest: str
    """Of the log. Another one shows that a mutant was at work, and does not kill it."""


class Job(NamedTuple):
    """A run that judges mutants."""

    name: str
    run: Callable[[], Seen]
    night: int
    """Its number in the campaign; -1 of a drill."""


@functools.cache
def _targets(site: str) -> SiteTargets:
    return targets_of(find_site(site), site)


def _run_night(site: str, profile: str, seed: int) -> Seen:
    outcome, _ = run_night(draw_night(_targets(site), profile, seed), Options(), is_once_enough=True)
    return Seen(tuple(sorted({each.oracle for each in outcome.failures if not each.hazard})), outcome.digest)


def _run_drill(schedule: Schedule) -> Seen:
    result = run_schedule(schedule, Drill(Options(), "", "", ""))
    broken = {each.name for each in result.oracles if each.verdict is Verdict.BROKEN}
    return Seen((*sorted(broken), *(step.status.value for step in result.steps)), result.digest)


def jobs(nights: int) -> Iterator[Job]:
    """Every run: the drills, then the nights of a campaign."""
    for path in sorted(FEATURES.rglob("*.feature")):
        for schedule in _schedules(path):
            yield Job(f"{path.stem}: {schedule.scenario}", functools.partial(_run_drill, schedule), -1)
    for number in range(nights):
        turn, at = divmod(number, len(SITES))
        seed, of = divmod(turn, len(PROFILES))
        night = SITES[at], PROFILES[of], seed
        yield Job("night {} {} {}".format(*night), functools.partial(_run_night, *night), number)


def _schedules(path: Path) -> list[Schedule]:
    try:
        return list(schedules_in(path))
    except UsageError:
        return []
