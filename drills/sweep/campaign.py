"""All flights of a situation, one after the other or on several processors; the order of the results is always the
same."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from functools import partial

from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.sweep.flight import Course, Flight
from mirrordrill.drills.sweep.situations import find_situation
from mirrordrill.simulator.agent_mode import AgentMode

CHUNK = 8
"""Points that a processor takes at a time."""


def fly_point(name: str, agent_mode: AgentMode, seed: int, point: str) -> Flight:
    """One point, in a process that may never have heard of its situation."""
    return course(name, agent_mode, seed).fly(point)


_COURSES: dict[tuple[str, AgentMode, int], Course] = {}


def course(name: str, agent_mode: AgentMode = AgentMode.IN_PROCESS, seed: int = 0) -> Course:
    """The course of a situation, flown without a fault once per process. Raises LookupError."""
    key = (name, agent_mode, seed)
    if key not in _COURSES:
        _COURSES[key] = Course(find_situation(name), agent_mode, seed)
    return _COURSES[key]


def sweep(name: str, agent_mode: AgentMode, seed: int, points: Sequence[str], jobs: int = 1) -> Iterator[Flight]:
    """Fly every point, in order."""
    fly = partial(fly_point, name, agent_mode, seed)
    if jobs <= 1:
        yield from map(fly, points)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(fly, points, CHUNK)


def exit_code(flights: Sequence[Flight]) -> ExitCode:
    """A broken rule is graver than an end that is not in order, and that than a question left open."""
    verdicts = {oracle.verdict for flight in flights for oracle in flight.broken}
    if Verdict.BROKEN in verdicts:
        return ExitCode.SAFETY
    if not all(flight.ending.is_sane for flight in flights):
        return ExitCode.LIVENESS
    is_undecided = verdicts or any(flight.ending.is_undecided for flight in flights)
    return ExitCode.UNDECIDED if is_undecided else ExitCode.HELD
