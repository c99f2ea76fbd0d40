"""What `mirrordrill report` does with its options: render a report again, compare two, index a directory of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.simulator.kernel.untrusted import visible

HELP = (
    "Render a report again from its report.json: the page, the text, the table of outages; compare two; or write "
    "the index of many.\n\n"
    "Nothing else is read but the provenance.json beside it, and rendering again gives the same bytes. Without an "
    "option the text is printed.\n\n"
    "`--index` reads every report below a directory and writes index.html, index.json and index.csv there: each run "
    "with its verdict, when it was, what differs from the run before, and recovery by kind of disruption over time. "
    "The link `latest` leads to the latest run.\n\n"
    "**Exit codes**\n\n* 0 rendered, or compared and found to say the same\n* 1 compared, and something differs\n"
    "* 2 wrong usage, or a file that is no report of this version\n* 14 a file cannot be written\n\n"
    "**Examples**\n\n* `mirrordrill report out/report.json --html again.html`\n"
    "* `mirrordrill report --compare last-year out`\n* `mirrordrill report --index reports`"
)


def report(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="REPORT.JSON", help="What `mirrordrill run --report` wrote, or its directory."),
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page.")] = None,
    text: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the text.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the outages as a table.")] = None,
    before: Annotated[
        Path | None, typer.Option("--compare", metavar="BEFORE", help="Print what differs from this report.")
    ] = None,
    index: Annotated[
        Path | None, typer.Option("--index", metavar="DIR", help="Write the index of all reports below this directory.")
    ] = None,
) -> None:
    """Render a report."""
    from mirrordrill.drills.cli.preconditions import require_files, require_place
    from mirrordrill.drills.output.text import console_for_people
    from mirrordrill.drills.output.whole_files import unwritten
    from mirrordrill.drills.report.codec import UnreadableReportError
    from mirrordrill.drills.report.files import compare, render_again

    others = [each for each in (file, html, text, table, before) if each is not None]
    if index is not None and not others:
        raise typer.Exit(index_of(index))
    if index is not None or file is None:
        wrong = "--index takes no other report or option" if index else "name a report, or --index and a directory"
        raise typer.BadParameter(wrong, param_hint="--index" if index else "REPORT.JSON")
    require_files("REPORT.JSON", [] if file.is_dir() else [file])
    require_place("--csv", table)
    require_place("--html", html)
    require_place("--text", text)
    try:
        if before is not None:
            raise typer.Exit(int(compare(before, file, console_for_people())))
        render_again(file, html, text, table, sys.stdout)
    except UnreadableReportError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="REPORT.JSON") from None
    except OSError as failure:
        typer.echo(f"mirrordrill report: {visible(unwritten(failure))}", err=True)
        raise typer.Exit(int(ExitCode.HARNESS)) from None


def index_of(directory: Path) -> int:
    """Write and print the index of the reports below a directory; the exit code."""
    from mirrordrill.drills.cli.preconditions import require_place
    from mirrordrill.drills.output.text import console_for_errors, console_for_people
    from mirrordrill.drills.output.whole_files import unwritten
    from mirrordrill.drills.report.runs.index_command import PAGE, index_reports

    if not directory.is_dir():
        raise typer.BadParameter(f"no such directory: {directory}", param_hint="--index")
    require_place("--index", directory / PAGE)
    try:
        return index_reports(directory, console_for_people(), console_for_errors())
    except OSError as failure:
        typer.echo(f"mirrordrill report: {visible(unwritten(failure))}", err=True)
        return int(ExitCode.HARNESS)
