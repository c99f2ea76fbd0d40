"""Runs an entry point: by the real agent, by the user's own scripts, or as played behaviour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge.environment import Surroundings
from mirrordrill.simulator.bridge.in_process import GreenletRunner
from mirrordrill.simulator.bridge.processes.processes import ProcessRunner, no_agent
from mirrordrill.simulator.bridge.replayed_agent import ReplayedAgent
from mirrordrill.simulator.host.host import HostFiles, MemoryFiles, ReplayedFiles
from mirrordrill.simulator.host.neighbours import Neighbours
from mirrordrill.simulator.site.host_paths import dscli_homes, password_files
from mirrordrill.simulator.site.own_types import FIRE_DRILL, METRO_MIRROR, TypeSettings
from mirrordrill.simulator.site.site import Site
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


def agent_runner(
    mode: AgentMode, around: Surroundings, site: Site, install_agent: Callable[[Path], None], *, is_replay: bool
) -> GreenletRunner | ProcessRunner | ReplayedAgent:
    """What runs the agent. A replay does without real processes until they take over."""
    if mode is AgentMode.IN_PROCESS:
        return GreenletRunner(around)
    hosts = dscli_homes(site)

    def processes(types: Mapping[str, TypeSettings]) -> ProcessRunner:
        runner = ProcessRunner(around, hosts, install_agent, types)
        for system, path in password_files(site):
            runner.keep_file(system, path)
        return runner

    if is_replay:
        return ReplayedAgent(GreenletRunner(around), lambda: processes({}))
    return processes(site.settings.types)


def files_of(runner: GreenletRunner | ProcessRunner | ReplayedAgent, host: str) -> HostFiles:
    """The agent's files on a host, where this runs the agent."""
    if isinstance(runner, ProcessRunner):
        return runner.files[host]
    return ReplayedFiles() if isinstance(runner, ReplayedAgent) else MemoryFiles()


def script_runner(
    agent: object, around: Surroundings, hosts: Mapping[str, Iterable[str]], types: Mapping[str, TypeSettings]
) -> ProcessRunner | None:
    """The runner of a site's own scripts: the agent's if it is one, else a new one; None without scripts."""
    if not any(each.scripts for each in types.values()):
        return None
    return agent if isinstance(agent, ProcessRunner) else ProcessRunner(around, hosts, no_agent, types)
