"""`hagrp`: what is set on a group rather than done with it: freezing, enabling, modifying."""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.simulator.vcs.commands.hagrp.group_attributes import GLOBAL, LOCAL
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    Context,
    Given,
    Misused,
    Refused,
    Verb,
    said,
)
from mirrordrill.simulator.vcs.commands.language.modifying import (
    GROUP,
    LIST_VERBS,
    modified_kept,
    new_value,
    set_flag,
    set_group,
)
from mirrordrill.simulator.vcs.commands.language.refusals import NOT_MODIFIABLE, NOT_WAITING_FOR_ADMIN
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.engine_state import GroupBoard
from mirrordrill.simulator.vcs.engine.stored_attributes import KEPT
from mirrordrill.simulator.vcs.messages import NO_ATTRIBUTE
from mirrordrill.simulator.vcs.states import Flag, IState


def _freeze(context: Context, given: Given) -> CommandResult:
    return _set_frozen(context, given, True)


def _unfreeze(context: Context, given: Given) -> CommandResult:
    return _set_frozen(context, given, False)


def _set_frozen(context: Context, given: Given, frozen: bool) -> CommandResult:
    """For good, which the configuration must allow, or until the cluster stops."""
    group = context.group(given.operands[0])
    if given.has("-persistent"):
        context.refuse_read_only(group.spec.name)
        group.spec = replace(group.spec, frozen=frozen)
        context.board.configuration.note(Edit("group", group.spec.name, "Frozen", (str(int(frozen)),)))
    context.driver(group).freeze(frozen or group.spec.frozen)
    return said()


def _enable(context: Context, given: Given) -> CommandResult:
    return _set_enabled(context, given, True)


def _disable(context: Context, given: Given) -> CommandResult:
    return _set_enabled(context, given, False)


def _set_enabled(context: Context, given: Given, enabled: bool) -> CommandResult:
    group = context.group(given.operands[0])
    for system in context.systems(given, group):
        group.on[system].enabled = enabled
    context.driver(group)
    return said()


def _enable_resources(context: Context, given: Given) -> CommandResult:
    return _set_resources(context, given, "1")


def _disable_resources(context: Context, given: Given) -> CommandResult:
    return _set_resources(context, given, "0")


def _set_resources(context: Context, given: Given, value: str) -> CommandResult:
    group = context.group(given.operands[0])
    context.refuse_read_only(group.spec.name)
    for place in group.resources.values():
        if place.spec.enabled != (value == "1"):
            set_flag(context, place, "Enabled", (value,))
    return said()


def _modify(context: Context, given: Given) -> CommandResult:
    group, attribute = context.group(given.operands[0]), given.operands[1]
    if attribute not in GLOBAL and attribute not in LOCAL:
        raise Refused(NO_ATTRIBUTE, attribute, group.spec.name)
    context.refuse_read_only(group.spec.name)
    if attribute in KEPT["group"]:
        kept = modified_kept(context, "group", group.spec.name, group.spec.kept, given)
        group.spec = replace(group.spec, kept=kept)
        return said()
    if attribute not in GROUP:
        raise Refused(NOT_MODIFIABLE, attribute, group.spec.name)
    known = GROUP[attribute]
    set_group(context, group, attribute, new_value(given, attribute, known.dimension, _values(group, attribute)))
    return said()


def _values(group: GroupBoard, attribute: str) -> tuple[str, ...]:
    return tuple(filter(None, GLOBAL[attribute](group).split("\t")))


def _clear_admin_wait(context: Context, given: Given) -> CommandResult:
    """What waits for an administrator is looked at anew, or (`-fault`) is faulted, and its group may fail over."""
    group = context.group(given.operands[0])
    if not given.has("-sys"):
        raise Misused
    (system,) = context.systems(given, group)
    waiting = [place.spec.name for place, on in group.each(system) if Flag.ADMIN_WAIT in on.flags]
    if not waiting:
        raise Refused(NOT_WAITING_FOR_ADMIN, group.spec.name, system)
    agents = context.engine.agents.get(system)
    context.driver(group)
    for name in waiting:
        on, agent = group.resources[name].on[system], agents.resources.get(name) if agents else None
        if not given.has("-fault"):
            on.istate = IState.NOT_WAITING
        if agent is not None:
            agent.end_admin_wait(given.has("-fault"))
        else:
            on.flags &= ~Flag.ADMIN_WAIT
    return said()


SYS = {"-sys": 1}
PERSISTENT = {"-persistent": 0}
VERBS = (
    Verb("-freeze", "group [-persistent]", _freeze, 1, 1, PERSISTENT, changes=True),
    Verb("-unfreeze", "group [-persistent]", _unfreeze, 1, 1, PERSISTENT, changes=True),
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
