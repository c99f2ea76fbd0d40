"""`hasys`, `hatype`: what the cluster consists of, and freezing a system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from simulator.vcs.board import Cause, Move, SystemOn
from simulator.vcs.commands.grammar import MANY, CommandResult, Context, Given, Pending, Refused, Verb, said
from simulator.vcs.commands.layout import SYSTEM_WIDTHS, flag, pairs, table
from simulator.vcs.commands.statics import SHOWN, text_of
from simulator.vcs.commands.waiting import wait_until
from simulator.vcs.configuration import Edit
from simulator.vcs.messages import NO_ATTRIBUTE, NO_TYPE
from simulator.vcs.spec import Parallel, TypeSpec

TYPE_WIDTHS = (16, 24)

SYSTEM: Mapping[str, Callable[[SystemOn], str]] = MappingProxyType(
    {
        "Capacity": lambda system: str(system.spec.capacity),
        "Frozen": lambda system: flag(system.spec.frozen),
        "Limits": lambda system: pairs(system.spec.limits.items()),
        "SysState": lambda system: system.state.value,
        "TFrozen": lambda system: flag(system.frozen and not system.spec.frozen),
    }
)


def _system_state(context: Context, given: Given) -> CommandResult:
    names = [context.check_system(name) for name in given.operands]
    if len(names) == 1:
        return said(context.board.systems[names[0]].state.value)
    rows = [(name, "SysState", context.board.systems[name].state.value) for name in names or context.board.systems]
    return said(*table(SYSTEM_WIDTHS, ("System", "Attribute", "Value"), rows))


def _system_list(context: Context, _: Given) -> CommandResult:
    return said(*context.board.systems)


def _system_value(context: Context, given: Given) -> CommandResult:
    name, attribute = given.operands
    system = context.board.systems[context.check_system(name)]
    if attribute not in SYSTEM:
        raise Refused(NO_ATTRIBUTE, attribute, name)
    return said(SYSTEM[attribute](system))


def _system_display(context: Context, given: Given) -> CommandResult:
    names = [context.check_system(name) for name in given.operands] or list(context.board.systems)
    wanted = given.options.get("-attribute", tuple(SYSTEM))
    rows = [
        (name, attribute, show(context.board.systems[name]))
        for name in names
        for attribute, show in SYSTEM.items()
        if attribute in wanted
    ]
    return said(*table(SYSTEM_WIDTHS, ("System", "Attribute", "Value"), rows))


def _node_ids(context: Context, given: Given) -> CommandResult:
    names = [context.check_system(name) for name in given.operands] or list(context.board.systems)
    numbers = {name: str(number) for number, name in enumerate(context.board.systems)}
    if given.operands:
        return said(*(numbers[name] for name in names))
    return said(*table((10,), ("System", "NodeId"), [(name, numbers[name]) for name in names]))


def _system_wait(context: Context, given: Given) -> Pending:
    name, attribute, value = given.operands
    system = context.board.systems[context.check_system(name)]
    if attribute not in SYSTEM:
        raise Refused(NO_ATTRIBUTE, attribute, name)
    return wait_until(context, given, f"{name} {attribute}", value, lambda: SYSTEM[attribute](system))


def _freeze(context: Context, given: Given) -> CommandResult:
    """Nothing is started, stopped or moved there; `-evacuate` moves away first what can be moved."""
    name = context.check_system(given.operands[0])
    _note_frozen(context, given, name, True)
    context.board.systems[name].frozen = True
    for group in context.board.groups.values():
        if name in group.on:
            driver = context.driver(group)
            driver.tell_agents()
            movable = group.spec.evacuate and group.spec.parallel is not Parallel.PARALLEL and not group.frozen
            if given.has("-evacuate") and movable and group.is_active(name):
                driver.move(Move(Cause.SWITCH, name))
    return said()


def _unfreeze(context: Context, given: Given) -> CommandResult:
    name = context.check_system(given.operands[0])
    _note_frozen(context, given, name, False)
    system = context.board.systems[name]
    # What is frozen for good stays so until it is unfrozen for good.
    system.frozen = system.spec.frozen
    for group in context.board.groups.values():
        if name in group.on:
            context.driver(group).tell_agents()
    return said()


def _note_frozen(context: Context, given: Given, name: str, frozen: bool) -> None:
    if given.has("-persistent"):
        context.refuse_read_only(name)
        system = context.board.systems[name]
        system.spec = replace(system.spec, frozen=frozen)
        context.board.configuration.note(Edit("system", name, "Frozen", (flag(frozen),)))


def type_named(context: Context, name: str) -> TypeSpec:
    """The resource type of this name. Raises Refused."""
    for spec in context.board.spec.types:
        if spec.name == name:
            return spec
    raise Refused(NO_TYPE, name)


def _type_list(context: Context, _: Given) -> CommandResult:
    return said(*(spec.name for spec in context.board.spec.types))


def _type_value(context: Context, given: Given) -> CommandResult:
    name, attribute = given.operands
    spec = type_named(context, name)
    if attribute not in SHOWN:
        raise Refused(NO_ATTRIBUTE, attribute, name)
    return said(text_of(spec, attribute, context.board.spec.profile))


def _type_display(context: Context, given: Given) -> CommandResult:
    specs = [type_named(context, name) for name in given.operands] or context.board.spec.types
    wanted = given.options.get("-attribute", SHOWN)
    profile = context.board.spec.profile
    rows = [(spec.name, name, text_of(spec, name, profile)) for spec in specs for name in SHOWN if name in wanted]
    return said(*table(TYPE_WIDTHS, ("Type", "Attribute", "Value"), rows))


def _type_resources(context: Context, given: Given) -> CommandResult:
    spec = type_named(context, given.operands[0])
    groups = context.board.groups.values()
    return said(*(name for group in groups for name, place in group.resources.items() if place.type.name == spec.name))


FREEZING = {"-persistent": 0, "-evacuate": 0}
WAITING = {"-time": 1}
SYSTEM_VERBS = (
    Verb("-state", "[system ...]", _system_state),
    Verb("-list", "", _system_list, 0, 0),
    Verb("-value", "system attribute", _system_value, 2, 2),
    Verb("-display", "[system ...] [-attribute attribute ...]", _system_display, options={"-attribute": MANY}),
    Verb("-freeze", "[-persistent] [-evacuate] system", _freeze, 1, 1, FREEZING, changes=True),
    Verb("-unfreeze", "[-persistent] system", _unfreeze, 1, 1, {"-persistent": 0}, changes=True),
    Verb("-nodeid", "[system]", _node_ids, 0, 1, sureness="M"),
    Verb("-wait", "system attribute value [-time seconds]", _system_wait, 3, 3, WAITING),
)
TYPE_VERBS = (
    Verb("-value", "type attribute", _type_value, 2, 2, sureness="M"),
    Verb(
        "-display", "[type ...] [-attribute attribute ...]", _type_display, options={"-attribute": MANY}, sureness="M"
    ),
    Verb("-list", "", _type_list, 0, 0, sureness="M"),
    Verb("-resources", "type", _type_resources, 1, 1, sureness="M"),
)
