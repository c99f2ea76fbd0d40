"""Words that VCS would not read as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.config.checks.names import NAME, named_things
from mirrordrill.simulator.config.checks.subject import Subject, bodies
from mirrordrill.simulator.config.model import Assignment, Group, TypeDefinition, Value, Word
from mirrordrill.simulator.config.problems import Problem, error
from mirrordrill.simulator.config.vocabulary import DIGITS, INTEGER_RANGE, may_be_read_bare


def check_bare_words(subject: Subject) -> Iterator[Problem]:
    """Without quotes, a word begins with a letter and has only letters, digits, - and _, or it is an integer.

    A name that VCS forbids is told by `check_names`, once: no quotes would help it.
    """
    forbidden = {word.text for _, word in named_things(subject.configuration) if not NAME.fullmatch(word.text)}
    for word in words(subject):
        if word.quoted or word.text in forbidden:
            continue
        if not may_be_read_bare(word.text):
            message = f"VCS does not read {word} without quotes"
            yield error(word.position, message, f'quote it: "{word}"', "a word without quotes")
        elif DIGITS.fullmatch(word.text) and (len(word.text) > 11 or int(word.text) not in INTEGER_RANGE):
            hint = f'if it is a name, quote it: "{word}"'
            yield error(word.position, f"{word} does not fit into the 32 bits of an integer", hint)


def words(subject: Subject) -> Iterator[Word]:
    """Every name and value that the administrator chose."""
    for body in bodies(subject):
        yield body.name
        for assignment in body.attributes:
            yield from assignment_words(assignment)
    for group in subject.configuration.of_kind(Group):
        for dependency in group.all_dependencies():
            yield from (dependency.parent, dependency.child)
        yield from (dependency.child for dependency in group.group_dependencies)
    for definition in subject.configuration.of_kind(TypeDefinition):
        yield definition.name
        for declaration in definition.declarations:
            yield from value_words(declaration.default)


def assignment_words(assignment: Assignment) -> Iterator[Word]:
    """The words of one line of a body."""
    yield assignment.name
    if assignment.system is not None:
        yield assignment.system
    yield from value_words(assignment.value)


def value_words(value: Value | None) -> Iterator[Word]:
    """The words of a value."""
    if isinstance(value, Word):
        yield value
    elif value is not None:
        for item in value.items:
            yield item.key
            if item.value is not None:
                yield item.value
