"""What keeps an operator from bringing a group online, taking it offline or switching it: each with its message."""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.simulator.vcs.commands.language.grammar import Context, Refused
from mirrordrill.simulator.vcs.engine import group_dependencies as links
from mirrordrill.simulator.vcs.engine.engine_state import GroupBoard
from mirrordrill.simulator.vcs.engine.selection import why_not
from mirrordrill.simulator.vcs.messages import (
    ADMIN_IS_AWAITED,
    ALREADY_UP,
    ASKING_ALREADY,
    FROZEN,
    GROUP_IN_THE_WAY,
    GROUP_STANDS_ON,
    NO_MANUAL_OPS,
    NOT_A_TARGET,
)
from mirrordrill.simulator.vcs.states import Flag


def refuse_up_elsewhere(group: GroupBoard, system: str) -> None:
    """Raises Refused where the group is up, or about to come up, on a system that excludes this one."""
    for other in group.rivals(system):
        if group.is_active(other):
            raise Refused(ALREADY_UP, group.spec.name, other)
        if group.on[other].pre_onlining:
            raise Refused(ASKING_ALREADY, group.spec.name, other)


def refuse_beside(context: Context, group: GroupBoard, system: str) -> None:
    """Raises Refused where a group is up that must not be up beside this one."""
    for name in links.in_the_way(context.board, group, system):
        raise Refused(GROUP_IN_THE_WAY, group.spec.name, system, name)


def refuse_under(context: Context, group: GroupBoard, system: str) -> None:
    """Raises Refused where another group stands on this one and would be left without it."""
    for name in links.standing_on(context.board, group, system):
        raise Refused(GROUP_STANDS_ON, group.spec.name, system, name)


def refuse_by_hand(group: GroupBoard) -> None:
    """Raises Refused for a group that operators must leave alone."""
    if group.frozen:
        raise Refused(FROZEN, group.spec.name)
    if not group.spec.manual_ops:
        raise Refused(NO_MANUAL_OPS, group.spec.name)
    for system in group.on:
        for place, on in group.each(system):
            if Flag.ADMIN_WAIT in on.flags:
                raise Refused(ADMIN_IS_AWAITED, place.spec.name, group.spec.name, system)


def refuse_target(
    context: Context, group: GroupBoard, target: str, goes_along: bool = False, asks_beyond: bool = True
) -> None:
    """Raises Refused; what the group requires is no reason where the required group goes along.

    Where `asks_beyond` is false it does not matter whether this cluster has Authority: that can still be had.
    """
    context.check_system(target, group)
    candidate = context.board.candidate(group, target)
    reason = context.driver(group).beyond.why_not_here(group) if asks_beyond else None
    reason = reason or why_not(replace(candidate, unmet=None) if goes_along else candidate, group.spec.prerequisites)
    if reason is not None:
        raise Refused(NOT_A_TARGET, group.spec.name, target, reason)
