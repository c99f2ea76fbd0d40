"""Reasons to refuse online, offline and switch of a group, each with its message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.vcs.commands.language.grammar import OperatorContext
from mirrordrill.simulator.vcs.commands.language.refusals import (
    ADMIN_IS_AWAITED,
    ASKING_ALREADY,
    CANNOT_SWITCH,
    DEPENDENCIES_NOT_MET,
    FROZEN,
    GROUP_IN_THE_WAY,
    NO_MANUAL_OPS,
    NOT_A_TARGET,
    NOT_OFFLINE_ELSEWHERE,
    PARENT_GROUP_UP,
    SYSTEM_LIST_IS_EMPTY,
    SYSTEM_NOT_RUNNING,
    CommandRefused,
)
from mirrordrill.simulator.vcs.engine import group_dependencies, placement
from mirrordrill.simulator.vcs.engine.selection import why_not
from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState
from mirrordrill.simulator.vcs.states import Flag


def refuse_up_elsewhere(group: GroupState, system: str, message: MessageText = NOT_OFFLINE_ELSEWHERE) -> None:
    """Raises CommandRefused where the group is up, or about to come up, on a system that excludes `system`."""
    for other in group.rivals(system):
        if group.is_active(other):
            raise CommandRefused(message, group.spec.name, other)
        if group.on[other].pre_onlining:
            raise CommandRefused(ASKING_ALREADY, group.spec.name, other)


def refuse_beside(context: OperatorContext, group: GroupState, system: str) -> None:
    """Raises CommandRefused where an offline-dependency group is up."""
    for name in group_dependencies.in_the_way(context.state, group, system):
        raise CommandRefused(GROUP_IN_THE_WAY, group.spec.name, system, name)


def refuse_parents_up(context: OperatorContext, group: GroupState, system: str) -> None:
    """Raises CommandRefused where a parent group is up and would lose this group."""
    for name in group_dependencies.standing_on(context.state, group, system):
        raise CommandRefused(PARENT_GROUP_UP, group.spec.name, system, name)


def refuse_autodisabled(group: GroupState, origin: str, target: str | None) -> None:
    """Raises CommandRefused where the group would leave a system without an engine: nothing stops it there."""
    if group.on[origin].auto_disabled:
        reason = f"it is autodisabled on system {origin}, where it was up"
        raise CommandRefused(CANNOT_SWITCH, group.spec.name, target or "any", reason)


def refuse_by_hand(group: GroupState) -> None:
    """Raises CommandRefused for a group without systems, frozen, with ManualOps = 0, or in ADMIN_WAIT."""
    if not group.on:
        raise CommandRefused(SYSTEM_LIST_IS_EMPTY, group.spec.name)
    if group.frozen:
        raise CommandRefused(FROZEN, group.spec.name)
    if not group.spec.manual_ops:
        raise CommandRefused(NO_MANUAL_OPS, group.spec.name)
    refuse_admin_wait(group)


def refuse_admin_wait(group: GroupState, systems: Iterable[str] | None = None) -> None:
    """Raises CommandRefused while a resource of the group waits for an administrator (additions.md).

    `systems` limits the search, by default all systems of the group count.
    """
    for system in group.on if systems is None else (system for system in systems if system in group.on):
        for place, on in group.each(system):
            if Flag.ADMIN_WAIT in on.flags:
                raise CommandRefused(ADMIN_IS_AWAITED, place.spec.name, group.spec.name, system)


def refuse_target(
    context: OperatorContext,
    group: GroupState,
    target: str,
    *,
    goes_along: bool = False,
    needs_authority: bool = True,
    switches: bool = False,
) -> None:
    """Raises CommandRefused. With `goes_along` the child groups move too, so their state is no reason.

    Without `needs_authority` missing Authority is no reason: it can still be obtained.
    """
    context.check_system(target, group)
    name, candidate = group.spec.name, placement.candidate(context.state, group, target)
    if not candidate.running:
        raise CommandRefused(SYSTEM_NOT_RUNNING, target)
    reason = context.driver(group).hooks.online_refusal(group) if needs_authority else None
    reason = reason or why_not(replace(candidate, unmet=None), group.spec.prerequisites)
    if reason is not None:
        raise CommandRefused(CANNOT_SWITCH if switches else NOT_A_TARGET, name, target, reason)
    if candidate.unmet and not goes_along:
        raise CommandRefused(DEPENDENCIES_NOT_MET, name, target, candidate.unmet)
