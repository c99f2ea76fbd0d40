"""The picture of an inevitability curve: how many writes are lost at best, by the moment of the action."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from mirrordrill.drills.output import timeline
from mirrordrill.drills.rehearse.debrief.inevitability import Curve
from mirrordrill.drills.report.picture.drawing import number, tag

WIDTH, HEIGHT = 760, 240
LEFT, RIGHT, TOP, BOTTOM = 80, 34, 14, 34
TICKS = 4


def draw_curve(curve: Curve) -> Markup:
    """A line through the best attempts, and a small mark for each other one."""
    best = list(curve.best())
    begin_us, end_us = best[0].at_us, curve.found_us
    most = max(curve.lost, *(each.lost for each in curve.attempts), 1)

    def x(at_us: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (at_us - begin_us) / max(1, end_us - begin_us)

    def y(lost: int) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * lost / most

    points = [(x(each.at_us), y(each.lost)) for each in best] + [(x(end_us), y(curve.lost))]
    line = " ".join(f"{number(px)},{number(py)}" for px, py in points)
    title = f"Inevitability curve: {curve.lost:,} lost writes of {curve.application}, branch {curve.branch}"
    first_x = x(max(begin_us, curve.from_us))
    parts = [
        tag("title", title),
        *grid(begin_us, end_us, most),
        tag("line", class_="first", x1=number(first_x), x2=number(first_x), y1=TOP, y2=HEIGHT - BOTTOM),
        tag("text", "first lost write", class_="said", x=number(first_x + 4), y=TOP + 10),
        *(tag("path", tag("title", f"{timeline.clock(each.at_us)} {each.action}: {each.lost:,} lost"), class_="try",
              d=f"M{number(x(each.at_us))},{number(y(each.lost))} m-3,0 h6 m-3,-3 v6") for each in curve.attempts),
        tag("polyline", points=line, class_="best"),
    ]  # fmt: skip
    return tag("svg", Markup("\n").join(parts), class_="curve", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img",
               aria_label=title)  # fmt: skip


def grid(begin_us: int, end_us: int, most: int) -> Iterator[Markup]:
    """Times below, numbers of writes at the left."""
    for at in range(TICKS + 1):
        x, y = LEFT + (WIDTH - LEFT - RIGHT) * at / TICKS, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * at / TICKS
        yield tag("line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=number(y), y2=number(y))
        yield tag("text", f"{most * at // TICKS:,}", class_="amount", x=LEFT - 6, y=number(y + 4))
        clock = timeline.clock(begin_us + (end_us - begin_us) * at // TICKS)[:8]
        yield tag("text", clock, class_="time", x=number(x), y=HEIGHT - 16)
    yield tag("text", "writes lost at best, by the moment of the action", class_="said", x=LEFT, y=HEIGHT - 2)
