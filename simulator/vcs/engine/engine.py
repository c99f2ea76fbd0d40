"""The engine (HAD) of one membership: messages in, one after the other, and what follows from each.

Agents' reports, operators' commands and changes of the membership are all messages in one queue, as GAB's total order
makes them: every message sees the whole effect of those before it and nothing of those after. That is what makes a
compare-and-set of a temp attribute work, and it keeps an agent that answers at once from being heard in mid-thought.

Rule 1: the engine's state changes while a message is handled, and at no other time.
Rule 2: an engine knows its own membership only. A second membership has an engine and a state of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.agents.agents import SystemAgents
from mirrordrill.simulator.vcs.agents.lifecycle import AgentRequest
from mirrordrill.simulator.vcs.agents.reports import AgentStatus, ResourceReport
from mirrordrill.simulator.vcs.engine.global_cluster_hooks import NO_GLOBAL_CLUSTER, GlobalClusterHooks
from mirrordrill.simulator.vcs.engine.group import GroupDriver
from mirrordrill.simulator.vcs.engine.group_dependencies import families
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState, GroupState
from mirrordrill.simulator.vcs.engine.state.last_words import LastWords
from mirrordrill.simulator.vcs.engine.triggers import NO_TRIGGERS, Triggers
from mirrordrill.simulator.vcs.events import EngineLog, SystemChanged
from mirrordrill.simulator.vcs.membership.departure import Departure
from mirrordrill.simulator.vcs.messages import MEMBERSHIP
from mirrordrill.simulator.vcs.spec import GroupSpec, children_first
from mirrordrill.simulator.vcs.states import IState, SystemState

Message = Callable[[], object]
"""What is handled; it may return NOTHING_CHANGED."""
NOTHING_CHANGED: Final = object()
"""Returned by a message that only asked: what waits for a change need not look."""
REQUESTS = {IState.WAITING_TO_GO_ONLINE: AgentRequest.ONLINE, IState.WAITING_TO_GO_OFFLINE: AgentRequest.OFFLINE}
"""What an agent has been asked for while the engine waits so."""


class Engine:
    """One engine. `changed` is called when its state may have changed."""

    def __init__(
        self,
        kernel: Kernel,
        state: EngineState,
        agents: Mapping[str, SystemAgents],
        changed: Callable[[], None],
        hooks: GlobalClusterHooks = NO_GLOBAL_CLUSTER,
        triggers: Triggers = NO_TRIGGERS,
    ) -> None:
        self.state = state
        self.hooks = hooks
        self.agents: dict[str, SystemAgents] = dict(agents)
        """System -> its agents, of the systems of this membership only."""
        self.members: list[str] = []
        self.without_engine: list[str] = []
        """Systems that are there, but have no engine: whether their groups are up is not known."""
        self.stopped: list[str] = []
        """Systems on which VCS was stopped in good order, and not started again."""
        self.drivers = {
            name: GroupDriver(kernel, state, group, self.agents, hooks, triggers)
            for name, group in state.groups.items()
        }
        self._triggers = triggers
        self._families = families_of(state)
        self._kernel = kernel
        self._changed = changed
        self._inbox: deque[Message] = deque()
        self._handling = False
        self._touched: dict[str, None] = {}

    def post(self, message: Message) -> None:
        """Handle the message after all that came before it: at once when nothing is being handled."""
        self._inbox.append(message)
        if self._handling:
            return
        self._handling = True
        has_changed = False
        try:
            while self._inbox:
                has_changed |= self._inbox.popleft()() is not NOTHING_CHANGED
                self._settle()
        finally:
            self._handling = False
        if has_changed:
            self._changed()

    def report(self, report: ResourceReport | AgentStatus) -> None:
        """An agent has something to tell, or wants to be told, or does not come."""
        if isinstance(report, ResourceReport):
            self.post(partial(self._hear, report))
        else:
            self.post(partial(self._brief if report.is_back else self._flag_unknown, report))

    def touch(self, group: str) -> None:
        """Something about the group was changed: see what follows when the message has been handled.

        Groups that depend on each other are seen to together, children first.
        """
        self._touched.update(dict.fromkeys(self._families[group]))

    def split(self) -> Engine:
        """The engine of the other half, when the membership falls apart: the same beliefs, the same members."""
        twin = Engine(self._kernel, self.state.copy(), self.agents, self._changed, self.hooks, self._triggers)
        twin.members, twin.stopped = list(self.members), list(self.stopped)
        twin.without_engine = list(self.without_engine)
        for name, driver in twin.drivers.items():
            driver.take_over(self.drivers[name])
        return twin

    def absorb(self, other: Engine) -> None:
        """Another engine is about to end: say again how the systems are of which the log has heard otherwise.

        It may have taken them for gone. One that stood still has them as they were then, and may have gone on from
        there for some seconds.
        """
        last_words = LastWords(self._kernel.log)
        ours = [system for system in self.members if system in other.state.systems]
        for system in ours:
            after = self.state.systems[system].state.value
            before = last_words.systems.get((self.state.spec.name, system), after)
            if before != after:
                self._kernel.emit(SystemChanged(self.state.spec.name, system, before, after))
        for name, driver in self.drivers.items():
            if name in other.drivers:
                driver.repeat(ours, last_words)

    def enter(self, systems: tuple[str, ...]) -> None:
        """Systems join this membership; the first of a new one builds the engine from its own configuration."""
        for system in systems:
            fresh = not self.members
            for those in (self.without_engine, self.stopped):
                if system in those:
                    those.remove(system)
            for driver in self._drivers_on(system):
                driver.system_entered(system)
            self.members.append(system)
            self.set_system(system, SystemState.INITING)
            self.set_system(system, SystemState.CURRENT_DISCOVER_WAIT)
            self.set_system(system, SystemState.LOCAL_BUILD if fresh else SystemState.REMOTE_BUILD)
        self._log_membership()

    def run(self, systems: tuple[str, ...]) -> None:
        """Systems have built their copy of the engine: they are RUNNING, and their agents start."""
        for system in systems:
            self.set_system(system, SystemState.RUNNING)
        for name, driver in self.drivers.items():
            driver.tell_agents()
            self.touch(name)
        for system in systems:
            self.agents[system].start()

    def leave(self, departures: Mapping[str, Departure]) -> None:
        """Systems are no longer in this membership, all at once; those that were not in it do not count."""
        gone = {system: departure for system, departure in departures.items() if system in self.members}
        for system in gone:
            self.members.remove(system)
            self.agents.pop(system, None)
        if gone:
            self._log_membership()
        for system, departure in gone.items():
            self.miss(system, departure)

    def miss(self, system: str, departure: Departure) -> None:
        """Draw the consequences for a system that has no engine: it left, or was never heard."""
        if departure is Departure.DEAD and system in self.stopped:
            self.stopped.remove(system)  # it had left the cluster before: EXITED, not FAULTED (vcs.md 3.7)
        else:
            self.set_system(system, departure.state)
        if departure in {Departure.STOPPED, Departure.STOPPED_ENABLED}:
            self.stopped.append(system)
        if system in self.without_engine:
            self.without_engine.remove(system)
        if not departure.fails_over and departure is not Departure.IN_JEOPARDY:
            self.without_engine.append(system)
        for driver in self._drivers_on(system):
            if departure.fails_over:
                driver.system_lost(system)
            else:
                driver.system_departed(system, departure)

    def empty(self, system: str, leaving: tuple[str, ...], *, evacuate: bool) -> None:
        """A system is to leave in good order, with others: stop or move away what is up there."""
        for other in leaving:
            if self.state.is_running(other):
                self.set_system(other, SystemState.LEAVING)
        for driver in self._drivers_on(system):
            driver.leave_system(system, evacuate=evacuate)

    def close(self, system: str, closed: Callable[[], None]) -> None:
        """Nothing is up any more on a system that leaves: its agents close their resources and end."""
        if system in self.members:
            self.set_system(system, SystemState.EXITING)
            self.agents[system].close(closed)

    def is_empty(self, system: str) -> bool:
        """Whether nothing is up on the system any more."""
        return not any(system in group.on and group.is_active(system) for group in self.state.groups.values())

    def injeopardy(self, system: str) -> None:
        """A system has one link left: its trigger is run there, where the site has one."""
        if self._triggers.has("injeopardy"):
            self._triggers.fire(system, "injeopardy", "every group", ("1",))

    def log(self, source: str, message: MessageText, *values: str) -> None:
        """A line of the engine's log."""
        text = message.fill(*values)
        self._kernel.emit(EngineLog(source, message.severity, message.id, text))

    def _drivers_on(self, system: str) -> Iterator[GroupDriver]:
        for name, driver in self.drivers.items():
            if system in driver.group.on:
                self.touch(name)
                yield driver

    def set_system(self, system: str, state: SystemState) -> None:
        """Change a system's state."""
        on = self.state.systems[system]
        before, on.state = on.state, state
        self._kernel.emit(SystemChanged(self.state.spec.name, system, before.value, state.value))

    def add_group(self, spec: GroupSpec) -> None:
        """An operator added a group."""
        group = self.state.groups[spec.name] = GroupState(spec, self.state.spec)
        self.drivers[spec.name] = GroupDriver(self._kernel, self.state, group, self.agents, self.hooks, self._triggers)
        self.relink()

    def remove_group(self, name: str) -> None:
        """An operator deleted a group that has no resources."""
        del self.state.groups[name], self.drivers[name]
        self._touched.pop(name, None)
        self.relink()

    def relink(self) -> None:
        """Groups or resources require each other otherwise than before, or there are others."""
        self.state.relink()
        self._families = families_of(self.state)

    def _hear(self, report: ResourceReport) -> None:
        if report.system in self.members and report.resource in self.state.group_of:
            group = self.state.group_of[report.resource].spec.name
            self.drivers[group].hear(report)
            self.touch(group)

    def _brief(self, back: AgentStatus) -> None:
        """Tell an agent that was started anew what is believed of its resources, and then what it is asked for."""
        system = back.system
        if (agents := self.agents.get(system)) is None:
            return
        for driver in self._drivers_on(system):
            mine = [(place, on) for place, on in driver.group.each(system) if place.type.name == back.type_name]
            for place, on in mine:
                state = on.state if on.probed else None
                agents.restore(
                    place.spec,
                    place.type,
                    ResourceReport(place.spec.name, system, state, on.flags, on.confidence, info=on.info),
                )
            driver.tell_agents()
            for place, on in mine:
                if (request := REQUESTS.get(on.istate)) is not None:
                    agents.resources[place.spec.name].ask(request)

    def _flag_unknown(self, away: AgentStatus) -> None:
        """An agent is gone, so its resources are not reported: keep what was known of them, with a flag."""
        if away.system in self.agents:
            for driver in self._drivers_on(away.system):
                driver.flag_unknown(away.type_name, away.system)

    def _settle(self) -> None:
        touched, self._touched = self._touched, {}
        for name in touched:
            self.drivers[name].settle()

    def _log_membership(self) -> None:
        self.log(self.state.spec.name, MEMBERSHIP, " ".join(self.members) or "none")


def families_of(state: EngineState) -> dict[str, tuple[str, ...]]:
    """Each group with all the groups that it depends on, or that depend on it, children first."""
    edges = tuple((name, required.child) for name, group in state.groups.items() for required in group.spec.requires)
    return families(children_first(tuple(state.groups), edges), edges)
