"""All agents of one system: one process per resource type, with its threads and its resources.

They live and die with the system and its engine. When it comes back new ones are made, and nothing of the old ones is
remembered but what their entry points left on the system itself. One agent alone may die too, or fall silent, or be
stopped: the engine goes on with what it believes of its resources, starts the agent again unless an operator stopped
it, and tells the new one what it believes.

Rule 1: the entry points that are under way die with their agent.
Rule 2: an agent that is gone has no resources here: a command for one of them is refused or waits.
Rule 3: an agent that has not reported for work within AgentStartTimeout is given up, and another is started at once, as
often as it takes (M). When the system starts all agents are there at once, but for those that are slow: a binary on a
file system that hangs, or one that was replaced by a broken version. Whether an agent is slow is looked at when it is
started; what is mended later helps the next one only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.agents.agent_resource import AgentResource
from mirrordrill.simulator.vcs.agents.entry_points import AgentServices
from mirrordrill.simulator.vcs.agents.reports import AgentStatus, AttributeChange, ResourceReport
from mirrordrill.simulator.vcs.agents.schedule import HostTimers
from mirrordrill.simulator.vcs.agents.threads import ThreadPool
from mirrordrill.simulator.vcs.events import EngineLog, EntryPointKilled
from mirrordrill.simulator.vcs.messages import AGENT_GONE, AGENT_NOT_STARTED, AGENT_SILENT, AGENT_STARTED
from mirrordrill.simulator.vcs.ports import AgentRunner
from mirrordrill.simulator.vcs.spec import ClusterSpec, ResourceSpec, TypeSpec

AGENT_START_S = 2.0
"""From the moment HAD misses an agent until the one that it starts has opened its first resource."""
NEVER_S = math.inf
"""Of an agent that cannot start."""


class Handshakes:
    """Which agents of a cluster are slow; it outlives systems and engines."""

    def __init__(self) -> None:
        self._slow: dict[tuple[str, str], float] = {}

    def slow_down(self, system: str, type_name: str, delay_s: float) -> None:
        """From now on the type's agent takes so long to start on a system."""
        self._slow[system, type_name] = delay_s

    def mend(self, system: str, type_name: str) -> None:
        """It starts as fast as ever."""
        self._slow.pop((system, type_name), None)

    def is_slow(self, system: str, type_name: str) -> bool:
        """Whether it does not start as fast as ever."""
        return (system, type_name) in self._slow

    def delay_s(self, system: str, type_name: str) -> float:
        """How long an agent that is started now takes."""
        return self._slow.get((system, type_name), AGENT_START_S)


class SystemAgents:
    """The agents of one system; `report` is where the engine listens."""

    def __init__(
        self,
        kernel: Kernel,
        spec: ClusterSpec,
        system: str,
        runner: AgentRunner,
        report: Callable[[ResourceReport | AgentStatus], None],
        handshakes: Handshakes,
    ) -> None:
        self.kernel = kernel
        self.system = system
        self.report = report
        self.timers = HostTimers(kernel.timers)
        self.stopped: dict[str, None] = {}
        """Types whose agent an operator stopped."""
        self._runner = runner
        self.types = {each.name: each for each in spec.types}
        """What holds for an agent as a whole: the limits of its own process."""
        self._handshakes = handshakes
        self._pools: dict[str, ThreadPool] = {}
        self._absent: dict[str, None] = {}
        """Types whose agent does not run."""
        self._silent: dict[str, None] = {}
        self._is_closing = False
        """Whether VCS stops here and waits for the resources to be closed."""
        self._services = AgentServices(kernel, system, spec.profile, runner, self.timers, self.pool, report)
        self.resources: dict[str, AgentResource] = {
            resource.name: AgentResource(self._services, resource, spec.type_of(resource))
            for group in spec.groups
            if system in group.systems
            for resource in group.resources
            if resource.enabled
        }

    def pool(self, type_spec: TypeSpec) -> ThreadPool:
        """The threads of the type's agent on this system."""
        pool = self._pools.get(type_spec.name)
        if pool is None:
            pool = self._pools[type_spec.name] = ThreadPool(self.kernel.env, self._runner, type_spec.num_threads)
        return pool

    def configure(self, resource: ResourceSpec, type_spec: TypeSpec) -> None:
        """A resource's configuration was changed: its agent has it from now on, or no longer."""
        known = self.resources.get(resource.name)
        if known is None and resource.enabled:
            if type_spec.name not in self._absent:
                self._take(resource, type_spec).enable()
        elif known is not None and resource.enabled:
            changes = changes_between(known.spec, resource, type_spec, self.system)
            known.configure(resource, type_spec)
            for change in changes:
                known.note(change)
        elif known is not None:
            self.resources.pop(resource.name).close(lambda: None)

    def start(self) -> None:
        """Open and probe every resource whose agent is there; the others are, when theirs has come."""
        used = dict.fromkeys(resource.limits.name for resource in self.resources.values())
        for name in used:
            if self._handshakes.is_slow(self.system, name):
                self._absent[name] = None
                del self._pools[name]
                for resource in self._cared_by(name):
                    del self.resources[resource.spec.name]
                self._launch(name)
        for resource in self.resources.values():
            resource.enable()

    def close(self, closed: Callable[[], None]) -> None:
        """`hastop`: every resource is closed and then all agents end; none is started again meanwhile."""
        self._is_closing = True
        self._absent.clear()
        left = dict.fromkeys(self.resources)

        def one_closed(name: str) -> None:
            left.pop(name, None)
            if not left and self._is_closing:
                self._is_closing = False
                closed()

        for name, resource in tuple(self.resources.items()):
            resource.close(partial(one_closed, name))
        if not left:
            one_closed("")

    def lost(self, why: str) -> None:
        """The system is gone, and everything that ran on it."""
        self._is_closing = False
        for pool in self._pools.values():
            self._kill(pool, why)
        for resource in self.resources.values():
            resource.lost()
        self._absent.clear()

    # One agent.

    def is_running(self, type_name: str) -> bool:
        """Whether the type has an agent here, and it is there."""
        return type_name in self._pools and type_name not in self._absent

    def die(self, type_name: str, why: str) -> None:
        """The agent's process is gone with its entry points; the engine starts another."""
        if self.is_running(type_name):
            self._end(type_name, why)
            if type_name not in self.stopped and not self._is_closing:
                self._launch(type_name)

    def fall_silent(self, type_name: str) -> None:
        """The agent's process hangs: it starts nothing and notices nothing, until the engine has had enough of it."""
        if not self.is_running(type_name) or type_name in self._silent:
            return
        pool = self._pools[type_name]
        pool.pause()
        self._silent[type_name] = None
        limit_s = self.types[type_name].agent_reply_timeout_s

        def had_enough(_: float) -> None:
            if self._pools.get(type_name) is pool:
                self._log(AGENT_SILENT, type_name, self.system, f"{limit_s:g}")
                self.die(type_name, "it did not answer")

        self.timers.set(limit_s, had_enough)

    def stop_agent(self, type_name: str, *, by_force: bool) -> None:
        """`haagent -stop`: close its resources and end it, or by force end it at once. VCS does not restart it."""
        self.stopped[type_name] = None
        if by_force:
            self._end(type_name, "stopped by force")
            return
        closing = self._cared_by(type_name)
        left = {resource.spec.name: None for resource in closing}

        def closed(name: str) -> None:
            left.pop(name)
            if not left and self.is_running(type_name):
                self._end(type_name, "stopped")

        for resource in closing:
            resource.close(partial(closed, resource.spec.name))

    def start_agent(self, type_name: str) -> None:
        """`haagent -start`."""
        if type_name in self.stopped and type_name in self._absent:
            del self.stopped[type_name]
            self._launch(type_name)

    def restore(self, resource: ResourceSpec, type_spec: TypeSpec, believed: ResourceReport) -> AgentResource:
        """An agent that is back takes a resource on again, as the engine believes it to be."""
        fresh = self._take(resource, type_spec)
        fresh.enable(believed)
        return fresh

    def _launch(self, type_name: str) -> None:
        """The engine starts the agent's process, and waits for it no longer than AgentStartTimeout."""
        delay_s = self._handshakes.delay_s(self.system, type_name)
        limit_s = self.types[type_name].agent_start_timeout_s
        if delay_s < limit_s:
            self.timers.set(delay_s, lambda _: self._come_back(type_name))
        else:
            self.timers.set(limit_s, lambda _: self._give_up(type_name))

    def _come_back(self, type_name: str) -> None:
        if type_name in self._absent:
            del self._absent[type_name]
            self._log(AGENT_STARTED, type_name, self.system)
            self.report(AgentStatus(self.system, type_name, is_back=True))

    def _give_up(self, type_name: str) -> None:
        if type_name in self._absent:
            limit_s = self.types[type_name].agent_start_timeout_s
            self._log(AGENT_NOT_STARTED, type_name, self.system, f"{limit_s:g}")
            self.report(AgentStatus(self.system, type_name, is_back=False))
            self._launch(type_name)

    def _end(self, type_name: str, why: str) -> None:
        self._log(AGENT_GONE, type_name, self.system, why)
        self._absent[type_name] = None
        self._silent.pop(type_name, None)
        self._kill(self._pools.pop(type_name), f"the {type_name} agent is gone")
        for resource in self._cared_by(type_name):
            del self.resources[resource.spec.name]
            resource.lost()

    def _kill(self, pool: ThreadPool, why: str) -> None:
        for job in pool.kill_all():
            self.kernel.emit(EntryPointKilled(self.system, job.call.resource, job.call.entry, why))

    def _take(self, resource: ResourceSpec, type_spec: TypeSpec) -> AgentResource:
        fresh = self.resources[resource.name] = AgentResource(self._services, resource, type_spec)
        return fresh

    def _cared_by(self, type_name: str) -> list[AgentResource]:
        return [resource for resource in self.resources.values() if resource.limits.name == type_name]

    def _log(self, message: MessageText, *values: str) -> None:
        text = message.fill(*values)
        self.kernel.emit(EngineLog(self.system, message.severity, message.id, text))

    # The system hangs.

    def pause(self) -> None:
        """The system hangs."""
        self.timers.pause()
        for pool in self._pools.values():
            pool.pause()

    def resume(self) -> None:
        """The system goes on: what ended or came due meanwhile is noticed now."""
        for name, pool in self._pools.items():
            if name not in self._silent:
                pool.resume()
        self.timers.resume()


def changes_between(old: ResourceSpec, new: ResourceSpec, type_spec: TypeSpec, system: str) -> list[AttributeChange]:
    """What of a resource's modified attributes its agent on a system wants to hear of, in the order of RegList."""
    return [
        AttributeChange(name, values)
        for name in type_spec.reg_list
        if (values := new.values_on(name, system)) != old.values_on(name, system)
    ]
