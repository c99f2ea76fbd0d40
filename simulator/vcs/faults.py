"""What follows for one group when a resource faults, a system is lost, or it is found up where it should not be.

A fault goes up the stack first. If something that is Critical stands on it the whole group is taken offline there, and
a failover is arranged: a move, which `moves.py` goes on with when nothing of the group is left.

Rule 1: nothing is stopped or moved because of a fault while the group or its system is frozen.
Rule 2: a fault on the way down does not change where an operator has sent the group.
Rule 3: a failover is arranged only where the group was, and is nowhere else.
"""

from __future__ import annotations

from simulator.vcs import wants
from simulator.vcs.board import Board, Cause, GroupBoard, Move, ResourceOn, ResourcePlace
from simulator.vcs.events import ConcurrencyViolation
from simulator.vcs.messages import GROUP_FAULTED, NOT_FAILING_OVER, RESOURCE_FAULTED
from simulator.vcs.spec import Parallel
from simulator.vcs.states import IState, ResourceState
from simulator.vcs.tellings import Teller


class Faults:
    """Draws the consequences for one group on behalf of one engine."""

    def __init__(self, board: Board, group: GroupBoard, teller: Teller) -> None:
        self._board = board
        self._group = group
        self._teller = teller

    def follow(self, place: ResourcePlace, on: ResourceOn, system: str, was_active: bool) -> None:
        """A resource has a new state: what was waited for has come, or it has faulted."""
        if on.state is ResourceState.ONLINE:
            if on.istate.is_up:
                on.istate = IState.NOT_WAITING
        elif on.state is ResourceState.OFFLINE:
            if on.istate.is_down:
                on.istate = IState.NOT_WAITING
        else:
            on.istate = IState.NOT_WAITING
            self._fault(place, system, was_active)

    def leave(self, system: str, cause: Cause) -> None:
        """Arrange a failover, unless something forbids it."""
        group = self._group
        elsewhere = [other for other in group.systems_active() if other != system]
        if group.spec.parallel is not Parallel.FAILOVER or elsewhere:
            return
        if group.frozen:
            self._teller.log(system, NOT_FAILING_OVER, group.spec.name, "it is frozen")
        elif not group.spec.auto_fail_over:
            self._teller.log(system, NOT_FAILING_OVER, group.spec.name, "its AutoFailOver is 0")
        else:
            group.move = Move(cause, system)

    def look_for_violation(self, system: str) -> None:
        """A group that is up on a second system; only what is probed there as a whole can be taken down in order."""
        group = self._group
        up = group.systems_up()
        alone = len(up) < 2 or system not in up
        if alone or group.spec.parallel is not Parallel.FAILOVER or group.is_stopping(system):
            return
        self._teller.kernel.emit(ConcurrencyViolation(group.spec.name, system, up))
        # What the violation trigger does as delivered: the system that caused it gives way (vcs.md 3.5).
        if not group.frozen:
            wants.stop(group, system)

    def _fault(self, place: ResourcePlace, system: str, was_active: bool) -> None:
        group, name = self._group, place.spec.name
        self._teller.log(system, RESOURCE_FAULTED, name, group.spec.name, system)
        if group.frozen or self._board.systems[system].frozen:
            return
        if not group.spec.fault_propagation:
            return
        for parent in group.ancestors(name):
            wants.want_down(group.resources[parent], group.resources[parent].on[system])
        if group.is_critical(name) and was_active:
            self._teller.log(system, GROUP_FAULTED, group.spec.name, system)
            wants.stop(group, system)
            if group.move is None:
                self.leave(system, Cause.FAULT)
