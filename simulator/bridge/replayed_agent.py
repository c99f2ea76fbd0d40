"""The agent of a replayed world: in process while its recording is replayed, real processes from then on.

Both ways write the same event log. So what real processes did can be replayed without them, as fast as the simulator
computes, and people go on with real processes where the replay ends.

Rule 1: an entry point that is under way when the real processes take over ends as it began, in process.
Rule 2: from then on the state files of a host are those in its directory, for such an entry point, too.
Rule 3: what only one of the two ways can do is refused here as it is where the agent runs as processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mirrordrill.simulator.bridge.in_process import GreenletRun, GreenletRunner
from mirrordrill.simulator.bridge.processes.process_run import ProcessRun
from mirrordrill.simulator.bridge.processes.processes import ProcessRunner
from mirrordrill.simulator.host.host import Host, ReplayedFiles
from mirrordrill.simulator.vcs.ports import Call


class ReplayedAgent:
    """Runs entry points of the agent: in process, and as processes once `hand_over` has been called."""

    def __init__(self, in_process: GreenletRunner, make_processes: Callable[[], ProcessRunner]) -> None:
        self._in_process = in_process
        self._make_processes = make_processes
        self._processes: ProcessRunner | None = None

    def start(self, call: Call) -> GreenletRun | ProcessRun:
        """Start one."""
        return (self._processes or self._in_process).start(call)

    def hand_over(self, hosts: Mapping[str, Host]) -> None:
        """From now on, entry points are started as processes, in directories with the state files of the hosts."""
        if self._processes is not None:
            return
        self._processes = processes = self._make_processes()
        for name, host in hosts.items():
            if not host.has_agent:
                processes.remove_agent(name)
            assert isinstance(host.files, ReplayedFiles)
            host.files.hand_over(processes.files[name], processes.files[name].texts())

    def under_way(self, system: str, entry: str) -> list[GreenletRun | ProcessRun]:
        """The runs of an entry point on a system that have neither ended nor been killed."""
        found: list[GreenletRun | ProcessRun] = list(self._in_process.under_way(system, entry))
        return found if self._processes is None else [*found, *self._processes.under_way(system, entry)]

    def remove_agent(self, system: str) -> None:
        """Its folder is gone from this host."""
        if self._processes is not None:
            self._processes.remove_agent(system)

    def restore_agent(self, system: str) -> None:
        """Its folder is there again."""
        if self._processes is not None:
            self._processes.restore_agent(system)

    def close(self) -> None:
        """No process, file or greenlet of it is left."""
        self._in_process.close()
        if self._processes is not None:
            self._processes.close()
