"""A campaign: many nights, on one processor or several, kept as they come; resumed where it stopped.

Seeds are handed out in chunks, so that a worker is asked about once a second. What a worker runs depends on site,
profile and seed alone; the order in which nights come back changes nothing in what is kept.

Rule 1: the results file is written by the process that was started, and by no worker.
Rule 2: a night that is known is not run again.
Rule 3: a campaign that is steered goes on by blocks, each drawn from what the blocks before it brought.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, as_completed, wait
from dataclasses import dataclass, field

from mirrordrill.drills.explore.branching.branched_night import BranchedOutcome, run_branching
from mirrordrill.drills.explore.drawing.branch import branch_night
from mirrordrill.drills.explore.drawing.draw import Night, draw_around, draw_night, vary_night
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets, targets_of
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.explore.outcome import NightOutcome, NightVerdict, run_night
from mirrordrill.drills.explore.steering import BLOCK, Lineage
from mirrordrill.drills.explore.workers import Task, Workers, workers
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.pacing import Stopwatch
from mirrordrill.drills.shrink.schedule import Schedule
from mirrordrill.drills.sites import find_site

CHUNK = 8
"""Nights that a worker takes at a time: about a second."""
AHEAD = 2
"""Chunks that wait for each worker."""
COMMIT_S = 0.5
"""So often what has come is committed."""


@dataclass(frozen=True, slots=True)
class CampaignOrder:
    """What is explored."""

    example: str
    """The example site; with files of a site in `options`, only a name."""
    profile: str
    options: Options
    first_seed: int = 0
    runs: int | None = None
    for_s: float | None = None
    jobs: int = 1
    drills: tuple[Schedule, ...] = ()
    """Drills that are varied, in turn; without any, nights are drawn from nothing."""
    scheduler: str = ""
    """The address of a Dask scheduler whose workers run the nights; empty where `jobs` processes here do."""
    is_steered: bool = False
    """Whether nights that brought something new are varied further."""
    is_branching: bool = False
    """Whether nights are forked where they reach something new; only where a campaign is steered."""


@dataclass(slots=True)
class CampaignTally:
    """How a campaign stands: what people are told while it goes on, and in the end."""

    ran: int = 0
    known: int = 0
    """Nights that were there already."""
    verdicts: Counter[NightVerdict] = field(default_factory=Counter)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(oracle, hazard that explains it) -> nights."""
    hazards: Counter[str] = field(default_factory=Counter)
    """Declared hazard -> nights in which it came about, whether or not it explains anything."""
    kinds: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    first: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Failure that nothing explains -> the seed of the night with the fewest events."""
    fewest: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(self, outcome: NightOutcome) -> None:
        """One more night."""
        self.ran += 1
        self.verdicts[outcome.verdict] += 1
        self.hazards.update(outcome.hazards)
        self.kinds |= set(outcome.kinds)
        self.marks |= set(outcome.marks)
        for oracle, hazard in {(failure.oracle, failure.hazard) for failure in outcome.failures}:
            self.failures[oracle, hazard] += 1
        if outcome.verdict is NightVerdict.SPOILT:
            return
        first = next((failure for failure in outcome.failures if not failure.hazard), None)
        if first is not None and outcome.events < self.fewest.get(first.key, 1 << 60):
            self.fewest[first.key], self.first[first.key] = outcome.events, outcome.seed


Told = Callable[[CampaignTally, float], None]
"""Told the tally and the real seconds since the campaign began, after each chunk."""


def targets_for(order: CampaignOrder) -> SiteTargets:
    """What can be struck on the site of an order. Raises SiteError, ConfigError."""
    options = order.options
    site = find_site(order.example, options.site_files, options.captures, options.settings_file)
    return targets_of(site, order.example)


def run_seeds(order: CampaignOrder, targets: SiteTargets, seeds: tuple[int, ...]) -> list[NightOutcome]:
    """Run these nights, one after the other; in a worker, too."""
    return [run_night(night_of(order, targets, seed), order.options)[0] for seed in seeds]


def run_lineages(
    order: CampaignOrder, targets: SiteTargets, energy: dict[str, int], lineages: tuple[Lineage, ...]
) -> list[BranchedOutcome]:
    """Run nights that come from others, one after the other, with their branches; in a worker, too."""
    nights = (night_from(order, targets, lineage) for lineage in lineages)
    if not order.is_branching:
        return [BranchedOutcome(run_night(night, order.options)[0]) for night in nights]
    options, profile = order.options, order.profile
    return [each for night in nights for each in run_branching(night, options, targets, profile, energy)]


def night_of(order: CampaignOrder, targets: SiteTargets, seed: int) -> Night:
    """The night of a seed."""
    if order.drills:
        return draw_around(order.drills[seed % len(order.drills)], targets, order.profile, seed)
    return draw_night(targets, order.profile, seed)


def night_from(order: CampaignOrder, targets: SiteTargets, lineage: Lineage) -> Night:
    """The night of a recipe: one that is drawn from nothing, varied and left again and again."""
    night = draw_night(targets, order.profile, lineage[0].seed)
    for seed, cut in lineage[1:]:
        if cut is None:
            night = vary_night(night, targets, order.profile, seed)
        else:
            night = branch_night(night, cut, targets, order.profile, seed)
    return night


def run_campaign(
    order: CampaignOrder, store: Store, campaign: int, told: Told = lambda _tally, _s: None
) -> CampaignTally:
    """Run what is ordered and not known yet, and keep it. An interrupted campaign keeps what it has.

    Raises SiteError, ConfigError, sqlite3.Error, KeyboardInterrupt.
    """
    targets, tally, watch = targets_for(order), CampaignTally(), Stopwatch()
    if order.is_steered:
        _run_steered(order, targets, store, campaign, tally, lambda: told(tally, watch.total_s()), watch)
        return tally
    chunks = _chunks(order, store, campaign, tally, watch)
    waiting: list[NightOutcome] = []
    committed_s = 0.0
    try:
        for outcomes in _ran(order, targets, chunks):
            waiting += outcomes
            for outcome in outcomes:
                tally.add(outcome)
            if watch.total_s() - committed_s > COMMIT_S:
                store.add(campaign, waiting)
                waiting.clear()
                committed_s = watch.total_s()
            told(tally, watch.total_s())
    finally:
        store.add(campaign, waiting)
    return tally


def _run_steered(
    order: CampaignOrder,
    targets: SiteTargets,
    store: Store,
    campaign: int,
    tally: CampaignTally,
    told: Callable[[], None],
    watch: Stopwatch,
) -> None:
    """Run block after block. A block is kept as a whole, with what it brought; one that was interrupted is not."""
    corpus = store.corpus(campaign)
    ends = None if order.runs is None else order.first_seed + order.runs
    with workers(order.jobs, order.scheduler, is_forking=order.is_branching) as pool:
        for first in itertools.count(order.first_seed, BLOCK):
            if (ends is not None and first >= ends) or (order.for_s is not None and watch.total_s() >= order.for_s):
                return
            seeds = tuple(range(first, first + BLOCK))
            if store.is_known(campaign, first):
                tally.known += BLOCK
                continue
            recipes = corpus.choose(order.profile, seeds)
            found: list[BranchedOutcome] = []
            for some in _ran_lineages(order, targets, corpus.energy(), recipes, pool):
                found += some
                for each in some:
                    tally.add(each.outcome)
                told()
            # In the order of the recipes, so that what is kept does not depend on who ran what.
            outcomes = [each.outcome for each in found]
            brought = corpus.learn(outcomes)
            parents = {seed: corpus.parents[seed] for seed in seeds if seed in corpus.parents}
            branches = {each.outcome.seed: each.branch for each in found if each.branch is not None}
            corpus.branches |= branches
            store.add(campaign, outcomes, parents, brought, branches)


def _ran_lineages(
    order: CampaignOrder,
    targets: SiteTargets,
    energy: dict[str, int],
    recipes: list[Lineage],
    pool: Workers | None,
) -> Iterator[list[BranchedOutcome]]:
    if pool is None:
        yield from (run_lineages(order, targets, energy, (recipe,)) for recipe in recipes)
        return
    each = 1 if order.is_branching else max(1, len(recipes) // (2 * pool.count()))
    parts = [tuple(recipes[at : at + each]) for at in range(0, len(recipes), each)]
    waiting = [pool.submit("varied nights", order, targets, energy, part) for part in parts]
    yield from (task.result() for task in waiting)


def _chunks(
    order: CampaignOrder, store: Store, campaign: int, tally: CampaignTally, watch: Stopwatch
) -> Iterator[tuple[int, ...]]:
    """The seeds that are still to be run. Of a campaign with a time limit, as long as there is time."""
    ends = None if order.runs is None else order.first_seed + order.runs
    chunk: list[int] = []
    for seed in itertools.count(order.first_seed):
        if (ends is not None and seed >= ends) or (order.for_s is not None and watch.total_s() >= order.for_s):
            break
        if store.is_known(campaign, seed):
            tally.known += 1
            continue
        chunk.append(seed)
        if len(chunk) == CHUNK:
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)


def _ran(order: CampaignOrder, targets: SiteTargets, chunks: Iterator[tuple[int, ...]]) -> Iterator[list[NightOutcome]]:
    with workers(order.jobs, order.scheduler) as pool:
        if pool is None:
            yield from (run_seeds(order, targets, (seed,)) for chunk in chunks for seed in chunk)
            return
        waiting: dict[Future[bytes], Task] = {}
        for chunk in chunks:
            task = pool.submit("nights", order, targets, chunk)
            waiting[task.future] = task
            if len(waiting) >= AHEAD * pool.count():
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (waiting.pop(future).result() for future in done)
        yield from (waiting[future].result() for future in as_completed(waiting))
