"""The options of `mirrordrill run`, and those that other commands share with it: names, meaning, how they are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mirrordrill.drills.cli.choices import PROFILES, Amount
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.catalogues.bounds import option

WHAT = "What is run"
HOW = "How it is run"
TOLD = "What is printed"
KEPT = "What is written"
"""The panels of `--help`."""


def file_option(name: str, text: str) -> typer.models.OptionInfo:
    """An option that names a file to write."""
    option: typer.models.OptionInfo = typer.Option(name, metavar="FILE", help=text, rich_help_panel=KEPT)
    return option


Drills = Annotated[
    list[str] | None, typer.Argument(metavar="[DRILLS]...", help="Names, .feature files or directories.")
]
Sites = Annotated[
    list[Path] | None,
    typer.Option(
        "--site",
        metavar="MAIN.CF",
        help="Your site instead of the feature's: one main.cf per cluster.",
        rich_help_panel=WHAT,
    ),
]
Captures = Annotated[
    list[Path] | None,
    typer.Option(
        "--capture",
        metavar="FILE",
        help="What lspprc, lspprcpath, lssi or lsfbvol printed. Repeatable.",
        rich_help_panel=WHAT,
    ),
]
FromDegraded = Annotated[
    bool,
    typer.Option(
        "--from-degraded",
        help="Run from captures that show pairs out of sync or a missing path. Without it nothing is run there.",
        rich_help_panel=WHAT,
    ),
]
SiteToml = Annotated[
    Path | None,
    typer.Option(
        "--site-toml",
        metavar="FILE",
        help="Distances, rates, objectives; else site.toml beside main.cf.",
        rich_help_panel=WHAT,
    ),
]
Keyword = Annotated[
    str,
    typer.Option(
        "-k",
        metavar="WORDS",
        help="Only drills whose name has these words: `disaster and not links`.",
        rich_help_panel=WHAT,
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        metavar="TAG",
        help="Only drills with this tag, or `not TAG`. Repeatable: all must hold.",
        rich_help_panel=WHAT,
    ),
]
Agent = Annotated[
    AgentMode,
    typer.Option(
        "--agent",
        help="Run the agent inside the simulator (fast), or its scripts as real processes.",
        rich_help_panel=HOW,
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", **option("--seed"), help="Random seed: the same seed gives the same log.", rich_help_panel=HOW
    ),
]
Profile = Annotated[
    str, typer.Option("--profile", help=f"The VCS release to play: {', '.join(PROFILES)}.", rich_help_panel=HOW)
]
KeepGoing = Annotated[
    bool,
    typer.Option(
        "--keep-going/--stop-at-first",
        help="Run the next drill after one that does not hold, or stop there.",
        rich_help_panel=HOW,
    ),
]
PaceFactor = Annotated[
    float | None,
    typer.Option(
        "--pace",
        metavar="X",
        **option("--pace"),
        help="Let X simulated seconds pass in each real one, for people who watch; else as fast as can be.",
        rich_help_panel=HOW,
    ),
]
Twice = Annotated[
    bool,
    typer.Option(
        "--twice", help="Run everything twice and compare the logs: exit 13 if they differ.", rich_help_panel=HOW
    ),
]
Show = Annotated[
    Amount | None,
    typer.Option(
        "--show",
        help="A line for each drill; verdicts of every step; the story; every event. "
        "Else the story of a single drill, the verdicts of several.",
        rich_help_panel=TOLD,
    ),
]
Events = Annotated[Path | None, file_option("--events", "Write the event log: one JSON object a line, canonical.")]
Trace = Annotated[Path | None, file_option("--trace", "Write a trace for ui.perfetto.dev or chrome://tracing.")]
Logs = Annotated[
    Path | None,
    typer.Option(
        "--logs",
        metavar="DIR",
        file_okay=False,
        help="Write what VCS logs on each system: engine_A.log etc.",
        rich_help_panel=KEPT,
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="DIR",
        file_okay=False,
        help="Write the report: report.html, report.txt, report.json, logs.",
        rich_help_panel=KEPT,
    ),
]
Notes = Annotated[
    str,
    typer.Option(
        "--notes",
        metavar="TEXT|FILE",
        help="With --report: what its heading shall note beside who ran it and when.",
        rich_help_panel=KEPT,
    ),
]
Shrink = Annotated[
    bool,
    typer.Option(
        "--shrink/--no-shrink",
        help="With --report: look for the few steps that matter of each drill that failed.",
        rich_help_panel=KEPT,
    ),
]
Junit = Annotated[Path | None, file_option("--junit", "Write JUnit XML, with seed and hash of each drill.")]
Cucumber = Annotated[Path | None, file_option("--cucumber", "Write cucumber's JSON.")]
