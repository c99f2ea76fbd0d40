"""The command `mirrordrill shrink`: its options, and what they come to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mirrordrill.drills.cli.choices import SHRINK_RUNS
from mirrordrill.drills.cli.options import (
    HOW,
    KEPT,
    WHAT,
    Agent,
    Captures,
    Drills,
    Keyword,
    Profile,
    Report,
    Seed,
    Sites,
    SiteToml,
    Tags,
)
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.catalogues.bounds import option

HELP = (
    "Find the few steps that matter: of each drill that fails, the smallest part that still fails in the same way.\n\n"
    "DRILLS are named as for `mirrordrill run`. A drill fails where a rule is broken, as it declares or not, a step "
    "did not come about, or an objective was missed. Steps are dropped, and what is left is made milder, as long as "
    "the same rule is broken for the same reason, figures aside. The search runs in process; what is left is then run "
    "as `--agent` says.\n\n"
    "**Exit codes**\n\n* 0 something was shrunk\n* 1 nothing to shrink: no drill failed, or not in the same way again\n"
    "* 2 wrong usage, site, drill or name\n* 14 the harness is at fault\n* 130 interrupted\n\n"
    "**Examples**\n\n"
    "* `mirrordrill shrink stale_target -k hour`\n"
    "* `mirrordrill shrink our-drills --site main.cf --out found`\n"
    "* `mirrordrill shrink partition --rule S2 --runs 50`"
)


def shrink(
    drills: Drills = None,
    site: Sites = None,
    capture: Captures = None,
    site_toml: SiteToml = None,
    keyword: Keyword = "",
    tag: Tags = None,
    rule: Annotated[
        str,
        typer.Option(
            metavar="RULE", help="How this rule is broken; else the one that breaks first.", rich_help_panel=WHAT
        ),
    ] = "",
    agent: Agent = AgentMode.IN_PROCESS,
    seed: Seed = 0,
    profile: Profile = "vcs41",
    runs: Annotated[
        int,
        typer.Option(
            *("--runs", "--flights"),
            **option("--runs"),
            help="Spend at most so many runs on each drill.",
            rich_help_panel=HOW,
        ),
    ] = SHRINK_RUNS,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            file_okay=False,
            help="Write each counter-example into a directory of its own below DIR/counter-example.",
            rich_help_panel=KEPT,
        ),
    ] = None,
    report: Report = None,
) -> None:
    """Shrink drills."""
    from mirrordrill.drills.run.drill import Options
    from mirrordrill.drills.run.runner import RunRequest
    from mirrordrill.drills.shrink.command import shrink_drills

    options = Options(agent, seed, tuple(site or ()), tuple(capture or ()), site_toml, profile, report)
    order = RunRequest(tuple(drills or ()), keyword, tuple(tag or ()))
    raise typer.Exit(shrink_drills(order, options, runs, rule, out))
