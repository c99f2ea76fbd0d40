"""The `mirrordrill` command: its commands, their options and their help.

Rule: nothing is imported here that a command does not need for its `--help`; what a command does is imported when it is
carried out.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from mirrordrill.drills.cli.choices import PROFILES, SITUATIONS, Narration
from mirrordrill.drills.cli.ending import leave, run_command, shown, verdict_is_known
from mirrordrill.drills.cli.options import (
    Agent,
    Captures,
    Cucumber,
    Drills,
    Events,
    FromDegraded,
    Junit,
    KeepGoing,
    Keyword,
    Logs,
    Notes,
    PaceFactor,
    Profile,
    Report,
    Seed,
    Show,
    Shrink,
    Sites,
    SiteToml,
    Tags,
    Trace,
    Twice,
)
from mirrordrill.drills.cli.shrink import HELP as SHRINK_HELP
from mirrordrill.drills.cli.shrink import shrink as shrink_command
from mirrordrill.drills.cli.start import leave_generator_unloaded
from mirrordrill.drills.explore import commands as exploration
from mirrordrill.drills.rehearse.command import HELP as REHEARSE_HELP
from mirrordrill.drills.rehearse.command import rehearse as rehearse_command
from mirrordrill.drills.report.runs.command import HELP as REPORT_HELP
from mirrordrill.drills.report.runs.command import report as report_command
from mirrordrill.drills.run.exit_codes import MEANING, ExitCode
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.catalogues.bounds import option

EXIT_CODES = "\n".join(f"* {code.value:>3} {MEANING[code]}" for code in ExitCode)

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Run the VCS agent for IBM Metro Mirror, unchanged, through drills on a simulated site.\n\n"
    "`mirrordrill check main.cf` shows what was understood of your cluster configuration; `mirrordrill run` runs "
    "drills on it: the manual's tests, with proof of what was lost.",
)


def show_version(wanted: bool) -> None:  # noqa: FBT001 - the command line calls it with the option's value
    """Print the version and end."""
    if wanted:
        from importlib.metadata import version

        typer.echo(f"mirrordrill {version('mirrordrill')}")
        raise typer.Exit


@app.callback()
def mirrordrill(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Options of the command as a whole."""
    leave_generator_unloaded()


@app.command(
    help="Run drills and print the timeline and the verdict of every step.\n\n"
    "A drill is a scenario of a Gherkin feature. DRILLS are names of shipped features (`migration`), `.feature` files "
    "or directories; without any, the whole standard set is run. On a site of your own, the names in shipped features "
    "are replaced by those of the site; drills that do not fit the site are left out, and named. After a drill that "
    "does not hold, the next one is run.\n\n"
    f"**Exit codes**\n\n{EXIT_CODES}\n\n"
    "Of several drills, the gravest counts: 130, 14, 13, 10, 2, 11, 12, 0.\n\n"
    "**Examples**\n\n"
    "* `mirrordrill run migration`\n"
    "* `mirrordrill run --site /etc/VRTSvcs/conf/config/main.cf --agent process`\n"
    "* `mirrordrill run --tag hazard -k partition --show summary`\n"
    "* `mirrordrill run migration --seed 7 --events run.jsonl --trace run.json`\n"
    "* `mirrordrill run disaster --report out` and open out/report.html\n"
    "* `mirrordrill run disaster --pace 60` for people who watch"
)
def run(
    drills: Drills = None,
    site: Sites = None,
    capture: Captures = None,
    site_toml: SiteToml = None,
    agent: Agent = AgentMode.IN_PROCESS,
    *,
    from_degraded: FromDegraded = False,
    seed: Seed = 0,
    profile: Profile = "vcs41",
    keyword: Keyword = "",
    tag: Tags = None,
    keep_going: KeepGoing = True,
    pace: PaceFactor = None,
    show: Show = None,
    events: Events = None,
    trace: Trace = None,
    logs: Logs = None,
    report: Report = None,
    notes: Notes = "",
    shrink: Shrink = True,
    junit: Junit = None,
    cucumber: Cucumber = None,
    twice: Twice = False,
) -> None:
    """Run drills."""
    # Classes are made by the thousand here, and none of them is garbage: a sixth of the time to import them.
    gc.disable()
    from mirrordrill.drills.cli.run import notes_of, run_drills
    from mirrordrill.drills.output.artifact_writer import ArtifactWriter
    from mirrordrill.drills.run.drill import Options
    from mirrordrill.drills.run.runner import RunRequest

    gc.freeze()
    gc.enable()
    noted = notes_of(notes, report)
    files = tuple(site or ()), tuple(capture or ())
    options = Options(agent, seed, *files, site_toml, profile, report=report, notes=noted, pace=pace)
    order = RunRequest(tuple(drills or ()), keyword, tuple(tag or ()), not keep_going, junit, cucumber)
    writer = ArtifactWriter(events, logs, trace)
    raise typer.Exit(
        int(run_drills(order, options, writer, show, twice=twice, shrink=shrink, from_degraded=from_degraded))
    )


app.command("shrink", help=SHRINK_HELP)(shrink_command)
app.command("explore", help=exploration.EXPLORE_HELP)(exploration.explore)
app.command("results", help=exploration.RESULTS_HELP)(exploration.results)
app.command("replay", help=exploration.REPLAY_HELP)(exploration.replay)
app.command("faults", help=exploration.FAULTS_HELP)(exploration.faults)
app.command("rehearse", help=REHEARSE_HELP)(rehearse_command)


app.command("report", help=REPORT_HELP)(report_command)


@app.command(
    help="Show what is understood of a cluster configuration, and every problem with its place; or check drills "
    "without running them.\n\n"
    "FILES are main.cf files, one per cluster of the site; what they include is read from beside them. Or they are "
    "drills, `.feature` files or directories: every step that does not exist, and every name that the site does not "
    "have, is told with its line, and nothing is run. A main.cf named beside drills is their site.\n\n"
    "**Exit codes**\n\n* 0 no errors (there may be warnings)\n* 1 errors\n* 2 wrong usage, such as a missing file\n\n"
    "**Examples**\n\n* `mirrordrill check /etc/VRTSvcs/conf/config/main.cf --capture lspprc.txt`\n"
    "* `mirrordrill check our-drills/drills`\n* `mirrordrill check main.cf migration.feature`"
)
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="main.cf files, or drills.")],
    capture: Captures = None,
    site_toml: SiteToml = None,
) -> None:
    """Check configurations."""
    from mirrordrill.drills.cli.preconditions import require_files
    from mirrordrill.drills.output.text import console_for_people

    require_files("--site-toml", [site_toml] if site_toml else [])
    if any(path.is_dir() or path.suffix == ".feature" for path in files):
        from mirrordrill.drills.dry_run.command import check_both as check_files
    else:
        from mirrordrill.drills.cli.check import check as check_files
    raise typer.Exit(check_files(files, console_for_people(), capture or [], site_toml))


@app.command(
    help="Bring a site up and serve it: any script on this machine that has its programs in the PATH works with it.\n\n"
    "SITE is the name of an example site (`rdc`), or main.cf files, one per cluster. The programs are `dscli`, the VCS "
    "commands of every host, and a `sleep` in simulated time; what is printed says where they are. It runs until "
    "Ctrl-C or SIGTERM.\n\n"
    "**Pace**\n\n* `fast`: simulated time passes only while a client waits for an answer or in `sleep`, at once\n"
    "* `real`: a simulated second in every real one\n* a number: so many simulated seconds in every real one\n\n"
    "**Examples**\n\n* `mirrordrill serve rdc`\n"
    "* `mirrordrill serve /etc/VRTSvcs/conf/config/main.cf --pace 60 --dir /tmp/site --events night.jsonl`"
)
def serve(
    site: Annotated[list[str] | None, typer.Argument(metavar="SITE", help="A name, or main.cf files.")] = None,
    capture: Captures = None,
    site_toml: SiteToml = None,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--dir",
            metavar="DIR",
            help="Directory for the client programs. It is kept after exit; the programs then fail.",
        ),
    ] = None,
    pace: Annotated[str, typer.Option(metavar="fast|real|FACTOR", help="How simulated time passes.")] = "fast",
    agent: Annotated[AgentMode, typer.Option(help="Run the agent inside the simulator, or as real processes.")] = (
        AgentMode.IN_PROCESS
    ),
    seed: Annotated[int, typer.Option(**option("--seed"), help="Random seed.")] = 0,
    profile: Annotated[str, typer.Option(help=f"The VCS release to play: {', '.join(PROFILES)}.")] = "vcs41",
    events: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the event log as it grows: one JSON object a line.")
    ] = None,
    timeline: Annotated[
        Narration, typer.Option(help="What is printed as it happens: nothing, the story, or every event.")
    ] = Narration.STORY,
) -> None:
    """Serve a site."""
    from mirrordrill.drills.cli.serve import serve_words

    code = serve_words(
        site or ["rdc"], capture or [], site_toml, pace, directory, seed, agent, profile, events, timeline
    )
    raise typer.Exit(int(code))


@app.command(
    help="Inject a fault at every port call of the agent, one run each, and judge the result.\n\n"
    f"SITUATIONS are {', '.join(f'`{name}`' for name in SITUATIONS)}; without any, all of them.\n\n"
    "A point is written number:side:kind. At `17:after:killed` the entry point is killed when its port call 17 has "
    "taken effect; other kinds are hung, failed, no-answer, hmc-lost and cut. As real processes, entry points are "
    "killed with SIGKILL, and that is all.\n\n"
    f"**Exit codes**\n\n{EXIT_CODES}\n\n"
    "**Examples**\n\n"
    "* `mirrordrill sweep switch`\n"
    "* `mirrordrill sweep switch --agent process --every 5`\n"
    "* `mirrordrill sweep switch --point 17:after:killed`"
)
def sweep(
    situations: Annotated[list[str] | None, typer.Argument(metavar="[SITUATIONS]...", help="What is run.")] = None,
    agent: Annotated[AgentMode, typer.Option(help="In process, or real scripts that are killed with SIGKILL.")] = (
        AgentMode.IN_PROCESS
    ),
    seed: Annotated[int, typer.Option(**option("--seed"), help="The same seed gives the same points.")] = 0,
    point: Annotated[
        str | None, typer.Option(metavar="POINT", help="Run only this one, and print its timeline.")
    ] = None,
    every: Annotated[int, typer.Option(**option("--every"), help="Run only every Nth point.")] = 1,
    jobs: Annotated[int, typer.Option(**option("--jobs"), help="How many runs at a time.")] = 1,
) -> None:
    """Sweep the crash points."""
    from mirrordrill.drills.output.text import console_for_people
    from mirrordrill.drills.run.expectations import UsageError
    from mirrordrill.drills.sweep import command as sweep_command

    order = sweep_command.SweepRequest(tuple(situations or ()), agent, seed, point, every, jobs)
    try:
        code = sweep_command.run(order, console_for_people())
    except UsageError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="SITUATIONS or --point") from None
    raise typer.Exit(int(code))


@app.command(
    "steps",
    help="Print the catalogue of steps: what a drill can say, with meaning and example.\n\n"
    "WORDS choose the steps that have all of them.\n\n"
    "**Exit codes**\n\n* 0 printed\n* 2 no step has all of the words; the nearest ones are told\n\n"
    "**Examples**\n\n* `mirrordrill steps`\n* `mirrordrill steps links lost`",
)
def steps(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help="Words to look for.")] = None,
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="The whole catalogue as a page.")] = False,
) -> None:
    """Print the catalogue of steps."""
    from mirrordrill.drills.cli import step_catalogue as catalogue
    from mirrordrill.drills.output.text import console_for_people

    if markdown:
        typer.echo(catalogue.as_markdown(), nl=False)
        raise typer.Exit
    raise typer.Exit(int(catalogue.show(console_for_people(), words or [])))


@app.command(
    "list",
    help="Show the drills there are: what they test, on which kind of site, with their tags.\n\n"
    "DRILLS are names of shipped ones, `.feature` files or directories; without any, all shipped ones are shown.\n\n"
    "**Exit codes**\n\n* 0 shown\n* 2 a name or tag that there is not, or a feature that cannot be read\n\n"
    "**Examples**\n\n* `mirrordrill list`\n* `mirrordrill list --tag hazard --tag 'not gco'`",
)
def list_drills(
    drills: Drills = None,
    tag: Tags = None,
    *,
    brief: Annotated[bool, typer.Option("--brief", help="Features only, without their scenarios.")] = False,
) -> None:
    """Show the drills there are."""
    from mirrordrill.drills.cli import listing
    from mirrordrill.drills.output.text import console_for_people
    from mirrordrill.drills.run import runner
    from mirrordrill.drills.run.expectations import UsageError

    try:
        features = [listing.listed(path) for path in runner.feature_files(runner.find_features(drills or []))]
    except UsageError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="DRILLS") from None
    kept = list(listing.chosen(features, tag or []))
    if not kept:
        known = ", ".join(sorted({name for each in features for name in listing.every_tag(each)}))
        raise typer.BadParameter(f"no drill has all of these; there are: {known}", param_hint="--tag")
    verdict_is_known()
    listing.show(console_for_people(), kept, with_scenarios=not brief)


@app.command(
    help="Write a directory to start from with your own site.\n\n"
    "It gets a copy of the main.cf files and captures, a site.toml in which every assumption stands as a comment, the "
    "standard drills with your hosts and groups in them, a script that runs them, and a CI example.\n\n"
    "**Exit codes**\n\n* 0 written\n* 2 wrong usage, a wrong main.cf, or files that are already there\n\n"
    "**Example**\n\n* `mirrordrill init our-drills --site /etc/VRTSvcs/conf/config/main.cf`"
)
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The directory; it is made if need be.")],
    site: Annotated[list[Path], typer.Option(metavar="MAIN.CF", help="Your site: one main.cf per cluster.")],
    capture: Captures = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are already there.")] = False,
) -> None:
    """Write a starter directory."""
    from mirrordrill.drills.cli import init as init_command
    from mirrordrill.drills.cli.preconditions import require_files
    from mirrordrill.drills.output.text import console_for_people

    require_files("--site", site)
    require_files("--capture", capture or [])
    raise typer.Exit(int(init_command.init(directory, site, capture or [], console_for_people(), force=force)))


def tell_usage(error: Exception) -> None:
    """Print an error of the command line as typer does."""
    from typer.rich_utils import rich_format_error

    rich_format_error(shown(error))  # type: ignore[arg-type]  # typer keeps the class of its errors to itself


def main() -> None:
    """Entry point of the installed command."""
    leave(run_command(lambda: app(standalone_mode=False), tell_usage))
