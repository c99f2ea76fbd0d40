"""A scenario as data: its steps in their order, and back as a feature that any user can run.

The plugin makes one of each scenario it runs, when pytest-bdd has put the background in front and filled an outline's
row in. And and But are resolved: each step knows whether it says how it begins, what happens, or what is expected.

Rule 1: a schedule that is rendered and run gives the same event log as the scenario it was made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mirrordrill.simulator.kernel.password_stand_ins import recorded_sentence

Table = tuple[tuple[str, ...], ...]
EXPECTED, WHEN = "then", "when"


@dataclass(frozen=True, slots=True)
class ScheduledStep:
    """A step: how it is meant, its words, and what stands below it."""

    kind: str
    """`given`, `when` or `then`."""
    words: str
    table: Table | None = None
    text: str | None = None
    number: int = 0
    """Its place in the scenario as it was run."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The steps of a scenario, and where they come from."""

    feature: str
    scenario: str
    tags: tuple[str, ...]
    lines: tuple[ScheduledStep, ...]
    path: Path = Path()
    """The feature file; what a step names is looked for beside it."""
    test: str = ""
    """What pytest calls the scenario."""


def schedule_of(feature: Any, scenario: Any, tags: Iterable[str], test: str) -> Schedule:
    """The schedule of a scenario that pytest-bdd is about to run."""
    lines = (line_of(number, step) for number, step in enumerate(scenario.steps))
    return Schedule(feature.name, scenario.name, tuple(sorted(tags)), tuple(lines), Path(feature.filename), test)


def line_of(number: int, step: Any) -> ScheduledStep:
    """One of its steps."""
    rows = step.datatable.raw() if step.datatable else None
    table = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows) if rows else None
    # What is written of it, as a counter-example, is passed on: a stand-in does there what the password did.
    return ScheduledStep(step.type, recorded_sentence(step.name), table, step.docstring, number)


def rendered(
    feature: str,
    scenarios: Iterable[tuple[str, Sequence[ScheduledStep]]],
    tags: Sequence[str] = (),
    about: Sequence[str] = (),
) -> str:
    """A feature of these scenarios; `about` stands above it as a comment."""
    head = [f"# {line}".rstrip() for line in about]
    head += [" ".join(f"@{tag}" for tag in tags)] if tags else []
    lines = [*head, f"Feature: {feature}"]
    for name, steps in scenarios:
        lines += ["", f"  Scenario: {name}", *step_lines(steps)]
    return "\n".join(lines) + "\n"


def step_lines(steps: Sequence[ScheduledStep], indent: str = "    ") -> Iterator[str]:
    """The steps as a feature has them, with what stands below them."""
    before = ""
    for step in steps:
        keyword = "And" if step.kind == before else step.kind.capitalize()
        before = step.kind
        yield f"{indent}{keyword} {step.words}"
        if step.text is not None:
            yield from docstring_lines(step.text, indent + "  ")
        if step.table is not None:
            yield from table_lines(step.table, indent + "  ")


def table_lines(table: Table, indent: str) -> Iterator[str]:
    """A data table, its columns as wide as they need to be."""
    rows = [[escaped(cell) for cell in row] for row in table]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield indent + "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def escaped(cell: str) -> str:
    r"""What a cell needs: `\` and `|` with a backslash before them, a line end as `\n`."""
    return cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def docstring_lines(text: str, indent: str) -> Iterator[str]:
    """A text below a step, between quotes that it does not hold itself."""
    quotes = '"""' if '"' not in text else "```"
    yield indent + quotes
    body = text if quotes == '"""' else text.replace("```", "\\`\\`\\`")
    yield from (f"{indent}{line}" for line in body.split("\n"))
    yield indent + quotes
