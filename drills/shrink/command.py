"""What `mirrordrill shrink` does: run the drills, then find of each that fails the few steps that matter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from mirrordrill.drills.cli.choices import Amount
from mirrordrill.drills.cli.console import Reporter
from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.cli.preconditions import require_directory
from mirrordrill.drills.cli.run import require_runnable, require_sound
from mirrordrill.drills.oracles import CATALOGUE
from mirrordrill.drills.output.artifact_writer import ArtifactWriter
from mirrordrill.drills.output.text import console_for_errors, console_for_people, counted
from mirrordrill.drills.report.files import PAGE
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.runner import RunRequest, RunResult, prepared, run_once
from mirrordrill.drills.shrink.automatic import Found, shrink_all, write_with
from mirrordrill.drills.shrink.output import ShrinkOutput
from mirrordrill.drills.shrink.search import Wanted, unshrinkable

NOTHING_TO_SHRINK = 1
"""The exit code where no drill failed: neither a counter-example nor wrong usage."""
NOT_RUN = {ExitCode.USAGE, ExitCode.HARNESS, ExitCode.INTERRUPTED}
"""Exit codes of a run that say that nothing can be shrunk, and why."""


def shrink_drills(order: RunRequest, options: Options, runs: int, rule: str, out: Path | None) -> int:
    """Check what has to be there, and shrink what was ordered; gives the exit code."""
    require_runnable(options)
    rules = [oracle.name for oracle in CATALOGUE]
    if rule and rule not in rules:
        raise typer.BadParameter(f"{rule!r} is none of {', '.join(rules)}", param_hint="--rule")
    for option, directory in (("--report", options.report), ("--out", out)):
        require_directory(option, directory)
    console = console_for_people()
    require_sound(options, console_for_errors())
    try:
        return run(order, options, Wanted(runs, with_declared=True, rule=rule), out, console)
    except UsageError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="DRILLS") from None


def run(order: RunRequest, options: Options, wanted: Wanted, out: Path | None, console: Console) -> int:
    """Run, shrink, and write what was found below `out` and into the report; gives the exit code. Raises UsageError."""
    reporter, output = Reporter(console, ArtifactWriter(), Amount.SUMMARY), ShrinkOutput(console)
    with prepared(order, options) as chosen:
        try:
            reporter.tell_remarks(chosen.remarks)
            ran = run_once(chosen.files, order, options, reporter)
        finally:
            reporter.close()
        if ran.is_interrupted:
            raise KeyboardInterrupt
        if not ran.drills:
            output.say(Text(ran.complaint.rstrip("\n") or "nothing was run"))
            return int(ran.exit_code)
        directories = [each for each in (out, options.report) if each is not None]
        found = shrink_all(ran.drills, options, output, wanted, wanted.runs * len(ran.drills), directories)
        if options.report is not None:
            write_with(ran.drills, found, ran.exit_code, options.report)
            output.say(Text(f"report   {options.report / PAGE}"))
        verdict_is_known()
    return told_end(ran, found, wanted, output)


def told_end(ran: RunResult, found: Sequence[Found | None], wanted: Wanted, output: ShrinkOutput) -> int:
    """Say what came of it; gives the exit code."""
    shrunk = sum(each is not None and each.shrunk is not None for each in found)
    if shrunk:
        output.say(Text(f"\n{shrunk} of {counted(len(found), 'drill')} shrunk"))
        return int(ExitCode.HELD)
    for drill, its in zip(ran.drills, found, strict=True):
        if its is None:
            output.say(
                Text(f"nothing to shrink in {drill.feature}: {drill.scenario}: {unshrinkable(drill, wanted.rule)}")
            )
    return int(ran.exit_code) if ran.exit_code in NOT_RUN else NOTHING_TO_SHRINK
