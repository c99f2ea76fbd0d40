"""The application's writes as lanes: where they were acknowledged and mirrored, where not, which were lost, and when
two systems wrote at once."""

from __future__ import annotations

from collections.abc import Sequence, Set

from msgspec.structs import replace

from mirrordrill.drills.history.spans import count_in_slot
from mirrordrill.drills.history.state_changes import StateChanges, in_order
from mirrordrill.drills.history.write_ledger import application_of
from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report.model import Lane, Span, Tick
from mirrordrill.drills.report.picture.tracks import Track, lane
from mirrordrill.simulator.array.events import StreamStarted, StreamStopped, WriteRefused, WritesLanded, short_serial
from mirrordrill.simulator.host.events import VolumesAttached
from mirrordrill.simulator.kernel.events import Record

DATA = "Application writes"
WORST = {"good": 0, "copying": 1, "alone": 2}


def write_lanes(records: Sequence[Record], changes: StateChanges, measured: Measured) -> list[Lane]:
    """A lane for each stream, one for each application that wrote at two places, and one for what was lost."""
    stretches = Stretches()
    for record in records:
        stretches.see(record)
    found = stretches.lanes()
    found += [
        lane(DATA, f"{application}: two writers", track, measured.now_us)
        for application, track in writer_tracks(changes, stretches.parallel).items()
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


class Stretches:
    """The acknowledged writes of each stream, folded from the log."""

    def __init__(self) -> None:
        self._told_us: dict[str, int] = {}
        self._spans: dict[str, list[tuple[Span, int]]] = {}
        """Stream -> its stretches, each with its number of writes; a stretch's label is the serial of its array."""
        self._ticks: dict[str, list[Tick]] = {}
        self.parallel: set[tuple[str, str]] = set()
        """(host, array) of groups that may be online on several systems."""

    def see(self, record: Record) -> None:
        """Take one record in."""
        event = record.event
        if isinstance(event, StreamStarted):
            self._told_us[event.stream] = record.time_us
            self._tick(record, event.stream, f"opens {' '.join(event.volumes)} of {short_serial(event.array)}")
        elif isinstance(event, VolumesAttached) and event.is_parallel:
            self.parallel.add((event.host, event.array))
        elif isinstance(event, StreamStopped):
            self._tick(record, event.stream, "stops")
        elif isinstance(event, WriteRefused):
            self._tick(record, event.stream, event.text())
        elif isinstance(event, WritesLanded) and event.acknowledged:
            self._landed(record, event)

    def lanes(self) -> list[Lane]:
        """One for each stream."""
        return [
            Lane(DATA, stream, tuple(labelled(span, writes) for span, writes in spans), tuple(self._ticks[stream]))
            for stream, spans in self._spans.items()
        ]

    def _tick(self, record: Record, stream: str, label: str) -> None:
        self._ticks.setdefault(stream, []).append(Tick(record.time_us, label, record.number))

    def _landed(self, record: Record, event: WritesLanded) -> None:
        from_us = self._told_us.get(event.stream, record.time_us)
        is_mirrored = any(not copy.startswith(f"{event.array}/") for copy in event.received_by)
        state = "good" if is_mirrored else "copying" if event.copying_to else "alone"
        span = (event.first, event.last + 1)
        writes = sum(count_in_slot((span,), slot, event.slot_count) for slot in event.slots)
        new = Span(from_us, record.time_us, state, short_serial(event.array), record.number)
        spans = self._spans.setdefault(event.stream, [])
        if spans and spans[-1][0].until_us == new.until_us:
            # Another slot of the same writes: the worse of the two is told.
            last, count = spans.pop()
            worse = max(last, new, key=lambda each: WORST[each.state])
            spans.append((replace(worse, from_us=last.from_us), count + writes))
        elif spans and spans[-1][0].until_us == from_us and same(spans[-1][0], new):
            last, count = spans.pop()
            spans.append((replace(last, until_us=new.until_us), count + writes))
        else:
            spans.append((new, writes))
        self._told_us[event.stream] = record.time_us


def same(one: Span, other: Span) -> bool:
    """Whether two stretches are of the same kind on the same array."""
    return (one.state, one.label) == (other.state, other.label)


def labelled(span: Span, writes: int) -> Span:
    """A stretch in words."""
    how = {"good": "mirrored", "copying": "while a copy runs", "alone": f"on {span.label} only"}[span.state]
    return replace(span, label=f"{writes:,} writes {how}")
