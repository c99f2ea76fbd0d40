"""What is wrong with a feature that Gherkin can read, and would not run as it is meant.

Gherkin takes every line below a head that is no step for a description, runs an outline without Examples as it stands,
and drops the last cell of a row that has no `|` at its end.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_bdd.gherkin_parser import Child, ExamplesTable, Feature, Row, Scenario, Step

from mirrordrill.drills.steps import library

HEAD = re.compile(r"\s*([A-Za-z][A-Za-z ]{2,20}):")
HEADS = (
    "Feature",
    "Rule",
    "Background",
    "Scenario",
    "Scenario Outline",
    "Scenario Template",
    "Example",
    "Examples",
    "Scenarios",
)
"""What a part of a feature begins with."""
STEP_WORDS = ("Given", "When", "Then", "And", "But")
HEAD_MISSING = "above it a head is missing, such as `Scenario: NAME`"
STEPS_BEGIN = "a step begins with Given, When, Then, And or But"
ALIKE = 0.75
"""How much of a line must be like a step for a step to be meant, where its first word is nearly a keyword."""
MOST_DESCRIBED = 500
"""Lines of descriptions that are compared with the steps: no feature that a person writes has more."""
PLACEHOLDER = re.compile(r"<([^<>\s][^<>]*)>")
QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class WrongLine:
    """One thing that is wrong with a feature file."""

    line: int
    what: str


def faults_of(feature: Feature, lines: Sequence[str]) -> list[WrongLine]:
    """Everything that is wrong with a feature, by line."""
    found = [*lost_lines(feature, lines), *repeated_names(feature.children)]
    scenarios = list(scenarios_of(feature.children))
    for scenario in scenarios:
        found += outline_faults(scenario)
        if not scenario.steps and not any(fault.line > scenario.location.line for fault in found):
            found.append(WrongLine(scenario.location.line, f"the scenario {scenario.name!r} has no step"))
    found += [fault for row in rows_of(feature.children) for fault in open_rows(row, lines)]
    if not scenarios and not found:
        found.append(
            WrongLine(feature.location.line, "there is no scenario in this feature: nothing of it would be run")
        )
    return sorted(found, key=lambda fault: fault.line)


def scenarios_of(children: Sequence[Child]) -> Iterator[Scenario]:
    """Every scenario, those of rules included."""
    for child in children:
        if child.scenario:
            yield child.scenario
        elif child.rule:
            yield from scenarios_of(child.rule.children)


def repeated_names(children: Sequence[Child]) -> Iterator[WrongLine]:
    """Scenarios of one name: pytest-bdd would run the last one alone."""
    lines: dict[str, int] = {}
    for scenario in scenarios_of(children):
        first = lines.setdefault(scenario.name, scenario.location.line)
        if first != scenario.location.line:
            told = f"a second scenario is called {scenario.name!r}; the first stands in line {first}"
            yield WrongLine(scenario.location.line, told)


def lost_lines(feature: Feature, lines: Sequence[str]) -> Iterator[WrongLine]:
    """Lines that Gherkin takes for a description although they were meant as a head or as a step."""
    described = {line.strip() for line in feature.description.splitlines()} | descriptions(feature.children)
    described.discard("")
    is_below_a_wrong_head = False
    looked_at = 0
    for number, line in enumerate(lines, start=1):
        if line.strip() not in described:
            is_below_a_wrong_head = False
        elif told := no_head(line):
            is_below_a_wrong_head = True
            yield WrongLine(number, told)
        elif not is_below_a_wrong_head and looked_at < MOST_DESCRIBED:
            looked_at += 1
            if told := no_step(line):
                yield WrongLine(number, told)


def descriptions(children: Sequence[Child]) -> set[str]:
    """The lines of what scenarios, backgrounds, rules and Examples say of themselves."""
    found: set[str] = set()
    for child in children:
        part = child.scenario or child.rule or child.background
        if part is not None:
            found |= {line.strip() for line in part.description.splitlines()}
        if child.rule:
            found |= descriptions(child.rule.children)
    return found


def no_head(line: str) -> str:
    """What a line that begins like the head of a part was to begin with; empty for any other line."""
    found = HEAD.match(line)
    meant = difflib.get_close_matches(found[1].title(), HEADS, n=1, cutoff=0.8) if found else []
    if found is None or not meant or found[1] in HEADS:
        return ""
    return f"`{found[1]}:` is no keyword; did you mean `{meant[0]}:`?"


def no_step(line: str) -> str:
    """Why a line of a description would have been a step; empty for a line that is none."""
    word, _, words = line.strip().partition(" ")
    if not words:
        return ""
    meant = difflib.get_close_matches(word.rstrip(":").title(), STEP_WORDS, n=1, cutoff=0.6)
    steps = library.STEPS or library.load_shipped()
    is_one = any(entry.sentence.is_matching(words.strip()) for entry in steps)
    if not is_one and not (meant and library.nearest(words, 1, ALIKE)):
        return ""
    if word in STEP_WORDS:
        if not is_one:
            return ""  # a sentence that begins with When, and is like no step
        return (
            f"the step `{line.strip()}` stands in a description: above it a head is missing, such as `Scenario: NAME`"
        )
    return f"`{word}` is no keyword" + (f"; did you mean `{meant[0]}`?" if meant else f": {STEPS_BEGIN}")


def outline_faults(scenario: Scenario) -> Iterator[WrongLine]:
    """Examples that are missing, have no rows, or lack a column that a step asks for."""
    line = scenario.location.line
    if not scenario.examples:
        if scenario.keyword.strip() in {"Scenario Outline", "Scenario Template"}:
            yield WrongLine(line, f"this {scenario.keyword.strip()} has no `Examples:` with a table below it")
        return
    for examples in scenario.examples:
        yield from examples_faults(examples, scenario)


def examples_faults(examples: ExamplesTable, scenario: Scenario) -> Iterator[WrongLine]:
    """What is wrong with one table of Examples."""
    line = examples.location.line
    if examples.table_header is None:
        yield WrongLine(line, "these Examples have no table: a row with names of columns, and a row for each example")
        return
    columns = [cell.value for cell in examples.table_header.cells]
    if not examples.table_body:
        yield WrongLine(line, f"these Examples have no row below `| {' | '.join(columns)} |`: no example would be run")
    for column, number in Counter(columns).items():
        if number > 1:
            yield WrongLine(examples.table_header.location.line, f"{number} columns are called {column!r}")
    for step in scenario.steps:
        for asked in PLACEHOLDER.findall(QUOTED.sub("", step.text)):
            if asked not in columns:
                told = f"the Examples in line {line} have no column {asked!r}; they have: {', '.join(columns)}"
                yield WrongLine(step.location.line, told)


def rows_of(children: Sequence[Child]) -> Iterator[Row]:
    """Every row of every table."""
    for scenario in scenarios_of(children):
        for examples in scenario.examples:
            yield from (examples.table_header,) if examples.table_header else ()
            yield from examples.table_body or ()
    for step in steps_of(children):
        yield from step.datatable.rows if step.datatable else ()


def steps_of(children: Sequence[Child]) -> Iterator[Step]:
    """Every step, those of backgrounds included."""
    for child in children:
        if child.rule:
            yield from steps_of(child.rule.children)
        for part in (child.background, child.scenario):
            yield from part.steps if part else ()


def open_rows(row: Row, lines: Sequence[str]) -> Iterator[WrongLine]:
    """A row whose last cell Gherkin drops."""
    text = lines[row.location.line - 1].rstrip()
    if not text.endswith("|") and " #" not in text:
        yield WrongLine(
            row.location.line, f"this row does not end with `|`, so that its last cell would be lost: `{text.strip()}`"
        )
