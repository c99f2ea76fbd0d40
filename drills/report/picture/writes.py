"""The application's writes as lanes: where they were acknowledged and mirrored, where not, which were lost, and when
two systems wrote at once. The lanes are queries of the write ledger and of the state history.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from msgspec.structs import replace

from mirrordrill.drills.history import History
from mirrordrill.drills.history.spans import count_in_slot
from mirrordrill.drills.history.state_changes import StateChange, StateChanges, in_order
from mirrordrill.drills.history.values import copy_of
from mirrordrill.drills.history.write_ledger import WriteLedger, application_of
from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report.model import Lane, Span, Tick
from mirrordrill.drills.report.picture.tracks import Track, lane
from mirrordrill.simulator.array.events import StreamStarted, StreamStopped, WritesLanded, short_serial

DATA = "Application writes"
WORST = {"good": 0, "copying": 1, "alone": 2}


def write_lanes(history: History, measured: Measured) -> list[Lane]:
    """A lane for each stream, one for each application that wrote at two places, and one for what was lost."""
    changes, writes = history.state.changes, history.writes
    landings: dict[str, list[StateChange[WritesLanded]]] = {}
    for landing in writes.acknowledged.landings:
        landings.setdefault(landing.event.stream, []).append(landing)
    found = [
        Lane(DATA, stream, stretches(changes.streams[stream], its), ticks(changes, writes, stream))
        for stream, its in landings.items()
    ]
    parallel = {(each.host, each.array) for each in history.state.attached.values() if each.is_parallel}
    found += [
        lane(DATA, f"{application}: two writers", track, measured.now_us)
        for application, track in writer_tracks(changes, parallel).items()
        if any(change.state for change in track.changes)
    ]
    for application in dict.fromkeys(loss.application for loss in measured.losses):
        lost = tuple(
            Span(loss.from_us, loss.until_us, "lost", f"{loss.writes:,} acknowledged writes lost", loss.found.event)
            for loss in measured.losses
            if loss.application == application
        )
        found.append(Lane(DATA, f"{application}: lost", lost, ()))
    return found


def writer_tracks(changes: StateChanges, parallel: Set[tuple[str, str]]) -> dict[str, Track]:
    """Each application: when it had its volumes open at two places. What may be parallel must still be one copy."""
    found: dict[str, Track] = {}
    opened: dict[str, dict[str, StreamStarted]] = {}
    for change in in_order(*changes.streams.values()):
        event = change.event
        application = application_of(event.stream)
        writers = opened.setdefault(application, {})
        if isinstance(event, StreamStarted):
            writers[event.stream] = event
        else:
            writers.pop(event.stream, None)
        may_be_many = all((each.system, each.array) in parallel for each in writers.values())
        places = {each.array if may_be_many else each.system for each in writers.values()}
        text = f"{' and '.join(sorted(each.system for each in writers.values()))} write at once"
        state = ("both", text) if len(places) > 1 else ("", "")
        found.setdefault(application, Track()).set(change.time_us, *state, change.number)
    return found


def stretches(
    turns: Sequence[StateChange[StreamStarted | StreamStopped]], landings: Sequence[StateChange[WritesLanded]]
) -> tuple[Span, ...]:
    """The acknowledged writes of a stream: how far they were mirrored, and for how long alike."""
    found: list[tuple[Span, int]] = []
    told_us = 0
    for number, time_us, event in in_order(turns, landings):
        if isinstance(event, StreamStopped):
            continue
        if isinstance(event, StreamStarted):
            told_us = time_us
            continue
        is_mirrored = any(copy_of(copy).array != event.array for copy in event.received_by)
        state = "good" if is_mirrored else "copying" if event.copying_to else "alone"
        span = (event.first, event.last + 1)
        writes = sum(count_in_slot((span,), slot, event.slot_count) for slot in event.slots)
        new = Span(told_us, time_us, state, short_serial(event.array), number)
        last, count = found[-1] if found else (None, 0)
        if last is not None and last.until_us == time_us:
            # Another slot of the same writes: the worse of the two is told.
            worse = max(last, new, key=lambda each: WORST[each.state])
            found[-1] = replace(worse, from_us=last.from_us), count + writes
        elif last is not None and last.until_us == told_us and same(last, new):
            found[-1] = replace(last, until_us=time_us), count + writes
        else:
            found.append((new, writes))
        told_us = time_us
    return tuple(labelled(span, writes) for span, writes in found)


def ticks(changes: StateChanges, writes: WriteLedger, stream: str) -> tuple[Tick, ...]:
    """When a stream opened its volumes and stopped, and which writes were refused."""
    found = []
    for number, time_us, event in in_order(changes.streams[stream], writes.refusals.get(stream, ())):
        match event:
            case StreamStarted():
                label = f"opens {' '.join(event.volumes)} of {short_serial(event.array)}"
            case StreamStopped():
                label = "stops"
            case _:
                label = event.text()
        found.append(Tick(time_us, label, number))
    return tuple(found)


def same(one: Span, other: Span) -> bool:
    """Whether two stretches are of the same kind on the same array."""
    return (one.state, one.label) == (other.state, other.label)


def labelled(span: Span, writes: int) -> Span:
    """A stretch in words."""
    how = {"good": "mirrored", "copying": "while a copy runs", "alone": f"on {span.label} only"}[span.state]
    return replace(span, label=f"{writes:,} writes {how}")
