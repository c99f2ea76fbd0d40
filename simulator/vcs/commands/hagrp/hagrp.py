"""`hagrp`: service groups."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mirrordrill.simulator.vcs.commands.hagrp.group_attributes import GLOBAL, LOCAL
from mirrordrill.simulator.vcs.commands.hagrp.group_refusals import (
    refuse_admin_wait,
    refuse_autodisabled,
    refuse_beside,
    refuse_by_hand,
    refuse_parents_up,
    refuse_target,
    refuse_up_elsewhere,
)
from mirrordrill.simulator.vcs.commands.language.conditions import CONDITIONS, chosen
from mirrordrill.simulator.vcs.commands.language.grammar import (
    LOCAL_CLUSTER,
    MANY,
    CommandResult,
    OperatorContext,
    ParsedArguments,
    PendingResult,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.layout import OBJECT_WIDTHS, bars, table
from mirrordrill.simulator.vcs.commands.language.refusals import (
    ATTEMPTING_ONLINE,
    CANNOT_SWITCH,
    FAILOVER_GROUP_ONLINE_ALREADY,
    GROUP_ONLINE_ALREADY,
    NO_GROUP_DEPENDENCIES,
    NO_GROUP_ON_SYSTEM,
    NO_GROUP_TO_SHOW,
    NO_GROUPS,
    NO_TARGET_SYSTEM,
    NOT_ACTIVE,
    NOT_PROBED,
    NOT_UP,
    PARALLEL_GROUP_ONLINE_ALREADY,
    STILL_HEARD,
    STILL_STOPPING,
    SWITCH_TO_ITSELF,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.language.unmodelled import no_attribute
from mirrordrill.simulator.vcs.commands.language.waiting import wait_until
from mirrordrill.simulator.vcs.commands.remote_commands import (
    ELSEWHERE,
    bring_online,
    global_group,
    relay_for,
    remote_named,
    remote_of,
    switch,
    switch_here,
)
from mirrordrill.simulator.vcs.engine import group_dependencies, placement
from mirrordrill.simulator.vcs.engine.pre_switch import ask, asked_first
from mirrordrill.simulator.vcs.engine.selection import choose
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState, Move, MoveCause
from mirrordrill.simulator.vcs.messages import vcs_line
from mirrordrill.simulator.vcs.spec import Parallel
from mirrordrill.simulator.vcs.wide_area.remote_state import RemoteClusterStatus

HEADER = ("Group", "Attribute", "System", "Value")
DEPENDENCY_WIDTHS = (16, 16)


def _online(context: OperatorContext, args: ParsedArguments) -> CommandResult | PendingResult:
    group = context.group(args.operands[0])
    if args.has("-any") == args.has("-sys"):
        raise WrongUsage
    if relayed := relay_for(context, args, group.spec.name, _words("-online", args, "-force", "-nopre")):
        return relayed
    refuse_by_hand(group)
    target = args.one("-sys") or _any_target(context, group)
    refuse_target(context, group, target, needs_authority=not group.spec.is_global)
    refuse_beside(context, group, target)
    if group.is_online(target):
        raise CommandRefused(GROUP_ONLINE_ALREADY, group.spec.name, target)
    refuse_up_elsewhere(group, target)
    if group.is_stopping(target):
        raise CommandRefused(STILL_STOPPING, group.spec.name, target)
    if group.spec.is_global:
        return bring_online(context, group, target, force=args.has("-force"), asks_first=not args.has("-nopre"))
    context.driver(group).start(target, asks_first=not args.has("-nopre"))
    return success(*([vcs_line(ATTEMPTING_ONLINE, group.spec.name, target)] if args.has("-any") else []))


def _any_target(context: OperatorContext, group: GroupState) -> str:
    """The system that FailOverPolicy chooses for an offline instance. Raises CommandRefused."""
    spec, state = group.spec, context.state
    free = [instance for instance in group.instances if not group.systems_active(instance)]
    candidates = [candidate for instance in free for candidate in placement.candidates(state, group, instance)]
    target = choose(spec.fail_over_policy, candidates, spec.prerequisites)
    if target is None and not free:
        is_parallel = spec.parallel is Parallel.PARALLEL
        message = PARALLEL_GROUP_ONLINE_ALREADY if is_parallel else FAILOVER_GROUP_ONLINE_ALREADY
        raise CommandRefused(message, spec.name, group.systems_active()[0])
    if target is None:
        raise CommandRefused(NO_TARGET_SYSTEM, spec.name)
    return target


def _offline(context: OperatorContext, args: ParsedArguments) -> CommandResult | PendingResult:
    group = context.group(args.operands[0])
    if args.has("-any") == args.has("-sys"):
        raise WrongUsage
    if relayed := relay_for(context, args, group.spec.name, _words("-offline", args, "-force", "-ifprobed")):
        return relayed
    refuse_by_hand(group)
    systems = [system for system in context.systems(args, group) if group.is_active(system)]
    if not systems:
        raise CommandRefused(NOT_UP, group.spec.name, args.one("-sys") or "any system")
    for system in systems:
        if group.on[system].auto_disabled or (args.has("-ifprobed") and not group.is_probed(system)):
            raise CommandRefused(NOT_PROBED, group.spec.name, system)
        refuse_parents_up(context, group, system)
    driver, group.global_state.hand_over = context.driver(group), None
    for system in systems:
        # What an operator stops stays down until an operator starts it.
        driver.stay_offline(system)
        driver.stop(system)
    return success()


def _switch(context: OperatorContext, args: ParsedArguments) -> CommandResult | PendingResult:
    group = context.group(args.operands[0])
    if args.has("-any") == args.has("-to"):
        raise WrongUsage
    target, remote = args.one("-to"), remote_of(context, args)
    if remote is not None:
        return switch(context, global_group(context, group.spec.name), remote, target)
    if target is not None:
        context.check_system(target, group)
    if relayed := switch_here(context, args, group):
        return relayed
    refuse_by_hand(group)
    spec, state = group.spec, context.state
    if spec.parallel is Parallel.PARALLEL:
        raise CommandRefused(CANNOT_SWITCH, spec.name, target or "any", "it is a parallel group")
    active = group.systems_active(group.instance(target) if target else None)
    if not active:
        raise CommandRefused(NOT_ACTIVE, spec.name)
    refuse_autodisabled(group, active[0], target)
    refuse_parents_up(context, group, active[0])
    along = group_dependencies.taken_along(state, group)
    if target is None:
        candidates = placement.candidates(state, group, group.instance(active[0]))
        if along:
            candidates = tuple(replace(candidate, unmet=None) for candidate in candidates)
        target = choose(spec.fail_over_policy, candidates, spec.prerequisites, active[0])
        if target is None:
            raise CommandRefused(CANNOT_SWITCH, spec.name, "any", "no other system qualifies")
    if target in active:
        raise CommandRefused(SWITCH_TO_ITSELF, spec.name, target)
    for other in along:
        if target not in other.instance(active[0]).systems:
            raise CommandRefused(CANNOT_SWITCH, other.spec.name, target, "it is not in its SystemList")
        refuse_target(context, other, target, switches=True)
    refuse_target(context, group, target, goes_along=bool(along), switches=True)
    for going in (group, *along):
        refuse_beside(context, going, target)
    begin = partial(_begin_switch, context, (group, *along), active[0], target)
    if args.has("-nopre") or not asked_first(context.engine, group):
        begin()
    else:
        ask(context.kernel, context.engine, group, target, begin)
    return success()


def _begin_switch(context: OperatorContext, groups: tuple[GroupState, ...], origin: str, target: str) -> None:
    """Begin the switch, unless it became pointless since it was accepted."""
    if not groups[0].is_active(origin) or groups[0].instance(origin).move is not None:
        return
    for going in groups:
        context.driver(going).move(Move(MoveCause.SWITCH, origin, target))


def _words(verb: str, args: ParsedArguments, *flags: str) -> tuple[str, ...]:
    """The command without the options for the cluster."""
    target = args.one("-sys")
    kept = [flag for flag in flags if args.has(flag)]
    return ("hagrp", verb, *kept, args.operands[0], *(["-any"] if target is None else ["-sys", target]))


def _ignore(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Mark a global group offline in a cluster that is not connected."""
    name = global_group(context, args.operands[0]).spec.name
    if not args.has("-clus"):
        raise WrongUsage
    remote = remote_named(context, args.one("-clus") or "")
    if remote.state.is_connected:
        raise CommandRefused(STILL_HEARD, remote.name, remote.state.value, name)
    context.state.wide_area.clusters[remote.name] = remote.marked_offline([name])
    context.driver(context.group(name))
    return success()


def _clear(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    group = context.group(args.operands[0])
    systems = context.systems(args, group)
    driver = context.driver(group)
    for system in systems:
        for name in group.resources:
            driver.clear(name, system)
    return success()


def _flush(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    group = context.group(args.operands[0])
    if not args.has("-sys"):
        raise WrongUsage
    has_force = context.state.spec.profile.flush_force
    if args.has("-force") and not has_force:
        raise WrongUsage
    refuse_admin_wait(group)
    for system in context.systems(args, group):
        context.driver(group).flush(system, offlines=args.has("-force") or not has_force)
    return success()


def _state(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    remote = remote_of(context, args)
    if remote is not None:
        return _remote_state(args, remote)
    groups = groups_to_show(context, args)
    if args.has("-sys"):
        context.check_system(args.one("-sys") or "")
    if len(args.operands) == 1 and args.has("-sys"):
        (system,) = context.systems(args, groups[0])
        return success(bars(groups[0].words(system)))
    rows = [
        (group.spec.name, "State", system, bars(group.words(system)))
        for group in groups
        for system in group.on
        if args.one("-sys") in {None, system}
    ]
    if not rows and args.has("-sys"):
        raise CommandRefused(NO_GROUP_ON_SYSTEM, args.one("-sys"))
    return success(*table(OBJECT_WIDTHS, HEADER, rows))


def _remote_state(args: ParsedArguments, remote: RemoteClusterStatus) -> CommandResult:
    """The global groups of another cluster, as of its last snapshot."""
    rows = [
        (on.name, "State", f"{remote.name}:{on.system}", bars(on.words))
        for on in remote.snapshot.groups
        if (not args.operands or on.name in args.operands) and args.one("-sys") in {None, on.system}
    ]
    return success(*table(OBJECT_WIDTHS, HEADER, rows))


def groups_to_show(context: OperatorContext, args: ParsedArguments) -> list[GroupState]:
    """The groups that the operands name, else all. Raises CommandRefused where there are none."""
    if not context.state.groups:
        raise CommandRefused(NO_GROUPS)
    named = [context.group(name, NO_GROUP_TO_SHOW) for name in args.operands]
    return named or list(context.state.groups.values())


def _value(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    group = context.group(args.operands[0], NO_GROUP_TO_SHOW)
    attribute = args.operands[1]
    if attribute in GLOBAL:
        return success(GLOBAL[attribute](group))
    system = args.operands[2] if len(args.operands) == 3 else context.system
    return success(_text(group, attribute, context.check_system(system, group)))


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    wanted = args.options.get("-attribute", tuple(sorted((*GLOBAL, *LOCAL))))
    rows: list[tuple[str, ...]] = []
    for group in groups_to_show(context, args):
        for name in wanted:
            if name not in GLOBAL and name not in LOCAL:
                raise no_attribute("group", name, group.spec.name)
            if name in GLOBAL:
                rows.append((group.spec.name, name, "global", GLOBAL[name](group)))
            else:
                rows += [(group.spec.name, name, at, LOCAL[name](group, at)) for at in context.systems(args, group)]
    return success(*table(OBJECT_WIDTHS, HEADER, rows))


def _list(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    places = [(group, system) for group in context.state.groups.values() for system in group.on]
    found = chosen(places, args.operands, lambda place, attribute: _text(place[0], attribute, place[1]), "groups")
    return success(*(f"{group.spec.name:<15} {system}" for group, system in found))


def _text(group: GroupState, attribute: str, system: str) -> str:
    """Any attribute of a group on a system. Raises CommandRefused."""
    if attribute in GLOBAL:
        return GLOBAL[attribute](group)
    if attribute not in LOCAL:
        raise no_attribute("group", attribute, group.spec.name)
    return LOCAL[attribute](group, system)


def _dep(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Dependencies in which one of the groups, or any group, is parent or child."""
    names = [context.group(name).spec.name for name in args.operands]
    rows = [
        (parent, required.child, required.words)
        for parent, group in context.state.groups.items()
        for required in group.spec.requires
        if not names or parent in names or required.child in names
    ]
    if not rows:
        raise CommandRefused(NO_GROUP_DEPENDENCIES)
    return success(*table(DEPENDENCY_WIDTHS, ("Parent", "Child", "Relationship"), rows))


def _resources(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return success(*context.group(args.operands[0]).resources)


def _wait(context: OperatorContext, args: ParsedArguments) -> PendingResult:
    name, attribute, value = args.operands
    group = context.group(name)
    if attribute in GLOBAL:
        return wait_until(context, args, f"{name} {attribute}", value, lambda now: GLOBAL[attribute](now.group(name)))
    if attribute not in LOCAL:
        raise no_attribute("group", attribute, name)
    system = context.check_system(args.one("-sys") or context.system, group)
    return wait_until(
        context, args, f"{name} {attribute}", value, lambda now: LOCAL[attribute](now.group(name), system).strip("|")
    )


SYS = {"-sys": 1}
CLUSTER = "[-clus cluster | -localclus]"
VERBS = (
    Verb(
        "-online",
        "[-force] [-nopre] group -sys system | -any [-clus cluster | -localclus]",
        _online,
        1,
        1,
        {"-force": 0, "-nopre": 0, "-sys": 1, "-any": 0, **ELSEWHERE},
        changes=True,
    ),
    Verb(
        "-offline",
        "[-force] [-ifprobed] group -sys system | -any [-clus cluster | -localclus]",
        _offline,
        1,
        1,
        {"-force": 0, "-ifprobed": 0, "-sys": 1, "-any": 0, **ELSEWHERE},
        changes=True,
        without_effect={"-force": "Authority is not needed to take a group offline"},
    ),
    Verb(
        "-switch",
        "[-nopre] group -to system | -any [-clus cluster | -localclus]",
        _switch,
        1,
        1,
        {"-nopre": 0, "-to": 1, "-any": 0, **ELSEWHERE},
        changes=True,
    ),
    Verb("-ignore", "group -clus cluster", _ignore, 1, 1, {"-clus": 1}, changes=True),
    Verb("-clear", f"group [-sys system] {CLUSTER}", _clear, 1, 1, {**SYS, **ELSEWHERE}, changes=True, relays=True),
    Verb(
        "-flush",
        f"[-force] group -sys system {CLUSTER}",
        _flush,
        1,
        1,
        {**SYS, "-force": 0, **ELSEWHERE},
        changes=True,
        relays=True,
    ),
    Verb("-state", "[group ...] [-sys system] [-clus cluster | -localclus]", _state, options={**SYS, **ELSEWHERE}),
    Verb("-value", f"group attribute [system] {CLUSTER}", _value, 2, 3, ELSEWHERE, relays=True),
    Verb(
        "-display",
        f"[group ...] [-attribute attribute ...] [-sys system] {CLUSTER}",
        _display,
        options={**SYS, "-attribute": MANY, **ELSEWHERE},
        relays=True,
    ),
    Verb("-list", f"{CONDITIONS} {CLUSTER}", _list, options=ELSEWHERE, relays=True),
    Verb("-dep", "[group ...] [-localclus]", _dep, options=LOCAL_CLUSTER),
    Verb("-resources", "group [-localclus]", _resources, 1, 1, LOCAL_CLUSTER),
    Verb(
        "-wait",
        "group attribute value [-clus cluster] [-sys system] [-time seconds]",
        _wait,
        3,
        3,
        {"-clus": 1, "-sys": 1, "-time": 1},
        relays=True,
    ),
)
