"""The index of runs as one HTML page: no script, no network, no file but the reports that its links lead to."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

from mirrordrill.drills.report import page
from mirrordrill.drills.report.runs.index import Index
from mirrordrill.drills.report.runs.trend import draw, trends


def render_index(index: Index) -> str:
    """The page."""
    environment = page.environment("index.html")
    environment.filters.update(address=quote, unit=page.unit, draw=draw)
    text = environment.get_template("index.html").render(
        index=index,
        latest=index.runs[-1] if index.runs else None,
        security=page.security_policy(""),
        css=Markup(page.style("index")),  # noqa: S704  # our own file
        tone=page.verdict_tone,
        word=page.verdict_word,
        trends=trends,
    )
    return str(text).strip() + "\n"
