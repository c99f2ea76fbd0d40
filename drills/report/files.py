"""The files of a report: `report.json`, and what is rendered from it.

Rule 1: page and text are rendered from the JSON that was written, not from what it was made of; rendering it again
gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from mirrordrill.drills.report.codec import UnreadableReportError, as_json, from_json
from mirrordrill.drills.report.comparison import differences
from mirrordrill.drills.report.model import Report
from mirrordrill.drills.report.outage_table import render_csv
from mirrordrill.drills.report.text import render_text

JSON, PAGE, TEXT, TABLE, LOGS = "report.json", "report.html", "report.txt", "report.csv", "events"


def write_report(report: Report, directory: Path) -> Path:
    """Write all four into the directory, which is made if need be; the path of the page."""
    directory.mkdir(parents=True, exist_ok=True)
    text = as_json(report)
    (directory / JSON).write_text(text, "utf-8")
    again = from_json(text)
    (directory / TEXT).write_text(render_text(again), "utf-8")
    (directory / TABLE).write_text(render_csv(again), "utf-8", newline="")
    (directory / PAGE).write_text(page_of(again), "utf-8")
    return directory / PAGE


def page_of(report: Report) -> str:
    """The page. What it is made with is loaded only now: most runs write no report."""
    from mirrordrill.drills.report.page import render_page

    return render_page(report)


def render_again(file: Path, page: Path | None, text: Path | None, table: Path | None, out: TextIO) -> None:
    """Write page, text and table of a report.json, or the text to `out` where none of them is wanted.

    Raises UnreadableReportError that names the file.
    """
    report = read_report(file)
    if page is not None:
        page.write_text(page_of(report), "utf-8")
    if text is not None:
        text.write_text(render_text(report), "utf-8")
    if table is not None:
        table.write_text(render_csv(report), "utf-8", newline="")
    if page is None and text is None and table is None:
        out.write(render_text(report))


def compare(before: Path, after: Path, out: TextIO) -> bool:
    """Write what differs between two reports, one line a difference, and give whether anything does.

    Raises UnreadableReportError that names the file.
    """
    found = list(differences(read_report(before), read_report(after)))
    out.writelines(each.sentence() + "\n" for each in found)
    if not found:
        out.write("the two reports say the same\n")
    return bool(found)


def read_report(path: Path) -> Report:
    """Read a report.json, or the one in a directory. Raises UnreadableReportError that names the file."""
    path = path / JSON if path.is_dir() else path
    try:
        return from_json(path.read_text("utf-8"))
    except (UnreadableReportError, UnicodeDecodeError, OSError) as wrong:
        raise UnreadableReportError(f"{path}: {wrong}") from None
