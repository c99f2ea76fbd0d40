"""The pictures of the console: the timeline of the report while it happens, and the branches as rails.

Rule 1: the instructor is shown the picture of the report; a participant the lanes of what its own hosts and arrays say.
Rule 2: reading changes nothing: nothing is settled. What the writes came to is as of the last event that told of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from mirrordrill.drills.history.state_changes import StateChanges
from mirrordrill.drills.output import timeline
from mirrordrill.drills.rehearse.branch_world import BranchWorld, RecordedLine
from mirrordrill.drills.rehearse.debrief.actions import ActionKind, kind_of, shown_words
from mirrordrill.drills.rehearse.exercise import silent_since_us
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.roles import Role, RoleView
from mirrordrill.drills.report.model import Lane
from mirrordrill.drills.report.picture.axis import Axis
from mirrordrill.drills.report.picture.drawing import Timeline, draw_timeline, number, tag
from mirrordrill.drills.report.picture.lanes import HOSTS, PAIRS, PLACES, host_track, lanes, place_track, view_track
from mirrordrill.drills.report.picture.marks import marks
from mirrordrill.drills.report.picture.tracks import lane
from mirrordrill.simulator.array.events import short_serial
from mirrordrill.simulator.kernel.untrusted import visible

AROUND = 12
"""So many lines are shown before and after an event."""
LINKED = 1
"""The number of the one timeline of a page, in its links."""
RAILS_WIDTH, RAILS_LEFT, RAILS_RIGHT, RAIL_ROW = 720, 150, 40, 34
"""In half of a page of 1280 pixels its words are still readable; half a time has room at its right end."""
RAIL_NAME_MAX = 14
"""Characters of a branch's name that have room before its rail."""


def live_timeline(rehearsal: Rehearsal, role: Role) -> Markup:
    """The timeline until now, as a role may see it."""
    stage = rehearsal.stage
    title = f"Timeline of the branch {rehearsal.tree.current}"
    if role.view is RoleView.INSTRUCTOR:
        records, measured = list(stage.drill.log), stage.drill.measured_until_now()
        history = stage.drill.whole_history
        shown = lanes(records, history, measured)
        return draw_timeline(Timeline(LINKED, title, stage.now_us, shown, marks(history.state, measured)))
    title = f"Timeline of {role.title}"
    if (since_us := silent_since_us(stage.drill, role.key)) is not None:
        return tag("p", f"Nothing has come in since {clock_text(since_us)[:-7]}.")
    return draw_timeline(Timeline(LINKED, title, stage.now_us, list(own_lanes(stage, role)), ()))


def own_lanes(stage: BranchWorld, role: Role) -> Iterator[Lane]:
    """What a side's own hosts said of their groups, or the arrays of their volumes."""
    changes: StateChanges = stage.drill.whole_history.state.changes
    silences, end_us = changes.silences(), stage.now_us
    for host in role.hosts:
        yield lane(HOSTS, host, host_track(changes, host, []), end_us)
    for group, system in changes.groups:
        track = place_track(changes, silences, group, system)
        if system in role.hosts and any(change.state for change in track.changes):
            yield lane(PLACES, f"{group} on {system}", track, end_us)
    for volume, views in changes.views.items() if role.view is RoleView.STORAGE else ():
        if volume.array in role.arrays:
            yield lane(PAIRS, f"{short_serial(volume.array)} sees {volume.volume}", view_track(views), end_us)


def around(stage: BranchWorld, event: int) -> list[str]:
    """The story around an event, which is marked."""
    log = stage.drill.log
    near = log.since(max(0, event - 40 * AROUND))[: 80 * AROUND]
    told = [record for record in near if record.number == event or not timeline.is_detail(record.event)]
    at = next((place for place, record in enumerate(told) if record.number == event), None)
    if at is None:
        return []
    shown = told[max(0, at - AROUND) : at + AROUND + 1]
    return [f"{'>' if r.number == event else ' '} {r.number:>6}  {visible(timeline.line(r))}" for r in shown]


# Branches as rails.


def rails(rehearsal: Rehearsal) -> Markup:
    """Each branch as a rail that leaves its parent's, with what was done on it; a click goes there."""
    branches = rehearsal.tree.branches
    told = {each.name: rehearsal.lines_of(each.name) for each in branches}
    ends = {name: lines[-1].ended_us if lines else 0 for name, lines in told.items()}
    ends[rehearsal.tree.current] = rehearsal.stage.now_us
    own = {each.name: told[each.name][each.shared_lines :] for each in branches}
    first_us = min((lines[0].began_us for lines in told.values() if lines), default=0)
    moments = [line.began_us for lines in own.values() for line in lines] + [each.left_us for each in branches]
    axis = Axis(
        [first_us, *moments, *ends.values()], max(ends.values()), RAILS_LEFT, RAILS_WIDTH - RAILS_LEFT - RAILS_RIGHT
    )
    rows = {each.name: 24 + RAIL_ROW * at for at, each in enumerate(branches)}
    parts = [tag("title", "Branches of the rehearsal", id="rails-title")]
    bottom = 24 + RAIL_ROW * len(branches)
    for x, time_us in axis.ticks():
        parts.append(tag("line", class_="grid", x1=number(x), x2=number(x), y1=4, y2=bottom - 12))
        parts.append(tag("text", timeline.clock(time_us)[:8], class_="time", x=number(x), y=bottom))
    for branch in branches:
        y, is_here = rows[branch.name], branch.name == rehearsal.tree.current
        left = axis.place(branch.left_us if branch.parent else first_us)
        if branch.parent:
            parts.append(tag("path", class_="leaves", d=f"M{number(left)},{rows[branch.parent]} V{y}"))
        said = f"{branch.name} until {clock_text(ends[branch.name])[:-3]}"
        line = tag("line", class_="rail here" if is_here else "rail", x1=number(left), y1=y, y2=y,
                   x2=number(max(left + 2, axis.place(ends[branch.name]))))  # fmt: skip
        name = tag("text", f"{'* ' if is_here else ''}{_shortened(branch.name)}", class_="branch", x=4, y=y + 4)
        inner = Markup("").join([tag("title", said), line, name])
        parts.append(
            inner if is_here else tag("a", inner, href="#", data_say=f"go {branch.name}", aria_label=f"go to {said}")
        )
        parts += marks_of(own[branch.name], axis, y)
    return tag("svg", Markup("\n").join(parts), class_="rails", viewBox=f"0 0 {RAILS_WIDTH} {bottom + 4}", role="group",
               aria_labelledby="rails-title")  # fmt: skip


def _shortened(name: str) -> str:
    """A branch's name, cut where it would run into the rail; the whole stands in the title."""
    return name if len(name) <= RAIL_NAME_MAX else f"{name[: RAIL_NAME_MAX - 1]}…"


CLOSE = 5.0
CIRCLE, RHOMBUS = "M-4,0 A4,4 0 1 0 4,0 A4,4 0 1 0 -4,0 Z", "M0,-7 L7,0 L0,7 L-7,0 Z"
SHAPES = {
    ActionKind.FAULT: ("fault", "M-6,-6 H6 V6 H-6 Z"),
    ActionKind.CHANGE: ("change", CIRCLE),
    ActionKind.LOOK: ("look", CIRCLE),
    ActionKind.GATE: ("gate", RHOMBUS),
    ActionKind.DECISION: ("decision", RHOMBUS),
    ActionKind.NOTE: ("note", "M-5,4 L0,-5 L5,4 Z"),
}
"""How what was done is drawn; what only passes is not."""


def marks_of(lines: Sequence[RecordedLine], axis: Axis, y: float) -> Iterator[Markup]:
    """What was done on a branch; of one kind at one place one mark, so that the size has a bound."""
    drawn: dict[ActionKind, float] = {}
    for each in lines:
        kind, x = kind_of(each.line), axis.place(each.began_us)
        if kind in SHAPES and x - drawn.get(kind, -CLOSE) >= CLOSE:
            drawn[kind] = x
            yield done(each, x, y)


def done(line: RecordedLine, x: float, y: float) -> Markup:
    """A mark for what was done; a click puts the step back to before it into the line."""
    look, shape = SHAPES[kind_of(line.line)]
    back, told = f"back {clock_text(line.began_us)}", shown_words(line.line)
    title = tag("title", f"{timeline.clock(line.began_us)}  {told}")
    mark = tag("path", d=shape, class_=look, transform=f"translate({number(x)},{number(y)})")
    return tag("a", Markup("").join([title, mark]), href="#", data_fill=back, aria_label=f"{back}, before: {told}")
