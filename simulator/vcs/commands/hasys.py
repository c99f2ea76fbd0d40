"""`hasys`: systems, their load and limits, and freezing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from mirrordrill.simulator.vcs.commands.language.conditions import CONDITIONS, chosen
from mirrordrill.simulator.vcs.commands.language.grammar import (
    LOCAL_CLUSTER,
    MANY,
    CommandResult,
    OperatorContext,
    ParsedArguments,
    PendingResult,
    Verb,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import SYSTEM_WIDTHS, flag, pairs, table
from mirrordrill.simulator.vcs.commands.language.modifying import (
    LIST_VERBS,
    Values,
    modified_stored,
    new_value,
    number,
    numbers,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    BAD_VALUE,
    NO_SYSTEM_TO_SHOW,
    NOT_IN_ADMIN_WAIT,
    NOT_MODIFIABLE,
    SYSTEM_FROZEN_PERSISTENTLY,
    SYSTEM_IS_PERSISTENTLY_FROZEN,
    SYSTEM_IS_TEMPORARILY_FROZEN,
    SYSTEM_NOT_PERSISTENTLY_FROZEN,
    SYSTEM_NOT_TEMPORARILY_FROZEN,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.language.unmodelled import no_attribute
from mirrordrill.simulator.vcs.commands.language.waiting import wait_until
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState, Move, MoveCause, SystemStatus
from mirrordrill.simulator.vcs.engine.state.stored_attributes import STORED_ATTRIBUTES, stored_value
from mirrordrill.simulator.vcs.spec import AttributeDimension, Parallel


def _stored(name: str, _: EngineState, system: SystemStatus) -> str:
    return "\t".join(stored_value("system", system.spec.stored, name))


def _is_on(group: GroupState, system: str) -> bool:
    return system in group.on and group.is_active(system)


SYSTEM: Mapping[str, Callable[[EngineState, SystemStatus], str]] = MappingProxyType(
    {
        "AvailableCapacity": lambda state, system: str(state.available_capacity(system.spec.name)),
        "Capacity": lambda _, system: str(system.spec.capacity),
        "DynamicLoad": lambda _, system: str(system.dynamic_load or 0),
        "EngineVersion": lambda state, _: f"{state.spec.profile.version}.00.0",
        "Frozen": lambda _, system: flag(system.spec.frozen),
        "Limits": lambda _, system: pairs(system.spec.limits.items()),
        "OnGrpCnt": lambda state, system: str(sum(_is_on(group, system.spec.name) for group in state.groups.values())),
        "SysState": lambda _, system: system.state.value,
        "TFrozen": lambda _, system: flag(system.frozen and not system.spec.frozen),
        **{name: partial(_stored, name) for name in STORED_ATTRIBUTES["system"]},
    }
)
MODIFIABLE: Mapping[str, tuple[str, Callable[[Values], object], AttributeDimension]] = MappingProxyType(
    {
        "Capacity": ("capacity", number, AttributeDimension.SCALAR),
        "Limits": ("limits", numbers, AttributeDimension.ASSOCIATION),
    }
)
"""Attribute -> field of SystemSpec, what reads it, and its shape."""


def _state(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    names = [_system_to_show(context, name) for name in args.operands]
    if len(names) == 1:
        return success(context.state.systems[names[0]].state.value)
    rows = [(name, "SysState", context.state.systems[name].state.value) for name in names or context.state.systems]
    return success(*table(SYSTEM_WIDTHS, ("System", "Attribute", "Value"), rows))


def _list(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return success(*chosen(tuple(context.state.systems), args.operands, partial(_text, context), "systems"))


def _value(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return success(_text(context, _system_to_show(context, args.operands[0]), args.operands[1]))


def _system_to_show(context: OperatorContext, name: str) -> str:
    """The name of a system of the cluster. Raises CommandRefused."""
    if name not in context.state.systems:
        raise CommandRefused(NO_SYSTEM_TO_SHOW, name)
    return name


def _text(context: OperatorContext, name: str, attribute: str) -> str:
    """An attribute of a system. Raises CommandRefused."""
    if attribute not in SYSTEM:
        raise no_attribute("system", attribute, name)
    return SYSTEM[attribute](context.state, context.state.systems[name])


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    names = [_system_to_show(context, name) for name in args.operands] or list(context.state.systems)
    wanted = args.options.get("-attribute", tuple(SYSTEM))
    rows = [(name, attribute, _text(context, name, attribute)) for name in names for attribute in wanted]
    return success(*table(SYSTEM_WIDTHS, ("System", "Attribute", "Value"), rows))


def _node_ids(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    names = [context.check_system(name) for name in args.operands] or list(context.state.systems)
    numbers = {name: str(number) for number, name in enumerate(context.state.systems)}
    if args.operands:
        return success(*(numbers[name] for name in names))
    return success(*table((10,), ("System", "NodeId"), [(name, numbers[name]) for name in names]))


def _wait(context: OperatorContext, args: ParsedArguments) -> PendingResult:
    name, attribute, value = args.operands
    _text(context, context.check_system(name), attribute)
    return wait_until(
        context, args, f"{name} {attribute}", value, lambda now: _text(now, now.check_system(name), attribute)
    )


def _freeze(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Freeze a system; `-evacuate` first moves groups away."""
    name = context.check_system(args.operands[0])
    system = context.state.systems[name]
    if args.has("-persistent"):
        context.refuse_in_transition("hasys -freeze -persistent")
        context.refuse_read_only(name)
        if system.spec.frozen:
            raise CommandRefused(SYSTEM_IS_PERSISTENTLY_FROZEN, name)
        if system.frozen:
            raise CommandRefused(SYSTEM_FROZEN_PERSISTENTLY, name)
        _set_persistently_frozen(context, name, "1")
    elif system.spec.frozen:
        raise CommandRefused(SYSTEM_FROZEN_PERSISTENTLY, name)
    elif system.frozen:
        raise CommandRefused(SYSTEM_IS_TEMPORARILY_FROZEN, name)
    system.frozen = True
    for group in context.state.groups.values():
        if name in group.on:
            driver = context.driver(group)
            driver.tell_agents()
            movable = group.spec.evacuate and group.spec.parallel is not Parallel.PARALLEL and not group.frozen
            if args.has("-evacuate") and movable and group.is_active(name):
                driver.move(Move(MoveCause.SWITCH, name))
    return success()


def _unfreeze(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """End a freeze of the same kind."""
    name = context.check_system(args.operands[0])
    system = context.state.systems[name]
    if args.has("-persistent"):
        context.refuse_in_transition("hasys -unfreeze -persistent")
        context.refuse_read_only(name)
        if not system.spec.frozen:
            raise CommandRefused(SYSTEM_NOT_PERSISTENTLY_FROZEN, name)
        _set_persistently_frozen(context, name, "0")
    elif system.spec.frozen or not system.frozen:
        raise CommandRefused(SYSTEM_NOT_TEMPORARILY_FROZEN, name)
    system.frozen = False
    for group in context.state.groups.values():
        if name in group.on:
            context.driver(group).tell_agents()
    return success()


def _set_persistently_frozen(context: OperatorContext, name: str, value: str) -> None:
    system = context.state.systems[name]
    system.spec = replace(system.spec, frozen=value == "1")
    context.state.configuration.note(Edit("system", name, "Frozen", (value,)))


def _load(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Set DynamicLoad, which replaces the loads of the groups on the system."""
    name, load = context.check_system(args.operands[0]), args.operands[1]
    try:
        context.state.systems[name].dynamic_load = number((load,))
    except ValueError as wrong:
        raise CommandRefused(BAD_VALUE, "DynamicLoad", load, wrong) from None
    return success()


def _force(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Always refused: the configuration was read before the start, so no system is in ADMIN_WAIT."""
    name = context.check_system(args.operands[0])
    raise CommandRefused(NOT_IN_ADMIN_WAIT, name, context.state.systems[name].state.value)


def _modify(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    name, attribute = context.check_system(args.operands[0]), args.operands[1]
    old = _text(context, name, attribute)
    context.refuse_read_only(name)
    if attribute in STORED_ATTRIBUTES["system"]:
        stored = modified_stored(context, "system", name, context.state.systems[name].spec.stored, args)
        context.state.systems[name].spec = replace(context.state.systems[name].spec, stored=stored)
        return success()
    if attribute not in MODIFIABLE:
        raise CommandRefused(NOT_MODIFIABLE, attribute, name)
    field, read, dimension = MODIFIABLE[attribute]
    values = new_value(args, attribute, dimension, tuple(filter(None, old.split("\t"))))
    system = context.state.systems[name]
    try:
        system.spec = replace(system.spec, **{field: read(values)})  # type: ignore[arg-type]  # read for this field
    except ValueError as wrong:
        raise CommandRefused(BAD_VALUE, attribute, " ".join(values), wrong) from None
    context.state.configuration.note(Edit("system", name, attribute, values, dimension))
    return success()


FREEZING = {"-persistent": 0, "-evacuate": 0}
WAITING = {"-time": 1}
VERBS = (
    Verb("-state", "[system ...] [-localclus]", _state, options=LOCAL_CLUSTER),
    Verb("-list", f"{CONDITIONS} [-localclus]", _list, options=LOCAL_CLUSTER),
    Verb("-value", "system attribute [-localclus]", _value, 2, 2, LOCAL_CLUSTER),
    Verb(
        "-display",
        "[system ...] [-attribute attribute ...] [-localclus]",
        _display,
        options={"-attribute": MANY, **LOCAL_CLUSTER},
    ),
    Verb("-freeze", "[-persistent] [-evacuate] system", _freeze, 1, 1, FREEZING, changes=True),
    Verb("-unfreeze", "[-persistent] system", _unfreeze, 1, 1, {"-persistent": 0}, changes=True),
    Verb("-nodeid", "[system]", _node_ids, 0, 1, sureness="M"),
    Verb("-wait", "system attribute value [-time seconds]", _wait, 3, 3, WAITING),
    Verb("-load", "system load", _load, 2, 2, changes=True),
    Verb("-force", "system", _force, 1, 1, changes=True),
    Verb(
        "-modify",
        "system attribute value ... | -add | -update | -delete key ... | -delete -keys",
        _modify,
        2,
        options=LIST_VERBS,
        changes=True,
    ),
)
