"""Attributes: known, assigned once, and of the shape that their declaration asks for."""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.config.checks.subject import Body, Subject, bodies
from mirrordrill.simulator.config.model import (
    Assignment,
    Declaration,
    Dimension,
    Group,
    Kind,
    ListValue,
    TypeDefinition,
    Word,
)
from mirrordrill.simulator.config.problems import Problem, error, nearest, warning
from mirrordrill.simulator.config.vocabulary import (
    CLUSTER_ATTRIBUTES,
    DIGITS,
    GROUP_ATTRIBUTES,
    HEARTBEAT_ATTRIBUTES,
    NOT_OVERRIDABLE,
    REMOTE_CLUSTER_ATTRIBUTES,
    RESOURCE_ATTRIBUTES,
    STATIC_ATTRIBUTES,
    SYSTEM_ATTRIBUTES,
)

KNOWN = {
    "cluster": CLUSTER_ATTRIBUTES,
    "remotecluster": REMOTE_CLUSTER_ATTRIBUTES,
    "heartbeat": HEARTBEAT_ATTRIBUTES,
    "system": SYSTEM_ATTRIBUTES,
    "group": GROUP_ATTRIBUTES,
}


def check_types_known(subject: Subject) -> Iterator[Problem]:
    """A resource needs a type that some included file defines."""
    types = subject.cluster.types
    for group in subject.configuration.of_kind(Group):
        for resource in group.resources:
            if resource.type_name.text not in types:
                message = f"no resource type {resource.type_name} is defined"
                hint = nearest(resource.type_name.text, types) or "include the file that defines it"
                yield error(resource.type_name.position, message, hint)


def check_assigned_once(subject: Subject) -> Iterator[Problem]:
    """Of two values for the same thing one would be lost without a word."""
    for body in bodies(subject):
        first: dict[tuple[str, str | None], Assignment] = {}
        for assignment in body.attributes:
            system = None if assignment.system is None else assignment.system.text
            earlier = first.setdefault((assignment.name.text, system), assignment)
            if earlier is not assignment:
                where = "" if system is None else f" for {system}"
                message = f"{body.title} sets {assignment.name}{where} twice"
                yield error(assignment.position, message, f"first set at {earlier.position}")


def check_attributes_known(subject: Subject) -> Iterator[Problem]:
    """An attribute nobody declared is most often a slip of the pen."""
    for body in bodies(subject):
        known = known_attributes(body)
        for assignment in body.attributes:
            if known is not None and assignment.name.text not in known:
                message = f"{body.title} has no attribute {assignment.name}"
                yield warning(assignment.position, message, nearest(assignment.name.text, sorted(known)))


def known_attributes(body: Body) -> frozenset[str] | None:
    """What the object may have; None where that cannot be known."""
    if body.keyword in KNOWN and body.type is None:
        return KNOWN[body.keyword]
    if body.type is None:
        return None
    return frozenset(body.type.declarations) | RESOURCE_ATTRIBUTES | STATIC_ATTRIBUTES


def check_shapes(subject: Subject) -> Iterator[Problem]:
    """A scalar is no list, a list no scalar, an integer a number; statics of the agent cannot be overridden."""
    for body in bodies(subject):
        if body.type is None:
            continue
        for assignment in body.attributes:
            if assignment.name.text in NOT_OVERRIDABLE:
                message = f"{assignment.name} belongs to the type {body.keyword}, not to a resource"
                yield error(assignment.position, message)
            declaration = body.type.declarations.get(assignment.name.text)
            if declaration is not None:
                yield from shape_problems(body, assignment, declaration)
    yield from check_defaults(subject)


def check_defaults(subject: Subject) -> Iterator[Problem]:
    """A default has the shape of its own declaration."""
    for definition in subject.configuration.of_kind(TypeDefinition):
        for declaration in definition.declarations:
            if declaration.default is not None:
                assignment = Assignment(declaration.name, None, declaration.default)
                yield from shape_problems(Body("type", definition.name, ()), assignment, declaration)


def shape_problems(body: Body, assignment: Assignment, declaration: Declaration) -> Iterator[Problem]:
    """One value against its declaration."""
    value, title = assignment.value, f"{assignment.name} of {body.title}"
    is_scalar = declaration.dimension is Dimension.SCALAR
    if isinstance(value, ListValue) and is_scalar:
        yield error(value.position, f"{title} takes one value, not a list")
    elif isinstance(value, Word) and not is_scalar:
        yield error(value.position, f"{title} takes a list", f"put it between braces: {{ {value} }}")
    elif isinstance(value, Word):
        yield from scalar_problems(title, value, declaration.kind)


def scalar_problems(title: str, value: Word, kind: Kind) -> Iterator[Problem]:
    """One scalar against its kind."""
    if kind is Kind.INT and not DIGITS.fullmatch(value.text):
        yield error(value.position, f"{title} takes an integer, not {value.text!r}")
    if kind is Kind.BOOLEAN and value.text not in {"0", "1"}:
        yield error(value.position, f"{title} takes 0 or 1, not {value.text!r}")
