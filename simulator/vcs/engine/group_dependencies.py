"""What service groups require of each other, and what follows when they do not get it (group dependencies).

A parent group requires its child online on its own system (local), on any (global), on another (remote), or offline
on its own. Every function here reads the engine's present state. The drivers call them after each change, so it does
not matter why the child came or went.

| when the child                        | soft                             | firm, hard                           |
|---------------------------------------|----------------------------------|--------------------------------------|
| faults or goes, online local          | follows when it is up elsewhere  | goes first, follows the child        |
| faults or goes, online global         | stays                            | goes first, starts when it is back   |
| comes to the parent's system, remote  | moves on                         | moves on                             |
| comes to the parent's system, offline | the parent goes first and moves on (there is no soft or firm)           |
| of a parent that faults, hard         | the child takes it along to another system, if there is one for it      |

Rule 1: the parent comes online after its child and goes offline before it; a child that is required softly does
not wait for that.
Rule 2: a child that is frozen, or of which too little is known, changes nothing for its parents.
(What operators read of these rules is known; the rest is from memory: vcs.md 2.2, M.)
"""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState
from mirrordrill.simulator.vcs.engine.state.group_state import GroupState
from mirrordrill.simulator.vcs.spec import GroupDependencySpec, Location, Rigidity


def children(state: EngineState, group: GroupState) -> Iterator[tuple[GroupState, GroupDependencySpec]]:
    """What a group requires."""
    return ((state.groups[required.child], required) for required in group.spec.requires)


def parents(state: EngineState, group: GroupState) -> Iterator[tuple[GroupState, GroupDependencySpec]]:
    """What requires a group."""
    for parent in state.parents_of[group.spec.name]:
        for required in parent.spec.requires:
            if required.child == group.spec.name:
                yield parent, required


# The parent comes online.


def unmet(state: EngineState, group: GroupState, system: str) -> str | None:
    """The first thing that a group requires and would not find on a system."""
    for child, required in children(state, group):
        if not _is_met(child, required, system):
            return f"it requires group {child.spec.name} {required.words}"
    return None


def may_still_be_met(state: EngineState, group: GroupState) -> bool:
    """Whether a group that is required online is about to come online, or may be up where no agent has looked."""
    return any(
        any(instance.move is not None or state.unknown_systems(child, instance) for instance in child.instances)
        or any(child.is_starting(system) for system in child.on)
        or (may_still_be_met(state, child) and not any(child.is_online(system) for system in child.on))
        for child, required in children(state, group)
        if required.online
    )


def _is_met(child: GroupState, required: GroupDependencySpec, system: str) -> bool:
    if not required.online or required.location is Location.REMOTE:
        if system in child.on and (child.is_active(system) or child.on[system].pre_onlining):
            return False
        if not required.online:
            return True
    return any(child.is_online(at) and not child.is_stopping(at) for at in _places(child, required, system))


def _places(child: GroupState, required: GroupDependencySpec, system: str) -> tuple[str, ...]:
    """Where the child may be, for a parent on a system."""
    if required.location is Location.LOCAL:
        return (system,) if system in child.on else ()
    return tuple(at for at in child.on if required.location is Location.GLOBAL or at != system)


# The child comes, or goes.


def in_the_way(state: EngineState, group: GroupState, system: str) -> tuple[str, ...]:
    """The groups that are up on a system and require this one to be offline there."""
    return tuple(
        parent.spec.name
        for parent, required in parents(state, group)
        if not required.online and system in parent.on and parent.is_up(system)
    )


def standing_on(state: EngineState, group: GroupState, system: str) -> tuple[str, ...]:
    """The groups that have to be offline before this one goes offline on a system."""
    return tuple(
        parent.spec.name
        for parent, required in parents(state, group)
        if required.online and not parent.frozen and _stands_on(state, parent, required, group, system)
    )


def _stands_on(
    state: EngineState, parent: GroupState, required: GroupDependencySpec, child: GroupState, system: str
) -> bool:
    if required.location is Location.LOCAL:
        where = [system] if system in parent.on else []
    elif any(child.is_online(at) and not child.is_stopping(at) for at in child.on if at != system):
        where = []  # another instance of the child is left
    else:
        where = list(parent.on)
    # What is frozen is not taken offline, so the engine does not wait for it.
    thawed = (at for at in where if not state.systems[at].frozen)
    return any(
        parent.is_up(at) and (parent.is_stopping(at) or _goes_first(state, child, required, at)) for at in thawed
    )


def _goes_first(state: EngineState, child: GroupState, required: GroupDependencySpec, system: str) -> bool:
    """Whether a parent on a system is taken offline because its child goes: only such a parent is waited for."""
    return required.rigidity is not Rigidity.SOFT and _is_known(state, child, required, system)


def has_lost(state: EngineState, group: GroupState, system: str) -> GroupDependencySpec | None:
    """What a group that is up on a system has lost, if it must go because of that."""
    for child, required in children(state, group):
        if not child.frozen and _is_known(state, child, required, system) and _must_go(child, required, system):
            return required
    return None


def _must_go(child: GroupState, required: GroupDependencySpec, system: str) -> bool:
    is_here = system in child.on and child.is_active(system)
    if not required.online:
        return is_here
    if required.location is Location.REMOTE and is_here:
        return True
    if any(_holds(child, at) for at in _places(child, required, system)):
        return False
    if required.rigidity is not Rigidity.SOFT:
        return True
    return required.location is Location.LOCAL and any(child.is_online(at) for at in child.on if at != system)


def _holds(child: GroupState, system: str) -> bool:
    return child.is_up(system) and not child.is_faulted(system) and not child.is_leaving(system)


def _is_known(state: EngineState, child: GroupState, required: GroupDependencySpec, system: str) -> bool:
    """Whether everything is known of a child where it matters to a parent on a system: there, or anywhere."""
    return all(
        not on.auto_disabled and (state.is_down(at) or (state.is_managed(at) and child.is_probed(at)))
        for at, on in child.on.items()
        if required.location is not Location.LOCAL or at == system
    )


def taken_along(state: EngineState, group: GroupState) -> tuple[GroupState, ...]:
    """The groups that leave a system together with this one: children of hard dependencies, and theirs."""
    hard = [child for child, required in children(state, group) if required.rigidity is Rigidity.HARD]
    return tuple(dict.fromkeys(found for child in hard for found in (child, *taken_along(state, child))))


def families(groups: tuple[str, ...], edges: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """Each group with all that depend on each other, in the order given; `edges` are pairs of group names."""
    family = {name: {name} for name in groups}
    for parent, child in edges:
        joined = family[parent] | family[child]
        for name in joined:
            family[name] = joined
    return {name: tuple(other for other in groups if other in family[name]) for name in groups}
