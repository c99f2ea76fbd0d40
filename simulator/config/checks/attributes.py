"""Attributes: known, assigned once, and of the shape that their declaration asks for."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from mirrordrill.simulator.config.bundled import BUNDLED
from mirrordrill.simulator.config.checks.subject import Body, Subject, bodies
from mirrordrill.simulator.config.model import (
    Assignment,
    Declaration,
    Dimension,
    Group,
    Include,
    ListValue,
    ScalarType,
    TypeDefinition,
    Value,
    Word,
)
from mirrordrill.simulator.config.problems import Problem, error, nearest, note, warning
from mirrordrill.simulator.config.semantics import TypeModel
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
from mirrordrill.simulator.kernel.secrets import MASK, is_secret_attribute

KNOWN = {
    "cluster": CLUSTER_ATTRIBUTES,
    "remotecluster": REMOTE_CLUSTER_ATTRIBUTES,
    "heartbeat": HEARTBEAT_ATTRIBUTES,
    "system": SYSTEM_ATTRIBUTES,
    "group": GROUP_ATTRIBUTES,
}


CONFIGURATION_DIRECTORY = "/etc/VRTSvcs/conf/config"


def check_includes(subject: Subject) -> Iterator[Problem]:
    """A type file that is missing here is there on the cluster. Each of its types comes and goes in a second here."""
    for include in subject.configuration.of_kind(Include):
        if include.is_missing:
            name = PurePosixPath(include.name.text).name
            where = "is not beside this file: directories in an include are not looked into"
            is_elsewhere = PurePosixPath(include.name.text).parent.name not in ("", "config")
            message = f"the included file {include.name} {where if is_elsewhere else 'does not exist'}"
            hint = f"copy {CONFIGURATION_DIRECTORY}/{name} from a system of the cluster to the directory of this file"
            yield warning(include.name.position, message, hint)


def check_types_known(subject: Subject) -> Iterator[Problem]:
    """A resource needs a type that some included file defines; a file that is missing here may define any type."""
    types = subject.cluster.types
    if any(include.is_missing for include in subject.configuration.of_kind(Include)):
        return
    for group in subject.configuration.of_kind(Group):
        for resource in group.resources:
            if resource.type_name.text not in types:
                message = f"no resource type {resource.type_name} is defined"
                yield error(resource.type_name.position, message, type_remedy(resource.type_name.text, types))


def type_remedy(name: str, types: Collection[str]) -> str:
    """Which file to include or to copy, or which type was probably meant."""
    if name in BUNDLED:
        return f'add the line: include "{BUNDLED[name].file}"'
    copy = f"copy the file that defines it from {CONFIGURATION_DIRECTORY} of a system, and include it"
    close = nearest(name, types)
    return f"{close} If not: {copy}" if close.startswith("did you mean") else copy


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
    """An attribute that is declared nowhere is most often a slip of the pen.

    Where the file that declares a type is missing, that can be said only of an attribute that is nearly a known one;
    the others are kept as they are written, and one note for each missing file names them.
    """
    unjudged: dict[str, list[tuple[str, Assignment]]] = {}
    for body in bodies(subject):
        known = known_attributes(body)
        for assignment in body.attributes:
            if known is None or assignment.name.text in known:
                continue
            remedy = nearest(assignment.name.text, sorted(known))
            if body.type is not None and body.type.is_open and not is_slip(assignment.name.text, body.type):
                file = BUNDLED[body.keyword].file if body.keyword in BUNDLED else "the type file"
                unjudged.setdefault(file, []).append((body.keyword, assignment))
            else:
                yield warning(assignment.position, f"{body.title} has no attribute {assignment.name}", remedy)
    for file, assignments in unjudged.items():
        names = ", ".join(dict.fromkeys(f"{each.name} of {type_name}" for type_name, each in assignments))
        message = f"{file} is not beside this file; kept as written: {names}"
        yield note(assignments[0][1].position, message, f"copy it from {CONFIGURATION_DIRECTORY} to have them checked")


def is_slip(name: str, type_model: TypeModel) -> bool:
    """Whether a name is nearly that of an attribute which the type itself declares."""
    own = [each for each, declaration in type_model.declarations.items() if not declaration.is_static]
    return bool(difflib.get_close_matches(name, own, n=1, cutoff=0.8))


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
            if declaration is None:
                continue
            is_guess = body.type.is_open and not declaration.is_static and may_differ(declaration, assignment.value)
            for problem in shape_problems(body, assignment, declaration):
                yield doubted(problem, body.keyword) if is_guess else problem
    yield from check_defaults(subject)


def may_differ(declaration: Declaration, value: Value) -> bool:
    """Whether another release may take what the bundled type does not: a list, or a number that is not 0 or 1.

    A word in the place of a number is a slip in all of them.
    """
    is_scalar = declaration.dimension is Dimension.SCALAR
    return not is_scalar or isinstance(value, ListValue) or DIGITS.fullmatch(value.text) is not None


def doubted(problem: Problem, type_name: str) -> Problem:
    """The same as a warning, with the file that decides it."""
    file = BUNDLED[type_name].file if type_name in BUNDLED else "its type file"
    hint = f"releases of VCS differ in this: copy {file} from {CONFIGURATION_DIRECTORY} to have it checked"
    return warning(problem.position, problem.message, f"{problem.hint}; {hint}" if problem.hint else hint)


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
        yield error(
            value.position,
            f"{title} takes a list",
            f"put it between braces: {{ {shown(assignment.name, str(value))} }}",
        )
    elif isinstance(value, Word):
        yield from scalar_problems(title, value, declaration.kind, shown(assignment.name, repr(value.text)))


def shown(attribute: object, value: str) -> str:
    """The value of an attribute as a message quotes it; a password is not quoted."""
    return MASK if is_secret_attribute(str(attribute)) else value


def scalar_problems(title: str, value: Word, kind: ScalarType, found: str) -> Iterator[Problem]:
    """One scalar against its kind."""
    if kind is ScalarType.INT and not DIGITS.fullmatch(value.text):
        yield error(value.position, f"{title} takes an integer, not {found}")
    if kind is ScalarType.BOOLEAN and value.text not in {"0", "1"}:
        yield error(value.position, f"{title} takes 0 or 1, not {found}")
