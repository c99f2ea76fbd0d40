"""`haattr`: attributes of resource types, added, deleted, given a default, shown.

An attribute that is added is one of every resource of the type, with the default. It reaches the agent when the type's
ArgList names it (`hatype -modify TYPE ArgList ...`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from mirrordrill.simulator.vcs.commands.configuration.objects import refuse_bad_name, replace_type
from mirrordrill.simulator.vcs.commands.hatype import type_named
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import table
from mirrordrill.simulator.vcs.commands.language.modifying import Values
from mirrordrill.simulator.vcs.commands.language.refusals import (
    ATTRIBUTE_EXISTS,
    BAD_VALUE,
    NO_ATTRIBUTE,
    NOT_SIMULATED,
    STILL_IN_USE,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.language.statics import SHOWN
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.spec import AttributeDimension, AttributeValue, TypeSpec

DIMENSIONS = {
    "-scalar": AttributeDimension.SCALAR,
    "-vector": AttributeDimension.VECTOR,
    "-keylist": AttributeDimension.KEYLIST,
    "-assoc": AttributeDimension.ASSOCIATION,
}
VALUE_TYPES = {
    "-string": (r"(?s:.*)", "it is text"),
    "-integer": (r"[+-]?\d+", "it is a whole number"),
    "-float": (r"[+-]?\d+(\.\d+)?", "it is a number"),
    "-boolean": (r"[01]", "it is 0 or 1"),
}
"""What a default may look like. Later values are not checked: resources keep them as text."""
WIDTHS = (16, 24, 12)


def _add(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Add an attribute; `-temp` one that lives in the engine only. A new static attribute is not simulated."""
    spec, name, values = _type_to_change(context, args)
    if args.has("-static"):
        raise CommandRefused(NOT_SIMULATED, "haattr -add -static")
    if _known(spec, name):
        raise CommandRefused(ATTRIBUTE_EXISTS, name, spec.name)
    refuse_bad_name(name)
    shapes = [option for option in DIMENSIONS if args.has(option)]
    if len(shapes) > 1 or sum(args.has(option) for option in VALUE_TYPES) > 1:
        raise WrongUsage
    dimension = DIMENSIONS[shapes[0]] if shapes else AttributeDimension.SCALAR
    pattern, why = next((form for option, form in VALUE_TYPES.items() if args.has(option)), VALUE_TYPES["-string"])
    if wrong := next((value for value in values if not re.fullmatch(pattern, value)), None):
        raise CommandRefused(BAD_VALUE, name, wrong, why)
    if args.has("-temp"):
        replace_type(context, replace(spec, temp_attributes=(*spec.temp_attributes, name)))
        _refresh(context, spec.name)
        return success()
    _set_default(context, spec, AttributeValue(name, _checked(name, values, dimension), None, dimension))
    return success()


def _default(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Give an attribute another default, for resources that are added from now on."""
    spec, name, values = _type_to_change(context, args)
    old = next((value for value in spec.defaults if value.name == name), None)
    if old is None and name not in dict(spec.arg_list):
        raise CommandRefused(NO_ATTRIBUTE, name, spec.name)
    dimension = dict(spec.arg_list).get(name, AttributeDimension.SCALAR) if old is None else old.dimension
    _set_default(context, spec, AttributeValue(name, _checked(name, values, dimension), None, dimension))
    return success()


def _delete(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    spec, name, _ = _type_to_change(context, args)
    if not _known(spec, name) or name in SHOWN:
        raise CommandRefused(NO_ATTRIBUTE, name, spec.name)
    if name in dict(spec.arg_list):
        raise CommandRefused(STILL_IN_USE, f"Attribute {name}", f"it is in ArgList of type {spec.name}")
    changed = replace(
        spec,
        defaults=tuple(value for value in spec.defaults if value.name != name),
        temp_attributes=tuple(temp for temp in spec.temp_attributes if temp != name),
    )
    replace_type(context, changed)
    _refresh(context, spec.name)
    context.state.configuration.note(Edit("type", spec.name, name, None))
    return success()


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """The attributes of a type that are not static, with dimension and default."""
    spec = type_named(context, args.operands[0])
    wanted = args.operands[1:]
    shapes = dict(spec.arg_list) | {value.name: value.dimension for value in spec.defaults}
    defaults = {value.name: value.values for value in spec.defaults}
    for name in wanted:
        if name not in shapes:
            raise CommandRefused(NO_ATTRIBUTE, name, spec.name)
    rows = [(spec.name, name, shapes[name].value, "\t".join(defaults.get(name, ()))) for name in wanted or shapes]
    return success(*table(WIDTHS, ("Type", "Attribute", "Dimension", "Default"), rows))


def _type_to_change(context: OperatorContext, args: ParsedArguments) -> tuple[TypeSpec, str, Values]:
    """Type, name of the attribute, and values. Raises CommandRefused."""
    spec, name, *values = type_named(context, args.operands[0]), *args.operands[1:]
    context.refuse_read_only(spec.name)
    return spec, name, tuple(values)


def _known(spec: TypeSpec, name: str) -> bool:
    named = {*dict(spec.arg_list), *spec.temp_attributes, *SHOWN, *(value.name for value in spec.defaults)}
    return name in named


def _checked(name: str, values: Values, dimension: AttributeDimension) -> Values:
    if dimension is AttributeDimension.SCALAR and len(values) > 1:
        raise CommandRefused(BAD_VALUE, name, " ".join(values), "it has one value")
    if dimension is AttributeDimension.ASSOCIATION and len(values) % 2:
        raise CommandRefused(BAD_VALUE, name, " ".join(values), "it is keys and values in turn")
    return values or (("",) if dimension is AttributeDimension.SCALAR else ())


def _set_default(context: OperatorContext, spec: TypeSpec, value: AttributeValue) -> None:
    others = tuple(default for default in spec.defaults if default.name != value.name)
    replace_type(context, replace(spec, defaults=(*others, value)))
    _refresh(context, spec.name)
    context.state.configuration.note(Edit("type", spec.name, value.name, value.values, value.dimension))


def _refresh(context: OperatorContext, type_name: str) -> None:
    """Let the resources of the type have it as it is now; a new attribute has its default everywhere."""
    changed = type_named(context, type_name)
    for group in context.state.groups.values():
        for place in group.resources.values():
            if place.type.name != type_name:
                continue
            place.type = replace(place.type, defaults=changed.defaults, temp_attributes=changed.temp_attributes)
            written = {value.name for value in place.spec.attributes}
            fresh = tuple(value for value in changed.defaults if value.name not in written)
            place.spec = replace(place.spec, attributes=(*place.spec.attributes, *fresh))


KINDS = {**dict.fromkeys(DIMENSIONS, 0), **dict.fromkeys(VALUE_TYPES, 0)}
KIND_FORMS = "[-string | -integer | -float | -boolean] [-scalar | -vector | -keylist | -assoc]"
VERBS = (
    Verb(
        "-add",
        f"[-static | -temp] type attribute {KIND_FORMS} [default ...]",
        _add,
        2,
        None,
        {"-static": 0, "-temp": 0, **KINDS},
        changes=True,
        without_effect=dict.fromkeys(("-string", "-scalar"), "what an attribute is without it"),
        sureness="M",
    ),
    Verb("-default", "type attribute value ...", _default, 3, None, changes=True, sureness="M"),
    Verb("-delete", "type attribute", _delete, 2, 2, changes=True, sureness="M"),
    Verb("-display", "type [attribute ...]", _display, 1, sureness="M"),
)
