"""The files of a report: `report.json`, and what is rendered from it.

Rule 1: page and text are rendered from the JSON that was written, not from what it was made of, and from the
provenance beside it; rendering them again gives the same bytes.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TextIO

from rich.console import Console

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.output.text import say, say_folded
from mirrordrill.drills.output.whole_files import write_whole
from mirrordrill.drills.report.codec import UnreadableReportError, as_json, from_json
from mirrordrill.drills.report.model import Report
from mirrordrill.drills.report.outage_table import render_csv
from mirrordrill.drills.report.runs.comparison import differences
from mirrordrill.drills.report.runs.provenance import Provenance, provenance_of
from mirrordrill.drills.report.text import render_text
from mirrordrill.simulator.config.loader import Unreadable, read_text

JSON, PAGE, TEXT, TABLE, LOGS = "report.json", "report.html", "report.txt", "report.csv", "events"

LARGEST_REPORT_BYTES = 1_000_000_000
"""Thousands of drills of an hour; more is read by no browser either."""


def write_report(report: Report, directory: Path) -> Path:
    """Write all four into the directory, which is made if need be; the path of the page."""
    directory.mkdir(parents=True, exist_ok=True)
    text = as_json(report)
    write_whole(directory / JSON, [text])
    again = from_json(text)
    run = provenance_of(again, directory)
    write_whole(directory / TEXT, [render_text(again, run)])
    write_whole(directory / TABLE, [render_csv(again)])
    write_whole(directory / PAGE, [page_of(again, run)])
    return directory / PAGE


def page_of(report: Report, run: Provenance | None) -> str:
    """The page. What it is made with is loaded only now: most runs write no report."""
    from mirrordrill.drills.report.page import render_page

    return render_page(report, run)


def render_again(file: Path, page: Path | None, text: Path | None, table: Path | None, out: TextIO) -> None:
    """Write page, text and table of a report.json, or the text to `out` where none of them is wanted.

    Raises UnreadableReportError that names the file.
    """
    report = read_report(file)
    run = provenance_of(report, file if file.is_dir() else file.parent)
    if page is not None:
        write_whole(page, [page_of(report, run)], is_named=True)
    if text is not None:
        write_whole(text, [render_text(report, run)], is_named=True)
    if table is not None:
        write_whole(table, [render_csv(report)], is_named=True)
    if page is None and text is None and table is None:
        shown = render_text(report, run)
        verdict_is_known()
        out.write(shown)


def compare(before: Path, after: Path, console: Console) -> bool:
    """Print what differs between two reports, below the name of each drill, and give whether anything does.

    Raises UnreadableReportError that names the file.
    """
    found = list(differences(read_report(before), read_report(after)))
    verdict_is_known()
    for drill, of_drill in groupby(found, key=lambda each: each.drill):
        say_folded(console, drill, "bold")
        for each in of_drill:
            say_folded(console, each.change(), indent=2)
    if not found:
        say(console, "the two reports say the same")
    return bool(found)


def read_report(path: Path) -> Report:
    """Read a report.json, or the one in a directory. Raises UnreadableReportError that names the file."""
    path = path / JSON if path.is_dir() else path
    try:
        return from_json(read_text(path, LARGEST_REPORT_BYTES))
    except Unreadable as wrong:
        raise UnreadableReportError(wrong.message) from None
    except UnreadableReportError as wrong:
        raise UnreadableReportError(f"{path}: {wrong}") from None
