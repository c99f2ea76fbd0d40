"""All runs of a situation, one after the other or on several processors; the order of the results is always the
same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.drills.explore.workers import workers
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.sweep.forked import forked_runs
from mirrordrill.drills.sweep.situations import find_situation
from mirrordrill.drills.sweep.sweep_run import Course, SweepRun
from mirrordrill.simulator.agent_mode import AgentMode


def run_point(name: str, agent_mode: AgentMode, seed: int, point: str) -> SweepRun:
    """One point, in a process that may never have heard of its situation."""
    return course(name, agent_mode, seed).run(point)


_COURSES: dict[tuple[str, AgentMode, int], Course] = {}


def course(name: str, agent_mode: AgentMode = AgentMode.IN_PROCESS, seed: int = 0) -> Course:
    """The course of a situation, run without a fault once per process. Raises LookupError."""
    key = (name, agent_mode, seed)
    if key not in _COURSES:
        _COURSES[key] = Course(find_situation(name), agent_mode, seed)
    return _COURSES[key]


def sweep(name: str, agent_mode: AgentMode, seed: int, points: Sequence[str], jobs: int = 1) -> Iterator[SweepRun]:
    """Run every point, in order; in process by forks, which real processes and their sockets do not survive."""
    if agent_mode is AgentMode.IN_PROCESS:
        return forked_runs(course(name, agent_mode, seed), points, max(1, jobs))
    return from_the_start(name, agent_mode, seed, points, jobs)


def from_the_start(
    name: str, agent_mode: AgentMode, seed: int, points: Sequence[str], jobs: int = 1
) -> Iterator[SweepRun]:
    """Run every point, in order, the way to it each time."""
    with workers(jobs) as pool:
        if pool is None:
            yield from (run_point(name, agent_mode, seed, point) for point in points)
            return
        tasks = [pool.submit("point", name, agent_mode, seed, point) for point in points]
        yield from (task.result() for task in tasks)


def exit_code(runs: Sequence[SweepRun]) -> ExitCode:
    """A broken rule is graver than an end that is not in order, and that than a question left open."""
    verdicts = {oracle.verdict for run in runs for oracle in run.broken}
    if Verdict.BROKEN in verdicts:
        return ExitCode.SAFETY
    if not all(run.ending.is_sane for run in runs):
        return ExitCode.LIVENESS
    is_undecided = verdicts or any(run.ending.is_undecided for run in runs)
    return ExitCode.UNDECIDED if is_undecided else ExitCode.HELD
