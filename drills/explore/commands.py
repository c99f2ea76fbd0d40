"""The commands of exploration: `explore`, `results`, `replay` and `faults`, with their options."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mirrordrill.drills.cli.choices import NIGHT_PROFILES, PROFILES, QUESTIONS
from mirrordrill.drills.cli.options import HOW, KEPT, WHAT, Captures, Seed, SiteToml
from mirrordrill.drills.run.exit_codes import MEANING, ExitCode
from mirrordrill.simulator.catalogues.bounds import OPTIONS, option

RESULTS_FILE = Path("mirrordrill-results.sqlite")
CODES = (ExitCode.HELD, ExitCode.USAGE, *(code for code in ExitCode if code >= ExitCode.SAFETY))
EXPLORE_HELP = (
    "Draw nights of faults and mistakes, run each with the real agent, judge it, and keep what came of it.\n\n"
    "A night is a scenario that is drawn from a seed: `mirrordrill explore --night 17` prints it, `mirrordrill run` "
    "runs it. What is known is not run again, so that an interrupted campaign goes on where it stopped.\n\n"
    "**Exit codes**\n\n" + "\n".join(f"* {code.value:>3} {MEANING[code]}" for code in CODES) + "\n\n"
    "**Examples**\n\n"
    "* `mirrordrill explore --runs 100`\n"
    "* `mirrordrill explore --site main.cf --for 10m --jobs auto --profile hostile --out found`\n"
    "* `mirrordrill explore migration our-drills --runs 50`\n"
    "* `mirrordrill explore --night 17 --profile hostile > night.feature`"
)
RESULTS_HELP = (
    "Answer questions about the nights that were kept.\n\n"
    f"QUESTIONS are {', '.join(f'`{name}`' for name in QUESTIONS)}; without any, the first five.\n\n"
    "**Exit codes**\n\n* 0 answered\n* 2 no such file or question\n\n"
    "**Examples**\n\n* `mirrordrill results`\n* `mirrordrill results failures rto`\n"
    "* `mirrordrill results --csv tables`"
)
REPLAY_HELP = (
    "Run a counter-example again: the identical log, or which version differs.\n\n"
    "**Exit codes**\n\n* 0 the log is identical\n* 2 no folder of a counter-example\n"
    "* 12 the log differs, and so does a version\n* 13 the log differs, and every version is as it was\n\n"
    "**Example**\n\n* `mirrordrill replay found/counter-example/hostile-17-0123456789ab`"
)
FAULTS_HELP = (
    "Print the catalogue of faults, with how often each was run in the last campaign.\n\n"
    "**Exit codes**\n\n* 0 printed\n\n**Example**\n\n* `mirrordrill faults`"
)
Results = Annotated[
    Path,
    typer.Option("--results", metavar="FILE", dir_okay=False, help="Where nights are kept.", rich_help_panel=KEPT),
]
Steer = Annotated[
    bool, typer.Option("--steer", help="Vary the nights further that brought something new.", rich_help_panel=WHAT)
]


Branching = Annotated[
    bool,
    typer.Option(
        "--branch",
        help="Like --steer, and fork a night where it reaches something, to go on with other draws.",
        rich_help_panel=WHAT,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", file_okay=False, help="Write the smallest night of each failure here.", rich_help_panel=KEPT
    ),
]
RequireReach = Annotated[
    bool, typer.Option("--require-reach", help="Exit 12 where a mark was never reached.", rich_help_panel=HOW)
]
Scheduler = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Run nights on the workers of this Dask scheduler: tcp://HOST:PORT.",
        rich_help_panel=HOW,
    ),
]


def seconds(text: str) -> float:
    """`90s`, `10m`, `2h`. Raises BadParameter."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smh])", text)
    if found is None:
        raise typer.BadParameter(f"{text!r} is no time; write it as 90s, 10m or 2h")
    bound, asked_s = OPTIONS["--for"], float(found[1]) * {"s": 1.0, "m": 60.0, "h": 3600.0}[found[2]]
    if not bound.holds(asked_s):
        raise typer.BadParameter(f"{text!r} is too long: {bound.words()}")
    return asked_s


def explore(
    drills: Annotated[
        list[str] | None, typer.Argument(metavar="[DRILLS]...", help="Vary these, with faults around their steps.")
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site", metavar="SITE", help="An example site, or main.cf files: one per cluster.", rich_help_panel=WHAT
        ),
    ] = None,
    capture: Captures = None,
    site_toml: SiteToml = None,
    profile: Annotated[
        str, typer.Option(help=f"What is drawn: {', '.join(NIGHT_PROFILES)}.", rich_help_panel=WHAT)
    ] = "mixed",
    runs: Annotated[int | None, typer.Option(**option("--runs"), help="So many nights.", rich_help_panel=WHAT)] = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="As long as this: 90s, 10m, 2h.", rich_help_panel=WHAT)
    ] = None,
    seed: Seed = 0,
    night: Annotated[
        int | None,
        typer.Option(**option("--night"), metavar="SEED", help="Print the scenario of this night, and run nothing."),
    ] = None,
    jobs: Annotated[str, typer.Option(metavar="N", help="How many processes, or auto.", rich_help_panel=HOW)] = "1",
    release: Annotated[
        str, typer.Option(help=f"The VCS release to play: {', '.join(PROFILES)}.", rich_help_panel=HOW)
    ] = "vcs41",
    *,
    steer: Steer = False,
    branch: Branching = False,
    scheduler: Scheduler = "",
    require_reach: RequireReach = False,
    results: Results = RESULTS_FILE,
    out: Out = None,
) -> None:
    """Explore a site."""
    from mirrordrill.drills.explore import start

    options, example = start.options_for(site or ["rdc"], capture or [], site_toml, release)
    for_s = None if for_ is None else seconds(for_)
    order = start.order_for(
        example, profile, options, seed, runs, for_s, jobs, drills or (), is_steered=steer or branch
    )
    order = replace(order, scheduler=scheduler, is_branching=branch)
    if night is not None:
        typer.echo(start.night_text(order, night, results), nl=False)
        raise typer.Exit
    raise typer.Exit(int(start.run(order, results, out, requires_reach=require_reach)))


def results(
    questions: Annotated[list[str] | None, typer.Argument(metavar="[QUESTIONS]...", help="What is asked.")] = None,
    results: Results = RESULTS_FILE,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="DIR", file_okay=False, help="Write every table as CSV.", rich_help_panel=KEPT),
    ] = None,
) -> None:
    """Answer questions."""
    from mirrordrill.drills.explore import start

    raise typer.Exit(int(start.answer(questions or list(QUESTIONS[:5]), results, csv)))


def replay(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of a counter-example.")],
) -> None:
    """Replay a counter-example."""
    from mirrordrill.drills.explore import start

    raise typer.Exit(int(start.replay_folder(folder)))


def faults(results: Results = RESULTS_FILE) -> None:
    """Print the catalogue of faults."""
    from mirrordrill.drills.explore import start

    start.show_faults(results)
