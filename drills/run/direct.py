"""Runs a scenario straight through the step functions: no pytest, no file, nothing that outlives the drill.

What pytest does for a scenario (`drill_hooks/`) is done here in the same order, so that the log is the same, byte for
byte. A step that needs a fixture of pytest's own cannot be run in this way.

Rule 1: a schedule is run as it stands; what `mirrordrill run` makes of its text is the same drill.
Rule 2: nothing is kept: a process may run a hundred thousand of them.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.drill_hooks import status_of
from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from mirrordrill.drills.steps.library import STEPS, StepEntry, load_shipped, no_such_step
from mirrordrill.drills.steps.wording import PARAMETER_TYPES

OWN = frozenset({"drill", "datatable", "docstring"})
"""What a step can be given beside the places of its sentence."""
REMEMBERED = 4096
"""So many sentences are remembered with the step that they are: nights say the same again and again."""


def run_schedule(schedule: Schedule, drill: Drill) -> DrillResult:
    """Run the steps of a schedule in a drill that has not begun; what came of it. Closes the drill."""
    begin(schedule, drill)
    try:
        for line in schedule.lines:
            if not carry_out(drill, line):
                break
        return drill.close()
    finally:
        drill.close()


def begin(schedule: Schedule, drill: Drill) -> None:
    """Give the steps of a schedule to a drill that has not begun."""
    drill.feature, drill.scenario, drill.tags = schedule.feature, schedule.scenario, schedule.tags
    drill.schedule = schedule
    drill.begin(listed(schedule))


def listed(schedule: Schedule) -> list[tuple[str, str, int]]:
    """The steps of a schedule as keyword, words, line."""
    numbers = zip(keywords(schedule.lines), schedule.lines, strict=True)
    return [(keyword, line.words, line.number) for keyword, line in numbers]


def carry_out(drill: Drill, line: ScheduledStep, instead: Callable[[], None] | None = None) -> bool:
    """One step; whether the next one may follow. `instead` is called in place of the step's own function."""
    drill.begin_step(line.kind)
    try:
        if instead is not None:
            instead()
        else:
            entry = step_of(line.kind, line.words)
            entry.function(drill, **arguments(drill, entry, line))
    except Exception as failure:  # whatever a step raises is its result, as for pytest
        facts = failure.facts if isinstance(failure, ExpectationFailedError) else None
        drill.end_step(status_of(failure), str(failure) or type(failure).__name__, facts)
        return False
    drill.end_step(StepStatus.HELD)
    return True


def keywords(lines: Sequence[ScheduledStep]) -> list[str]:
    """`Given`, `And`, `When` ... as the rendered scenario has them."""
    befores = ["", *(line.kind for line in lines)]
    return [
        "And" if line.kind == before else line.kind.capitalize() for before, line in zip(befores, lines, strict=False)
    ]


@functools.lru_cache(maxsize=REMEMBERED)
def step_of(kind: str, words: str) -> StepEntry:
    """The shipped step of these words. Raises UsageError with the nearest ones."""
    load_once()
    found = next((entry for entry in STEPS if entry.knows(kind, words)), None)
    if found is None:
        raise UsageError(no_such_step(kind, words))
    return found


@functools.cache
def load_once() -> int:
    """Load the shipped steps; how many there are."""
    return len(load_shipped())


def arguments(drill: Drill, entry: StepEntry, line: ScheduledStep) -> dict[str, Any]:
    """What the step function is called with, names looked up in the site. Raises UsageError."""
    given = entry.sentence.parse_arguments(line.words) or {}
    wanted = parameters_of(entry.function)
    for place, kind in entry.sentence.places.items():
        if PARAMETER_TYPES[kind].is_named:
            given[place] = drill.names.meant(kind, given[place])
    if strange := set(wanted) - set(given) - OWN - optional(entry.function):
        raise UsageError(f"`{line.words}` needs {', '.join(sorted(strange))}, which only pytest can give")
    for name, below, what in (("datatable", line.table, "table"), ("docstring", line.text, "text below it")):
        if below is not None and name not in wanted:
            raise UsageError(f"`{line.words}` takes no {what}")
        if below is None and name in wanted:
            raise UsageError(f"`{line.words}` needs a {what.split()[0]} below it")
        if below is not None:
            given[name] = [list(row) for row in line.table] if line.table is not None and name == "datatable" else below
    return given


@functools.cache
def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a step function's parameters."""
    return tuple(inspect.signature(function).parameters)


@functools.cache
def optional(function: Callable[..., Any]) -> frozenset[str]:
    """Those that may be left out."""
    parameters = inspect.signature(function).parameters.values()
    return frozenset(each.name for each in parameters if each.default is not inspect.Parameter.empty)


def numbered(lines: Sequence[ScheduledStep]) -> tuple[ScheduledStep, ...]:
    """The steps with their places in the scenario."""
    return tuple(replace(line, number=number) for number, line in enumerate(lines))
