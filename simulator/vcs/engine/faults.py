"""What follows for one group when a resource faults, a system is lost, or it is found up where it should not be.

A fault goes up the stack first. If something that is Critical stands on it the whole group is taken offline there, and
a failover is arranged: a move, which `moves.py` goes on with when nothing of the group is left.

Rule 1: nothing is stopped or moved because of a fault while the group or its system is frozen.
Rule 2: a fault on the way down does not change where an operator has sent the group.
Rule 3: a failover is arranged only where the group was, and is nowhere else.
"""

from __future__ import annotations

from mirrordrill.simulator.vcs.engine import group_dependencies
from mirrordrill.simulator.vcs.engine.group_events import GroupEvents
from mirrordrill.simulator.vcs.engine.placement import choose_target
from mirrordrill.simulator.vcs.engine.state import intents
from mirrordrill.simulator.vcs.engine.state.engine_state import (
    EngineState,
    GroupState,
    Move,
    MoveCause,
    ResourcePlace,
    ResourceStatus,
)
from mirrordrill.simulator.vcs.events import ConcurrencyViolation
from mirrordrill.simulator.vcs.messages import GROUP_FAULTED, LOST_GROUND, NOT_FAILING_OVER, RESOURCE_FAULTED
from mirrordrill.simulator.vcs.spec import Parallel
from mirrordrill.simulator.vcs.states import IState, ResourceState


class FaultHandler:
    """Draws the consequences for one group on behalf of one engine."""

    def __init__(self, state: EngineState, group: GroupState, events: GroupEvents) -> None:
        self._state = state
        self._group = group
        self._events = events

    def follow(self, place: ResourcePlace, on: ResourceStatus, system: str, *, was_active: bool) -> None:
        """A resource has a new state: what was waited for has come, or it has faulted."""
        if on.state is ResourceState.ONLINE:
            if on.istate.is_up:
                on.istate = IState.NOT_WAITING
        elif on.state is ResourceState.OFFLINE:
            if on.istate.is_down:
                on.istate = IState.NOT_WAITING
        else:
            on.istate = IState.NOT_WAITING
            self._fault(place, system, was_active=was_active)

    def leave(self, system: str, cause: MoveCause) -> None:
        """Arrange that the group comes online elsewhere, unless something forbids it."""
        group, spec, instance = self._group, self._group.spec, self._group.instance(system)
        elsewhere = [other for other in group.systems_active(instance) if other != system]
        if elsewhere or (spec.parallel is Parallel.PARALLEL and cause is not MoveCause.DEPENDENCY):
            return
        if group.frozen:
            self._events.log(system, NOT_FAILING_OVER, spec.name, "it is frozen")
        elif cause is MoveCause.FAULT and self._may_retry(system):
            instance.move = Move(MoveCause.RETRY, system, system)
        elif not spec.auto_fail_over:
            self._events.log(system, NOT_FAILING_OVER, spec.name, "its AutoFailOver is 0")
        else:
            instance.move = Move(cause, system)
            if cause is MoveCause.FAULT:
                self._take_along(system)

    def look_for_violation(self, system: str) -> None:
        """A group that is up on a second system; only what is probed there as a whole can be taken down in order."""
        group = self._group
        up = group.systems_up(group.instance(system))
        if len(up) < 2 or system not in up or group.is_stopping(system):
            return
        self._events.kernel.emit(ConcurrencyViolation(group.spec.name, system, up))
        # What the violation trigger does as delivered: the system that caused it gives way (vcs.md 3.5).
        if not self._events.trigger("violation", system) and not group.frozen:
            intents.stop(group, system)

    def look_for_lost_ground(self) -> None:
        """A group from under which a required group has gone, or to which one has come that must not be there."""
        group = self._group
        for system in group.systems_active() if group.spec.requires else ():
            lost = group_dependencies.has_lost(self._state, group, system)
            if lost is None or group.frozen or self._state.systems[system].frozen or group.is_leaving(system):
                continue
            self._events.log(system, LOST_GROUND, group.spec.name, system, f"{lost.child} {lost.words}")
            intents.stop(group, system)
            if group.instance(system).move is None:
                self.leave(system, MoveCause.DEPENDENCY)

    def _may_retry(self, system: str) -> bool:
        """OnlineRetryLimit and OnlineRetryInterval; a resource that cannot be brought online is not tried again."""
        spec, on = self._group.spec, self._group.on[system]
        if on.retries >= spec.online_retry_limit:
            return False
        now_s = self._events.kernel.now_s
        if on.retries == 0 and on.retried_s is not None and now_s - on.retried_s < spec.online_retry_interval_s:
            return False
        stuck = (place for place, at in self._group.each(system) if at.state is ResourceState.FAULTED)
        return not any(place.type.is_persistent for place in stuck)

    def _take_along(self, system: str) -> None:
        """A hard dependency: the child leaves with its parent, if there is another system for it."""
        for child in group_dependencies.taken_along(self._state, self._group):
            if system in child.on and child.is_up(system) and not child.frozen:
                instance, move = child.instance(system), Move(MoveCause.FAULT, system)
                if instance.move is None and choose_target(self._state, child, instance, move) is not None:
                    instance.move = move
                    intents.stop(child, system)

    def _fault(self, place: ResourcePlace, system: str, *, was_active: bool) -> None:
        group, name = self._group, place.spec.name
        self._events.log(system, RESOURCE_FAULTED, name, group.spec.name, system)
        self._events.trigger("resfault", system, name, "ONLINE" if was_active else "OFFLINE")
        if group.frozen or self._state.systems[system].frozen:
            return
        if not group.spec.fault_propagation:
            return
        for parent in group.ancestors(name):
            intents.want_down(group.resources[parent], group.resources[parent].on[system])
        if group.is_critical(name) and was_active:
            self._events.log(system, GROUP_FAULTED, group.spec.name, system)
            intents.stop(group, system)
            if group.instance(system).move is None:
                self.leave(system, MoveCause.FAULT)
