"""`hares` and `hagrp`: resources added, deleted, linked and unlinked while the cluster runs.

An added resource is not enabled: it is not monitored and does not count for its group until `hares -modify RESOURCE
Enabled 1` (vcs.md 2.5). Agents close a deleted resource and leave it as it is.

Rule 1: nothing is added, deleted, linked or unlinked while the configuration is read-only.
Rule 2: no link makes a cycle, and no link requires something that an online parent does not have.
"""

from __future__ import annotations

import re
from dataclasses import replace

from mirrordrill.simulator.vcs.commands.hares.hares import group_of
from mirrordrill.simulator.vcs.commands.hatype import type_named
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.modifying import arguments_of
from mirrordrill.simulator.vcs.commands.language.refusals import (
    BAD_VALUE,
    CAN_NOT_REQUIRE,
    CAN_NOT_REQUIRE_GROUP,
    DELETED_WHILE_UP,
    DOES_NOT_REQUIRE,
    GROUPS_LINKED,
    NOT_LINKED,
    RESOURCE_ADDED,
    RESOURCE_EXISTS,
    CommandRefused,
)
from mirrordrill.simulator.vcs.engine import group_dependencies
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.ordering import SpecError, children_first
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState
from mirrordrill.simulator.vcs.events import ResourceConfigured
from mirrordrill.simulator.vcs.group_spec import GroupDependencySpec, GroupSpec, Location, Rigidity
from mirrordrill.simulator.vcs.messages import vcs_line
from mirrordrill.simulator.vcs.spec import ResourceSpec

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
CATEGORIES = {"online": True, "offline": False}


def _add(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    name, type_name, group_name = args.operands
    spec, group = type_named(context, type_name), context.group(group_name)
    context.refuse_read_only(name)
    if name in context.state.group_of:
        raise CommandRefused(RESOURCE_EXISTS, name)
    if not NAME.fullmatch(name):
        raise CommandRefused(
            BAD_VALUE, "Name", name, "it begins with a letter and goes on with letters, digits, - and _"
        )
    fresh = ResourceSpec(name, type_name, enabled=False, attributes=spec.defaults)
    _apply_spec(context, group, replace(group.spec, resources=(*group.spec.resources, fresh)))
    place = group.resources[name]
    place.spec = replace(fresh, arguments={at: arguments_of(context, place, fresh, at) for at in group.on})
    context.state.configuration.note_object("resource", name, (type_name, group_name), exists=True)
    context.state.configuration.note(Edit("resource", name, "Enabled", ("0",)))
    _emit_configured(context, group, name, type_name, exists=True)
    return success(vcs_line(RESOURCE_ADDED))


def _delete(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Delete a resource with its dependencies."""
    place = context.resource(args.operands[0])
    name, group = place.spec.name, group_of(context, place)
    context.refuse_read_only(name)
    up = [system for system, on in place.on.items() if on.is_up and not place.type.is_persistent]
    if up and not args.has("-force"):
        raise CommandRefused(DELETED_WHILE_UP, name, up[0])
    for system in place.on:
        if (agents := context.engine.agents.get(system)) is not None:
            agents.configure(replace(place.spec, enabled=False), place.type)
    lost = tuple(link for link in group.spec.dependencies if name in link)
    kept = tuple(link for link in group.spec.dependencies if name not in link)
    resources = tuple(resource for resource in group.spec.resources if resource.name != name)
    _apply_spec(context, group, replace(group.spec, resources=resources, dependencies=kept))
    for parent, child in lost:
        context.state.configuration.note(Edit("dependency", parent, child, None))
    context.state.configuration.note_object("resource", name, exists=False)
    _emit_configured(context, group, name, place.type.name, exists=False)
    return success()


def _link(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    parent, child = args.operands
    group = _common_group(context, parent, child)
    if (parent, child) in group.spec.dependencies:
        raise CommandRefused(CAN_NOT_REQUIRE, parent, child, "it does already")
    try:
        spec = replace(group.spec, dependencies=(*group.spec.dependencies, (parent, child)))
    except SpecError as wrong:
        raise CommandRefused(CAN_NOT_REQUIRE, parent, child, wrong) from None
    _apply_spec(context, group, spec)
    context.state.configuration.note(Edit("dependency", parent, child, ()))
    return success()


def _unlink(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    parent, child = args.operands
    group = _common_group(context, parent, child)
    if (parent, child) not in group.spec.dependencies:
        raise CommandRefused(DOES_NOT_REQUIRE, parent, child)
    kept = tuple(link for link in group.spec.dependencies if link != (parent, child))
    _apply_spec(context, group, replace(group.spec, dependencies=kept))
    context.state.configuration.note(Edit("dependency", parent, child, None))
    return success()


def _common_group(context: OperatorContext, parent: str, child: str) -> GroupState:
    """The group that both resources are in. Raises CommandRefused."""
    group, other = (group_of(context, context.resource(name)) for name in (parent, child))
    context.refuse_read_only(parent)
    if group is not other:
        raise CommandRefused(CAN_NOT_REQUIRE, parent, child, f"it is in group {other.spec.name}")
    return group


def _apply_spec(context: OperatorContext, group: GroupState, spec: GroupSpec) -> None:
    """Apply a new set of resources or dependencies to a group."""
    group.become(spec, context.state.spec)
    context.engine.relink()
    context.driver(group).tell_agents()


def _emit_configured(context: OperatorContext, group: GroupState, name: str, type_name: str, *, exists: bool) -> None:
    context.kernel.emit(ResourceConfigured(context.state.spec.name, name, type_name, group.spec.name, exists))


# Groups.


def _link_groups(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    parent, child = (context.group(name) for name in args.operands[:2])
    names = parent.spec.name, child.spec.name
    required = _dependency(args.operands[1:])
    context.refuse_read_only(names[0])
    if any(each.child == child.spec.name for each in parent.spec.requires):
        raise CommandRefused(GROUPS_LINKED, *names)
    edges = [(name, each.child) for name, group in context.state.groups.items() for each in group.spec.requires]
    try:
        children_first(tuple(context.state.groups), [*edges, names])
    except SpecError as wrong:
        raise CommandRefused(CAN_NOT_REQUIRE_GROUP, *names, wrong) from None
    before, parent.spec = parent.spec, replace(parent.spec, requires=(*parent.spec.requires, required))
    lacking = [system for system in parent.systems_active() if group_dependencies.unmet(context.state, parent, system)]
    if lacking:
        parent.spec = before
        raise CommandRefused(
            CAN_NOT_REQUIRE_GROUP, *names, f"it is up on {lacking[0]}, and {names[1]} is not {required.words}"
        )
    _relink(context, parent, Edit("group dependency", *names, required.words_apart))
    return success()


def _dependency(words: tuple[str, ...]) -> GroupDependencySpec:
    """Child, category, location and rigidity. Raises WrongUsage."""
    child, category, location, *rigidity = words
    try:
        online = CATEGORIES[category]
        rigid = Rigidity(rigidity[0]) if rigidity else Rigidity.FIRM if online else None
        return GroupDependencySpec(child, online, Location(location), rigid)
    except (KeyError, ValueError, SpecError):
        raise WrongUsage from None


def _unlink_groups(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    parent, child = (context.group(name) for name in args.operands)
    names = parent.spec.name, child.spec.name
    context.refuse_read_only(names[0])
    kept = tuple(each for each in parent.spec.requires if each.child != child.spec.name)
    if len(kept) == len(parent.spec.requires):
        raise CommandRefused(NOT_LINKED, *names)
    parent.spec = replace(parent.spec, requires=kept)
    _relink(context, parent, Edit("group dependency", *names, None))
    return success()


def _relink(context: OperatorContext, parent: GroupState, edit: Edit) -> None:
    context.engine.relink()
    context.driver(parent)
    context.state.configuration.note(edit)


RESOURCE_VERBS = (
    Verb("-add", "resource type group", _add, 3, 3, changes=True),
    Verb("-delete", "[-force] resource", _delete, 1, 1, {"-force": 0}, changes=True, sureness="M"),
    Verb("-link", "parent child", _link, 2, 2, changes=True),
    Verb("-unlink", "parent child", _unlink, 2, 2, changes=True, sureness="M"),
)
GROUP_VERBS = (
    Verb(
        "-link",
        "parent child online | offline local | global | remote [soft | firm | hard]",
        _link_groups,
        4,
        5,
        changes=True,
        sureness="M",
    ),
    Verb("-unlink", "parent child", _unlink_groups, 2, 2, changes=True, sureness="M"),
)
