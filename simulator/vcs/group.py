"""How one service group is brought online, taken offline, moved, and what follows from a fault.

Nothing here is a procedure that waits. A message sets conditions on the board ("waiting for children online"), and
`settle` looks what can go on: which resource has its children up, which has its parents down, whether the group has
left its old system so that its move can go on. What an agent answers is the next message.

Rule 1: a resource is asked to come online when its children are online, to go offline when its parents are down.
Rule 2: a failover group goes online somewhere only when nothing of it is up anywhere else in the membership.
Rule 3: nothing is started, stopped or moved because of a fault while the group or its system is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.kernel import Kernel
from simulator.vcs.agents import SystemAgents
from simulator.vcs.board import Board, Cause, GroupBoard, Move, ResourceOn, ResourcePlace
from simulator.vcs.events import ConcurrencyViolation, EngineLog, GroupChanged, ResourceChanged
from simulator.vcs.framework import AgentResource
from simulator.vcs.lifecycle import Request
from simulator.vcs.membership.parting import Parting
from simulator.vcs.messages import (
    AUTO_DISABLED,
    AUTO_STARTING,
    FAILING_OVER,
    GROUP_FAULTED,
    NO_TARGET,
    NOT_FAILING_OVER,
    RESOURCE_FAULTED,
    SWITCHING,
    Message,
)
from simulator.vcs.placement import choose_start, choose_target, is_known_everywhere, is_ready_to_move, parallel_starts
from simulator.vcs.reports import Report
from simulator.vcs.spec import Operations, Parallel
from simulator.vcs.states import IState, ResourceState

NOT_KNOWN = "UNKNOWN"
"""A group's state in the log where its resources have not been probed."""


class GroupDriver:
    """Drives one group on behalf of one engine."""

    def __init__(self, kernel: Kernel, board: Board, group: GroupBoard, agents: Mapping[str, SystemAgents]) -> None:
        self.group = group
        self._kernel = kernel
        self._board = board
        self._agents = agents
        self._told = dict.fromkeys(group.on, NOT_KNOWN)

    # What operators ask for; whether it may be done was checked before.

    def start(self, system: str) -> None:
        """Bring the group online on a system: every resource that starts with it and can."""
        wanted: dict[str, None] = {}
        for place, on in self.group.each(system):
            if place.spec.auto_start and self._can_start(place, on, wanted, system):
                wanted[place.spec.name] = None
        self._want_up(wanted, system)

    def start_resource(self, resource: str, system: str) -> None:
        """Bring one resource online with everything it stands on."""
        names = (*self.group.descendants(resource), resource)
        self._want_up(dict.fromkeys(names), system)

    def stop(self, system: str) -> None:
        """Take the group offline on a system."""
        for place, on in self.group.each(system):
            self._want_down(place, on)

    def stop_resource(self, resource: str, system: str) -> None:
        """Take one resource offline."""
        place = self.group.resources[resource]
        self._want_down(place, place.on[system])

    def move(self, move: Move) -> None:
        """Take the group offline wherever it is; `settle` brings it online elsewhere."""
        self.group.move = move
        for system in self.group.systems_active():
            self.stop(system)

    def leave_system(self, system: str, evacuate: bool) -> None:
        """The system is being stopped: take the group offline there, or elsewhere if it is to be evacuated."""
        if not self.group.is_active(system):
            return
        if evacuate and self.group.spec.parallel is Parallel.FAILOVER and not self.group.frozen:
            self.move(Move(Cause.SWITCH, system))
        else:
            self.stop(system)

    def clear(self, resource: str, system: str) -> None:
        """Forget a fault; a persistent resource is looked at again."""
        place = self.group.resources[resource]
        if place.on[system].state is not ResourceState.FAULTED:
            return
        agent = self._agent(resource, system)
        if agent is not None and place.type.is_persistent:
            agent.probe()
        elif agent is not None:
            agent.forget_fault()
            self._set_state(place, system, ResourceState.OFFLINE)

    def flush(self, system: str) -> None:
        """Wait for nothing any more on a system; entry points under way go on."""
        self.group.move = None
        for place, on in self.group.each(system):
            on.istate = IState.NOT_WAITING
            if agent := self._agent(place.spec.name, system):
                agent.ask(None)

    def freeze(self, frozen: bool) -> None:
        """Freeze or unfreeze the group."""
        self.group.frozen = frozen
        self.tell_agents()

    def tell_agents(self) -> None:
        """Let the agents know whether they may clean after a fault."""
        for system in self.group.on:
            for name in self.group.resources:
                if agent := self._agent(name, system):
                    agent.manages_faults = not self.group.frozen and not self._board.systems[system].frozen

    # What agents and the membership tell.

    def hear(self, report: Report) -> None:
        """An agent's report."""
        place = self.group.resources[report.resource]
        on = place.on[report.system]
        was_active = self.group.is_active(report.system)
        state = report.state
        if state is ResourceState.OFFLINE and place.type.is_persistent:
            state = ResourceState.FAULTED
        changed = state is not None and (state is not on.state or not on.probed or report.answered)
        was_probed = self.group.is_probed(report.system)
        before = on.words()
        on.flags, on.confidence = report.flags, report.confidence
        if state is not None:
            on.state, on.probed = state, True
        self._tell_resource(place, report.system, before)
        if changed and state is not None:
            self._follow(place, on, report.system, was_active)
            if self.group.is_probed(report.system):
                self.group.on[report.system].auto_disabled = False
                if state is ResourceState.ONLINE or not was_probed:
                    self._look_for_violation(report.system)

    def system_lost(self, system: str) -> None:
        """A system left the membership; whatever was there is gone."""
        group = self.group
        was_active = group.is_active(system)
        self._forget(system)
        if group.move is not None and group.move.target == system:
            group.move = Move(Cause.SYSTEM_LOST, system)
        elif was_active and group.move is None:
            self._leave(system, Cause.SYSTEM_LOST)

    def system_parted(self, system: str, parting: Parting) -> None:
        """A system left the engine otherwise than by its death."""
        group, was_known = self.group, not self.group.on[system].auto_disabled
        if parting.forgets:
            self._forget(system)
        if parting.auto_disables and was_known:
            group.on[system].auto_disabled = True
            self._log(system, AUTO_DISABLED, group.spec.name, system)
        if group.move is not None and group.move.target == system:
            group.move = None

    def take_over(self, other: GroupDriver) -> None:
        """Drive on where another engine's driver stands: the log is not told the same twice."""
        self._told = dict(other._told)

    def system_entered(self, system: str) -> None:
        """A system comes (back): what is still believed of it has to be probed."""
        self.group.doubt(system)

    def settle(self) -> None:
        """Let everything go on that can."""
        for system, on in self.group.on.items():
            if self._board.is_attended(system):
                self._advance(system)
            elif self._board.is_gone(system) and not on.auto_disabled and self.group.is_active(system):
                # `hagrp -autoenable`: an operator says that nothing is up there.
                self._forget(system)
        self._tell_group()
        self._go_on_with_move()
        self._auto_start()
        self._tell_group()

    def _forget(self, system: str) -> None:
        group = self.group
        before = {name: place.on[system].words() for name, place in group.resources.items()}
        group.forget(system)
        for name, place in group.resources.items():
            if place.on[system].words() != before[name] and before[name] != ResourceState.OFFLINE.value:
                self._tell_resource(place, system, before[name])

    # Faults.

    def _follow(self, place: ResourcePlace, on: ResourceOn, system: str, was_active: bool) -> None:
        if on.state is ResourceState.ONLINE:
            if on.istate.is_up:
                on.istate = IState.NOT_WAITING
        elif on.state is ResourceState.OFFLINE:
            if on.istate.is_down:
                on.istate = IState.NOT_WAITING
        else:
            on.istate = IState.NOT_WAITING
            self._fault(place, system, was_active)

    def _fault(self, place: ResourcePlace, system: str, was_active: bool) -> None:
        group, name = self.group, place.spec.name
        self._log(system, RESOURCE_FAULTED, name, group.spec.name, system)
        if group.frozen or self._board.systems[system].frozen:
            return
        if not group.spec.fault_propagation:
            return
        for parent in group.ancestors(name):
            self._want_down(group.resources[parent], group.resources[parent].on[system])
        if group.is_critical(name) and was_active:
            self._log(system, GROUP_FAULTED, group.spec.name, system)
            self.stop(system)
            # A fault on the way down does not change where an operator sent the group.
            if group.move is None:
                self._leave(system, Cause.FAULT)

    def _leave(self, system: str, cause: Cause) -> None:
        """Arrange a failover, unless something forbids it."""
        group = self.group
        elsewhere = [other for other in group.systems_active() if other != system]
        if group.spec.parallel is not Parallel.FAILOVER or elsewhere:
            return
        if group.frozen:
            self._log(system, NOT_FAILING_OVER, group.spec.name, "it is frozen")
        elif not group.spec.auto_fail_over:
            self._log(system, NOT_FAILING_OVER, group.spec.name, "its AutoFailOver is 0")
        else:
            group.move = Move(cause, system)

    def _look_for_violation(self, system: str) -> None:
        """A group that is up on a second system; only what is probed there as a whole can be taken down in order."""
        group = self.group
        up = group.systems_up()
        alone = len(up) < 2 or system not in up
        if alone or group.spec.parallel is not Parallel.FAILOVER or group.is_stopping(system):
            return
        self._kernel.emit(ConcurrencyViolation(group.spec.name, system, up))
        # What the violation trigger does as delivered: the system that caused it gives way (vcs.md 3.5).
        if not group.frozen:
            self.stop(system)

    # Going on.

    def _advance(self, system: str) -> None:
        on_system = self.group.resources.values()
        for place in on_system:
            on = place.on[system]
            if on.istate is IState.WAITING_FOR_CHILDREN and self._children_up(place, system):
                on.istate = IState.WAITING_TO_GO_ONLINE
                self._ask(place, system, Request.ONLINE)
        for place in reversed(on_system):
            on = place.on[system]
            if on.istate is IState.WAITING_FOR_PARENTS and not self.parents_up(place, system):
                on.istate = IState.WAITING_TO_GO_OFFLINE
                self._ask(place, system, Request.OFFLINE)

    def _children_up(self, place: ResourcePlace, system: str) -> bool:
        children = (self.group.resources[name] for name in place.children)
        return all(
            child.on[system].state is ResourceState.ONLINE and not child.on[system].istate.is_down
            for child in children
            if child.spec.enabled
        )

    def parents_up(self, place: ResourcePlace, system: str) -> tuple[str, ...]:
        """What stands on a resource and keeps it from going offline, even if what is between them has faulted."""
        parents = (self.group.resources[name] for name in self.group.ancestors(place.spec.name))
        return tuple(parent.spec.name for parent in parents if parent.counts and parent.on[system].is_up)

    def _go_on_with_move(self) -> None:
        group, move = self.group, self.group.move
        if move is None or not is_ready_to_move(self._board, group):
            return
        group.move = None
        target = choose_target(self._board, group, move)
        if target is None:
            self._log(self._board.spec.name, NO_TARGET, group.spec.name)
            # A group that lost its system, not its health, starts again when a system comes.
            group.auto_start_pending = move.cause is Cause.SYSTEM_LOST
        elif move.cause is Cause.SWITCH:
            self._log(target, SWITCHING, group.spec.name, target)
            self._start_now(target)
        else:
            self._log(target, FAILING_OVER, group.spec.name, move.origin or "", target)
            self._start_now(target)

    def _auto_start(self) -> None:
        group = self.group
        if not group.auto_start_pending or group.frozen or not is_known_everywhere(self._board, group):
            return
        if group.spec.is_global and not group.spec.authority:
            return
        if group.spec.parallel is not Parallel.FAILOVER:
            for system in parallel_starts(self._board, group):
                group.on[system].auto_start_pending = False
                self._start_with_cluster(system)
            return
        target = choose_start(self._board, group)
        if target is not None or group.systems_active():
            group.auto_start_pending = False
        if target is not None and not group.is_online(target):
            self._start_with_cluster(target)

    def _start_with_cluster(self, system: str) -> None:
        self._log(system, AUTO_STARTING, self.group.spec.name, system)
        self._start_now(system)

    def _start_now(self, system: str) -> None:
        self.start(system)
        self._advance(system)

    # Conditions on the board.

    def _can_start(self, place: ResourcePlace, on: ResourceOn, wanted: Mapping[str, None], system: str) -> bool:
        if place.type.is_persistent or on.state is not ResourceState.OFFLINE:
            return False
        children = (self.group.resources[name] for name in place.children)
        return all(
            not child.spec.enabled
            or child.type.is_persistent
            or child.spec.name in wanted
            or (child.on[system].state is ResourceState.ONLINE and not child.on[system].istate.is_down)
            for child in children
        )

    def _want_up(self, names: Mapping[str, None], system: str) -> None:
        for name in names:
            place = self.group.resources[name]
            on = place.on[system]
            startable = place.spec.enabled and not place.type.is_persistent
            if startable and on.state is ResourceState.OFFLINE and on.istate is IState.NOT_WAITING:
                on.istate = IState.WAITING_FOR_CHILDREN

    def _want_down(self, place: ResourcePlace, on: ResourceOn) -> None:
        if on.istate is IState.WAITING_FOR_CHILDREN:
            on.istate = IState.NOT_WAITING
        stoppable = place.type.operations is Operations.ON_OFF
        if stoppable and on.is_up and not on.istate.is_down:
            on.istate = IState.WAITING_FOR_PARENTS

    def _ask(self, place: ResourcePlace, system: str, request: Request) -> None:
        if agent := self._agent(place.spec.name, system):
            agent.ask(request)

    def _agent(self, resource: str, system: str) -> AgentResource | None:
        agents = self._agents.get(system)
        return agents.resources.get(resource) if agents else None

    # What the log hears.

    def _set_state(self, place: ResourcePlace, system: str, state: ResourceState) -> None:
        before = place.on[system].words()
        place.on[system].state = state
        self._tell_resource(place, system, before)

    def _tell_resource(self, place: ResourcePlace, system: str, before: str) -> None:
        after = place.on[system].words()
        if after != before:
            self._kernel.emit(ResourceChanged(place.spec.name, system, before, after))

    def _tell_group(self) -> None:
        group = self.group
        for system, before in self._told.items():
            after = "|".join(group.words(system)) if group.is_probed(system) else NOT_KNOWN
            if after != before:
                self._told[system] = after
                self._kernel.emit(GroupChanged(group.spec.name, system, before, after))

    def _log(self, source: str, message: Message, *values: str) -> None:
        text = message.text.format(*values)
        self._kernel.emit(EngineLog(source, message.severity.value, message.id, text))
