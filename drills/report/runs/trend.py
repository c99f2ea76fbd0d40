"""Recovery by kind of disruption over the runs of a site: its figures as a table, and a small picture of each.

Rule: a run in which a kind of disruption did not occur, or nothing was measured, has no point; the line goes on
without it, and nothing is drawn in its place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mirrordrill.drills.faults.disruption import Disruption
from mirrordrill.drills.report.model import Spread
from mirrordrill.drills.report.outage_table import safe
from mirrordrill.drills.report.picture.drawing import number, tag
from mirrordrill.drills.report.runs.index import Index, Run

FIGURES = tuple(
    f"{measure}_{word}" for measure in ("rto_s", "rpo_s", "lost_writes") for word in ("n", "min", "median", "max")
)
COLUMNS = ("folder", "began", "site", "exit_code", "mirrordrill", "disruption", "outages", *FIGURES)
MEASURES = {"RTO": "rto_s", "RPO": "rpo_s"}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 250.0, 74.0, 10.0, 10.0, 17.0, 12.0


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure of one kind of disruption over the runs of a site; None where a run has no figure."""

    site: str
    disruption: str
    measure: str
    runs: tuple[Run, ...]
    spreads: tuple[Spread | None, ...]

    @property
    def greatest(self) -> float:
        """The greatest figure of all runs."""
        return max((each.maximum.value for each in self.spreads if each), default=0.0)

    @property
    def top(self) -> float:
        """Where the axis ends: what a single outage reached must not press the medians flat."""
        medians = max((each.median.value for each in self.spreads if each), default=0.0)
        return min(self.greatest, 2 * medians) if medians else self.greatest

    @property
    def last(self) -> Spread | None:
        """The latest figures."""
        return next((each for each in reversed(self.spreads) if each), None)


def trends(site: str, runs: Sequence[Run]) -> Iterator[tuple[str, list[Trend]]]:
    """Each kind of disruption that any of the runs has a figure for, with its measures."""
    for kind in Disruption:
        rows = [next((each for each in run.disruptions if each.disruption == kind.value), None) for run in runs]
        found = [
            Trend(site, kind.value, label, tuple(runs), tuple(getattr(row, name) if row else None for row in rows))
            for label, name in MEASURES.items()
        ]
        if any(trend.last for trend in found):
            yield kind.value, found


def draw(trend: Trend) -> Markup:
    """Medians as a line, least to greatest as a bar behind each; the axis begins at 0, and its end is written."""
    count, top = len(trend.runs), trend.top
    step = (WIDTH - LEFT - RIGHT) / max(1, count - 1)
    places = [LEFT + step * at if count > 1 else WIDTH / 2 for at in range(count)]

    def y(value: float) -> str:
        share = min(1.0, value / top) if top else 0.0
        return number(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))

    base = number(HEIGHT - BOTTOM)
    parts = [
        tag("title", f"{trend.measure}, {trend.disruption}: {told(trend)}"),
        tag("line", class_="base", x1=0, x2=number(WIDTH), y1=base, y2=base),
        tag("text", f"{top:,.1f} s", class_="scale", x=0, y=9),
        tag("text", "0", class_="scale", x=0, y=number(HEIGHT - 2)),
    ]
    points = [(x, run, each) for x, run, each in zip(places, trend.runs, trend.spreads, strict=True) if each]
    for x, _, each in points:
        ends = {"y1": y(each.minimum.value), "y2": y(each.maximum.value)}
        kind = "range above" if each.maximum.value > top else "range"
        parts.append(tag("line", class_=kind, x1=number(x), x2=number(x), **ends))
    line = " ".join(f"{number(x)},{y(each.median.value)}" for x, _, each in points)
    parts.append(tag("polyline", class_="median", points=line))
    for at, (x, run, each) in enumerate(points, start=1):
        said = f"{run.began or run.folder}: median {each.median.value:,.1f} s, "
        said += f"{each.minimum.value:,.1f} to {each.maximum.value:,.1f} s, of {each.n}"
        kind = "point last" if at == len(points) else "point"
        parts.append(tag("circle", tag("title", said), class_=kind, cx=number(x), cy=y(each.median.value), r=3))
    box = f"0 0 {number(WIDTH)} {number(HEIGHT)}"
    return tag("svg", Markup("\n").join(parts), xmlns="http://www.w3.org/2000/svg", class_="trend", viewBox=box,
               role="img")  # fmt: skip


def told(trend: Trend) -> str:
    """The medians in words, for those who cannot see the picture."""
    return ", ".join("no figure" if each is None else f"{each.median.value:,.1f} s" for each in trend.spreads)


def render_csv(index: Index) -> str:
    """A row for each run and kind of disruption, and one for a run without any."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for run in index.runs:
        head = [safe(run.folder), run.began or "", safe(run.site), run.exit_code, safe(run.mirrordrill)]
        for each in run.disruptions:
            figures = [cell for spread in (each.rto_s, each.rpo_s, each.lost_writes) for cell in cells(spread)]
            writer.writerow([*head, each.disruption, each.outages, *figures])
        if not run.disruptions:
            writer.writerow([*head, "", 0, *[""] * len(FIGURES)])
    return out.getvalue()


def cells(spread: Spread | None) -> list[str]:
    """How many, and the figures to the millisecond; nothing stands where nothing was measured."""
    if spread is None:
        return ["0", "", "", ""]
    return [str(spread.n), *(f"{each.value:.3f}" for each in (spread.minimum, spread.median, spread.maximum))]
