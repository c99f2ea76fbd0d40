"""The command `mirrordrill rehearse` and its options. Nothing is imported that its `--help` does not need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mirrordrill.drills.cli.choices import PROFILES
from mirrordrill.drills.cli.options import Agent, Captures, Profile, Seed, SiteToml
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.catalogues.bounds import option

WHERE, CONSOLE = "Where", "Console"
HELP = (
    "Rehearse a disaster with people: a site as `serve` has it, a shell for instructors; everything is recorded.\n\n"
    "SITE is the name of an example site (`rdc`), or main.cf files, one per cluster. Operators use the programs of "
    "DIR/hosts/HOST as on the real hosts. The instructor attaches with `--attach DIR` and types any step of a feature "
    "(`hosta loses power`, `10 minutes pass`); `help` there lists commands to stop the clock, step back and branch.\n\n"
    "What happens is recorded in DIR/recording as features that run again, to the same event log, with "
    "`mirrordrill run`.\n\n"
    "**Exit codes**\n\n* 0 the rehearsal ended, and its replay came to the same log\n* 2 wrong usage\n"
    "* 13 the replay came to another log\n* 14 harness fault, such as a full disk\n\n"
    "**Examples**\n\n* `mirrordrill rehearse rdc --dir night`\n* `mirrordrill rehearse --attach night`\n"
    "* `mirrordrill rehearse --resume night`\n* `mirrordrill rehearse gco --pace 10 --plan runbook.feature`"
)


BeginWith = Annotated[
    str, typer.Option("--from", metavar="DRILL", help="Begin where the first scenario of this drill ends.")
]
Runbook = Annotated[
    Path | None,
    typer.Option(
        "--plan", metavar="RUNBOOK", help="The steps that ought to be done: a file, or a ready-made one by name."
    ),
]
Folder = Annotated[
    Path | None,
    typer.Option("--dir", metavar="DIR", help="New directory for all files; else rehearsal.", rich_help_panel=WHERE),
]
Attach = Annotated[
    Path | None,
    typer.Option("--attach", metavar="DIR", help="A shell at the rehearsal that runs there.", rich_help_panel=WHERE),
]
Resume = Annotated[
    Path | None,
    typer.Option("--resume", metavar="DIR", help="Continue a rehearsal that ended.", rich_help_panel=WHERE),
]
Console = Annotated[
    bool, typer.Option("--console/--no-console", help="Serve the web console, or not.", rich_help_panel=CONSOLE)
]
Port = Annotated[int, typer.Option(**option("--port"), help="Its port; 0 for a free one.", rich_help_panel=CONSOLE)]
Bind = Annotated[
    str, typer.Option(help="Where it listens; elsewhere than on loopback with TLS only.", rich_help_panel=CONSOLE)
]
Pem = Annotated[Path | None, typer.Option(metavar="PEM", help="For TLS.", rich_help_panel=CONSOLE)]


def rehearse(
    site: Annotated[list[str] | None, typer.Argument(metavar="SITE", help="A name, or main.cf files.")] = None,
    capture: Captures = None,
    site_toml: SiteToml = None,
    begin_with: BeginWith = "",
    plan: Runbook = None,
    pace: Annotated[str, typer.Option(metavar="fast|real|FACTOR", help="How simulated time passes.")] = "real",
    agent: Agent = AgentMode.IN_PROCESS,
    seed: Seed = 0,
    profile: Profile = "vcs41",
    directory: Folder = None,
    attach: Attach = None,
    resume: Resume = None,
    *,
    console: Console = True,
    port: Port = 0,
    bind: Bind = "127.0.0.1",
    tls_cert: Pem = None,
    tls_key: Pem = None,
) -> None:
    """Rehearse a disaster."""
    if attach is not None:
        from mirrordrill.drills.rehearse.shell.terminal import attach_words

        raise typer.Exit(int(attach_words(attach)))
    from mirrordrill.drills.rehearse.opening import RehearseOptions, rehearse_words

    if profile not in PROFILES:
        raise typer.BadParameter(f"{profile!r} is none of {', '.join(PROFILES)}", param_hint="--profile")
    if (tls_cert is None) != (tls_key is None):
        raise typer.BadParameter("--tls-cert and --tls-key go together", param_hint="--tls-cert")
    options = RehearseOptions(
        words=tuple(site or ["rdc"]), captures=tuple(capture or ()), settings=site_toml, directory=directory,
        resume=resume, begin_with=begin_with, plan=plan, pace=pace, seed=seed, agent_mode=agent,
        profile=profile, port=port, bind=bind, tls=(tls_cert, tls_key) if tls_cert and tls_key else None,
        has_console=console,
    )  # fmt: skip
    raise typer.Exit(int(rehearse_words(options)))
