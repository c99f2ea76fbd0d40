"""Attributes that are numbers: each of them within the bounds that the one table of bounds gives it."""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.catalogues.bounds import MAIN_CF, STATICS, Bound, of_attribute
from mirrordrill.simulator.config.checks.metro_mirror import TYPE_NAME
from mirrordrill.simulator.config.checks.subject import Subject, bodies
from mirrordrill.simulator.config.model import TypeDefinition, Word
from mirrordrill.simulator.config.problems import Problem, error

LONGEST_SHOWN = 30


def check_bounds(subject: Subject) -> Iterator[Problem]:
    """A number that is none, or that VCS, the agent or a drill could do nothing with."""
    for body in bodies(subject):
        for assignment in body.attributes:
            name = assignment.name.text
            # What the agent makes of its own optional attributes is said by check_policies.
            is_policy = body.keyword == TYPE_NAME and name in MAIN_CF[TYPE_NAME]
            bound = None if is_policy else of_attribute(body.keyword, name)
            if bound is not None and isinstance(assignment.value, Word):
                yield from outside(bound, name, body.title, assignment.value)
    for definition in subject.configuration.of_kind(TypeDefinition):
        for declaration in definition.declarations:
            bound = STATICS.get(declaration.name.text)
            if bound is not None and isinstance(declaration.default, Word):
                yield from outside(bound, declaration.name.text, f"type {definition.name}", declaration.default)


def outside(bound: Bound, name: str, title: str, value: Word) -> Iterator[Problem]:
    """The problem with a value that is not within its bounds."""
    if bound.number(value.text) is None:
        shown = value.text if len(value.text) <= LONGEST_SHOWN else f"{value.text[:LONGEST_SHOWN]}..."
        message = f"{name} of {title} cannot be '{shown}'"
        yield error(value.position, message, f"write {bound.words()}; {bound.reason}")
