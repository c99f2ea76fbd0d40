"""One group's resources on their systems: agents are asked in dependency order, as conditions are met.

Rule 1: a resource is asked to come online when its children are online, to go offline when its parents are down.
Rule 2: an agent is asked once; its answer is a report, which is the next message of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping

from mirrordrill.simulator.vcs.agents.agent_resource import AgentResource
from mirrordrill.simulator.vcs.agents.agents import SystemAgents
from mirrordrill.simulator.vcs.agents.lifecycle import AgentRequest
from mirrordrill.simulator.vcs.engine import group_dependencies
from mirrordrill.simulator.vcs.engine.group_events import GroupEvents
from mirrordrill.simulator.vcs.engine.state import intents
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState, ResourcePlace
from mirrordrill.simulator.vcs.states import IState, ResourceState


class ResourceSequencer:
    """The resources of one group, in the hands of one engine."""

    def __init__(
        self, state: EngineState, group: GroupState, agents: Mapping[str, SystemAgents], events: GroupEvents
    ) -> None:
        self._state = state
        self._group = group
        self._agents = agents
        self._events = events

    def advance(self, system: str) -> None:
        """Ask the agents of a system for everything that is due."""
        if not self._group.counts(system).waiting:
            return
        places = self._group.resources.values()
        for place in places:
            on = place.on[system]
            if on.istate is IState.WAITING_FOR_CHILDREN and self._may_go_up(place, system):
                on.istate = IState.WAITING_TO_GO_ONLINE
                self._ask(place, system, AgentRequest.ONLINE)
        for place in reversed(places):
            on = place.on[system]
            if on.istate is IState.WAITING_FOR_PARENTS and self._may_go_down(place, system):
                on.istate = IState.WAITING_TO_GO_OFFLINE
                self._ask(place, system, AgentRequest.OFFLINE)

    def stop_now(self, place: ResourcePlace, system: str) -> None:
        """Ask for it to go offline whatever stands on it (`hares -offline -ignoreparent`)."""
        on = place.on[system]
        intents.want_down(place, on)
        if on.istate is IState.WAITING_FOR_PARENTS:
            on.istate = IState.WAITING_TO_GO_OFFLINE
            self._ask(place, system, AgentRequest.OFFLINE)

    def _may_go_up(self, place: ResourcePlace, system: str) -> bool:
        """Its children are up, and no group is left there that must not be up beside this one."""
        here = self._group
        return intents.children_up(here, place, system) and not group_dependencies.in_the_way(self._state, here, system)

    def _may_go_down(self, place: ResourcePlace, system: str) -> bool:
        """Its parents are down, and so are the groups that require this one."""
        here = self._group
        return not intents.parents_up(here, place, system) and not group_dependencies.standing_on(
            self._state, here, system
        )

    def clear(self, resource: str, system: str) -> None:
        """Forget a fault; a persistent resource is looked at again."""
        place = self._group.resources[resource]
        on = place.on[system]
        agent = self._agent(resource, system)
        if agent is None or on.state is not ResourceState.FAULTED:
            return
        if place.type.is_persistent:
            agent.probe()
            return
        agent.forget_fault()
        before, on.state = on.words(), ResourceState.OFFLINE
        self._events.resource(place, system, before)

    def flush(self, system: str, *, offlines: bool) -> None:
        """Wait for nothing any more on a system; entry points under way go on. Without `offlines` W_OFFLINE stays."""
        for place, on in self._group.each(system):
            if on.istate.is_down and not offlines:
                continue
            on.istate = IState.NOT_WAITING
            if agent := self._agent(place.spec.name, system):
                agent.ask(None)

    def tell_agents(self) -> None:
        """Let the agents know what they may do after a fault: nothing, wait for an administrator, or clean."""
        for system in self._group.on:
            for name in self._group.resources:
                if agent := self._agent(name, system):
                    agent.manages_faults = not self._group.frozen and not self._state.systems[system].frozen
                    agent.leaves_faults = not self._group.spec.manage_faults

    def forget(self, system: str) -> None:
        """Whatever was there is gone."""
        places = self._group.resources
        before = {name: place.on[system].words() for name, place in places.items()}
        self._group.forget(system)
        for name, place in places.items():
            if place.on[system].words() != before[name] and before[name] != ResourceState.OFFLINE.value:
                self._events.resource(place, system, before[name])

    def _ask(self, place: ResourcePlace, system: str, request: AgentRequest) -> None:
        if agent := self._agent(place.spec.name, system):
            agent.ask(request)

    def _agent(self, resource: str, system: str) -> AgentResource | None:
        agents = self._agents.get(system)
        return agents.resources.get(resource) if agents else None
