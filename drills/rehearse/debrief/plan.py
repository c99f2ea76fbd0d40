"""The plan of a rehearsal: the steps of a runbook, held against what was done.

A planned step counts as done when the same sentence was said, or when a command that it types was typed on one of the
hosts it may be typed on. It is left out when a later one was done before it.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mirrordrill.drills.rehearse.branch_world import CLOCK, RecordedLine
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.run.collection import StrictParser
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.shrink.schedule import ScheduledStep, line_of

TYPED = re.compile(r'command \d+ on \S+ is typed: "(?P<text>[^"]*)"')
PLANNED_COMMAND = re.compile(r'the operator types "(?P<text>[^"]*)"')
SWITCH = re.compile(r"the operator switches (?P<group>\S+) to (?P<host>\S+)")


class PlanStatus(enum.Enum):
    """How a planned step stands."""

    DONE = "done"
    LATE = "done, out of order"
    DUE = "DUE"
    LEFT_OUT = "LEFT OUT"
    WAITING = "later"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the plan, with where it was done."""

    line: ScheduledStep
    status: PlanStatus
    done_us: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What can be counted of a plan."""

    planned: int
    done: int
    in_order: int
    left_out: int
    besides: tuple[str, ...]
    """What was done that no step of the plan asks for."""

    def text(self) -> str:
        """`7 of 8 steps done, 6 in order, 1 left out; 2 actions that the plan does not know`."""
        return (
            f"{self.done} of {self.planned} steps done, {self.in_order} in order, {self.left_out} left out; "
            f"{len(self.besides)} actions that the plan does not know"
        )


def read_plan(path: Path) -> tuple[ScheduledStep, ...]:
    """The steps of a runbook feature, without the site. Raises UsageError."""
    try:
        scenarios = list(StrictParser(str(path.absolute().parent), path.name).parse().scenarios.values())
    except OSError as error:
        raise UsageError(f"cannot read the plan {path}: {error.strerror}") from None
    if not scenarios:
        raise UsageError(f"the plan {path} has no scenario")
    lines = [line_of(number, step) for number, step in enumerate(scenarios[0].steps)]
    return tuple(line for line in lines if line.kind != "given")


def find_plan(named: Path) -> Path:
    """The file, or the ready-made runbook of that name. Raises UsageError with those that there are."""
    shipped = {
        path.stem: path for path in sorted((Path(__file__).resolve().parents[2] / "rehearsals").glob("*.feature"))
    }
    if named.is_file():
        return named
    if str(named) not in shipped:
        raise UsageError(f"there is no runbook {named}; ready-made ones: {', '.join(shipped)}")
    return shipped[str(named)]


def match_of(line: ScheduledStep) -> str:
    """What makes two lines the same action: the command, or the sentence."""
    if (typed := TYPED.search(line.words)) or (typed := PLANNED_COMMAND.search(line.words)):
        return " ".join(unquoted(typed["text"]).replace("'", "").split())
    if switch := SWITCH.search(line.words):
        return f"hagrp -switch {switch['group']} -to {switch['host']}"
    return line.words


def compare_plan(plan: Sequence[ScheduledStep], recorded: Sequence[RecordedLine]) -> list[PlannedStep]:
    """How each step of the plan stands."""
    free = [(each, match_of(each.line)) for each in recorded]
    done: list[RecordedLine | None] = []
    for line in plan:
        found = next((at for at, (_, words) in enumerate(free) if words == match_of(line)), None)
        done.append(None if found is None else free.pop(found)[0])
    last = max((at for at, each in enumerate(done) if each is not None), default=-1)
    steps: list[PlannedStep] = []
    latest_us = -1
    for at, (line, each) in enumerate(zip(plan, done, strict=True)):
        if each is not None:
            status = PlanStatus.DONE if each.began_us >= latest_us else PlanStatus.LATE
            latest_us = max(latest_us, each.began_us)
            steps.append(PlannedStep(line, status, each.began_us))
        elif at < last:
            steps.append(PlannedStep(line, PlanStatus.LEFT_OUT))
        else:
            is_first = at == last + 1
            steps.append(PlannedStep(line, PlanStatus.DUE if is_first else PlanStatus.WAITING))
    return steps


def score(plan: Sequence[ScheduledStep], recorded: Sequence[RecordedLine], first: int = 0) -> Score:
    """Count; lines before `first` brought the site up."""
    steps = compare_plan(plan, recorded)
    planned = {match_of(line) for line in plan}
    besides = [
        match_of(each.line)
        for each in recorded[first:]
        if not each.line.words.startswith(CLOCK) and each.line.kind == "when" and match_of(each.line) not in planned
    ]
    counts = {status: sum(step.status is status for step in steps) for status in PlanStatus}
    done = counts[PlanStatus.DONE] + counts[PlanStatus.LATE]
    return Score(len(steps), done, counts[PlanStatus.DONE], counts[PlanStatus.LEFT_OUT], tuple(besides))


def plan_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """The plan as text."""
    if not rehearsal.plan:
        return
    for number, step in enumerate(compare_plan(rehearsal.plan, rehearsal.stage.lines), start=1):
        at = f"  at {clock_text(step.done_us)[:-3]}" if step.done_us is not None else ""
        yield f"  {number:>2} {step.status.value:<18} {step.line.kind.capitalize()} {step.line.words}{at}"
    yield score(rehearsal.plan, rehearsal.stage.lines).text()
