"""A drill as a trace that Perfetto (ui.perfetto.dev) and chrome://tracing open: the Trace Event Format, as JSON.

There is a track for each host, each resource on a host, each array and each of its volumes, each group on each system,
each system on which an operator types commands, each cluster and link, and one for the steps of the drill. What lasts
is a slice: entry points, group states, each array's opinion of each volume, copies, hosts and arrays that are up or
lost; it is asked of the state history of the drill. What happens at a moment is an instant. Every event of the log is
on some track, with its number in the log.

Rule 1: times are simulated microseconds, which is what the format counts in.
Rule 2: slices of one track never overlap: a thing leaves the state before with the change to the next one.
"""

from __future__ import annotations

import enum
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mirrordrill.drills.history.state_changes import (
    AnyChange,
    CopyProgress,
    EntryPointCall,
    HostPower,
    ImageChange,
    StateChange,
    StateChanges,
)
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.simulator.array.events import (
    CopyFinished,
    CopyInterrupted,
    CopyStarted,
    ImagePowerChanged,
    ImageRestarting,
    PairViewChanged,
)
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import HostBooted, HostHung, HostLost, HostResumed
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    EntryPointEnded,
    EntryPointKilled,
    EntryPointStarted,
    GroupChanged,
    ResourceChanged,
)

Json = dict[str, Any]
STILL_OPEN = 1 << 62
"""After the number of every event."""


class TraceGroup(enum.IntEnum):
    """The groups of tracks, in the order in which they are shown; the number is the trace's process id."""

    DRILL = 1
    OPERATORS = 2
    GROUPS = 3
    HOSTS = 4
    ARRAYS = 5
    CLUSTERS = 6


class TraceTrack(NamedTuple):
    """A line of the picture."""

    lane: TraceGroup
    name: str


class TracePart(NamedTuple):
    """A slice or an instant."""

    track: TraceTrack
    opened: int
    """The number of the event with which it begins."""
    closed: int
    """That of the event with which it ends: what is still open ends after all of them."""
    json: Json


class TraceWriter:
    """Puts what the state history and the log tell of a drill into the format."""

    def __init__(self, changes: StateChanges, end_us: int) -> None:
        self._changes = changes
        self._end_us = end_us
        self._parts: list[TracePart] = []

    # States: a slice from each change to the next one.

    def states(self) -> None:
        """Every thing that has a state, on its track."""
        changes = self._changes
        for array, images in changes.images.items():
            self._slices(array_track(array), [(each, image_state(each.event)) for each in images])
        for (array, volume), views in changes.views.items():
            self._slices(array_track(array, volume), [(each, view_text(each.event)) for each in views])
        for (group, system), states in changes.groups.items():
            track = TraceTrack(TraceGroup.GROUPS, f"{group} on {system}")
            self._slices(track, [(each, each.event.after) for each in states])
        for host, powers in changes.hosts.items():
            self._slices(TraceTrack(TraceGroup.HOSTS, host), [(each, power_text(each.event)) for each in powers])
        for (array, volume), copies in changes.copies.items():
            self._slices(array_track(array, f"{volume} copy"), [(each, copy_text(each.event)) for each in copies])
        for (resource, system), calls in changes.entry_points.items():
            self._calls(resource_track(system, resource), calls)

    def _slices(self, track: TraceTrack, states: Sequence[tuple[AnyChange, str | None]]) -> None:
        """A slice for each state; an empty one is nothing to show, and None is no state of this track."""
        own = [(change, state) for change, state in states if state is not None]
        for (change, state), after in itertools.zip_longest(own, own[1:]):
            if state:
                self._slice(track, state, change, None if after is None else after[0], is_ended=after and not after[1])

    def _calls(self, track: TraceTrack, calls: Sequence[StateChange[EntryPointCall]]) -> None:
        """A slice from the start of an entry point to its end, or to the start of the next one."""
        running: StateChange[EntryPointCall] | None = None
        for call in calls:
            is_start = isinstance(call.event, EntryPointStarted)
            if not is_start and (running is None or running.event.entry != call.event.entry):
                self._instant(track, call)  # the log has no start of most monitors
                continue
            if running is not None:
                self._slice(track, running.event.entry, running, call, is_ended=not is_start)
            running = call if is_start else None
        if running is not None:
            self._slice(track, running.event.entry, running, None)

    def _slice(
        self, track: TraceTrack, name: str, began: AnyChange, ended: AnyChange | None, *, is_ended: object = False
    ) -> None:
        args = evidence(began)
        if is_ended and ended is not None:
            args |= {"ended": ended.event.text(), "ended_event": ended.number}
        until_us, closed = (self._end_us, STILL_OPEN) if ended is None else (ended.time_us, ended.number)
        self._span(track, name, (began.number, closed), (began.time_us, until_us), args)

    # Moments.

    def see(self, record: Record) -> None:
        """What is no state happens at a moment."""
        match event := record.event:
            case PairViewChanged() | GroupChanged() | EntryPointStarted() | EntryPointEnded() | EntryPointKilled():
                pass
            case HostBooted() | HostResumed() | HostLost() | HostHung() | ImagePowerChanged() | ImageRestarting():
                pass
            case CopyStarted() | CopyFinished() | CopyInterrupted():
                pass
            case ResourceChanged():
                self._instant(resource_track(event.system, event.resource), record)
            case CommandGiven():
                self._instant(TraceTrack(TraceGroup.OPERATORS, f"VCS commands on {event.system}"), record)
            case CommandExecuted(sender=""):
                self._instant(TraceTrack(TraceGroup.OPERATORS, f"DS CLI of {event.user} on {event.host}"), record)
            case CommandExecuted():
                self._instant(TraceTrack(TraceGroup.HOSTS, f"{event.host} dscli"), record)
            case _:
                self._instant(track_of(event.where()), record)

    def see_steps(self, result: DrillResult) -> None:
        """The steps of the drill as slices of a track of their own."""
        for step in result.steps:
            if step.status is not StepStatus.NOT_EXECUTED:
                args = {"status": step.status.value, "observed": step.observed, "line": step.line}
                track, words = TraceTrack(TraceGroup.DRILL, "steps"), f"{step.keyword} {step.words}"
                self._span(track, words, (STILL_OPEN, STILL_OPEN), (step.began_us, step.ended_us), args)

    def document(self, result: DrillResult) -> Json:
        """The whole trace."""
        tracks = dict.fromkeys(part.track for part in sorted(self._parts, key=lambda part: part.opened))
        numbers = {track: number for number, track in enumerate(tracks, start=1)}
        parts = sorted(self._parts, key=lambda part: (part.json["ts"], part.track.lane, part.closed, part.opened))
        facts = {"feature": result.feature, "scenario": result.scenario, "agent": result.agent, "seed": result.seed}
        return {
            "traceEvents": [*names(numbers), *(shown(part, numbers[part.track]) for part in parts)],
            "displayTimeUnit": "ms",
            "otherData": {"origin": "SIMULATED by mirrordrill", "log_sha256": result.digest, **facts},
        }

    # The format's parts.

    def _span(
        self, track: TraceTrack, name: str, events: tuple[int, int], times_us: tuple[int, int], args: Json
    ) -> None:
        began_us, ended_us = times_us
        # A slice without a duration is an instant: some viewers take its end for the end of whatever is open.
        if began_us == ended_us:
            self._parts.append(TracePart(track, *events, instant(name, began_us, args)))
        else:
            part = {"name": name, "ph": "X", "ts": began_us, "args": args, "dur": ended_us - began_us}
            self._parts.append(TracePart(track, *events, part))

    def _instant(self, track: TraceTrack, record: Record | AnyChange) -> None:
        part = instant(record.event.text(), record.time_us, evidence(record))
        self._parts.append(TracePart(track, record.number, record.number, part))


def instant(name: str, time_us: int, args: Json) -> Json:
    """A moment."""
    return {"name": name, "ph": "i", "ts": time_us, "args": args, "s": "t"}


def shown(part: TracePart, thread: int) -> Json:
    """A part with its track."""
    lane = part.track.lane
    head = {"name": part.json["name"], "ph": part.json["ph"], "ts": part.json["ts"]}
    return {**head, "pid": int(lane), "tid": thread, "cat": lane.name.lower(), **part.json}


def names(tracks: Mapping[TraceTrack, int]) -> Iterable[Json]:
    """What tracks are called, and in which order they are shown."""
    for lane in sorted({track.lane for track in tracks}):
        yield metadata("process_name", int(lane), 0, {"name": lane.name.lower()})
        yield metadata("process_sort_index", int(lane), 0, {"sort_index": int(lane)})
    for place, track in enumerate(sorted(tracks)):
        at = int(track.lane), tracks[track]
        yield metadata("thread_name", *at, {"name": track.name})
        yield metadata("thread_sort_index", *at, {"sort_index": place})


def view_text(event: PairViewChanged) -> str:
    """An array's opinion of a volume, and why it is suspended."""
    return event.after + ("" if event.reason in {"", "-"} else f" ({event.reason})")


def power_text(event: HostPower) -> str:
    """A host that is up, or what happened to it."""
    return event.text() if isinstance(event, HostLost | HostHung) else "up"


def copy_text(event: CopyProgress) -> str:
    """A copy that runs; empty where it ended."""
    return f"{event.tracks} tracks" if isinstance(event, CopyStarted) else ""


def image_state(event: ImageChange) -> str | None:
    """An array that runs, starts again or is lost; that its management is silent is no state of the whole."""
    match event:
        case PairViewChanged():
            return "running"
        case ImagePowerChanged():
            return "running" if event.is_on else "lost"
        case ImageRestarting():
            return "warm restart" if event.is_restarting else "running"
        case _:
            return None


def metadata(name: str, pid: int, tid: int, args: Json) -> Json:
    """What a process or a thread of the trace is called, or where it is shown."""
    return {"name": name, "ph": "M", "pid": pid, "tid": tid, "args": args}


def evidence(record: Record | AnyChange) -> Json:
    """The event's number in the log and its words."""
    return {"event": record.number, "text": f"{record.event.where()}: {record.event.text()}"}


def array_track(array: str, what: str = "") -> TraceTrack:
    """An array, or something of it."""
    serial = array.rpartition("-")[2]
    return TraceTrack(TraceGroup.ARRAYS, f"{serial} {what}".rstrip())


def resource_track(system: str, resource: str) -> TraceTrack:
    """A resource on a system, where its entry points run one after the other."""
    return TraceTrack(TraceGroup.HOSTS, f"{system} {resource}")


def track_of(where: str) -> TraceTrack:
    """The track for whom an event says that it happened to."""
    kind, _, name = where.partition(" ")
    if kind == "array":
        return array_track(name)
    if kind in {"cluster", "link"}:
        return TraceTrack(TraceGroup.CLUSTERS, where)
    return TraceTrack(TraceGroup.HOSTS, kind)


def trace_text(records: Iterable[Record], changes: StateChanges, result: DrillResult) -> str:
    """The trace of a drill as JSON, the same for the same log."""
    writer = TraceWriter(changes, result.simulated_us)
    writer.states()
    for record in records:
        writer.see(record)
    writer.see_steps(result)
    return json.dumps(writer.document(result), separators=(",", ":"), ensure_ascii=True) + "\n"
