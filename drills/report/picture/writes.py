"""The application's writes as lanes: where they were acknowledged and mirrored, where not, which were lost, and when
two systems wrote at once."""

from __future__ import annotations

from msgspec.structs import replace

from mirrordrill.drills.history.spans import count_in_slot
from mirrordrill.drills.history.write_ledger import application_of
from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report.model import Lane, Span, Tick
from mirrordrill.drills.report.picture.tracks import Track, lane
from mirrordrill.simulator.array.events import StreamStarted, StreamStopped, WriteRefused, WritesLanded, short_serial
from mirrordrill.simulator.host.events import VolumesAttached
from mirrordrill.simulator.kernel.events import Record

DATA = "Application writes"
WORST = {"good": 0, "copying": 1, "alone": 2}


class WriteTracks:
    """Folded from the log."""

    def __init__(self) -> None:
        self._told_us: dict[str, int] = {}
        self._spans: dict[str, list[tuple[Span, int]]] = {}
        """Stream -> its stretches, each with its number of writes; a stretch's label is the serial of its array."""
        self._ticks: dict[str, list[Tick]] = {}
        self._parallel: set[tuple[str, str]] = set()
        """(host, array) of groups that may be online on several systems."""
        self._open: dict[str, dict[str, StreamStarted]] = {}
        """Application -> its streams that are open."""
        self._both: dict[str, Track] = {}

    def see(self, record: Record) -> None:
        """Take one record in."""
        event = record.event
        if isinstance(event, StreamStarted):
            self._told_us[event.stream] = record.time_us
            self._writers(record, event)
            self._tick(record, event.stream, f"opens {' '.join(event.volumes)} of {short_serial(event.array)}")
        elif isinstance(event, VolumesAttached) and event.is_parallel:
            self._parallel.add((event.host, event.array))
        elif isinstance(event, StreamStopped):
            self._writers(record, event)
            self._tick(record, event.stream, "stops")
        elif isinstance(event, WriteRefused):
            self._tick(record, event.stream, event.text())
        elif isinstance(event, WritesLanded) and event.acknowledged:
            self._landed(record, event)

    def lanes(self, measured: Measured) -> list[Lane]:
        """One for each stream, and one for what was lost."""
        found = [
            Lane(DATA, stream, tuple(labelled(span, writes) for span, writes in spans), tuple(self._ticks[stream]))
            for stream, spans in self._spans.items()
        ]
        found += [
            lane(DATA, f"{application}: two writers", track, measured.now_us)
            for application, track in self._both.items()
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

    def _writers(self, record: Record, event: StreamStarted | StreamStopped) -> None:
        """Follow who has the volumes open. What may be parallel must still be one copy."""
        writers = self._open.setdefault(application_of(event.stream), {})
        if isinstance(event, StreamStarted):
            writers[event.stream] = event
        else:
            writers.pop(event.stream, None)
        may_be_many = all((each.system, each.array) in self._parallel for each in writers.values())
        places = {each.array if may_be_many else each.system for each in writers.values()}
        systems = " and ".join(sorted(each.system for each in writers.values()))
        is_bad = len(places) > 1
        track = self._both.setdefault(application_of(event.stream), Track())
        track.set(record.time_us, "both" if is_bad else "", f"{systems} write at once" if is_bad else "", record.number)

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
