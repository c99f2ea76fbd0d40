"""One drill, shrunk: what is dropped first, what is never dropped, and what is said of what is left.

What cannot have mattered goes first: the steps that declare a rule broken, those after the step that failed, and, where
a rule is broken, all that only expects something. Then `reduce` asks for every chunk, step and value.

Rule 1: the step that names the site stays, and of a step that did not come about, that step, with what a night ends
with before it is judged.
Rule 2: what is left is run once more and looked at; as the drill itself was run, too, where that was as processes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.drills.shrink.failure import Failure, FailureKind, again, failure_of
from mirrordrill.drills.shrink.milder import milder
from mirrordrill.drills.shrink.reduce import Edit, Told, reduce
from mirrordrill.drills.shrink.runs import Judge, NotShrunkError, Range, Seen, as_it_is
from mirrordrill.drills.shrink.schedule import EXPECTED, WHEN, Schedule, ScheduledStep
from mirrordrill.simulator.agent_mode import AgentMode

DEFAULT_RUNS = 300
"""So many runs are spent on the search for one counter-example, unless the user says otherwise."""

ENDS_OF_NIGHT = (
    re.compile("everything is repaired|the side of .+ is repaired"),
    re.compile("the clusters are left alone for as long as their policies allow"),
    re.compile("the operator follows the runbook"),
)
"""What comes before a night is judged. Without it a step fails in the same words over faults that stand, or a command
that was given a moment ago."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which failure of a drill is shrunk, and how much may be spent on it."""

    runs: int = DEFAULT_RUNS
    with_declared: bool = False
    """What the drill declares to be broken, too."""
    rule: str = ""
    """Only how this rule is broken."""
    judge: Judge = as_it_is
    """What a run counts as: of a night what a declared hazard explains is no failure."""


DEFAULT = Wanted()


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A drill, and the little of it that still fails in the same way."""

    drill: DrillResult
    schedule: Schedule
    """As it was run."""
    lines: tuple[ScheduledStep, ...]
    """What is left."""
    failure: Failure
    """As it was seen in the last run of what is left."""
    seen: Seen
    runs: int
    budget: int
    is_minimal: bool
    """Whether no step can be dropped; else the budget was used up before that was known."""
    agent_mode: AgentMode
    """How what is left is run."""
    remark: str = ""
    """What is to be said of the way it was run."""

    def sentence(self) -> str:
        """`5 of 23 steps are left after 64 runs; none of them can be dropped`."""
        left = f"{len(self.lines)} of {len(self.schedule.lines)} steps are left after {self.runs} runs"
        if self.is_minimal:
            return f"{left}; none of them can be dropped"
        return f"{left}; the {self.budget} runs allowed were used up, so there may be steps that can be dropped"


def shrink(
    drill: DrillResult,
    options: Options,
    wanted: Wanted = DEFAULT,
    told: Told = lambda _runs, _left: None,
) -> Shrunk:
    """The fewest and mildest steps found that fail as the drill did.

    Raises NotShrunkError for a drill in which nothing failed, or that does not fail again; KeyboardInterrupt.
    """
    failure = failure_of(drill, wanted.rule, with_declared=wanted.with_declared)
    schedule = drill.schedule
    if failure is None or schedule is None or drill.opened_by is None:
        raise NotShrunkError(unshrinkable(drill, wanted.rule))
    options = replace(options, seed=drill.seed, profile=drill.profile)
    left = len(schedule.lines)

    def of_a_round(_: int, still: int) -> None:
        nonlocal left
        left = still

    with Range(schedule, options, lambda ran: told(ran, left), wanted.judge) as runs:
        start = starting_with(schedule.lines, drill, failure)
        window = window_of(start) if failure.kind is FailureKind.STEP and start[-1].number in drill.counting else None
        if not fails(runs, failure, [start])[0]:
            raise NotShrunkError("run alone and in process, it does not fail in the same way")
        kept = {drill.opened_by, *(judged_after(start) if failure.kind is FailureKind.STEP else [])}
        found = reduce(
            start,
            lambda candidates: fails(runs, failure, candidates, window),
            wanted.runs - runs_around(AgentMode(drill.agent)),
            is_kept=lambda line: line.number in kept,
            milder=lambda line: () if line.number in kept else milder(line),
            hints=hints(start, failure, kept),
            told=of_a_round,
        )
        seen, failed, agent_mode, remark = looked_at(runs, found.items, failure, AgentMode(drill.agent))
        ran, budget = runs.runs, wanted.runs
        return Shrunk(drill, schedule, found.items, failed, seen, ran, budget, found.is_minimal, agent_mode, remark)


def runs_around(agent_mode: AgentMode) -> int:
    """The runs that a search needs beside its candidates: one before it, one of what is left, one more as processes."""
    return 2 if agent_mode is AgentMode.IN_PROCESS else 3


def unshrinkable(drill: DrillResult, rule: str) -> str:
    """Why there is nothing to shrink."""
    if rule:
        return f"{rule} is not broken in it"
    if any(step.status is StepStatus.USAGE for step in drill.steps):
        return "the drill itself is wrong: see the step marked WRONG"
    if drill.exit_code() is ExitCode.HELD:
        return "no rule was broken in it, and every step came about"
    return "it ended before a step named the site" if drill.opened_by is None else "nothing failed in it"


def fails(
    runs: Range, failure: Failure, candidates: Sequence[Sequence[ScheduledStep]], window: int | None = None
) -> list[bool]:
    """Which of the candidates fail in this way; none whose last step looks at another stretch of time."""
    same = [each for each in candidates if window is None or window_of(each) == window]
    seen = iter(result is not None and again(failure, result) is not None for result in runs.run(same))
    return [(window is None or window_of(each) == window) and next(seen) for each in candidates]


def window_of(lines: Sequence[ScheduledStep]) -> int:
    """The number of the `When` since which the last step counts; an `And` that goes on from it is a part of it."""
    befores = [None, *(line.kind for line in lines)]
    begins = [line.number for before, line in zip(befores, lines, strict=False) if line.kind == WHEN != before]
    return begins[-1] if begins else 0


def starting_with(lines: Sequence[ScheduledStep], drill: DrillResult, failure: Failure) -> tuple[ScheduledStep, ...]:
    """The steps without those that cannot matter: what was declared, and what comes after a step that failed."""
    if failure.kind is FailureKind.STEP:
        failed = next(number for number, step in enumerate(drill.steps) if step.status is StepStatus.FAILED)
        return tuple(lines[: failed + 1])
    return tuple(line for line in lines if line.number not in drill.declaring)


def judged_after(start: Sequence[ScheduledStep]) -> Iterator[int]:
    """The number of the step that did not come about, and of each end of a night the last one before it."""
    yield start[-1].number
    for end in ENDS_OF_NIGHT:
        yield from [line.number for line in start if end.fullmatch(line.words)][-1:]


def hints(start: Sequence[ScheduledStep], failure: Failure, kept: set[int]) -> list[Edit[ScheduledStep]]:
    """What the oracle of a rule probably does not need: everything that only expects something."""
    expecting = [place for place, line in enumerate(start) if line.kind == EXPECTED and line.number not in kept]
    return [dict.fromkeys(expecting)] if failure.kind is FailureKind.RULE and expecting else []


def looked_at(
    runs: Range, lines: Sequence[ScheduledStep], failure: Failure, agent_mode: AgentMode
) -> tuple[Seen, Failure, AgentMode, str]:
    """The last run of what is left, and how it failed there: as the drill was run, if it fails that way, too.

    Raises NotShrunkError where what failed a moment ago does not fail now.
    """
    seen = failing(runs, lines, failure, AgentMode.IN_PROCESS)
    if seen is None:
        raise NotShrunkError("it does not fail in the same way each time: there is chance in it that no seed decides")
    if agent_mode is AgentMode.IN_PROCESS:
        return *seen, agent_mode, ""
    own = failing(runs, lines, failure, agent_mode)
    if own is not None:
        return *own, agent_mode, "searched in process, and seen to fail as real processes, too"
    return (
        *seen,
        AgentMode.IN_PROCESS,
        "as real processes, as the drill was run, it does not fail; in process it does",
    )


def failing(
    runs: Range, lines: Sequence[ScheduledStep], failure: Failure, agent_mode: AgentMode
) -> tuple[Seen, Failure] | None:
    """One run, looked at, and how it failed; None where it does not fail in this way."""
    seen = runs.look_at(lines, agent_mode)
    failed = None if seen is None else again(failure, seen.result)
    return None if seen is None or failed is None else (seen, failed)
