"""`hagrp`: settings of a group: freeze, enable, modify, clearadminwait."""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.simulator.vcs.commands.hagrp.group_attributes import GLOBAL, LOCAL
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.modifying import (
    GROUP,
    LIST_VERBS,
    modified_stored,
    new_value,
    set_flag,
    set_group,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    FROZEN_PERSISTENTLY,
    GROUP_IS_PERSISTENTLY_FROZEN,
    GROUP_IS_TEMPORARILY_FROZEN,
    GROUP_NOT_PERSISTENTLY_FROZEN,
    GROUP_NOT_TEMPORARILY_FROZEN,
    NOT_MODIFIABLE,
    NOT_WAITING_FOR_ADMIN,
    CommandRefused,
)
from mirrordrill.simulator.vcs.commands.language.unmodelled import no_attribute
from mirrordrill.simulator.vcs.commands.remote_commands import ELSEWHERE
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState
from mirrordrill.simulator.vcs.engine.state.stored_attributes import STORED_ATTRIBUTES
from mirrordrill.simulator.vcs.states import Flag, IState


def _freeze(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Freeze: persistently in the configuration, or until the cluster stops."""
    group = context.group(args.operands[0])
    name, is_persistent = group.spec.name, group.spec.frozen
    if args.has("-persistent"):
        context.refuse_in_transition("hagrp -freeze -persistent")
        context.refuse_read_only(name)
        if is_persistent:
            raise CommandRefused(GROUP_IS_PERSISTENTLY_FROZEN, name)
        if group.frozen:
            raise CommandRefused(FROZEN_PERSISTENTLY, name)
        _set_persistently_frozen(context, group, "1")
    elif is_persistent:
        raise CommandRefused(FROZEN_PERSISTENTLY, name)
    elif group.frozen:
        raise CommandRefused(GROUP_IS_TEMPORARILY_FROZEN, name)
    context.driver(group).freeze(frozen=True)
    return success()


def _unfreeze(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """End a freeze of the same kind."""
    group = context.group(args.operands[0])
    name, is_persistent = group.spec.name, group.spec.frozen
    if args.has("-persistent"):
        context.refuse_in_transition("hagrp -unfreeze -persistent")
        context.refuse_read_only(name)
        if not is_persistent:
            raise CommandRefused(GROUP_NOT_PERSISTENTLY_FROZEN, name)
        _set_persistently_frozen(context, group, "0")
    elif is_persistent or not group.frozen:
        raise CommandRefused(GROUP_NOT_TEMPORARILY_FROZEN, name)
    context.driver(group).freeze(frozen=False)
    return success()


def _set_persistently_frozen(context: OperatorContext, group: GroupState, value: str) -> None:
    group.spec = replace(group.spec, frozen=value == "1")
    context.state.configuration.note(Edit("group", group.spec.name, "Frozen", (value,)))


def _enable(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return _set_enabled(context, args, enabled=True)


def _disable(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return _set_enabled(context, args, enabled=False)


def _set_enabled(context: OperatorContext, args: ParsedArguments, *, enabled: bool) -> CommandResult:
    group = context.group(args.operands[0])
    for system in context.systems(args, group):
        group.on[system].enabled = enabled
    context.driver(group)
    return success()


def _auto_enable(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    group = context.group(args.operands[0])
    if not args.has("-sys"):
        raise WrongUsage
    for system in context.systems(args, group):
        context.driver(group)
        group.on[system].auto_disabled = False
    return success()


def _enable_resources(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return _set_resources(context, args, "1")


def _disable_resources(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return _set_resources(context, args, "0")


def _set_resources(context: OperatorContext, args: ParsedArguments, value: str) -> CommandResult:
    group = context.group(args.operands[0])
    context.refuse_read_only(group.spec.name)
    for place in group.resources.values():
        if place.spec.enabled != (value == "1"):
            set_flag(context, place, "Enabled", (value,))
    return success()


def _modify(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    group, attribute = context.group(args.operands[0]), args.operands[1]
    if attribute not in GLOBAL and attribute not in LOCAL:
        raise no_attribute("group", attribute, group.spec.name)
    context.refuse_read_only(group.spec.name)
    if attribute in STORED_ATTRIBUTES["group"]:
        stored = modified_stored(context, "group", group.spec.name, group.spec.stored, args)
        group.spec = replace(group.spec, stored=stored)
        return success()
    if attribute not in GROUP:
        raise CommandRefused(NOT_MODIFIABLE, attribute, group.spec.name)
    known = GROUP[attribute]
    set_group(context, group, attribute, new_value(args, attribute, known.dimension, _values(group, attribute)))
    return success()


def _values(group: GroupState, attribute: str) -> tuple[str, ...]:
    return tuple(filter(None, GLOBAL[attribute](group).split("\t")))


def _clear_admin_wait(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """End ADMIN_WAIT: the resources are probed again, or (`-fault`) become FAULTED, and the group may fail over.

    A resource whose offline failed becomes ONLINE|UNABLE_TO_OFFLINE instead: then nothing is under way any more for the
    group on this system, and it stays where it is.
    """
    group = context.group(args.operands[0])
    if not args.has("-sys"):
        raise WrongUsage
    (system,) = context.systems(args, group)
    waiting = [place.spec.name for place, on in group.each(system) if Flag.ADMIN_WAIT in on.flags]
    if not waiting:
        raise CommandRefused(NOT_WAITING_FOR_ADMIN, group.spec.name, system)
    agents = context.engine.agents.get(system)
    driver = context.driver(group)
    for name in waiting:
        agent = agents.resources.get(name) if agents else None
        if args.has("-fault") and agent is not None and agent.offline_failed:
            driver.flush(system)
    for name in waiting:
        on, agent = group.resources[name].on[system], agents.resources.get(name) if agents else None
        if not args.has("-fault"):
            on.istate = IState.NOT_WAITING
        if agent is not None:
            agent.end_admin_wait(fault=args.has("-fault"))
        else:
            on.flags &= ~Flag.ADMIN_WAIT
    return success()


SYS = {"-sys": 1}
PERSISTENT = {"-persistent": 0}
FREEZE = "group [-persistent | -clus cluster | -localclus]"
VERBS = (
    Verb("-freeze", FREEZE, _freeze, 1, 1, {**PERSISTENT, **ELSEWHERE}, changes=True, relays=True),
    Verb("-unfreeze", FREEZE, _unfreeze, 1, 1, {**PERSISTENT, **ELSEWHERE}, changes=True, relays=True),
    Verb("-autoenable", "group -sys system", _auto_enable, 1, 1, SYS, changes=True),
    Verb("-enable", "group [-sys system]", _enable, 1, 1, SYS, changes=True),
    Verb("-disable", "group [-sys system]", _disable, 1, 1, SYS, changes=True),
    Verb("-enableresources", "group", _enable_resources, 1, 1, changes=True),
    Verb("-disableresources", "group", _disable_resources, 1, 1, changes=True),
    Verb(
        "-modify",
        "group attribute value ... | -add | -update | -delete key ... | -delete -keys",
        _modify,
        2,
        options=LIST_VERBS,
        changes=True,
    ),
    Verb(
        "-clearadminwait",
        "[-fault] group -sys system",
        _clear_admin_wait,
        1,
        1,
        {"-fault": 0, "-sys": 1},
        changes=True,
    ),
)
