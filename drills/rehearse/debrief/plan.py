"""The plan of a rehearsal: the steps of a runbook, held against what was done.

A planned step counts as done when the same action was done (`actions.py`). It is left out when a later one was done
before it. What a runbook expects to be seen (`Then`), and its notes, cannot be left out; what its instructor breaks is
not left out by people, it did not happen.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from mirrordrill.drills.output.read_back import read_feature
from mirrordrill.drills.rehearse.branch_world import RecordedLine
from mirrordrill.drills.rehearse.debrief.actions import ActionKind, Mirrors, kind_of, match_of, mirrors_of
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.run.direct import arguments, step_of
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.shrink.schedule import ScheduledStep, line_of
from mirrordrill.drills.sites.standard import mapped_drills
from mirrordrill.drills.steps.wording import cut
from mirrordrill.simulator.config.loader import Unreadable, read_bytes
from mirrordrill.simulator.site.site import Site

SEEN = frozenset({ActionKind.CHECK, ActionKind.NOTE})
"""What is not done but seen, or written down: it cannot be left out."""

HUMAN = 'What people do and no command shows is a note: `"Ann" notes: "the duty manager is called"`'
"""Said where a sentence of a plan is no step."""


class PlanStatus(enum.Enum):
    """How a planned step stands."""

    DONE = "done"
    LATE = "done, out of order"
    DUE = "DUE"
    LEFT_OUT = "LEFT OUT"
    WAITING = "later"
    CHECK = "to be seen"
    NOT_SO = "did not happen"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of the plan, with where it was done."""

    line: ScheduledStep
    status: PlanStatus
    done_us: int | None = None


def read_plan(path: Path, named: str = "") -> tuple[ScheduledStep, ...]:
    """The steps of a runbook feature, without the site. Raises UsageError, also for a sentence that is no step."""
    scenarios = list(read_feature(path.absolute(), anew=True).scenarios.values())
    if not scenarios:
        raise UsageError(f"the plan {named or path} has no scenario")
    lines = [line_of(number, step) for number, step in enumerate(scenarios[0].steps)]
    for line in lines:
        try:
            step_of(line.kind, line.words)
        except UsageError as wrong:
            raise UsageError(f"the plan {named or path.name}: {wrong}. {HUMAN}") from None
    return tuple(line for line in lines if kind_of(line) is not ActionKind.TIME)


def check_names(plan: Sequence[ScheduledStep], drill: Drill) -> None:
    """Raise UsageError where a step of the plan names what the site does not have."""
    for line in plan:
        try:
            arguments(drill, step_of(line.kind, line.words), line)
        except UsageError as wrong:
            raise UsageError(f"the plan says `{cut(line.words)}`: {wrong}") from None


def runbook(named: Path, site: Site) -> bytes:
    """A runbook: a file as it is; a ready-made one by its name, in the names of the site. Raises UsageError."""
    shipped = {
        path.stem: path for path in sorted((Path(__file__).resolve().parents[2] / "rehearsals").glob("*.feature"))
    }
    if named.is_file():
        try:
            return read_bytes(named)
        except Unreadable as wrong:
            raise UsageError(wrong.message) from None
    if str(named) not in shipped:
        raise UsageError(f"there is no runbook {named}; ready-made ones: {', '.join(shipped)}")
    path = shipped[str(named)]
    text = path.read_text("utf-8")
    if site.name and f'"{site.name}"' in text:
        return text.encode()
    mapped = mapped_drills(site, [path], only_standard=False)
    found = next(iter(mapped.texts.values()), None)
    if found is None:
        raise UsageError(f"the ready-made runbook {named} does not fit this site: {'; '.join(mapped.remarks)}")
    return found.encode()


def notes_of(text: bytes) -> tuple[str, ...]:
    """The comment above a runbook: it is for its instructor."""
    lines = takewhile(lambda line: line.startswith("#"), text.decode(errors="replace").splitlines())
    return tuple(line.removeprefix("#").removeprefix(" ") for line in lines)


def compare_plan(
    plan: Sequence[ScheduledStep], recorded: Sequence[RecordedLine], mirrors: Mirrors = ()
) -> list[PlannedStep]:
    """How each step of the plan stands."""
    free = [(each, match_of(each.line, mirrors)) for each in recorded]
    done: list[RecordedLine | None] = []
    for line in plan:
        found = next((at for at, (_, words) in enumerate(free) if words == match_of(line, mirrors)), None)
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
            is_peoples = kind_of(line) is not ActionKind.FAULT
            steps.append(PlannedStep(line, PlanStatus.LEFT_OUT if is_peoples else PlanStatus.NOT_SO))
        else:
            steps.append(PlannedStep(line, PlanStatus.DUE if at == due else PlanStatus.WAITING))
    return steps


def plan_of(rehearsal: Rehearsal) -> list[PlannedStep]:
    """How each step stands on the current branch; empty without a plan."""
    stage = rehearsal.stage
    return compare_plan(rehearsal.plan, stage.lines, mirrors_of(stage.world.site))


def plan_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """The plan as text."""
    if not rehearsal.plan:
        return
    for number, step in enumerate(plan_of(rehearsal), start=1):
        at = f"  at {clock_text(step.done_us)[:-3]}" if step.done_us is not None else ""
        yield f"  {number:>2} {step.status.value:<18} {step.line.kind.capitalize()} {step.line.words}{at}"
