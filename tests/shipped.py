"""All shipped drills, run once in process for every test that looks at what came of them.

Tests that ask for it belong to the group `SHIPPED`, which xdist gives to one worker.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.drill_hooks import IN_PROCESS_ONLY
from mirrordrill.drills.run.results import DrillResult, StepResult
from mirrordrill.drills.run.runner import RunResult, run
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.kernel.events import EventLog
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointKilled, EntryPointStarted

SHIPPED = pytest.mark.xdist_group("shipped drills")
BOTH_WAYS = "both-ways"
Course = tuple[str, ...]


def courses(log: EventLog) -> Iterator[Course]:
    """Each course of an entry point that the log contains, those that never came to an end too."""
    running: dict[tuple[str, str, str], list[str]] = {}
    for record in log:
        match record.event:
            case EntryPointStarted(system, resource, entry):
                running[system, resource, entry] = [entry]
            case AgentLog(host, resource, entry, _, message_id):
                running.setdefault((host, resource, entry), [entry]).append(f"message {message_id}")
            case CommandExecuted() as command:
                for (system, _, _), course in running.items():
                    if system == command.host:
                        course.append(f"{command.verb} {' '.join(command.outcomes)}")
            case EntryPointEnded(system, resource, entry, exit_code):
                yield (*running.pop((system, resource, entry), [entry]), f"exit code {exit_code}")
            case EntryPointKilled(system, resource, entry, why):
                yield (*running.pop((system, resource, entry), [entry]), f"killed: {why}")
    for course in running.values():
        yield (*course, "never ended")


class Watcher:
    """Reads the courses from the log of each drill, in process."""

    def __init__(self) -> None:
        self.found: dict[Course, set[str]] = defaultdict(set)
        """The scenarios that contain a course, where real processes can run them."""
        self.both_ways: set[Course] = set()

    def drills_found(self, count: int) -> None: ...

    def drill_began(self, drill: Drill) -> None: ...

    def time_passes(self, drill: Drill, now_s: float) -> None: ...

    def step_ended(self, drill: Drill, step: StepResult) -> None: ...

    def drill_ended(self, drill: Drill, result: DrillResult) -> None:
        if IN_PROCESS_ONLY not in drill.tags:
            for course in courses(drill.log):
                self.found[course].add(f"{drill.file}: {drill.scenario}")
                if BOTH_WAYS in drill.tags:
                    self.both_ways.add(course)


@dataclass(frozen=True)
class Shipped:
    """What came of the shipped drills."""

    result: RunResult
    courses: Watcher


@functools.cache
def shipped() -> Shipped:
    """Run them, once in a process."""
    watcher = Watcher()
    return Shipped(run((), Options(), watcher), watcher)
