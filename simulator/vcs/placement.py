"""Where a group goes: the end of a move, and the start with its cluster.

A move has two halves. First the group is taken offline wherever it is, which is the driver's business. When nothing of
it is left anywhere in the membership the move goes on here: a target is chosen from what is known at that moment.

Rule 1: what an operator named is taken or refused; only what nobody named is chosen by zones and policy.
Rule 2: a group starts with its cluster once, and not before it has been probed wherever it could already be online.
"""

from __future__ import annotations

from simulator.vcs.board import Board, Cause, GroupBoard, Move
from simulator.vcs.selection import choose, choose_auto_start, why_not
from simulator.vcs.states import SystemState

SETTLED = frozenset({SystemState.RUNNING, SystemState.UNKNOWN, SystemState.FAULTED, SystemState.EXITED})
"""System states that auto-start does not wait for; any other system is about to say what is online there."""


def is_ready_to_move(board: Board, group: GroupBoard) -> bool:
    """Whether a move is under way, the group has left its old place, and is nowhere else that anybody could tell."""
    return group.move is not None and not group.frozen and not group.systems_active() and not board.doubts(group)


def choose_target(board: Board, group: GroupBoard, move: Move) -> str | None:
    """The system on which the move ends, None where there is none."""
    spec = group.spec
    if move.target is not None:
        return move.target if why_not(board.candidate(group, move.target), spec.prerequisites) is None else None
    same_zone_only = spec.auto_fail_over == 2 and move.cause is not Cause.SWITCH
    return choose(spec.fail_over_policy, board.candidates(group), spec.prerequisites, move.origin, same_zone_only)


def is_known_everywhere(board: Board, group: GroupBoard) -> bool:
    """Whether the group is probed wherever it could be; who builds, or has lost its engine, may have it up."""
    running = [system for system in group.on if board.is_running(system)]
    settled = all(board.systems[system].state in SETTLED for system in group.on)
    disabled = any(on.auto_disabled for on in group.on.values())
    return settled and not disabled and all(group.is_probed(system) for system in running)


def choose_start(board: Board, group: GroupBoard) -> str | None:
    """The system on which a failover group starts with its cluster, None while there is none.

    What was found half started on a system of AutoStartList is completed there (AutoStartIfPartial).
    """
    spec, active = group.spec, group.systems_active()
    if active:
        return active[0] if len(active) == 1 and active[0] in spec.auto_start_list else None
    candidates = board.candidates(group)
    return choose_auto_start(spec.auto_start_policy, candidates, spec.auto_start_list, spec.prerequisites)


def parallel_starts(board: Board, group: GroupBoard) -> tuple[str, ...]:
    """The systems on which a parallel group is due to start now."""
    return tuple(
        system
        for system in group.spec.auto_start_list
        if group.on[system].auto_start_pending and board.is_running(system)
    )
