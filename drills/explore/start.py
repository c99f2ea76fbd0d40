"""From the command line to a campaign, and to the answers. What is wrong with an option is told first."""

from __future__ import annotations

import os
import shlex
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.cli.preconditions import require_directory, require_path
from mirrordrill.drills.cli.run import require_runnable, require_sound
from mirrordrill.drills.explore.campaign import CampaignOrder, night_from, night_of, targets_for
from mirrordrill.drills.explore.command import explore, key_of
from mirrordrill.drills.explore.drawing.draw import FEATURE
from mirrordrill.drills.explore.drawing.profiles import NAMES
from mirrordrill.drills.explore.drawing.vary import schedules_in
from mirrordrill.drills.explore.kept.results import export, find_question
from mirrordrill.drills.explore.kept.store import Store, StoreError
from mirrordrill.drills.explore.replay import replay
from mirrordrill.drills.explore.workers import ClusterError
from mirrordrill.drills.faults import catalogue
from mirrordrill.drills.output.text import console_for_errors, console_for_people
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.runner import RunRequest, prepared
from mirrordrill.drills.shrink.schedule import Schedule, rendered
from mirrordrill.drills.sites import SiteError, example_sites, find_site
from mirrordrill.drills.sites.group_facts import lies_still
from mirrordrill.simulator.catalogues.bounds import OPTIONS
from mirrordrill.simulator.kernel.untrusted import visible

RUNS = 100
"""So many nights where neither a number nor a time is given."""


def options_for(
    site: Sequence[str], captures: Sequence[Path], settings: Path | None, release: str
) -> tuple[Options, str]:
    """The options of every night, and the name that its first step says. Raises BadParameter."""
    is_example = len(site) == 1 and site[0] in example_sites() and not Path(site[0]).is_file()
    files = () if is_example else tuple(map(Path, site))
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        there = ", ".join(example_sites())
        raise typer.BadParameter(f"no such file: {missing[0]}; example sites: {there}", param_hint="--site")
    options = Options(site_files=files, captures=tuple(captures), settings_file=settings, profile=release)
    require_runnable(options)
    require_sound(options, console_for_errors())
    return options, site[0] if is_example else "rdc"


def order_for(
    example: str,
    profile: str,
    options: Options,
    seed: int,
    runs: int | None,
    for_s: float | None,
    jobs: str,
    drills: Sequence[str] = (),
    *,
    is_steered: bool = False,
) -> CampaignOrder:
    """The order of a campaign. Raises BadParameter."""
    if profile not in NAMES:
        raise typer.BadParameter(f"{profile!r} is none of {', '.join(NAMES)}", param_hint="--profile")
    bound = OPTIONS["--jobs"]
    if jobs != "auto" and bound.number(jobs) is None:
        raise typer.BadParameter(f"{jobs!r} is neither {bound.words()} nor auto", param_hint="--jobs")
    if is_steered and drills:
        raise typer.BadParameter(
            "drills that are named are varied in turn, and cannot be steered", param_hint="--steer"
        )
    number = len(os.sched_getaffinity(0)) if jobs == "auto" else int(jobs)
    runs = RUNS if runs is None and for_s is None else runs
    around = drills_to_vary(drills, options, example)
    return CampaignOrder(example, profile, options, seed, runs, for_s, number, around, is_steered=is_steered)


def drills_to_vary(names: Sequence[str], options: Options, example: str) -> tuple[Schedule, ...]:
    """The scenarios of the drills that are named, in the names of the site. Raises BadParameter."""
    if not names:
        return ()
    try:
        with prepared(RunRequest(tuple(names)), options) as chosen:
            found = [schedule for path in chosen.files for schedule in schedules_in(path)]
    except UsageError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="DRILLS") from None
    own = f'the example site "{example}"'
    fit = tuple(each for each in found if options.site_files or own in (line.words for line in each.lines))
    if not fit:
        raise typer.BadParameter(f"none of them is about {own}; name theirs with --site", param_hint="DRILLS")
    return fit


def night_text(order: CampaignOrder, seed: int, results: Path) -> str:
    """The scenario of a night, as a feature; that of a steered campaign once it was run. Raises BadParameter."""
    targets = targets_for(order)
    if order.is_steered:
        with readable(results) as store:
            campaign = store.campaign(key_of(order))
            if not store.is_known(campaign, seed):
                raise typer.BadParameter(f"{results} has no night {seed} of this campaign", param_hint="--night")
            night = night_from(order, targets, store.corpus(campaign).lineage(seed))
    else:
        night = night_of(order, targets, seed)
    files = " ".join(shlex.quote(str(file)) for file in order.options.site_files)
    options = files and f"its site is given with it: mirrordrill run NIGHT.feature --site {files}"
    about = ("SIMULATED  A night that mirrordrill drew.", *filter(None, (options,)))
    return rendered(FEATURE, [(night.schedule().scenario, night.lines)], night.schedule().tags, about)


def run(order: CampaignOrder, results: Path, out: Path | None, *, requires_reach: bool) -> ExitCode:
    """Run the campaign. Raises BadParameter for a results file that cannot be used."""
    require_directory("--out", out)
    require_path("--results", results)
    require_motion(order.options, order.example)
    try:
        with Store(results) as store:
            return explore(order, store, out, console_for_people(), requires_reach=requires_reach)
    except (StoreError, SiteError) as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--results") from None
    except ClusterError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--scheduler") from None
    except sqlite3.OperationalError as failure:
        console_for_errors().print(Text(f"{results} cannot be written: {failure}"), highlight=False)
        return ExitCode.HARNESS


def require_motion(options: Options, example: str) -> None:
    """See to it that nights can show anything on the site. Raises BadParameter."""
    site = find_site(example, options.site_files, options.captures, options.settings_file)
    still = [lies_still(site, group) for group in dict.fromkeys(each.group for each in site.attachments)]
    if all(still):
        why = "; ".join(still)
        raise typer.BadParameter(
            f"no night can show anything: {why}. Use a copy of main.cf in which a mirrored group runs and writes",
            param_hint="--site",
        )


def answer(questions: Sequence[str], results: Path, csv: Path | None) -> ExitCode:
    """Print the answers, and write the tables. Raises BadParameter."""
    try:
        asked = [find_question(name) for name in questions]
    except LookupError as wrong:
        raise typer.BadParameter(str(wrong.args[0]), param_hint="QUESTIONS") from None
    require_directory("--csv", csv)
    console = console_for_people()
    with readable(results) as store:
        if csv is not None:
            written = export(store, csv)
            verdict_is_known()
            console.print(Text(f"written to {csv}: {', '.join(path.name for path in written)}"))
            return ExitCode.HELD
        answers = [list(question.answer(store)) for question in asked]
        verdict_is_known()
        for question, rows in zip(asked, answers, strict=True):
            table = Table(title=question.about, title_justify="left", box=None, pad_edge=False)
            for heading in question.headings:
                table.add_column(heading)
            for row in rows:
                table.add_row(*(Text(visible(str(cell))) for cell in row))
            console.print(table, highlight=False)
    return ExitCode.HELD


@contextmanager
def readable(results: Path) -> Iterator[Store]:
    """A results file that must be there, and say what we can read. Raises BadParameter."""
    try:
        with Store(results, is_new_allowed=False) as store:
            yield store
    except StoreError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--results") from None
    except (sqlite3.Error, ValueError, TypeError, ArithmeticError) as wrong:
        raise typer.BadParameter(f"{results} cannot be read: {wrong}", param_hint="--results") from None


def replay_folder(folder: Path) -> ExitCode:
    """Replay, and tell. Raises BadParameter."""
    try:
        replayed = replay(folder)
    except UsageError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="FOLDER") from None
    verdict_is_known()
    for line in replayed.lines():
        console_for_people().print(Text(visible(line)), highlight=False, soft_wrap=True)
    return replayed.code


def show_faults(results: Path) -> None:
    """The catalogue, with how often each kind was run in the last campaign of the results file, if there is one."""
    counts: dict[object, object] = {}
    if results.exists():
        with readable(results) as store:
            sql = "SELECT kind, count(*) FROM strike WHERE campaign = (SELECT max(campaign) FROM night) GROUP BY 1"
            counts = {row[0]: row[1] for row in store.rows(sql)}
    table = Table(box=None, pad_edge=False)
    for heading in ("layer", "kind", "hits", "least", "last campaign"):
        table.add_column(heading)
    verdict_is_known()
    for kind in catalogue():
        least = f"{kind.minimum_s:g} s" if kind.minimum_s else "-"
        ran = str(counts.get(kind.name, 0)) if counts else "-"
        table.add_row(kind.layer.value, Text(kind.name), kind.target.value, least, ran)
    console_for_people().print(table, highlight=False)
