"""Where a group goes: the end of a move, and the start with its cluster.

A move has two halves. First the group is taken offline wherever it is, which is the driver's business. When nothing of
it is left on any system of its instance the move goes on here: a target is chosen from what is known at that moment.

Rule 1: what an operator named is taken or refused; only what nobody named is chosen by zones and policy.
Rule 2: a group starts with its cluster once, and not before it has been probed wherever it could already be online.
"""

from __future__ import annotations

from mirrordrill.simulator.vcs.engine.engine_state import EngineState, GroupState, Instance, Move, MoveCause
from mirrordrill.simulator.vcs.engine.selection import choose, choose_auto_start, why_not
from mirrordrill.simulator.vcs.states import SystemState

SETTLED = frozenset({SystemState.RUNNING, SystemState.UNKNOWN, SystemState.FAULTED, SystemState.EXITED})
"""System states that auto-start does not wait for; any other system is about to say what is online there."""


def is_ready_to_move(state: EngineState, group: GroupState, instance: Instance) -> bool:
    """Whether a move is under way, the group has left its old place, and is nowhere else that anybody could tell."""
    if instance.move is None or group.frozen:
        return False
    return not group.systems_active(instance) and not state.unknown_systems(group, instance)


def choose_target(state: EngineState, group: GroupState, instance: Instance, move: Move) -> str | None:
    """The system on which the move ends, None where there is none."""
    spec = group.spec
    if move.target is not None:
        return move.target if why_not(state.candidate(group, move.target), spec.prerequisites) is None else None
    return choose(
        spec.fail_over_policy,
        state.candidates(group, instance),
        spec.prerequisites,
        move.origin,
        same_zone_only=spec.auto_fail_over == 2 and move.cause is not MoveCause.SWITCH,
        may_return=move.cause is MoveCause.DEPENDENCY,
    )


def is_known_everywhere(state: EngineState, group: GroupState, instance: Instance) -> bool:
    """Whether the group is probed wherever it could be; who builds, or has lost its engine, may have it up."""
    systems = instance.systems
    if any(group.on[system].auto_disabled or state.systems[system].state not in SETTLED for system in systems):
        return False
    return all(group.is_probed(system) for system in systems if state.is_running(system))


def choose_start(state: EngineState, group: GroupState, instance: Instance) -> str | None:
    """The system on which an instance of a group starts with its cluster, None while there is none.

    What was found half started on a system of AutoStartList is completed there (AutoStartIfPartial).
    """
    spec, active = group.spec, group.systems_active(instance)
    if active:
        is_alone = len(active) == 1 and active[0] in spec.auto_start_list
        return active[0] if is_alone and spec.auto_start_if_partial else None
    candidates = state.candidates(group, instance)
    return choose_auto_start(spec.auto_start_policy, candidates, spec.auto_start_list, spec.prerequisites)
