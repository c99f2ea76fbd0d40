"""`hatype`: resource types and their static attributes."""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.simulator.vcs.commands.language.conditions import CONDITIONS, chosen
from mirrordrill.simulator.vcs.commands.language.grammar import (
    LOCAL_CLUSTER,
    MANY,
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import table
from mirrordrill.simulator.vcs.commands.language.modifying import LIST_VERBS, new_value, set_type
from mirrordrill.simulator.vcs.commands.language.refusals import NO_ATTRIBUTE, NO_TYPE, NOT_MODIFIABLE, CommandRefused
from mirrordrill.simulator.vcs.commands.language.refusals import NOT_SIMULATED as NOT_SIMULATED_HERE
from mirrordrill.simulator.vcs.commands.language.statics import LISTS, NOT_SIMULATED, SHOWN, can_be_set, text_of
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.spec import AttributeDimension, TypeSpec

WIDTHS = (16, 24)


def type_named(context: OperatorContext, name: str) -> TypeSpec:
    """The resource type of this name. Raises CommandRefused."""
    for spec in context.state.spec.types:
        if spec.name == name:
            return spec
    raise CommandRefused(NO_TYPE, name)


def _list(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    found = chosen(
        context.state.spec.types, args.operands, lambda spec, attribute: _text(context, spec, attribute), "types"
    )
    return success(*(spec.name for spec in found))


def _value(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return success(_text(context, type_named(context, args.operands[0]), args.operands[1]))


def _text(context: OperatorContext, spec: TypeSpec, attribute: str) -> str:
    """A static attribute. Raises CommandRefused."""
    if attribute in NOT_SIMULATED:
        raise CommandRefused(NOT_SIMULATED_HERE, f"attribute {attribute} of a type")
    if attribute not in SHOWN:
        raise CommandRefused(NO_ATTRIBUTE, attribute, spec.name)
    return text_of(spec, attribute, context.state.spec.profile)


def _modify(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Modify a static attribute for all resources of the type that do not override it."""
    spec, attribute = type_named(context, args.operands[0]), args.operands[1]
    old = _text(context, spec, attribute)
    context.refuse_read_only(spec.name)
    if attribute == "ArgList":
        return _set_arg_list(context, spec, args)
    if not can_be_set(attribute):
        raise CommandRefused(NOT_MODIFIABLE, attribute, spec.name)
    dimension = AttributeDimension.KEYLIST if attribute in LISTS else AttributeDimension.SCALAR
    set_type(context, spec, attribute, new_value(args, attribute, dimension, tuple(filter(None, old.split("\t")))))
    return success()


def _set_arg_list(context: OperatorContext, spec: TypeSpec, args: ParsedArguments) -> CommandResult:
    """Which attributes the agent gets: can be changed before the type has resources only."""
    if any(
        place.type.name == spec.name for group in context.state.groups.values() for place in group.resources.values()
    ):
        raise CommandRefused(NOT_MODIFIABLE, "ArgList", spec.name)
    shapes = dict(spec.arg_list) | {value.name: value.dimension for value in spec.defaults}
    names = new_value(args, "ArgList", AttributeDimension.VECTOR, tuple(dict(spec.arg_list)))
    for name in names:
        if name not in shapes:
            raise CommandRefused(NO_ATTRIBUTE, name, spec.name)
    changed = replace(spec, arg_list=tuple((name, shapes[name]) for name in names))
    types = tuple(changed if each.name == spec.name else each for each in context.state.spec.types)
    context.state.spec = replace(context.state.spec, types=types)
    for agents in context.engine.agents.values():
        agents.types[spec.name] = changed
    context.state.configuration.note(Edit("type", spec.name, "ArgList", names, AttributeDimension.VECTOR))
    return success()


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    specs = [type_named(context, name) for name in args.operands] or context.state.spec.types
    wanted = args.options.get("-attribute", SHOWN)
    rows = [(spec.name, name, _text(context, spec, name)) for spec in specs for name in wanted]
    return success(*table(WIDTHS, ("Type", "Attribute", "Value"), rows))


def _resources(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    spec = type_named(context, args.operands[0])
    groups = context.state.groups.values()
    return success(
        *(name for group in groups for name, place in group.resources.items() if place.type.name == spec.name)
    )


VERBS = (
    Verb("-value", "type attribute [-localclus]", _value, 2, 2, LOCAL_CLUSTER, sureness="M"),
    Verb(
        "-display",
        "[type ...] [-attribute attribute ...] [-localclus]",
        _display,
        options={"-attribute": MANY, **LOCAL_CLUSTER},
        sureness="M",
    ),
    Verb("-list", f"{CONDITIONS} [-localclus]", _list, options=LOCAL_CLUSTER, sureness="M"),
    Verb("-resources", "type [-localclus]", _resources, 1, 1, LOCAL_CLUSTER, sureness="M"),
    Verb(
        "-modify",
        "type attribute value ... | -add key ... | -delete key ... | -delete -keys",
        _modify,
        2,
        options=LIST_VERBS,
        changes=True,
        sureness="M",
    ),
)
