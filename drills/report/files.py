"""The files of a report: `report.json`, and what is rendered from it.

Rule 1: page and text are rendered from the JSON that was written, not from what it was made of; rendering it again
gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from mirrordrill.drills.report.codec import UnreadableReportError, as_json, from_json
from mirrordrill.drills.report.model import Report
from mirrordrill.drills.report.text import render_text

JSON, PAGE, TEXT, LOGS = "report.json", "report.html", "report.txt", "events"


def write_report(report: Report, directory: Path) -> Path:
    """Write all three into the directory, which is made if need be; the path of the page."""
    directory.mkdir(parents=True, exist_ok=True)
    text = as_json(report)
    (directory / JSON).write_text(text, "utf-8")
    again = from_json(text)
    (directory / TEXT).write_text(render_text(again), "utf-8")
    (directory / PAGE).write_text(page_of(again), "utf-8")
    return directory / PAGE


def page_of(report: Report) -> str:
    """The page. What it is made with is loaded only now: most runs write no report."""
    from mirrordrill.drills.report.page import render_page

    return render_page(report)


def render_again(file: Path, page: Path | None, text: Path | None, out: TextIO) -> None:
    """Write page and text of a report.json, or the text to `out` where neither is wanted.

    Raises UnreadableReportError that names the file.
    """
    report = read_report(file)
    if page is not None:
        page.write_text(page_of(report), "utf-8")
    if text is not None:
        text.write_text(render_text(report), "utf-8")
    if page is None and text is None:
        out.write(render_text(report))


def read_report(path: Path) -> Report:
    """Read a report.json. Raises UnreadableReportError that names the file."""
    try:
        return from_json(path.read_text("utf-8"))
    except (UnreadableReportError, UnicodeDecodeError, OSError) as wrong:
        raise UnreadableReportError(f"{path}: {wrong}") from None
