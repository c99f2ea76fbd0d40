"""`--trace`: the Trace Event Format, read by a checker that knows nothing of how it is written."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from tests.features.own_directory import in_directory

Json = dict[str, Any]
KNOWN_PHASES = {"X", "i", "M"}
NEEDED = {"name": str, "ph": str, "pid": int, "tid": int, "args": dict}


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Json, list[Json]]:
    """The trace and the event log of the shipped disaster drills: the first of them."""
    folder = tmp_path_factory.mktemp("trace")
    done = in_directory(
        folder, "mirrordrill", "run", "disaster", "--trace", "t.json", "--events", "e.jsonl", "--show", "summary"
    )
    assert done.returncode == 0, done.stdout
    assert {path.name for path in folder.iterdir()} == {"t.json", "t.2.json", "e.jsonl", "e.2.jsonl"}
    return json.loads((folder / "t.json").read_text()), read_lines(folder / "e.jsonl")


def read_lines(file: Path) -> list[Json]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def events(trace: Json, phase: str) -> list[Json]:
    return [event for event in trace["traceEvents"] if event["ph"] == phase]


def track_names(trace: Json) -> dict[tuple[int, int], str]:
    """Every track by process and thread, as `process: thread`."""
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events(trace, "M") if e["name"] == "thread_name"}
    lanes = {e["pid"]: e["args"]["name"] for e in events(trace, "M") if e["name"] == "process_name"}
    return {track: f"{lanes[track[0]]}: {name}" for track, name in names.items()}


def on_track(trace: Json, name: str, phases: str = "X") -> list[Json]:
    """The slices of one track, in order, or whatever else is on it."""
    tracks = {track for track, called in track_names(trace).items() if called == name}
    assert len(tracks) == 1, track_names(trace)
    found = [event for event in trace["traceEvents"] if event["ph"] in phases]
    return [event for event in found if (event["pid"], event["tid"]) in tracks]


def test_every_event_has_what_the_format_demands(flown: tuple[Json, list[Json]]) -> None:
    """Name, phase, process, thread; times that are no negative numbers; a scope for instants; arguments."""
    trace, _ = flown
    assert isinstance(trace["traceEvents"], list)
    assert trace["displayTimeUnit"] in {"ms", "ns"}
    for event in trace["traceEvents"]:
        assert all(isinstance(event[key], kind) for key, kind in NEEDED.items()), event
        assert event["ph"] in KNOWN_PHASES
        if event["ph"] != "M":
            assert isinstance(event["ts"], int)
            assert event["ts"] >= 0
            assert isinstance(event["cat"], str)
        if event["ph"] == "X":
            assert isinstance(event["dur"], int)
            # speedscope takes the end of a slice without a duration for the end of whatever is open on the track.
            assert event["dur"] > 0
        if event["ph"] == "i":
            assert event["s"] in {"g", "p", "t"}


def test_every_track_has_a_name_and_a_place(flown: tuple[Json, list[Json]]) -> None:
    """Nobody can read a track that is called 17."""
    trace, _ = flown
    used = {(event["pid"], event["tid"]) for event in trace["traceEvents"] if event["ph"] != "M"}
    assert used == set(track_names(trace))
    placed = {(e["pid"], e["tid"]) for e in events(trace, "M") if e["name"] == "thread_sort_index"}
    assert placed == used


def test_slices_of_one_track_never_overlap(flown: tuple[Json, list[Json]]) -> None:
    """The format nests them by their times; ours stand beside each other."""
    trace, _ = flown
    for track in track_names(trace):
        slices = [e for e in events(trace, "X") if (e["pid"], e["tid"]) == track]
        for before, after in itertools.pairwise(slices):
            assert before["ts"] + before["dur"] <= after["ts"]


def test_every_event_of_the_log_is_on_some_track(flown: tuple[Json, list[Json]]) -> None:
    """With its number, at its time; a slice may tell of its end, too."""
    trace, log = flown
    told = {}
    for event in trace["traceEvents"]:
        args = event["args"]
        if "event" in args:
            told[args["event"]] = event["ts"]
        if "ended_event" in args:
            told[args["ended_event"]] = event["ts"] + event.get("dur", 0)
    missing = {record["n"] for record in log} - set(told)
    # A state that was already entered is told once: a pair view that only repeats `running`, say.
    assert missing == set()
    assert all(told[record["n"]] == record["t"] for record in log)


def test_the_takeover_can_be_seen(flown: tuple[Json, list[Json]]) -> None:
    """Where the group was, what each array thought, which entry point did it, what was typed."""
    trace, _ = flown
    group = [event["name"] for event in on_track(trace, "groups: oragrp on hostc")]
    assert "ONLINE" in group
    views = [event["name"] for event in on_track(trace, "arrays: 75FA150 1260")]
    assert views[:2] == ["Target Full Duplex", "Suspended (Host Source)"]
    assert "online" in [event["name"] for event in on_track(trace, "hosts: hostc ora_mmir")]
    assert [event["name"] for event in on_track(trace, "arrays: 75FA120")] == ["running", "lost", "running"]
    assert [event["name"] for event in on_track(trace, "hosts: hosta")] == ["up", "halted", "up"]
    typed = {event["name"] for event in events(trace, "i") if event["cat"] == "operators"}
    assert "hagrp -offline oragrp -any" in typed
    steps = [event["name"] for event in on_track(trace, "drill: steps", "Xi")]
    assert steps[0] == 'Given the example site "rdc"'


def test_the_trace_says_where_it_comes_from(flown: tuple[Json, list[Json]]) -> None:
    """Simulated, and of which log."""
    trace, _ = flown
    assert trace["otherData"]["origin"].startswith("SIMULATED")
    assert len(trace["otherData"]["log_sha256"]) == 64
