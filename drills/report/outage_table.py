"""The outages of a report as a table for spreadsheets: `report.csv`, one row an outage.

Figures have their unit in the name of the column, and nothing stands in a cell that was not measured.
"""

from __future__ import annotations

import csv
import io

from mirrordrill.drills.report.model import Report, ReportedOutage
from mirrordrill.simulator.kernel.untrusted import visible

COLUMNS = (
    "drill",
    "feature",
    "scenario",
    "group",
    "kind",
    "disruption",
    "cause",
    "from_host",
    "to_host",
    "began_s",
    "rto_s",
    "rpo_s",
    "lost_writes",
    "event",
)
FORMULA = ("=", "+", "-", "@", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell begins with that a spreadsheet would compute, the wide forms of East Asian input included."""


def render_csv(report: Report) -> str:
    """The table with its header, lines ended as RFC 4180 asks."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for drill in report.drills:
        for outage in drill.outages:
            writer.writerow([drill.id, safe(drill.feature), safe(drill.scenario), *cells(outage)])
    return out.getvalue()


def cells(outage: ReportedOutage) -> list[str | int]:
    """What a row says of its outage."""
    return [
        safe(outage.group),
        "planned" if outage.is_planned else "unplanned",
        outage.disruption,
        safe(outage.cause.what),
        safe(outage.from_host),
        safe(outage.to_host),
        seconds(outage.began.time_us),
        seconds(outage.rto_us),
        seconds(outage.rpo_us),
        "" if outage.lost_writes is None else outage.lost_writes,
        outage.began.event,
    ]


def seconds(time_us: int | None) -> str:
    """Seconds to the millisecond; empty where nothing was measured."""
    return "" if time_us is None else f"{time_us / 1e6:.3f}"


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) else shown
