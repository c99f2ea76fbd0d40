"""`hagrp`, `hasys`, `hatype`: objects of the configuration added and deleted while the cluster runs.

A group that is added has no systems and no resources: SystemList comes first, then its resources (V-16-1-10136). A
system that is added is UNKNOWN until it joins; the simulation has no host for it, so it never does. A type has no
attributes until `haattr` adds some, and its agent has nothing to do until a resource is added and enabled.

Rule 1: nothing is added or deleted while the configuration is read-only.
Rule 2: what others still name cannot be deleted.
"""

from __future__ import annotations

import re
from dataclasses import replace

from mirrordrill.simulator.vcs.commands.hatype import type_named
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    success,
)
from mirrordrill.simulator.vcs.commands.language.refusals import (
    BAD_VALUE,
    GROUP_ADDED,
    GROUP_EXISTS,
    STILL_IN_USE,
    SYSTEM_EXISTS,
    TYPE_EXISTS,
    CommandRefused,
)
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState, SystemStatus
from mirrordrill.simulator.vcs.messages import vcs_line
from mirrordrill.simulator.vcs.spec import GroupSpec, SystemSpec, TypeSpec

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
SYSTEM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def refuse_bad_name(name: str, shape: re.Pattern[str] = NAME) -> None:
    """Raises CommandRefused for a name that main.cf could not hold."""
    if not shape.fullmatch(name):
        raise CommandRefused(
            BAD_VALUE, "Name", name, "it begins with a letter and goes on with letters, digits, - and _"
        )


def _add_group(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    name = args.operands[0]
    context.refuse_read_only(name)
    if name in context.state.groups:
        raise CommandRefused(GROUP_EXISTS, name)
    refuse_bad_name(name)
    context.engine.add_group(GroupSpec(name, ()))
    context.state.configuration.note_object("group", name, exists=True)
    return success(vcs_line(GROUP_ADDED))


def _delete_group(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    group = context.group(args.operands[0])
    name = group.spec.name
    context.refuse_read_only(name)
    if group.resources:
        raise CommandRefused(STILL_IN_USE, f"Group {name}", f"it has resource {next(iter(group.resources))}")
    parents = [parent.spec.name for parent in context.state.parents_of[name]]
    linked = [*parents, *(required.child for required in group.spec.requires)]
    if linked:
        raise CommandRefused(STILL_IN_USE, f"Group {name}", f"it is linked to group {linked[0]}")
    context.engine.remove_group(name)
    context.state.configuration.note_object("group", name, exists=False)
    return success()


def _add_system(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    name = args.operands[0]
    context.refuse_read_only(name)
    if name in context.state.systems:
        raise CommandRefused(SYSTEM_EXISTS, name)
    refuse_bad_name(name, SYSTEM_NAME)
    context.state.systems[name] = SystemStatus(SystemSpec(name))
    context.state.configuration.note_object("system", name, exists=True)
    return success()


def _delete_system(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    name = context.check_system(args.operands[0])
    context.refuse_read_only(name)
    state = context.state.systems[name].state.value
    if name in context.engine.members:
        raise CommandRefused(STILL_IN_USE, f"System {name}", f"it is {state}")
    for group in context.state.groups.values():
        if name in group.on:
            raise CommandRefused(STILL_IN_USE, f"System {name}", f"it is in SystemList of group {group.spec.name}")
    del context.state.systems[name]
    context.state.configuration.note_object("system", name, exists=False)
    return success()


def _add_type(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    name = args.operands[0]
    context.refuse_read_only(name)
    if any(spec.name == name for spec in context.state.spec.types):
        raise CommandRefused(TYPE_EXISTS, name)
    refuse_bad_name(name)
    replace_type(context, TypeSpec(name))
    context.state.configuration.note_object("type", name, exists=True)
    return success()


def _delete_type(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    spec = type_named(context, args.operands[0])
    context.refuse_read_only(spec.name)
    used = [
        name
        for group in context.state.groups.values()
        for name in group.resources
        if _type_of(group, name) == spec.name
    ]
    if used:
        raise CommandRefused(STILL_IN_USE, f"Type {spec.name}", f"resource {used[0]} is of it")
    types = tuple(each for each in context.state.spec.types if each.name != spec.name)
    context.state.spec = replace(context.state.spec, types=types)
    for agents in context.engine.agents.values():
        agents.types.pop(spec.name, None)
    context.state.configuration.note_object("type", spec.name, exists=False)
    return success()


def _type_of(group: GroupState, resource: str) -> str:
    return group.resources[resource].type.name


def replace_type(context: OperatorContext, changed: TypeSpec) -> None:
    """Have a type as it is now, or a new one, for the configuration and for all agents."""
    known = [spec.name for spec in context.state.spec.types]
    types = tuple(changed if spec.name == changed.name else spec for spec in context.state.spec.types)
    context.state.spec = replace(context.state.spec, types=types if changed.name in known else (*types, changed))
    for agents in context.engine.agents.values():
        agents.types[changed.name] = changed


GROUP_VERBS = (
    Verb("-add", "group", _add_group, 1, 1, changes=True),
    Verb("-delete", "group", _delete_group, 1, 1, changes=True),
)
SYSTEM_VERBS = (
    Verb("-add", "system", _add_system, 1, 1, changes=True),
    Verb("-delete", "system", _delete_system, 1, 1, changes=True),
)
TYPE_VERBS = (
    Verb("-add", "type", _add_type, 1, 1, changes=True, sureness="M"),
    Verb("-delete", "type", _delete_type, 1, 1, changes=True, sureness="M"),
)
