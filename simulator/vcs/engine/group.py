"""How one service group is brought online, taken offline, moved, and what follows from a fault.

Nothing here is a procedure that waits. A message sets conditions in the state ("waiting for children online"), and
`settle` looks what can go on: which resource has its children up, which has its parents down, whether the group has
left its old system so that its move can go on. What an agent answers is the next message.

This is the door of the engine to one group. `intents` notes what is wanted of resources, `resource_sequencer` asks
the agents for it, `faults` draws the consequences, `failover` brings the group online elsewhere, `group_events` emits.

Rule 1: whether what an operator asks may be done was checked before; here it is done.
Rule 2: a failover group goes online somewhere only when nothing of it is up anywhere else in the membership.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.agents.agents import SystemAgents
from mirrordrill.simulator.vcs.agents.reports import ResourceReport
from mirrordrill.simulator.vcs.engine.failover import Failover
from mirrordrill.simulator.vcs.engine.faults import FaultHandler
from mirrordrill.simulator.vcs.engine.global_cluster_hooks import GlobalClusterHooks
from mirrordrill.simulator.vcs.engine.group_events import GroupEvents
from mirrordrill.simulator.vcs.engine.resource_sequencer import ResourceSequencer
from mirrordrill.simulator.vcs.engine.state import intents
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState, Move, MoveCause, ResourcePlace
from mirrordrill.simulator.vcs.engine.state.last_words import LastWords
from mirrordrill.simulator.vcs.engine.triggers import Triggers
from mirrordrill.simulator.vcs.membership.departure import Departure
from mirrordrill.simulator.vcs.messages import AUTO_DISABLED
from mirrordrill.simulator.vcs.spec import Parallel
from mirrordrill.simulator.vcs.states import Flag, ResourceState


class GroupDriver:
    """Drives one group on behalf of one engine."""

    def __init__(
        self,
        kernel: Kernel,
        state: EngineState,
        group: GroupState,
        agents: Mapping[str, SystemAgents],
        hooks: GlobalClusterHooks,
        triggers: Triggers,
    ) -> None:
        self.group = group
        self.hooks = hooks
        self._state = state
        self._events = GroupEvents(kernel, group, triggers)
        self._sequencer = ResourceSequencer(state, group, agents, self._events)
        self._fault_handler = FaultHandler(state, group, self._events)
        self._failover = Failover(state, group, self._sequencer, self._events, hooks, triggers)

    # What operators ask for.

    def start(self, system: str, *, asks_first: bool = True) -> None:
        """Bring the group online on a system: every resource that starts with it and can.

        A group with PreOnline asks its trigger first, unless told not to (`-nopre`).
        """
        self._failover.bring_online(system, asks_first=asks_first)

    def start_resource(self, resource: str, system: str) -> None:
        """Bring one resource online with everything it stands on."""
        intents.start_resource(self.group, resource, system)

    def stop(self, system: str) -> None:
        """Take the group offline on a system."""
        intents.stop(self.group, system)

    def stop_resource(self, resource: str, system: str, *, ignores_parents: bool = False) -> None:
        """Take one resource offline, when nothing stands on it any more or at once."""
        place = self.group.resources[resource]
        if ignores_parents:
            self._sequencer.stop_now(place, system)
        else:
            intents.want_down(place, place.on[system])

    def stay_offline(self, system: str) -> None:
        """An operator means it: what was under way for the instance that may be here is off, and nothing restarts."""
        instance = self.group.instance(system)
        instance.move, instance.auto_start_pending, instance.intent_online = None, False, False

    def move(self, move: Move) -> None:
        """Take an instance of the group offline wherever it is; `settle` brings it online elsewhere."""
        instance = self.group.instance(move.origin or move.target or next(iter(self.group.on)))
        instance.move = move
        for system in self.group.systems_active(instance):
            self.stop(system)

    def leave_system(self, system: str, *, evacuate: bool) -> None:
        """The system is being stopped: take the group offline there, or elsewhere if it is to be evacuated."""
        group = self.group
        if not group.is_active(system):
            return
        movable = group.spec.evacuate and group.spec.parallel is not Parallel.PARALLEL and not group.frozen
        if evacuate and movable:
            self.move(Move(MoveCause.SWITCH, system))
        else:
            group.instance(system).intent_online = False
            self.stop(system)

    def clear(self, resource: str, system: str) -> None:
        """Forget a fault; a persistent resource is looked at again."""
        self._sequencer.clear(resource, system)

    def flush(self, system: str, *, offlines: bool = True) -> None:
        """Wait for nothing any more on a system; entry points under way go on. Without `offlines` W_OFFLINE stays."""
        if offlines or not self.group.is_stopping(system):
            self.group.instance(system).move = None
        self.group.on[system].pre_onlining = 0
        self._sequencer.flush(system, offlines=offlines)

    def freeze(self, *, frozen: bool) -> None:
        """Freeze or unfreeze the group."""
        self.group.frozen = frozen
        self.tell_agents()

    def tell_agents(self) -> None:
        """Let the agents know what they may do after a fault."""
        self._sequencer.tell_agents()

    def parents_up(self, place: ResourcePlace, system: str) -> tuple[str, ...]:
        """What stands on a resource and keeps it from going offline, even if what is between them has faulted."""
        return intents.parents_up(self.group, place, system)

    # What agents and the membership tell.

    def hear(self, report: ResourceReport) -> None:
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
        on.flags, on.confidence, on.info = report.flags, report.confidence, report.info
        if state is not None:
            on.state, on.probed = state, True
        self._events.resource(place, report.system, before)
        if changed and state is not None:
            self._fault_handler.follow(place, on, report.system, was_active=was_active)
            if self.group.is_probed(report.system):
                self.group.on[report.system].auto_disabled = False
                if state is ResourceState.ONLINE or not was_probed:
                    self._fault_handler.look_for_violation(report.system)

    def flag_unknown(self, type_name: str, system: str) -> None:
        """No agent watches the resources of a type on a system any more: flag them, and change nothing else."""
        for place, on in self.group.each(system):
            if place.type.name == type_name and on.probed:
                before = on.words()
                on.flags |= Flag.STATE_UNKNOWN
                self._events.resource(place, system, before)

    def trigger_ended(self, system: str, number: int, why: str) -> None:
        """A preonline trigger is over, and has not brought the group online."""
        self._failover.trigger_ended(system, number, why)

    def system_lost(self, system: str) -> None:
        """A system left the membership; whatever was there is gone."""
        instance = self.group.instance(system)
        was_active = self.group.is_active(system) or bool(self.group.on[system].pre_onlining)
        self._sequencer.forget(system)
        if instance.move is not None and instance.move.target == system:
            instance.move = Move(MoveCause.SYSTEM_LOST, system)
        elif was_active and instance.move is None:
            self._fault_handler.leave(system, MoveCause.SYSTEM_LOST)

    def system_departed(self, system: str, departure: Departure) -> None:
        """A system left the engine otherwise than by its death."""
        group, was_known = self.group, not self.group.on[system].auto_disabled
        group.on[system].pre_onlining = 0
        if departure.drops_states:
            self._sequencer.forget(system)
        if departure.auto_disables and was_known:
            group.on[system].auto_disabled = True
            self._events.log(system, AUTO_DISABLED, group.spec.name, system)
        instance = group.instance(system)
        if instance.move is not None and instance.move.target == system:
            instance.move = None

    def take_over(self, other: GroupDriver) -> None:
        """Drive on where another engine's driver stands: the log is not told the same twice."""
        self._events.take_over(other._events)

    def repeat(self, systems: Iterable[str], last_words: LastWords) -> None:
        """Another engine ends: tell again of these systems what the log has heard otherwise."""
        self._events.repeat(systems, last_words)

    def system_entered(self, system: str) -> None:
        """A system comes (back): what is still believed of it has to be probed."""
        self.group.mark_unprobed(system)

    def settle(self) -> None:
        """Let everything go on that can."""
        self._fault_handler.look_for_lost_ground()
        for system, on in self.group.on.items():
            if self._state.is_managed(system):
                self._sequencer.advance(system)
            elif self._state.is_down(system) and not on.auto_disabled and self.group.is_active(system):
                # `hagrp -autoenable`: an operator says that nothing is up there.
                self._sequencer.forget(system)
        self._forget_retries()
        self._events.group()
        self._failover.advance()
        self._failover.auto_start()
        self._events.group()

    def _forget_retries(self) -> None:
        """A group that is online has no restarts to its account any more."""
        for system, on in self.group.on.items():
            if on.retries and self.group.is_online(system):
                on.retries = 0
