"""Runs an entry point: by the real agent, by the user's own scripts, or as played behaviour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mirrordrill.simulator.bridge.environment import Surroundings
from mirrordrill.simulator.bridge.processes.processes import ProcessRunner, no_agent
from mirrordrill.simulator.host.neighbours import Neighbours
from mirrordrill.simulator.site.own_types import FIRE_DRILL, METRO_MIRROR, TypeSettings
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome, EntryPointStarter, MonitorDependency, Running


class EntryPointDispatcher:
    """Finds by its type who runs an entry point."""

    def __init__(
        self,
        agent: EntryPointStarter,
        scripts: EntryPointStarter | None,
        types: Mapping[str, TypeSettings],
        neighbours: Neighbours,
    ) -> None:
        self._real: dict[str, EntryPointStarter] = {METRO_MIRROR: agent, FIRE_DRILL: agent}
        if scripts is not None:
            self._real |= {name: scripts for name, each in types.items() if each.scripts}
        self._neighbours = neighbours

    def start(self, call: Call) -> Running | EntryPointOutcome:
        """Start an entry point."""
        return self._real.get(call.type_name, self._neighbours).start(call)

    def monitor_dependency(self, call: Call) -> MonitorDependency | None:
        """The real agent and real scripts are asked each time."""
        return None if call.type_name in self._real else self._neighbours.monitor_dependency(call)


def script_runner(
    agent: object, around: Surroundings, hosts: Mapping[str, Iterable[str]], types: Mapping[str, TypeSettings]
) -> ProcessRunner | None:
    """The runner of a site's own scripts: the agent's if it is one, else a new one; None without scripts."""
    if not any(each.scripts for each in types.values()):
        return None
    return agent if isinstance(agent, ProcessRunner) else ProcessRunner(around, hosts, no_agent, types)
