"""`hares`: attributes: modified, made local or global, static ones overridden.

A static attribute belongs to the type. `hares -value` knows it for resources that override it and for no other; a
script asks `hares` first and `hatype` when that fails (plausible; no manual page was read that says otherwise).
"""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.simulator.vcs.commands.hares.hares import GLOBAL, LOCAL, group_of
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    success,
)
from mirrordrill.simulator.vcs.commands.language.modifying import (
    FLAGS,
    LIST_VERBS,
    modified_stored,
    new_value,
    set_attribute,
    set_flag,
    set_static,
    value_on,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    NO_ATTRIBUTE,
    NOT_LOCAL,
    NOT_MODIFIABLE,
    NOT_OVERRIDDEN,
    NOT_STATIC,
    OVERRIDDEN,
    STATIC,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.language.statics import SHOWN, can_be_overridden, text_of
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.state.engine_state import ResourcePlace
from mirrordrill.simulator.vcs.engine.state.stored_attributes import STORED_ATTRIBUTES
from mirrordrill.simulator.vcs.spec import AttributeDimension, AttributeValue


def _modify(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Modify an attribute; temp attributes also while the configuration is read-only."""
    place, attribute = context.resource(args.operands[0]), args.operands[1]
    name, system = place.spec.name, args.one("-sys")
    if system is not None:
        context.check_system(system, group_of(context, place))
    if attribute in place.type.temp_attributes:
        place.temp[attribute, system] = args.operands[2:]
        return success()
    refuse_unknown(place, attribute)
    context.refuse_read_only(name)
    if attribute in FLAGS:
        set_flag(context, place, attribute, new_value(args, attribute, AttributeDimension.SCALAR, ()))
    elif attribute in STORED_ATTRIBUTES["resource"]:
        stored = modified_stored(context, "resource", name, place.spec.stored, args)
        place.spec = replace(place.spec, stored=stored)
    elif attribute in place.spec.overridden:
        set_static(context, place, attribute, new_value(args, attribute, AttributeDimension.SCALAR, ()))
    elif attribute in SHOWN:
        raise CommandRefused(STATIC, attribute, name)
    elif attribute in GLOBAL or attribute in LOCAL:
        raise CommandRefused(NOT_MODIFIABLE, attribute, name)
    else:
        _set(context, place, args, system)
    return success()


def _set(context: OperatorContext, place: ResourcePlace, args: ParsedArguments, system: str | None) -> None:
    attribute = args.operands[1]
    old = value_on(place.spec, attribute, system)
    localised = {value.system for value in place.spec.attributes if value.name == attribute}
    if system is not None and localised == {None}:
        raise CommandRefused(NOT_LOCAL, attribute, place.spec.name)
    dimension = dict(place.type.arg_list).get(attribute, AttributeDimension.SCALAR) if old is None else old.dimension
    values = new_value(args, attribute, dimension, () if old is None else old.values)
    set_attribute(context, place, AttributeValue(attribute, values, system, dimension))


def refuse_unknown(place: ResourcePlace, attribute: str) -> None:
    """Raises CommandRefused for an attribute that neither the resource nor its type has."""
    written = {value.name for value in place.spec.attributes} | dict(place.type.arg_list).keys()
    if attribute not in written and attribute not in {*FLAGS, *GLOBAL, *LOCAL, *SHOWN}:
        raise CommandRefused(NO_ATTRIBUTE, attribute, place.spec.name)


def _local(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Make an attribute local: every system gets its own value, at first the global one."""
    place, attribute, value = _localisable(context, args)
    if value.system is None:
        for system in place.on:
            set_attribute(context, place, replace(value, system=system))
        _drop(context, place, attribute, None)
    return success()


def _global(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Make an attribute global, with the value of the command or that of this system."""
    place, attribute, old = _localisable(context, args)
    values = args.operands[2:] or old.values
    for system in place.on:
        _drop(context, place, attribute, system)
    set_attribute(context, place, AttributeValue(attribute, values, None, old.dimension))
    return success()


def _localisable(context: OperatorContext, args: ParsedArguments) -> tuple[ResourcePlace, str, AttributeValue]:
    place, attribute = context.resource(args.operands[0]), args.operands[1]
    refuse_unknown(place, attribute)
    context.refuse_read_only(place.spec.name)
    value = value_on(place.spec, attribute, context.system)
    if value is None:
        raise CommandRefused(NOT_MODIFIABLE, attribute, place.spec.name)
    return place, attribute, value


def _drop(context: OperatorContext, place: ResourcePlace, attribute: str, system: str | None) -> None:
    """Remove a value from the resource and from the configuration."""
    kept = tuple(value for value in place.spec.attributes if (value.name, value.system) != (attribute, system))
    if len(kept) != len(place.spec.attributes):
        place.spec = replace(place.spec, attributes=kept)
        context.state.configuration.note(Edit("resource", place.spec.name, attribute, None, system=system))


def _override(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Override a static attribute, at first with the value of the type."""
    place, attribute = context.resource(args.operands[0]), args.operands[1]
    context.refuse_read_only(place.spec.name)
    if not can_be_overridden(attribute):
        raise CommandRefused(NOT_STATIC, attribute, place.type.name)
    if attribute in place.spec.overridden:
        raise CommandRefused(OVERRIDDEN, attribute, place.spec.name)
    place.spec = replace(place.spec, overridden=(*place.spec.overridden, attribute))
    set_static(context, place, attribute, (text_of(place.type, attribute, context.state.spec.profile),))
    return success()


def _undo_override(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Undo the override of a static attribute."""
    place, attribute = context.resource(args.operands[0]), args.operands[1]
    context.refuse_read_only(place.spec.name)
    if attribute not in place.spec.overridden:
        raise CommandRefused(NOT_OVERRIDDEN, attribute, place.spec.name)
    of_type = next(spec for spec in context.state.spec.types if spec.name == place.type.name)
    set_static(context, place, attribute, (text_of(of_type, attribute, context.state.spec.profile),))
    left = tuple(name for name in place.spec.overridden if name != attribute)
    place.spec = replace(place.spec, overridden=left, overrides=place.type if left else None)
    context.state.configuration.note(Edit("resource", place.spec.name, attribute, None))
    return success()


VERBS = (
    Verb(
        "-modify",
        "resource attribute value ... | -add | -update | -delete key ... | -delete -keys [-sys system]",
        _modify,
        2,
        options={"-sys": 1, **LIST_VERBS},
        changes=True,
    ),
    Verb("-local", "resource attribute", _local, 2, 2, changes=True),
    Verb("-global", "resource attribute [value ...]", _global, 2, changes=True),
    Verb("-override", "resource attribute", _override, 2, 2, changes=True),
    Verb("-undo_override", "resource attribute", _undo_override, 2, 2, changes=True),
)
