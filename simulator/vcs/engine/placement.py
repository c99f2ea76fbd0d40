"""Where a group goes: the end of a move, and the start with its cluster.

A move has two halves. First the group is taken offline wherever it is, which is the driver's business. When nothing of
it is left on any system of its instance the move goes on here: a target is chosen from what is known at that moment.

Rule 1: a system that an operator named is taken or refused; zones and policy choose only where none was named.
Rule 2: a group starts with its cluster once, and not before it has been probed wherever it could already be online.
"""

from __future__ import annotations

from mirrordrill.simulator.vcs.engine import group_dependencies
from mirrordrill.simulator.vcs.engine.selection import (
    Candidate,
    choose,
    choose_auto_start,
    in_zone,
    why_not,
)
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState, Instance, Move, MoveCause
from mirrordrill.simulator.vcs.states import SystemState

SETTLED = frozenset({SystemState.RUNNING, SystemState.UNKNOWN, SystemState.FAULTED, SystemState.EXITED})
"""System states that auto-start does not wait for; any other system is about to say what is online there."""
FAILOVERS = frozenset({MoveCause.FAULT, MoveCause.SYSTEM_LOST, MoveCause.RETRY})
"""Causes of moves that follow from a fault; with OnlineRetryLimit the first of them goes to where the group was."""
ZONE_ONLY = 2
"""AutoFailOver that keeps a group in its system zone."""


def candidates(state: EngineState, group: GroupState, instance: Instance | None = None) -> tuple[Candidate, ...]:
    """What target selection may know of every system of the group, or of one instance of it."""
    return tuple(candidate(state, group, system) for system in (instance.systems if instance else group.on))


def candidate(state: EngineState, group: GroupState, system: str) -> Candidate:
    """What target selection may know of one system."""
    spec, here = group.spec, state.systems[system]
    up = [other.spec for other in state.groups.values() if system in other.on and other.is_active(system)]
    used = {name: sum(other.prerequisites.get(name, 0) for other in up) for name in here.spec.limits}
    return Candidate(
        system=system,
        priority=dict(spec.system_list)[system],
        position=spec.systems.index(system),
        zone=spec.system_zones.get(system),
        running=here.state is SystemState.RUNNING,
        probed=group.is_probed(system),
        auto_disabled=group.on[system].auto_disabled,
        enabled=group.on[system].enabled,
        system_frozen=here.frozen,
        faulted=group.is_faulted(system),
        may_be_up_elsewhere=bool(state.unknown_systems(group, group.instance(system))),
        unmet=group_dependencies.unmet(state, group, system),
        evicts=bool(group_dependencies.in_the_way(state, group, system)),
        online_groups=len(up),
        available_capacity=state.available_capacity(system),
        free_limits={name: limit - used[name] for name, limit in here.spec.limits.items()},
    )


def is_ready_to_move(state: EngineState, group: GroupState, instance: Instance) -> bool:
    """Whether a move is under way and the group has left its old place and, as far as known, is up nowhere else."""
    if instance.move is None or group.frozen:
        return False
    return not group.systems_active(instance) and not state.unknown_systems(group, instance)


def is_up_again(state: EngineState, group: GroupState, instance: Instance) -> bool:
    """Whether a group that was to fail over is found up on a system, where nothing takes it offline.

    A system that stood still, or whose engine had died, says so when it is probed. Then there is nothing to fail over.
    When the move began, the group was up nowhere but on the system that it leaves.
    """
    move = instance.move
    if move is None or move.cause not in FAILOVERS or state.unknown_systems(group, instance):
        return False
    return any(
        state.is_running(system) and group.is_probed(system) and not group.is_stopping(system)
        for system in group.systems_up(instance)
        if system != move.origin or move.cause is MoveCause.SYSTEM_LOST
    )


def choose_target(state: EngineState, group: GroupState, instance: Instance, move: Move) -> str | None:
    """The system on which the move ends, None where there is none."""
    spec = group.spec
    if move.target is not None:
        return move.target if why_not(candidate(state, group, move.target), spec.prerequisites) is None else None
    return choose(
        spec.fail_over_policy,
        candidates(state, group, instance),
        spec.prerequisites,
        move.origin,
        same_zone_only=spec.auto_fail_over == ZONE_ONLY and move.cause is not MoveCause.SWITCH,
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

    What was found half started on a system of AutoStartList is completed there (AutoStartIfPartial). A group that VCS
    keeps in its zone and that lost its system does not leave the zone by starting again.
    """
    spec, active = group.spec, group.systems_active(instance)
    if active:
        is_alone = len(active) == 1 and active[0] in spec.auto_start_list
        return active[0] if is_alone and spec.auto_start_if_partial else None
    able = candidates(state, group, instance)
    if instance.left is not None and spec.auto_fail_over == ZONE_ONLY:
        able = tuple(in_zone(able, spec.system_zones.get(instance.left), only=True))
    return choose_auto_start(spec.auto_start_policy, able, spec.auto_start_list, spec.prerequisites)
