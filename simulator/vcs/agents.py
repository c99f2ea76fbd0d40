"""All agents of one system: one process per resource type, with its threads and its resources.

They live and die with the system. When it comes back new ones are made, and nothing of the old ones is remembered but
what their entry points left on the system itself.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.kernel import Kernel
from simulator.vcs.alarms import Alarms
from simulator.vcs.events import EntryPointKilled
from simulator.vcs.framework import AgentResource
from simulator.vcs.ports import AgentRunner
from simulator.vcs.reports import Report
from simulator.vcs.spec import ClusterSpec, ResourceSpec, TypeSpec
from simulator.vcs.threads import ThreadPool


class SystemAgents:
    """The agents of one system; `report` is where the engine listens."""

    def __init__(
        self, kernel: Kernel, spec: ClusterSpec, system: str, runner: AgentRunner, report: Callable[[Report], None]
    ) -> None:
        self.kernel = kernel
        self.system = system
        self.profile = spec.profile
        self.report = report
        self.alarms = Alarms(kernel.env)
        self._runner = runner
        self._pools: dict[str, ThreadPool] = {}
        self.resources: dict[str, AgentResource] = {
            resource.name: AgentResource(self, resource, spec.type_of(resource))
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
            fresh = self.resources[resource.name] = AgentResource(self, resource, type_spec)
            fresh.enable()
        elif known is not None and resource.enabled:
            known.configure(resource, type_spec)
        elif known is not None:
            self.resources.pop(resource.name).lost()

    def start(self) -> None:
        """Open and probe every resource."""
        for resource in self.resources.values():
            resource.enable()

    def lost(self, why: str) -> None:
        """The system is gone, and everything that ran on it."""
        for pool in self._pools.values():
            for job in pool.kill_all():
                self.kernel.emit(EntryPointKilled(self.system, job.call.resource, job.call.entry, why))
        for resource in self.resources.values():
            resource.lost()

    def stand_still(self) -> None:
        """The system hangs."""
        self.alarms.stand_still()
        for pool in self._pools.values():
            pool.stand_still()

    def go_on(self) -> None:
        """The system goes on: what ended or came due meanwhile is noticed now."""
        for pool in self._pools.values():
            pool.go_on()
        self.alarms.go_on()
