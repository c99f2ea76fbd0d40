"""The plan of a rehearsal: the steps of a runbook, held against what was done.

A planned step counts as done when the same action was done (`actions.py`). It is left out when a later one was done
before it. What a runbook expects to be seen (`Then`), and its notes, cannot be left out.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mirrordrill.drills.output.read_back import read_feature
from mirrordrill.drills.rehearse.branch_world import RecordedLine
from mirrordrill.drills.rehearse.debrief.actions import ActionKind, kind_of, match_of
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.shrink.schedule import ScheduledStep, line_of

SEEN = frozenset({ActionKind.CHECK, ActionKind.NOTE})
"""What is not done but seen, or written down: it cannot be left out."""


class PlanStatus(enum.Enum):
    """How a planned step stands."""

    DONE = "done"
    LATE = "done, out of order"
    DUE = "DUE"
    LEFT_OUT = "LEFT OUT"
    WAITING = "later"
    CHECK = "to be seen"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the plan, with where it was done."""

    line: ScheduledStep
    status: PlanStatus
    done_us: int | None = None


def read_plan(path: Path) -> tuple[ScheduledStep, ...]:
    """The steps of a runbook feature, without the site. Raises UsageError."""
    scenarios = list(read_feature(path.absolute(), anew=True).scenarios.values())
    if not scenarios:
        raise UsageError(f"the plan {path} has no scenario")
    lines = [line_of(number, step) for number, step in enumerate(scenarios[0].steps)]
    return tuple(line for line in lines if kind_of(line) is not ActionKind.TIME)


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


def compare_plan(plan: Sequence[ScheduledStep], recorded: Sequence[RecordedLine]) -> list[PlannedStep]:
    """How each step of the plan stands."""
    free = [(each, match_of(each.line)) for each in recorded]
    done: list[RecordedLine | None] = []
    for line in plan:
        found = next((at for at, (_, words) in enumerate(free) if words == match_of(line)), None)
        done.append(None if found is None else free.pop(found)[0])
    last = max((at for at, each in enumerate(done) if each is not None), default=-1)
    due = next((at for at, line in enumerate(plan) if at > last and kind_of(line) not in SEEN), -1)
    steps: list[PlannedStep] = []
    latest_us = -1
    for at, (line, each) in enumerate(zip(plan, done, strict=True)):
        if each is not None:
            status = PlanStatus.DONE if each.began_us >= latest_us else PlanStatus.LATE
            latest_us = max(latest_us, each.began_us)
            steps.append(PlannedStep(line, status, each.began_us))
        elif kind_of(line) in SEEN:
            steps.append(PlannedStep(line, PlanStatus.CHECK))
        elif at < last:
            steps.append(PlannedStep(line, PlanStatus.LEFT_OUT))
        else:
            steps.append(PlannedStep(line, PlanStatus.DUE if at == due else PlanStatus.WAITING))
    return steps


def plan_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """The plan as text."""
    if not rehearsal.plan:
        return
    for number, step in enumerate(compare_plan(rehearsal.plan, rehearsal.stage.lines), start=1):
        at = f"  at {clock_text(step.done_us)[:-3]}" if step.done_us is not None else ""
        yield f"  {number:>2} {step.status.value:<18} {step.line.kind.capitalize()} {step.line.words}{at}"
