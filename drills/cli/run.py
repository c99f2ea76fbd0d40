"""What `mirrordrill run` does with its options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from mirrordrill.drills.cli.choices import Amount
from mirrordrill.drills.cli.console import Reporter
from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.cli.listing import listed
from mirrordrill.drills.cli.preconditions import require_directory, require_files, require_place
from mirrordrill.drills.output.artifact_writer import ArtifactWriter
from mirrordrill.drills.output.text import console_for_errors, console_for_people, counted, say, show_problems
from mirrordrill.drills.output.whole_files import unwritten
from mirrordrill.drills.run import runner
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.pacing import Stopwatch
from mirrordrill.simulator.config.loader import Unreadable, read_bytes
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.site.site import Site, load_site
from mirrordrill.simulator.vcs.spec import PROFILES


def run_drills(
    order: runner.RunRequest,
    options: Options,
    writer: ArtifactWriter,
    amount: Amount | None,
    *,
    twice: bool,
    shrink: bool,
    from_degraded: bool,
) -> ExitCode:
    """Check what has to be there, run what was ordered, and print how it went."""
    require_runnable(options)
    for option, place in (
        ("--events", writer.events),
        ("--trace", writer.trace),
        ("--junit", order.junit),
        ("--cucumber", order.cucumber),
    ):
        require_place(option, place)
    for option, directory in (("--report", options.report), ("--logs", writer.logs)):
        require_directory(option, directory)
    site_on_disk = require_sound(options, console_for_errors())
    must_be_healthy = None if from_degraded else site_on_disk
    reporter = Reporter(console_for_people(), writer, amount, options.report)
    watch = Stopwatch()
    try:
        with runner.prepared(order, options) as chosen:
            reporter.tell_remarks(chosen.remarks)
            require_healthy_start(must_be_healthy, chosen.files, console_for_errors())
            result = runner.run_drills(chosen.files, order, options, reporter, twice=twice)
            reporter.close()
            if shrink and options.report is not None and not result.is_interrupted:
                result = shrunk(result, options)
            verdict_is_known()
    except UsageError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="DRILLS") from None
    finally:
        reporter.close()
    reporter.tell_end(result.exit_code, watch.total_s(), result.complaint, result.skipped)
    return result.exit_code


def notes_of(notes: str, report: Path | None) -> str:
    """The notes themselves, or those in a file of that name. Raises BadParameter for what nothing can be done with."""
    from mirrordrill.drills.report.runs.provenance import NOTES_MAX

    if not notes:
        return ""
    if report is None:
        raise typer.BadParameter("notes stand in a report: name its directory with --report", param_hint="--notes")
    try:
        text = read_bytes(Path(notes)).decode("utf-8", errors="replace") if is_a_file(notes) else notes
    except Unreadable as wrong:
        raise typer.BadParameter(wrong.message, param_hint="--notes") from None
    if len(text) > NOTES_MAX:
        raise typer.BadParameter(f"{len(text):,} characters; at most {NOTES_MAX:,}", param_hint="--notes")
    return text.replace("\0", "")


def is_a_file(notes: str) -> bool:
    """Whether notes are the name of a file. A text may be longer than any name."""
    try:
        return Path(notes).is_file()
    except (OSError, ValueError):
        return False


def shrunk(result: runner.RunResult, options: Options) -> runner.RunResult:
    """The same with counter-examples in its report. The verdict is known: a signal ends the search, and no more."""
    from mirrordrill.drills.shrink.automatic import add_counter_examples
    from mirrordrill.drills.shrink.output import ShrinkOutput

    output = ShrinkOutput(console_for_people())
    try:
        add_counter_examples(result.drills, result.exit_code, options, output)
    except KeyboardInterrupt:
        output.ends()
        output.say(Text("  the search was interrupted; the report has what the drills came to", "yellow"))
    except OSError as failure:
        complaint = "\n".join(filter(None, (result.complaint, unwritten(failure))))
        return replace(result, exit_code=ExitCode.HARNESS, complaint=complaint)
    return result


def require_runnable(options: Options) -> None:
    """Raise BadParameter for an unknown release, and for files that are not there."""
    if options.profile not in PROFILES:
        raise typer.BadParameter(f"{options.profile!r} is none of {', '.join(PROFILES)}", param_hint="--profile")
    settings = [options.settings_file] if options.settings_file else []
    for option, paths in (("--site", options.site_files), ("--capture", options.captures), ("--site-toml", settings)):
        require_files(option, paths)


def require_sound(options: Options, console: Console) -> Site | None:
    """The user's own site, None for an example. Shows what is wrong with it, and ends with exit code 2."""
    try:
        if options.site_files:
            return load_site(options.site_files, "", options.captures, options.settings_file)
    except ConfigError as failure:
        show_problems(console, failure.problems)
        raise typer.Exit(int(ExitCode.USAGE)) from None
    return None


def require_healthy_start(site: Site | None, features: Sequence[Path], console: Console) -> None:
    """End with exit code 2 where the captures show a mirror from which no drill can start: one cause is told once."""
    if site is None or not site.start.findings:
        return
    drills = sum(each.runs for path in features for each in listed(path).scenarios)
    show_problems(console, [finding.problem for finding in site.start.findings])
    causes = "; ".join(finding.cause for finding in site.start.findings)
    say(console, f"{counted(drills, 'drill')} cannot start because {causes}")
    raise typer.Exit(int(ExitCode.USAGE))
