"""`hagrp`: service groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simulator.vcs.board import Cause, GroupBoard, Move
from simulator.vcs.commands.grammar import CommandResult, Context, Given, Misused, Pending, Refused, Verb, said
from simulator.vcs.commands.layout import OBJECT_WIDTHS, bars, flag, pairs, table
from simulator.vcs.commands.refusals import NO_CLUSTER, NOT_GLOBAL
from simulator.vcs.commands.waiting import wait_until
from simulator.vcs.messages import ALREADY_UP, FROZEN, NO_ATTRIBUTE, NOT_A_TARGET, NOT_UP, STILL_STOPPING
from simulator.vcs.selection import choose, why_not
from simulator.vcs.spec import Parallel

GLOBAL: Mapping[str, Callable[[GroupBoard], str]] = MappingProxyType(
    {
        "AutoFailOver": lambda group: str(group.spec.auto_fail_over),
        "AutoStart": lambda group: flag(group.spec.auto_start),
        "AutoStartList": lambda group: "\t".join(group.spec.auto_start_list),
        "AutoStartPolicy": lambda group: group.spec.auto_start_policy.value,
        "FailOverPolicy": lambda group: group.spec.fail_over_policy.value,
        "FaultPropagation": lambda group: flag(group.spec.fault_propagation),
        "Frozen": lambda group: flag(group.spec.frozen),
        "Load": lambda group: str(group.spec.load),
        "Parallel": lambda group: str(group.spec.parallel.value),
        "Prerequisites": lambda group: pairs(group.spec.prerequisites.items()),
        "SystemList": lambda group: pairs(group.spec.system_list),
        "SystemZones": lambda group: pairs(group.spec.system_zones.items()),
        "TFrozen": lambda group: flag(group.frozen and not group.spec.frozen),
    }
)
"""Attributes that are the same on every system."""

LOCAL: Mapping[str, Callable[[GroupBoard, str], str]] = MappingProxyType(
    {
        "AutoDisabled": lambda group, system: flag(group.on[system].auto_disabled),
        "Enabled": lambda group, system: flag(group.on[system].enabled),
        "Probed": lambda group, system: flag(group.is_probed(system)),
        "ProbesPending": lambda group, system: str(sum(not on.probed for _, on in group.each(system))),
        "State": lambda group, system: bars(group.words(system)),
    }
)
"""Attributes that every system has its own value of."""

HEADER = ("Group", "Attribute", "System", "Value")
DEPENDENCY_WIDTHS = (16, 16)


def _online(context: Context, given: Given) -> CommandResult:
    group = context.group(given.operands[0])
    if given.has("-any") == given.has("-sys"):
        raise Misused
    refuse_elsewhere(context, given, group)
    _refuse_frozen(group)
    target = given.one("-sys")
    if target is None:
        spec = group.spec
        target = choose(spec.fail_over_policy, context.board.candidates(group), spec.prerequisites)
        if target is None:
            raise Refused(NOT_A_TARGET, spec.name, "any", "no system qualifies")
    _refuse_target(context, group, target)
    for system in group.systems_active():
        if system == target and group.is_online(system):
            raise Refused(ALREADY_UP, group.spec.name, system)
        if system != target and group.spec.parallel is Parallel.FAILOVER:
            raise Refused(ALREADY_UP, group.spec.name, system)
    if group.is_stopping(target):
        raise Refused(STILL_STOPPING, group.spec.name, target)
    context.driver(group).start(target)
    return said()


def _offline(context: Context, given: Given) -> CommandResult:
    group = context.group(given.operands[0])
    if given.has("-any") == given.has("-sys"):
        raise Misused
    refuse_elsewhere(context, given, group)
    _refuse_frozen(group)
    systems = [system for system in context.systems(given, group) if group.is_active(system)]
    if not systems:
        raise Refused(NOT_UP, group.spec.name)
    # What an operator stops stays down until an operator starts it.
    group.move, group.auto_start_pending = None, False
    driver = context.driver(group)
    for system in systems:
        driver.stop(system)
    return said()


def _switch(context: Context, given: Given) -> CommandResult:
    group = context.group(given.operands[0])
    if given.has("-any") == given.has("-to"):
        raise Misused
    refuse_elsewhere(context, given, group)
    target = given.one("-to")
    if target is not None:
        context.check_system(target, group)
    _refuse_frozen(group)
    if group.spec.parallel is Parallel.PARALLEL:
        raise Refused(NOT_A_TARGET, group.spec.name, target or "any", "it is a parallel group")
    active = group.systems_active()
    if not active:
        raise Refused(NOT_UP, group.spec.name)
    if target is None:
        spec = group.spec
        target = choose(spec.fail_over_policy, context.board.candidates(group), spec.prerequisites, active[0])
        if target is None:
            raise Refused(NOT_A_TARGET, spec.name, "any", "no other system qualifies")
    if target in active:
        raise Refused(ALREADY_UP, group.spec.name, target)
    _refuse_target(context, group, target)
    context.driver(group).move(Move(Cause.SWITCH, active[0], target))
    return said()


def refuse_elsewhere(context: Context, given: Given, group: GroupBoard) -> None:
    """Raises Refused for another cluster than this one: nobody there has this group."""
    if given.has("-clus") and given.has("-localclus"):
        raise Misused
    cluster = given.one("-clus")
    if cluster is None or cluster == context.board.spec.name:
        return
    if cluster not in context.board.wide_area.clusters:
        raise Refused(NO_CLUSTER, cluster)
    raise Refused(NOT_GLOBAL, group.spec.name)


def _refuse_frozen(group: GroupBoard) -> None:
    if group.frozen:
        raise Refused(FROZEN, group.spec.name)


def _refuse_target(context: Context, group: GroupBoard, target: str) -> None:
    context.check_system(target, group)
    reason = context.driver(group).beyond.why_not_here(group)
    reason = reason or why_not(context.board.candidate(group, target), group.spec.prerequisites)
    if reason is not None:
        raise Refused(NOT_A_TARGET, group.spec.name, target, reason)


def _clear(context: Context, given: Given) -> CommandResult:
    group = context.group(given.operands[0])
    systems = context.systems(given, group)
    driver = context.driver(group)
    for system in systems:
        for name in group.resources:
            driver.clear(name, system)
    return said()


def _flush(context: Context, given: Given) -> CommandResult:
    group = context.group(given.operands[0])
    if not given.has("-sys"):
        raise Misused
    for system in context.systems(given, group):
        context.driver(group).flush(system)
    return said()


def _auto_enable(context: Context, given: Given) -> CommandResult:
    group = context.group(given.operands[0])
    if not given.has("-sys"):
        raise Misused
    for system in context.systems(given, group):
        context.driver(group)
        group.on[system].auto_disabled = False
    return said()


def _state(context: Context, given: Given) -> CommandResult:
    groups = [context.group(name) for name in given.operands] or list(context.board.groups.values())
    if given.has("-sys"):
        context.check_system(given.one("-sys") or "")
    if len(given.operands) == 1 and given.has("-sys"):
        (system,) = context.systems(given, groups[0])
        return said(bars(groups[0].words(system)))
    rows = [
        (group.spec.name, "State", system, bars(group.words(system)))
        for group in groups
        for system in group.on
        if given.one("-sys") in {None, system}
    ]
    return said(*table(OBJECT_WIDTHS, HEADER, rows))


def _value(context: Context, given: Given) -> CommandResult:
    group = context.group(given.operands[0])
    attribute = given.operands[1]
    if attribute in GLOBAL:
        return said(GLOBAL[attribute](group))
    system = given.operands[2] if len(given.operands) == 3 else context.system
    return said(_text(group, attribute, context.check_system(system, group)))


def _display(context: Context, given: Given) -> CommandResult:
    groups = [context.group(name) for name in given.operands] or list(context.board.groups.values())
    wanted = given.options.get("-attribute")
    rows: list[tuple[str, ...]] = []
    for group in groups:
        for name in sorted((*GLOBAL, *LOCAL)):
            if wanted is not None and name not in wanted:
                continue
            if name in GLOBAL:
                rows.append((group.spec.name, name, "global", GLOBAL[name](group)))
            else:
                rows += [(group.spec.name, name, at, LOCAL[name](group, at)) for at in context.systems(given, group)]
    return said(*table(OBJECT_WIDTHS, HEADER, rows))


def _list(context: Context, given: Given) -> CommandResult:
    wanted = dict(condition.split("=", 1) for condition in given.operands if "=" in condition)
    if len(wanted) != len(given.operands):
        raise Misused
    return said(
        *(
            f"{name:<15} {system}"
            for name, group in context.board.groups.items()
            for system in group.on
            if all(_text(group, attribute, system).strip("|") == value for attribute, value in wanted.items())
        )
    )


def _text(group: GroupBoard, attribute: str, system: str) -> str:
    """Any attribute of a group on a system. Raises Refused."""
    if attribute in GLOBAL:
        return GLOBAL[attribute](group)
    if attribute not in LOCAL:
        raise Refused(NO_ATTRIBUTE, attribute, group.spec.name)
    return LOCAL[attribute](group, system)


def _dep(context: Context, given: Given) -> CommandResult:
    """Dependencies between groups: none are played, so only the header is printed."""
    for name in given.operands:
        context.group(name)
    return said(*table(DEPENDENCY_WIDTHS, ("Parent", "Child", "Relationship"), ()))


def _resources(context: Context, given: Given) -> CommandResult:
    return said(*context.group(given.operands[0]).resources)


def _wait(context: Context, given: Given) -> Pending:
    name, attribute, value = given.operands
    group = context.group(name)
    if attribute in GLOBAL:
        return wait_until(context, given, f"{name} {attribute}", value, lambda: GLOBAL[attribute](group))
    if attribute not in LOCAL:
        raise Refused(NO_ATTRIBUTE, attribute, name)
    system = context.check_system(given.one("-sys") or context.system, group)
    return wait_until(context, given, f"{name} {attribute}", value, lambda: LOCAL[attribute](group, system).strip("|"))


SYS = {"-sys": 1}
CLUSTER = {"-clus": 1, "-localclus": 0}
VERBS = (
    Verb(
        "-online",
        "[-force] [-nopre] group -sys system | -any [-clus cluster | -localclus]",
        _online,
        1,
        1,
        {"-force": 0, "-nopre": 0, "-sys": 1, "-any": 0, **CLUSTER},
        changes=True,
    ),
    Verb(
        "-offline",
        "[-force] [-ifprobed] group -sys system | -any [-clus cluster | -localclus]",
        _offline,
        1,
        1,
        {"-force": 0, "-ifprobed": 0, "-sys": 1, "-any": 0, **CLUSTER},
        changes=True,
    ),
    Verb(
        "-switch",
        "group -to system | -any [-clus cluster | -localclus]",
        _switch,
        1,
        1,
        {"-to": 1, "-any": 0, **CLUSTER},
        changes=True,
    ),
    Verb("-clear", "group [-sys system]", _clear, 1, 1, SYS, changes=True),
    Verb("-flush", "group -sys system", _flush, 1, 1, SYS, changes=True),
    Verb("-autoenable", "group -sys system", _auto_enable, 1, 1, SYS, changes=True),
    Verb("-state", "[group ...] [-sys system]", _state, options=SYS),
    Verb("-value", "group attribute [system]", _value, 2, 3),
    Verb(
        "-display", "[group ...] [-attribute attribute ...] [-sys system]", _display, options={**SYS, "-attribute": -1}
    ),
    Verb("-list", "[attribute=value ...]", _list),
    Verb("-dep", "[group ...]", _dep),
    Verb("-resources", "group", _resources, 1, 1),
    Verb("-wait", "group attribute value [-sys system] [-time seconds]", _wait, 3, 3, {"-sys": 1, "-time": 1}),
)
