"""`hares`: resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from mirrordrill.simulator.vcs.agents.agent_resource import AgentResource
from mirrordrill.simulator.vcs.agents.reports import Action
from mirrordrill.simulator.vcs.commands.hagrp.group_refusals import refuse_admin_wait, refuse_up_elsewhere
from mirrordrill.simulator.vcs.commands.language.conditions import CONDITIONS, chosen
from mirrordrill.simulator.vcs.commands.language.grammar import (
    LOCAL_CLUSTER,
    MANY,
    OK,
    CommandResult,
    OperatorContext,
    ParsedArguments,
    PendingResult,
    Verb,
    WrongUsage,
    failure,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import OBJECT_WIDTHS, flag, table
from mirrordrill.simulator.vcs.commands.language.modifying import value_on
from mirrordrill.simulator.vcs.commands.language.refusals import (
    ACTION_FAILED,
    ACTION_LOST,
    ACTION_UNANSWERED,
    FROZEN,
    GROUP_UP_ELSEWHERE,
    NO_ACTION,
    NO_AGENT,
    NO_ATTRIBUTE,
    NO_GROUP_TO_SHOW,
    NO_RESOURCE_DEPENDENCIES,
    NO_RESOURCE_TO_SHOW,
    NO_TYPE,
    NOT_A_TARGET,
    NOT_FAULTED_HERE,
    PARENTS_UP,
    PERSISTENT,
    RESOURCE_IS_FAULTED,
    STILL_STOPPING,
    SYSTEM_NOT_RUNNING,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.language.statics import text_of
from mirrordrill.simulator.vcs.commands.language.waiting import Unanswered, answer_when_gone, wait_until
from mirrordrill.simulator.vcs.commands.remote_commands import ELSEWHERE, relay, remote_of
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState, ResourcePlace, ResourceStatus
from mirrordrill.simulator.vcs.engine.state.stored_attributes import STORED_ATTRIBUTES, stored_value
from mirrordrill.simulator.vcs.ports import EntryPointOutcome
from mirrordrill.simulator.vcs.states import ResourceState

HEADER = ("Resource", "Attribute", "System", "Value")

LOCAL: Mapping[str, Callable[[ResourceStatus], str]] = MappingProxyType(
    {
        "ConfidenceLevel": lambda on: str(on.confidence),
        "Flags": lambda on: "|".join(on.flags.words()) or "NORMAL",
        "IState": lambda on: on.istate.text,
        "Probed": lambda on: flag(on.probed),
        "ResourceInfo": lambda on: "State\t{}\tMsg\t{}\tTS\t{}".format(*on.info).rstrip("\t"),
        "State": lambda on: on.words(),
    }
)
"""Attributes with a value for each system."""


def _stored(name: str, place: ResourcePlace, _: GroupState) -> str:
    return "\t".join(stored_value("resource", place.spec.stored, name))


GLOBAL: Mapping[str, Callable[[ResourcePlace, GroupState], str]] = MappingProxyType(
    {
        "AutoStart": lambda place, _: flag(place.spec.auto_start),
        "Critical": lambda place, _: flag(place.spec.critical),
        "Enabled": lambda place, _: flag(place.spec.enabled),
        "Group": lambda _, group: group.spec.name,
        "Type": lambda place, _: place.type.name,
        **{name: partial(_stored, name) for name in STORED_ATTRIBUTES["resource"]},
    }
)


def group_of(context: OperatorContext, place: ResourcePlace) -> GroupState:
    """The group of a resource."""
    return context.state.group_of[place.spec.name]


def _target(context: OperatorContext, args: ParsedArguments, place: ResourcePlace) -> str:
    """The system of `-sys`, which must be given, be in SystemList and be running."""
    system = args.one("-sys")
    if system is None:
        raise WrongUsage
    context.check_system(system, group_of(context, place))
    if not context.state.is_running(system):
        raise CommandRefused(SYSTEM_NOT_RUNNING, system)
    return system


def _agent(context: OperatorContext, place: ResourcePlace, system: str) -> AgentResource:
    """The agent of the resource; a system that is dead and not yet noticed has none."""
    agents = context.engine.agents.get(system)
    agent = agents.resources.get(place.spec.name) if agents else None
    if agent is None:
        raise CommandRefused(NO_AGENT, place.spec.name, system)
    return agent


def _changeable(context: OperatorContext, args: ParsedArguments) -> tuple[ResourcePlace, str]:
    place = context.resource(args.operands[0])
    system = _target(context, args, place)
    if place.type.is_persistent:
        raise CommandRefused(PERSISTENT, place.spec.name)
    if group_of(context, place).frozen:
        raise CommandRefused(FROZEN, group_of(context, place).spec.name)
    return place, system


def _online(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    place, system = _changeable(context, args)
    group = group_of(context, place)
    for name in (place.spec.name, *group.descendants(place.spec.name)):
        if group.resources[name].on[system].state is ResourceState.FAULTED:
            raise CommandRefused(RESOURCE_IS_FAULTED, name, system)
    refuse_up_elsewhere(group, system, GROUP_UP_ELSEWHERE)
    refuse_admin_wait(group)
    if group.is_stopping(system):
        raise CommandRefused(STILL_STOPPING, group.spec.name, system)
    reason = None if args.has("-force") else context.driver(group).hooks.online_refusal(group)
    if reason:
        raise CommandRefused(NOT_A_TARGET, group.spec.name, system, reason)
    context.driver(group).start_resource(place.spec.name, system)
    return success()


def _offline(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    place, system = _changeable(context, args)
    refuse_admin_wait(group_of(context, place))
    driver = context.driver(group_of(context, place))
    parents = () if args.has("-ignoreparent") else driver.parents_up(place, system)
    if parents:
        raise CommandRefused(PARENTS_UP, place.spec.name, system, " ".join(parents))
    driver.stop_resource(place.spec.name, system, ignores_parents=args.has("-ignoreparent"))
    return success()


def _probe(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    place = context.resource(args.operands[0])
    system = _target(context, args, place)
    _agent(context, place, system).probe()
    return success()


def _info(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """An agent without an `info` entry point has nothing to refresh, and nothing to flush."""
    place = context.resource(args.operands[0])
    for system in context.systems(args, group_of(context, place)) if args.has("-sys") else ():
        if not context.state.is_running(system):
            raise CommandRefused(SYSTEM_NOT_RUNNING, system)
        _agent(context, place, system)
    return success()


def _clear(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    place = context.resource(args.operands[0])
    group = group_of(context, place)
    faulted = [at for at in context.systems(args, group) if place.on[at].state is ResourceState.FAULTED]
    if not faulted:
        raise CommandRefused(NOT_FAULTED_HERE, place.spec.name)
    driver = context.driver(group)
    for system in faulted:
        driver.clear(place.spec.name, system)
    return success()


def _action(context: OperatorContext, args: ParsedArguments) -> PendingResult:
    name, token = args.operands
    remote = remote_of(context, args)
    if remote is not None:
        return relay(context, remote, _action_words(args))
    place = context.resource(name)
    system = _target(context, args, place)
    if token not in place.type.supported_actions:
        raise CommandRefused(NO_ACTION, token, place.type.name)
    answer = context.kernel.env.event()
    _agent(context, place, system).act(Action(token, args.options.get("-actionargs", ()), answer))
    answer_when_gone(context, system, answer)

    def finish(outcome: EntryPointOutcome | Unanswered | None) -> CommandResult:
        if isinstance(outcome, Unanswered):
            return failure(ACTION_UNANSWERED, token, name, system, is_unanswered=True)
        if outcome is None:
            return failure(ACTION_LOST, token, name, system)
        if outcome.exit_code:
            return failure(ACTION_FAILED, token, name, system, outcome.exit_code, stdout=outcome.output)
        return CommandResult(OK, outcome.output)

    return PendingResult(answer, finish)


def _action_words(args: ParsedArguments) -> tuple[str, ...]:
    """The command without the options for the cluster."""
    system = args.one("-sys")
    if system is None:
        raise WrongUsage
    arguments = ("-actionargs", *args.options["-actionargs"]) if args.has("-actionargs") else ()
    return ("hares", "-action", *args.operands, *arguments, "-sys", system)


def attribute_value(context: OperatorContext, place: ResourcePlace, attribute: str, system: str) -> str:
    """The text of any attribute of a resource on a system. Raises CommandRefused where there is none of this name."""
    group = group_of(context, place)
    if attribute in LOCAL:
        return LOCAL[attribute](place.on[system])
    if attribute in GLOBAL:
        return GLOBAL[attribute](place, group)
    if attribute == "ArgListValues":
        return "\t".join(place.spec.arguments_on(system))
    if attribute in place.type.temp_attributes:
        local = place.temp.get((attribute, system))
        return " ".join(local if local is not None else place.temp.get((attribute, None), ()))
    if attribute in place.spec.overridden:
        return text_of(place.type, attribute, context.state.spec.profile)
    value = value_on(place.spec, attribute, system)
    if value is not None:
        return "\t".join(value.values)
    raise CommandRefused(NO_ATTRIBUTE, attribute, place.spec.name)


def _state(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    places = _to_show(context, args)
    if args.has("-sys"):
        context.check_system(args.one("-sys") or "")
    if len(args.operands) == 1 and args.has("-sys"):
        (system,) = context.systems(args, group_of(context, places[0]))
        return success(places[0].on[system].words())
    rows = [
        (place.spec.name, "State", system, on.words())
        for place in places
        for system, on in place.on.items()
        if args.one("-sys") in {None, system}
    ]
    return success(*table(OBJECT_WIDTHS, HEADER, rows))


def _value(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    place = context.resource(args.operands[0], NO_RESOURCE_TO_SHOW)
    group = group_of(context, place)
    system = args.operands[2] if len(args.operands) == 3 else context.system
    return success(attribute_value(context, place, args.operands[1], context.check_system(system, group)))


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    wanted, at = args.options.get("-attribute"), args.one("-sys")
    if at is not None:
        context.check_system(at)
    places, rows = _to_show(context, args), list[tuple[str, ...]]()
    for name in wanted or ():
        _refuse_unknown(context, places, name)
    for place in places:
        here = [row for row in _attributes(context, place) if at is None or row[2] in {"global", at}]
        rows += here if wanted is None else [row for name in wanted for row in here if row[1] == name]
    return success(*table(OBJECT_WIDTHS, HEADER, rows))


def _refuse_unknown(context: OperatorContext, places: Sequence[ResourcePlace], attribute: str) -> None:
    """Raises CommandRefused for an attribute that none of the resources has on any system."""
    refused = None
    for place in places:
        for system in place.on:
            try:
                attribute_value(context, place, attribute, system)
            except CommandRefused as refusal:
                refused = refused or refusal
            else:
                return
    if refused is not None:
        raise refused


def _to_show(context: OperatorContext, args: ParsedArguments) -> list[ResourcePlace]:
    """The resources that operands, `-group` or `-type` name, else all. Raises CommandRefused."""
    places = [context.resource(name, NO_RESOURCE_TO_SHOW) for name in args.operands] or _all(context)
    if (name := args.one("-group")) is not None:
        group = context.group(name, NO_GROUP_TO_SHOW)
        places = [place for place in places if group_of(context, place) is group]
    if (type_name := args.one("-type")) is not None:
        if type_name not in {spec.name for spec in context.state.spec.types}:
            raise CommandRefused(NO_TYPE, type_name)
        places = [place for place in places if place.type.name == type_name]
    return places


def _attributes(context: OperatorContext, place: ResourcePlace) -> Iterator[tuple[str, ...]]:
    """Every attribute of a resource with its system, `global` where it has the same value everywhere."""
    name, group, spec = place.spec.name, group_of(context, place), place.spec
    yield from ((name, attribute, "global", text(place, group)) for attribute, text in sorted(GLOBAL.items()))
    yield from ((name, value.name, value.system or "global", "\t".join(value.values)) for value in spec.attributes)
    profile = context.state.spec.profile
    yield from ((name, own, "global", text_of(place.type, own, profile)) for own in sorted(spec.overridden))
    for (attribute, system), values in place.temp.items():
        yield name, attribute, system or "global", " ".join(values)
    for attribute, show in sorted(LOCAL.items()):
        yield from ((name, attribute, system, show(on)) for system, on in place.on.items())


def _list(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    places = [(place, system) for place in _all(context) for system in place.on]
    found = chosen(places, args.operands, lambda at, name: attribute_value(context, at[0], name, at[1]), "resources")
    return success(*(f"{place.spec.name:<20} {system}" for place, system in found))


def _dep(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    groups = [group_of(context, context.resource(name)) for name in args.operands]
    rows = [
        (group.spec.name, parent, child)
        for group in groups or context.state.groups.values()
        for parent, child in group.spec.dependencies
        if not args.operands or parent in args.operands or child in args.operands
    ]
    if not rows:
        raise CommandRefused(NO_RESOURCE_DEPENDENCIES)
    return success(*table((12, 21), ("Group", "Parent", "Child"), list(dict.fromkeys(rows))))


def _wait(context: OperatorContext, args: ParsedArguments) -> PendingResult:
    name, attribute, value = args.operands
    place = context.resource(name)
    group = group_of(context, place)
    system = context.check_system(args.one("-sys") or context.system, group)
    attribute_value(context, place, attribute, system)
    return wait_until(
        context,
        args,
        f"{name} {attribute}",
        value,
        lambda now: attribute_value(now, now.resource(name), attribute, system),
    )


def _all(context: OperatorContext) -> list[ResourcePlace]:
    return [place for group in context.state.groups.values() for place in group.resources.values()]


SYS = {"-sys": 1}
CLUSTER = "[-clus cluster | -localclus]"
INFO = f"resource [-sys system] {CLUSTER}"
VERBS = (
    Verb("-online", "[-force] resource -sys system", _online, 1, 1, {"-force": 0, "-sys": 1}, changes=True),
    Verb(
        "-offline",
        "[-ignoreparent] resource -sys system",
        _offline,
        1,
        1,
        {"-ignoreparent": 0, "-sys": 1},
        changes=True,
    ),
    Verb("-probe", "resource -sys system", _probe, 1, 1, SYS, changes=True),
    Verb("-refreshinfo", INFO, _info, 1, 1, {**SYS, **ELSEWHERE}, changes=True, relays=True),
    Verb("-flushinfo", INFO, _info, 1, 1, {**SYS, **ELSEWHERE}, changes=True, relays=True),
    Verb("-clear", "resource [-sys system]", _clear, 1, 1, SYS, changes=True),
    Verb(
        "-action",
        "resource token [-actionargs argument ...] -sys system [-clus cluster | -localclus]",
        _action,
        2,
        2,
        {"-actionargs": MANY, "-sys": 1, **ELSEWHERE},
        changes=True,
    ),
    Verb("-state", f"[resource ...] [-sys system] {CLUSTER}", _state, options={**SYS, **ELSEWHERE}, relays=True),
    Verb("-value", f"resource attribute [system] {CLUSTER}", _value, 2, 3, ELSEWHERE, relays=True),
    Verb(
        "-display",
        f"[resource ...] [-attribute attribute ...] [-group group] [-type type] [-sys system] {CLUSTER}",
        _display,
        options={**SYS, "-attribute": MANY, "-group": 1, "-type": 1, **ELSEWHERE},
        relays=True,
    ),
    Verb("-list", f"{CONDITIONS} {CLUSTER}", _list, options=ELSEWHERE, relays=True),
    Verb("-dep", "[resource ...] [-localclus]", _dep, options=LOCAL_CLUSTER),
    Verb(
        "-wait",
        "resource attribute value [-clus cluster] [-sys system] [-time seconds]",
        _wait,
        3,
        3,
        {"-clus": 1, "-sys": 1, "-time": 1},
        relays=True,
    ),
)
