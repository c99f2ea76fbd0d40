"""What the engine wants of a group's resources on a system, as conditions in its state.

Nothing happens here. To want a resource online is to note that it waits for its children; to want it offline, that it
waits for its parents. `sequencer.py` asks the agents as soon as the conditions are met.

Rule 1: only what is offline and may be started is wanted up; only what is up, or starting, is wanted down.
Rule 2: a condition that is on its way is never turned round: who goes down goes down first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState, ResourcePlace, ResourceStatus
from mirrordrill.simulator.vcs.spec import TypeOperations
from mirrordrill.simulator.vcs.states import IState, ResourceState


def start(group: GroupState, system: str) -> None:
    """Everything that starts with the group, and can, is to come online on a system."""
    wanted: dict[str, None] = {}
    for place, on in group.each(system):
        if place.spec.auto_start and _can_start(group, place, on, wanted, system):
            wanted[place.spec.name] = None
    _want_up(group, wanted, system)


def start_resource(group: GroupState, resource: str, system: str) -> None:
    """One resource is to come online, with everything it stands on."""
    _want_up(group, (*group.descendants(resource), resource), system)


def stop(group: GroupState, system: str) -> None:
    """The group is to go offline on a system."""
    for place, on in group.each(system):
        want_down(place, on)


def want_down(place: ResourcePlace, on: ResourceStatus) -> None:
    """One resource is to go offline; what had only begun to wait for its children stops waiting."""
    if on.istate is IState.WAITING_FOR_CHILDREN:
        on.istate = IState.NOT_WAITING
    stoppable = place.type.operations is TypeOperations.ON_OFF
    if stoppable and on.is_up and not on.istate.is_down:
        on.istate = IState.WAITING_FOR_PARENTS


def children_up(group: GroupState, place: ResourcePlace, system: str) -> bool:
    """Whether everything that a resource requires is online, and not about to go."""
    children = (group.resources[name] for name in place.children)
    return all(_is_firmly_up(child.on[system]) for child in children if child.spec.enabled)


def parents_up(group: GroupState, place: ResourcePlace, system: str) -> tuple[str, ...]:
    """What stands on a resource and keeps it from going offline, even if what is between them has faulted."""
    parents = (group.resources[name] for name in group.ancestors(place.spec.name))
    return tuple(parent.spec.name for parent in parents if parent.counts_for_state and parent.on[system].is_up)


def _is_firmly_up(on: ResourceStatus) -> bool:
    return on.state is ResourceState.ONLINE and not on.istate.is_down


def _can_start(
    group: GroupState, place: ResourcePlace, on: ResourceStatus, wanted: Mapping[str, None], system: str
) -> bool:
    if place.type.is_persistent or on.state is not ResourceState.OFFLINE:
        return False
    children = (group.resources[name] for name in place.children)
    return all(
        not child.spec.enabled
        or child.type.is_persistent
        or child.spec.name in wanted
        or _is_firmly_up(child.on[system])
        for child in children
    )


def _want_up(group: GroupState, names: Iterable[str], system: str) -> None:
    for name in names:
        place = group.resources[name]
        on = place.on[system]
        startable = place.spec.enabled and not place.type.is_persistent
        if startable and on.state is ResourceState.OFFLINE and on.istate is IState.NOT_WAITING:
            on.istate = IState.WAITING_FOR_CHILDREN
