"""What `mirrordrill explore` does and prints: progress, what failed and what explains it, marks, counter-examples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.cli.progress import ProgressLine
from mirrordrill.drills.explore.campaign import (
    CampaignOrder,
    CampaignTally,
    night_from,
    night_of,
    run_campaign,
    targets_for,
)
from mirrordrill.drills.explore.examples import Example, shrink_failure
from mirrordrill.drills.explore.kept.store import CampaignKey, Store
from mirrordrill.drills.explore.marks import mark_catalogue
from mirrordrill.drills.explore.outcome import EXIT_CODES, NightVerdict
from mirrordrill.drills.output.text import counted
from mirrordrill.drills.report.facts import tool
from mirrordrill.drills.run.exit_codes import ExitCode, worst
from mirrordrill.drills.run.pacing import Stopwatch
from mirrordrill.drills.sites import find_site

EXAMPLES_MAX = 12
"""So many failures are made small in one campaign; the others are in the results file."""


def key_of(order: CampaignOrder) -> CampaignKey:
    """What makes the campaign the one that it is. Raises SiteError, ConfigError."""
    options, made_by = order.options, tool()
    site = find_site(order.example, options.site_files, options.captures, options.settings_file)
    how = "branching" if order.is_branching else "steered"
    steered = f" {how} from {order.first_seed}" if order.is_steered else ""
    drawn = f"{order.profile}{steered}{around(order)}"
    return CampaignKey(site.name, site.digest, drawn, options.profile, made_by.version, made_by.agent_sha256)


def around(order: CampaignOrder) -> str:
    """What tells a campaign around drills from others: a hash of their steps."""
    if not order.drills:
        return ""
    steps = "\n".join(line.words for drill in order.drills for line in drill.lines)
    return f" around {len(order.drills)} drills {hashlib.sha256(steps.encode()).hexdigest()[:8]}"


def explore(
    order: CampaignOrder, store: Store, out: Path | None, console: Console, *, requires_reach: bool
) -> ExitCode:
    """Run the nights, tell what came of them, make the first failure of each kind small; gives the exit code.

    Raises SiteError, ConfigError, sqlite3.Error, KeyboardInterrupt.
    """
    campaign = store.campaign(key_of(order))
    progress, watch = ProgressLine(console), Stopwatch()

    def tell(seen: CampaignTally, now_s: float) -> None:
        if progress.is_due():
            progress.tell(Text(" ".join(progress_words(seen, now_s))))

    try:
        tally = run_campaign(order, store, campaign, tell)
    finally:
        progress.close()
    try:
        conclude(order, store, campaign, tally, watch.total_s(), out, console)
    except KeyboardInterrupt:
        console.print(Text("interrupted; the results file has what the nights came to", "yellow"), highlight=False)
    verdict_is_known()
    unreached = unreached_marks(store, campaign) if requires_reach else []
    if unreached:
        console.print(Text(f"never reached: {', '.join(unreached)}"), highlight=False, soft_wrap=True)
    codes = [EXIT_CODES[verdict] for verdict in tally.verdicts] or [ExitCode.HELD]
    return worst([*codes, *([ExitCode.UNDECIDED] if unreached else [])])


def unreached_marks(store: Store, campaign: int) -> list[str]:
    """The marks of the catalogue that no night of the campaign has reached."""
    return sorted(set(mark_catalogue()) - store.marks(campaign))


def conclude(
    order: CampaignOrder,
    store: Store,
    campaign: int,
    tally: CampaignTally,
    took_s: float,
    out: Path | None,
    console: Console,
) -> None:
    """Tell what came of the nights, which is known by now, and make failures small. Raises KeyboardInterrupt."""
    for line in summary(tally, took_s):
        console.print(Text(line), highlight=False, soft_wrap=True)
    every = len(mark_catalogue())
    reached = every - len(unreached_marks(store, campaign))
    console.print(Text(f"marks    {reached} of {every} reached"), highlight=False)
    if order.is_steered:
        corpus = store.corpus(campaign)
        told = f"corpus   {counted(len(corpus.brought), 'night')} brought something new"
        told += f"; {counted(len(corpus.parents), 'night')} vary others"
        told += f", {counted(len(corpus.branches), 'night')} left them on the way" if order.is_branching else ""
        console.print(Text(told), highlight=False)
    if out is not None:
        make_small(order, store, campaign, tally, out, console)


def progress_words(tally: CampaignTally, now_s: float) -> Iterator[str]:
    """`[120 nights, 9.1 a second] S2 3 (old target 3)  31 kinds, 44 marks`."""
    yield f"[{tally.ran} nights, {tally.ran / max(now_s, 0.001):.1f} a second]"
    for (oracle, hazard), nights in sorted(tally.failures.items()):
        yield f"{oracle} {nights}{f' ({hazard})' if hazard else ''}"
    yield f"{len(tally.kinds)} kinds, {len(tally.marks)} marks"


def summary(tally: CampaignTally, took_s: float) -> Iterator[str]:
    """What came of all nights."""
    rate = tally.ran / max(took_s, 0.001)
    known = f"; {counted(tally.known, 'night')} known already" if tally.known else ""
    yield f"SIMULATED  {counted(tally.ran, 'night')} in {took_s:.1f} s of real time, {rate:.1f} a second{known}"
    for verdict in NightVerdict:
        if nights := tally.verdicts[verdict]:
            yield f"{verdict.value:<18} {nights:>7}  {100 * nights / tally.ran:5.1f} %"
    for (oracle, hazard), nights in sorted(tally.failures.items()):
        why = f"under the declared hazard: {hazard}" if hazard else "unexplained"
        yield f"  {oracle:<4} {nights:>7} nights  {why}"
    for hazard, nights in sorted(tally.hazards.items(), key=lambda each: (-each[1], each[0])):
        yield f"hazard   {hazard}: in {counted(nights, 'night')}, {100 * nights / tally.ran:.1f} %"


def make_small(
    order: CampaignOrder, store: Store, campaign: int, tally: CampaignTally, out: Path, console: Console
) -> None:
    """Shrink the first failure of each kind that has no counter-example yet."""
    targets, corpus = targets_for(order), store.corpus(campaign)
    for key, seed in sorted(tally.first.items())[:EXAMPLES_MAX]:
        if store.example(campaign, key) is not None:
            continue
        night = night_from(order, targets, corpus.lineage(seed)) if order.is_steered else night_of(order, targets, seed)
        found = shrink_failure(night, replace(order.options, report=None), key, out)
        store.add_example(campaign, key, seed, found.folder if isinstance(found, Example) else "")
        told = found.told() if isinstance(found, Example) else found
        console.print(Text(f"{' '.join(filter(None, key))} (seed {seed}): {told}"), highlight=False, soft_wrap=True)
