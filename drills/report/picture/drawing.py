"""The timeline picture as SVG, drawn from the lanes and marks of a report and from nothing else.

Every state has a fill, a pattern and, where there is room, its word, so that the picture reads in black and white.
What a bar stands for is in its `<title>`; a click leads to the event that began it. The picture is an image for who
cannot see it; the same content stands below it as a list and as a table.

Rule 1: nothing is written into the picture that was not escaped by `tag`.
Rule 2: what would be narrower than a pixel is drawn once per pixel, so that the size has a bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from mirrordrill.drills.output.timeline import clock
from mirrordrill.drills.report.model import Lane, Mark, ReportedDrill, Span, Tick
from mirrordrill.drills.report.picture.axis import Axis, length
from mirrordrill.simulator.kernel.untrusted import visible_lines

WIDTH, GUTTER, RIGHT = 1240, 216, 30
ROW, BAR, STRIP, HEAD = 19, 14, 8, 21
CHARACTER = 5.5
"""Width of a character of the labels in bars."""
NAME_MAX = 33
"""Characters of a lane's name, in the widest of the fonts that browsers may take, before its bars begin."""
MARK_ROWS = 4
MARK_SIZE = 19.0
NARROW = 0.8
AGREEMENT = "do they agree?"
SHAPES = {
    "fault": "M-8,-8 H8 V8 H-8 Z",
    "loss": "M0,-10 L10,8 H-10 Z",
    "alert": "M0,-10 L10,8 H-10 Z",
    "takeover": "M0,-10 L10,0 L0,10 L-10,0 Z",
    "resync": "M0,-10 L10,0 L0,10 L-10,0 Z",
    "command": "M-8,0 A8,8 0 1 0 8,0 A8,8 0 1 0 -8,0 Z",
    "recovery": "M-8,0 A8,8 0 1 0 8,0 A8,8 0 1 0 -8,0 Z",
    "repair": "M-8,-8 H8 V8 H-8 Z",
    "failed": "M-8,-8 H8 V8 H-8 Z",
}
"""How a mark is framed; filled ones are bad news."""


def tag(name: str, content: object = "", **attributes: object) -> Markup:
    """An element; names of attributes lose a trailing underscore, and their underscores become hyphens."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), visible_lines(str(value)))
        for key, value in attributes.items()
    )
    inner = content if isinstance(content, Markup) else escape(visible_lines(str(content)))
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, inner)  # noqa: S704  # names are ours


def number(value: float) -> str:
    """A coordinate: a tenth of a pixel is enough."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a picture shows: states in lanes, and marks, until a moment."""

    id: int
    title: str
    until_us: int
    lanes: Sequence[Lane]
    marks: Sequence[Mark]


def draw(drill: ReportedDrill) -> Markup:
    """The picture of one drill."""
    title = f"Timeline of the drill: {drill.scenario}"
    return draw_timeline(Timeline(drill.id, title, drill.simulated_us, drill.lanes, drill.marks))


def draw_timeline(drill: Timeline) -> Markup:
    """A picture. A click leads to the element `dID-eNUMBER`, for an event."""
    axis = Axis(times(drill), drill.until_us, GUTTER, WIDTH - GUTTER - RIGHT)
    placed, rows = place_marks(drill.marks, axis)
    top = 8 + MARK_SIZE * rows
    body: list[Markup] = []
    y = top + 20
    for section, lanes in groupby(drill.lanes, key=lambda lane: lane.section):
        body.append(tag("text", section, class_="section", x=4, y=number(y + 14)))
        body.append(tag("line", class_="rule", x1=0, x2=WIDTH, y1=number(y + 1), y2=number(y + 1)))
        y += HEAD
        for lane in lanes:
            height = STRIP if lane.name == AGREEMENT else ROW
            body.append(draw_lane(lane, axis, y, height, drill.id))
            y += height
        y += 3
    bottom = y + 4
    parts = [
        tag("title", drill.title, id=f"d{drill.id}-title"),
        *draw_axis(axis, top, bottom),
        *body,
        *(draw_mark(at, mark, x, row, bottom, drill.id) for at, (mark, x, row) in enumerate(placed, start=1)),
    ]
    total = number(bottom + 18)
    return tag(
        "svg",
        Markup("\n").join(parts),
        xmlns="http://www.w3.org/2000/svg",
        class_="timeline",
        viewBox=f"0 0 {WIDTH} {total}",
        # Not an image: what has links in it is a group to those who hear it.
        role="group",
        aria_labelledby=f"d{drill.id}-title",
    )


def times(drill: Timeline) -> Iterator[int]:
    """Every moment at which the picture shows something."""
    for lane in drill.lanes:
        for span in lane.spans:
            yield from (span.from_us, span.until_us)
        yield from (tick.time_us for tick in lane.ticks)
    yield from (mark.time_us for mark in drill.marks)


def draw_axis(axis: Axis, top: float, bottom: float) -> Iterator[Markup]:
    """Gaps, and times at both ends."""
    for gap in axis.gaps():
        said = f"nothing changes for {length(gap.until_us - gap.from_us)}"
        where = {"x": number(gap.left), "width": number(gap.right - gap.left), "y": number(top + 18)}
        title = tag("title", said)
        yield tag("rect", title, class_="gap", height=number(bottom - top - 18), **where)
        middle = number((gap.left + gap.right) / 2)
        for y in (top + 34, bottom - 2):
            yield tag("text", length(gap.until_us - gap.from_us), class_="gaplabel", x=middle, y=number(y))
    for x, time_us in axis.ticks():
        where = {"x1": number(x), "x2": number(x), "y1": number(top + 14), "y2": number(bottom)}
        yield tag("line", class_="grid", **where)
        for y in (top + 11, bottom + 14):
            yield tag("text", clock(time_us)[:8], class_="time", x=number(x), y=number(y))


def draw_lane(lane: Lane, axis: Axis, y: float, height: float, drill: int) -> Markup:
    """A lane's name, its bars and its ticks."""
    parts = []
    if height == ROW:
        name = lane.name if len(lane.name) <= NAME_MAX else lane.name[: NAME_MAX - 1] + "…"
        parts.append(tag("text", Markup("").join([escape(visible_lines(name)), tag("title", lane.name)]), class_="lane",
                         x=12, y=number(y + 13)))  # fmt: skip
        parts.append(tag("line", class_="base", x1=GUTTER, x2=WIDTH - RIGHT, y1=number(y + height / 2),
                         y2=number(y + height / 2)))  # fmt: skip
    drawn_until = -1.0
    for span in lane.spans:
        left, right = axis.place(span.from_us), axis.place(span.until_us)
        if right - left < NARROW and right - drawn_until < NARROW:
            continue
        drawn_until = right
        parts.append(draw_span(lane, span, (left, max(right, left + NARROW)), (y, height), drill))
    parts += [draw_tick(ticks, axis, y, drill) for ticks in close_ticks(lane.ticks, axis)]
    return Markup("\n").join(parts)


def draw_span(lane: Lane, span: Span, ends: tuple[float, float], row: tuple[float, float], drill: int) -> Markup:
    """A bar, with its word where there is room."""
    (left, right), (y, height) = ends, row
    thick = BAR if height == ROW else height
    top = y + (height - thick) / 2
    title = f"{lane.name}: {span.label}\nfrom {clock(span.from_us)} to {clock(span.until_us)}, event {span.event}"
    where = {"x": number(left), "y": number(top), "width": number(right - left), "height": thick}
    parts = [tag("title", title), tag("rect", class_=f"bar s-{span.state}", **where)]
    if thick == BAR and (word := fitting(span, right - left)):
        middle = number((left + right) / 2)
        parts.append(tag("text", word, class_=f"word w-{span.state}", x=middle, y=number(top + 10.5)))
    return linked(drill, span.event, parts)


def fitting(span: Span, width: float) -> str:
    """The longest of a bar's words that fits into it; empty where none does."""
    label = span.label.partition(": ")[0]
    return next((word for word in words(span.state, label) if word and len(word) * CHARACTER + 6 <= width), "")


def words(state: str, label: str) -> tuple[str, ...]:
    """What a bar can say, the longest first."""
    main = label.partition(" (")[0]
    if state in PAIR_STATES and label[:1].isalpha():
        return label, main, "".join(word[0] for word in main.split())
    if state == "exposed":
        return label, label.rpartition(" for ")[2]
    if state == "both":
        return label, "two at once", "two"
    if state == "serves":
        return label, label.rpartition(" ")[2]
    if "|" in label:
        return label, label.partition("|")[0]
    return label, main, main.partition(" ")[0]


PAIR_STATES = ("good", "target", "copying", "copying-target", "suspended", "suspended-target", "simplex")
PARTS = ("notice", "decide", "act", "start", "verify")


def close_ticks(ticks: Sequence[Tick], axis: Axis) -> Iterator[list[Tick]]:
    """Ticks that would cover each other, together."""
    near: list[Tick] = []
    for tick in ticks:
        if near and axis.place(tick.time_us) - axis.place(near[0].time_us) >= 2:
            yield near
            near = []
        near.append(tick)
    if near:
        yield near


def draw_tick(ticks: list[Tick], axis: Axis, y: float, drill: int) -> Markup:
    """One or more things at one place."""
    told = [f"{clock(tick.time_us)}  {tick.label}" for tick in ticks[:8]]
    more = [f"and {len(ticks) - 8} more"] if len(ticks) > 8 else []
    x = axis.place(ticks[0].time_us)
    shape = tag("path", class_="tick", d=f"M{number(x)},{number(y + 1)} l3.5,8 l-3.5,8 l-3.5,-8 Z")
    return linked(drill, ticks[0].event, [tag("title", "\n".join([*told, *more])), shape])


def place_marks(marks: Sequence[Mark], axis: Axis) -> tuple[list[tuple[Mark, float, int]], int]:
    """Each mark with its place and its row, so that none covers another; and how many rows there are."""
    placed: list[tuple[Mark, float, int]] = []
    free = [float("-inf")] * MARK_ROWS
    for mark in marks:
        x = axis.place(mark.time_us)
        row = next((row for row, until in enumerate(free) if x - until >= 21), free.index(min(free)))
        free[row] = x
        placed.append((mark, x, row))
    return placed, 1 + max((row for _, _, row in placed), default=0)


def draw_mark(at: int, mark: Mark, x: float, row: int, bottom: float, drill: int) -> Markup:
    """A line from top to bottom and the number of the mark in the shape of its kind."""
    y = 11 + MARK_SIZE * row
    where = {"x1": number(x), "x2": number(x), "y1": number(y + 8), "y2": number(bottom)}
    line = tag("line", class_=f"mark m-{mark.kind}", **where)
    place = f"translate({number(x)},{number(y)})"
    shape = tag("path", d=SHAPES[mark.kind], class_=f"sign m-{mark.kind}", transform=place)
    low = 5.5 if mark.kind in {"loss", "alert"} else 3.5
    text = tag("text", at, class_=f"signtext m-{mark.kind}", x=number(x), y=number(y + low))
    title = tag("title", f"{at}. {mark.kind}: {mark.label}\n{clock(mark.time_us)}, event {mark.event}")
    return linked(drill, mark.event, [title, line, shape, text])


def linked(drill: int, event: int, parts: Sequence[Markup]) -> Markup:
    """A group that leads to its event. Keyboards take the way of the list below, so it is no stop for them."""
    return tag("a", Markup("").join(parts), href=f"#d{drill}-e{event}", tabindex="-1")
