"""A drill as a trace that Perfetto (ui.perfetto.dev) and chrome://tracing open: the Trace Event Format, as JSON.

There is a track for each host, each resource on a host, each array and each of its volumes, each group on each system,
each system that somebody types commands on, each cluster and link, and one for the steps of the drill. What lasts is a
slice: entry points, group states, each array's opinion of each volume, copies, hosts and arrays that are up or lost.
What happens at a moment is an instant. Every event of the log is on some track, with its number in the log.

Rule 1: times are simulated microseconds, which is what the format counts in.
Rule 2: slices of one track never overlap; whoever takes a state leaves the one before.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

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


class TraceWriter:
    """Takes the records of a drill in order and keeps what the format wants of them."""

    def __init__(self) -> None:
        self._tracks: dict[TraceTrack, int] = {}
        self._open: dict[TraceTrack, Json] = {}
        self._events: list[Json] = []

    def see(self, record: Record) -> None:
        """Put one event on its track."""
        match event := record.event:
            case PairViewChanged():
                reason = "" if event.reason in {"", "-"} else f" ({event.reason})"
                self._enter(array_track(event.array), "running", record, only_first=True)
                self._enter(array_track(event.array, event.volume), event.after + reason, record)
            case GroupChanged():
                self._enter(TraceTrack(TraceGroup.GROUPS, f"{event.group} on {event.system}"), event.after, record)
            case EntryPointStarted():
                self._enter(resource_track(event.system, event.resource), event.entry, record)
            case EntryPointEnded() | EntryPointKilled():
                self._leave(resource_track(event.system, event.resource), event.entry, record)
            case ResourceChanged():
                self._instant(resource_track(event.system, event.resource), record)
            case HostBooted() | HostResumed():
                self._enter(TraceTrack(TraceGroup.HOSTS, event.host), "up", record)
            case HostLost() | HostHung():
                self._enter(TraceTrack(TraceGroup.HOSTS, event.host), event.text(), record)
            case ImagePowerChanged():
                self._enter(array_track(event.array), "running" if event.is_on else "lost", record)
            case ImageRestarting():
                self._enter(array_track(event.array), "warm restart" if event.is_restarting else "running", record)
            case CopyStarted():
                self._enter(array_track(event.array, f"{event.volume} copy"), f"{event.tracks} tracks", record)
            case CopyFinished() | CopyInterrupted():
                self._leave(array_track(event.array, f"{event.volume} copy"), "", record)
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
                words = f"{step.keyword} {step.words}"
                self._span(TraceTrack(TraceGroup.DRILL, "steps"), words, step.began_us, step.ended_us, args)

    def document(self, result: DrillResult) -> Json:
        """The whole trace: what is still open ends with the drill."""
        for track in list(self._open):
            self._close(track, result.simulated_us)
        facts = {"feature": result.feature, "scenario": result.scenario, "agent": result.agent, "seed": result.seed}
        return {
            "traceEvents": [*self._names(), *sorted(self._events, key=lambda event: (event["ts"], event["pid"]))],
            "displayTimeUnit": "ms",
            "otherData": {"origin": "SIMULATED by mirrordrill", "log_sha256": result.digest, **facts},
        }

    # The format's parts.

    def _enter(self, track: TraceTrack, name: str, record: Record, *, only_first: bool = False) -> None:
        if track in self._open:
            if only_first:
                return
            self._close(track, record.time_us)
        self._tid(track)
        self._open[track] = {"name": name, "ts": record.time_us, "args": evidence(record)}

    def _leave(self, track: TraceTrack, name: str, record: Record) -> None:
        if name and self._open.get(track, {}).get("name") != name:
            self._instant(track, record)  # a monitor whose start nobody told
            return
        if track in self._open:
            self._open[track]["args"] |= {"ended": record.event.text(), "ended_event": record.number}
            self._close(track, record.time_us)

    def _close(self, track: TraceTrack, time_us: int) -> None:
        slice_ = self._open.pop(track)
        self._span(track, slice_["name"], slice_["ts"], time_us, slice_["args"])

    def _span(self, track: TraceTrack, name: str, began_us: int, ended_us: int, args: Json) -> None:
        # A slice without a duration is an instant: some viewers take its end for the end of whatever is open.
        if began_us == ended_us:
            self._mark(track, name, began_us, args)
        else:
            self._add(track, "X", name, began_us, args)
            self._events[-1]["dur"] = ended_us - began_us

    def _instant(self, track: TraceTrack, record: Record) -> None:
        self._mark(track, record.event.text(), record.time_us, evidence(record))

    def _mark(self, track: TraceTrack, name: str, time_us: int, args: Json) -> None:
        self._add(track, "i", name, time_us, args)
        self._events[-1]["s"] = "t"

    def _add(self, track: TraceTrack, phase: str, name: str, time_us: int, args: Json) -> None:
        where = {"pid": int(track.lane), "tid": self._tid(track), "cat": track.lane.name.lower()}
        self._events.append({"name": name, "ph": phase, "ts": time_us, **where, "args": args})

    def _tid(self, track: TraceTrack) -> int:
        return self._tracks.setdefault(track, len(self._tracks) + 1)

    def _names(self) -> Iterable[Json]:
        lanes = sorted({track.lane for track in self._tracks})
        for lane in lanes:
            yield metadata("process_name", int(lane), 0, {"name": lane.name.lower()})
            yield metadata("process_sort_index", int(lane), 0, {"sort_index": int(lane)})
        for place, track in enumerate(sorted(self._tracks)):
            at = int(track.lane), self._tracks[track]
            yield metadata("thread_name", *at, {"name": track.name})
            yield metadata("thread_sort_index", *at, {"sort_index": place})


def metadata(name: str, pid: int, tid: int, args: Json) -> Json:
    """What a process or a thread of the trace is called, or where it is shown."""
    return {"name": name, "ph": "M", "pid": pid, "tid": tid, "args": args}


def evidence(record: Record) -> Json:
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


def trace_text(records: Iterable[Record], result: DrillResult) -> str:
    """The trace of a drill as JSON, the same for the same log."""
    writer = TraceWriter()
    for record in records:
        writer.see(record)
    writer.see_steps(result)
    return json.dumps(writer.document(result), separators=(",", ":"), ensure_ascii=True) + "\n"
