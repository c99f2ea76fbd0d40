"""`hares`: resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simulator.vcs.board import GroupBoard, ResourceOn, ResourcePlace
from simulator.vcs.commands.grammar import (
    FAILED,
    MANY,
    OK,
    CommandResult,
    Context,
    Given,
    Misused,
    Pending,
    Refused,
    Verb,
    said,
)
from simulator.vcs.commands.layout import OBJECT_WIDTHS, flag, table
from simulator.vcs.commands.waiting import wait_until
from simulator.vcs.framework import AgentResource
from simulator.vcs.messages import (
    ACTION_FAILED,
    ACTION_LOST,
    ALREADY_UP,
    FROZEN,
    NO_ACTION,
    NO_AGENT,
    NO_ATTRIBUTE,
    PARENTS_UP,
    PERSISTENT,
    READ_ONLY,
    RESOURCE_IS_FAULTED,
    STILL_STOPPING,
    SYSTEM_NOT_RUNNING,
)
from simulator.vcs.ports import Outcome
from simulator.vcs.reports import Action
from simulator.vcs.spec import Parallel
from simulator.vcs.states import ResourceState

HEADER = ("Resource", "Attribute", "System", "Value")

LOCAL: Mapping[str, Callable[[ResourceOn], str]] = MappingProxyType(
    {
        "ConfidenceLevel": lambda on: str(on.confidence),
        "Flags": lambda on: "|".join(on.flags.words()) or "NORMAL",
        "IState": lambda on: on.istate.text,
        "Probed": lambda on: flag(on.probed),
        "State": lambda on: on.words(),
    }
)
"""What the engine keeps for each system."""

GLOBAL: Mapping[str, Callable[[ResourcePlace, GroupBoard], str]] = MappingProxyType(
    {
        "AutoStart": lambda place, _: flag(place.spec.auto_start),
        "Critical": lambda place, _: flag(place.spec.critical),
        "Enabled": lambda place, _: flag(place.spec.enabled),
        "Group": lambda _, group: group.spec.name,
        "Type": lambda place, _: place.type.name,
    }
)


def _group_of(context: Context, place: ResourcePlace) -> GroupBoard:
    return context.board.group_of[place.spec.name]


def _target(context: Context, given: Given, place: ResourcePlace) -> str:
    """The system of `-sys`, which must be given, be in SystemList and be running."""
    system = given.one("-sys")
    if system is None:
        raise Misused
    context.check_system(system, _group_of(context, place))
    if not context.board.is_running(system):
        raise Refused(SYSTEM_NOT_RUNNING, system)
    return system


def _agent(context: Context, place: ResourcePlace, system: str) -> AgentResource:
    """The agent that has the resource in its care; there is none on a system that is dead and not yet missed."""
    agents = context.engine.agents.get(system)
    agent = agents.resources.get(place.spec.name) if agents else None
    if agent is None:
        raise Refused(NO_AGENT, place.spec.name, system)
    return agent


def _changeable(context: Context, given: Given) -> tuple[ResourcePlace, str]:
    place = context.resource(given.operands[0])
    system = _target(context, given, place)
    if place.type.is_persistent:
        raise Refused(PERSISTENT, place.spec.name)
    if _group_of(context, place).frozen:
        raise Refused(FROZEN, _group_of(context, place).spec.name)
    return place, system


def _online(context: Context, given: Given) -> CommandResult:
    place, system = _changeable(context, given)
    group = _group_of(context, place)
    for name in (place.spec.name, *group.descendants(place.spec.name)):
        if group.resources[name].on[system].state is ResourceState.FAULTED:
            raise Refused(RESOURCE_IS_FAULTED, name, system)
    for other in group.systems_active():
        if other != system and group.spec.parallel is Parallel.FAILOVER:
            raise Refused(ALREADY_UP, group.spec.name, other)
    if group.is_stopping(system):
        raise Refused(STILL_STOPPING, group.spec.name, system)
    context.driver(group).start_resource(place.spec.name, system)
    return said()


def _offline(context: Context, given: Given) -> CommandResult:
    place, system = _changeable(context, given)
    driver = context.driver(_group_of(context, place))
    parents = driver.parents_up(place, system)
    if parents:
        raise Refused(PARENTS_UP, place.spec.name, system, " ".join(parents))
    driver.stop_resource(place.spec.name, system)
    return said()


def _probe(context: Context, given: Given) -> CommandResult:
    place = context.resource(given.operands[0])
    system = _target(context, given, place)
    _agent(context, place, system).probe()
    return said()


def _clear(context: Context, given: Given) -> CommandResult:
    place = context.resource(given.operands[0])
    group = _group_of(context, place)
    systems = context.systems(given, group)
    driver = context.driver(group)
    for system in systems:
        driver.clear(place.spec.name, system)
    return said()


def _action(context: Context, given: Given) -> Pending:
    name, token = given.operands
    place = context.resource(name)
    system = _target(context, given, place)
    if token not in place.type.supported_actions:
        raise Refused(NO_ACTION, token, place.type.name)
    answer = context.kernel.env.event()
    _agent(context, place, system).act(Action(token, given.options.get("-actionargs", ()), answer))

    def finish(outcome: Outcome | None) -> CommandResult:
        if outcome is None:
            return CommandResult(FAILED, ACTION_LOST.line(token, name, system) + "\n")
        if outcome.exit_code:
            message = ACTION_FAILED.line(token, name, system, outcome.exit_code)
            return CommandResult(FAILED, f"{message}\n{outcome.output}")
        return CommandResult(OK, outcome.output)

    return Pending(answer, finish)


def _modify(context: Context, given: Given) -> CommandResult:
    """Temp attributes live in the engine and can always be modified; the order of commands is the same for all."""
    place = context.resource(given.operands[0])
    attribute, values = given.operands[1], given.operands[2:]
    if attribute not in place.type.temp_attributes:
        known = attribute in GLOBAL or any(value.name == attribute for value in place.spec.attributes)
        raise Refused(READ_ONLY if known else NO_ATTRIBUTE, attribute, place.spec.name)
    system = given.one("-sys")
    if system is not None:
        context.check_system(system, _group_of(context, place))
    place.temp[attribute, system] = values
    return said()


def attribute_value(place: ResourcePlace, group: GroupBoard, attribute: str, system: str) -> str:
    """The text of any attribute of a resource on a system. Raises Refused where there is none of this name."""
    if attribute in LOCAL:
        return LOCAL[attribute](place.on[system])
    if attribute in GLOBAL:
        return GLOBAL[attribute](place, group)
    if attribute == "ArgListValues":
        return "\t".join(place.spec.arguments_on(system))
    if attribute in place.type.temp_attributes:
        local = place.temp.get((attribute, system))
        return " ".join(local if local is not None else place.temp.get((attribute, None), ()))
    for value in place.spec.attributes:
        if value.name == attribute and value.system in {None, system}:
            return "\t".join(value.values)
    raise Refused(NO_ATTRIBUTE, attribute, place.spec.name)


def _state(context: Context, given: Given) -> CommandResult:
    places = [context.resource(name) for name in given.operands] or _all(context)
    if given.has("-sys"):
        context.check_system(given.one("-sys") or "")
    if len(given.operands) == 1 and given.has("-sys"):
        (system,) = context.systems(given, _group_of(context, places[0]))
        return said(places[0].on[system].words())
    rows = [
        (place.spec.name, "State", system, on.words())
        for place in places
        for system, on in place.on.items()
        if given.one("-sys") in {None, system}
    ]
    return said(*table(OBJECT_WIDTHS, HEADER, rows))


def _value(context: Context, given: Given) -> CommandResult:
    place = context.resource(given.operands[0])
    group = _group_of(context, place)
    system = given.operands[2] if len(given.operands) == 3 else context.system
    return said(attribute_value(place, group, given.operands[1], context.check_system(system, group)))


def _display(context: Context, given: Given) -> CommandResult:
    rows: list[tuple[str, ...]] = []
    for place in [context.resource(name) for name in given.operands] or _all(context):
        name, group = place.spec.name, _group_of(context, place)
        rows += [(name, attribute, "global", text(place, group)) for attribute, text in sorted(GLOBAL.items())]
        rows += [
            (name, value.name, value.system or "global", "\t".join(value.values)) for value in place.spec.attributes
        ]
        rows += [
            (name, attribute, system or "global", " ".join(values))
            for (attribute, system), values in place.temp.items()
        ]
        for attribute, show in sorted(LOCAL.items()):
            rows += [(name, attribute, system, show(on)) for system, on in place.on.items()]
    return said(*table(OBJECT_WIDTHS, HEADER, rows))


def _list(context: Context, given: Given) -> CommandResult:
    wanted = dict(condition.split("=", 1) for condition in given.operands if "=" in condition)
    if len(wanted) != len(given.operands):
        raise Misused
    rows = []
    for place in _all(context):
        group = _group_of(context, place)
        for system in place.on:
            if all(attribute_value(place, group, name, system) == value for name, value in wanted.items()):
                rows.append(f"{place.spec.name:<20} {system}")
    return said(*rows)


def _dep(context: Context, given: Given) -> CommandResult:
    groups = [_group_of(context, context.resource(name)) for name in given.operands]
    rows = [
        (group.spec.name, parent, child)
        for group in groups or context.board.groups.values()
        for parent, child in group.spec.dependencies
        if not given.operands or parent in given.operands or child in given.operands
    ]
    return said(*table((12, 21), ("Group", "Parent", "Child"), list(dict.fromkeys(rows))))


def _wait(context: Context, given: Given) -> Pending:
    name, attribute, value = given.operands
    place = context.resource(name)
    group = _group_of(context, place)
    system = context.check_system(given.one("-sys") or context.system, group)
    attribute_value(place, group, attribute, system)
    look: Callable[[], str] = lambda: attribute_value(place, group, attribute, system)  # noqa: E731 - one line of story
    return wait_until(context, given, f"{name} {attribute}", value, look)


def _all(context: Context) -> list[ResourcePlace]:
    return [place for group in context.board.groups.values() for place in group.resources.values()]


SYS = {"-sys": 1}
VERBS = (
    Verb("-online", "[-force] resource -sys system", _online, 1, 1, {"-force": 0, "-sys": 1}, changes=True),
    Verb("-offline", "[-force] resource -sys system", _offline, 1, 1, {"-force": 0, "-sys": 1}, changes=True),
    Verb("-probe", "resource -sys system", _probe, 1, 1, SYS, changes=True),
    Verb("-clear", "resource [-sys system]", _clear, 1, 1, SYS, changes=True),
    Verb(
        "-action",
        "resource token [-actionargs argument ...] -sys system",
        _action,
        2,
        2,
        {"-actionargs": MANY, "-sys": 1},
        changes=True,
    ),
    Verb("-modify", "resource attribute value ... [-sys system]", _modify, 3, options=SYS, changes=True),
    Verb("-state", "[resource ...] [-sys system]", _state, options=SYS),
    Verb("-value", "resource attribute [system]", _value, 2, 3),
    Verb("-display", "[resource ...]", _display),
    Verb("-list", "[attribute=value ...]", _list),
    Verb("-dep", "[resource ...]", _dep),
    Verb("-wait", "resource attribute value [-sys system] [-time seconds]", _wait, 3, 3, {"-sys": 1, "-time": 1}),
)
