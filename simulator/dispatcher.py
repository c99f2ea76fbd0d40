"""Who runs an entry point: the real agent is flown, the user's own scripts are executed, everything else is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mirrordrill.simulator.bridge.environment import Surroundings
from mirrordrill.simulator.bridge.processes.processes import ProcessRunner, no_agent
from mirrordrill.simulator.host.neighbours import Neighbours
from mirrordrill.simulator.site.own_types import METRO_MIRROR, TypeSettings
from mirrordrill.simulator.vcs.ports import Call, Outcome, Running, Starter, Still


class Runner:
    """Finds by its type who runs an entry point."""

    def __init__(
        self, agent: Starter, scripts: Starter | None, types: Mapping[str, TypeSettings], neighbours: Neighbours
    ) -> None:
        self._flown: dict[str, Starter] = {METRO_MIRROR: agent}
        if scripts is not None:
            self._flown |= {name: scripts for name, each in types.items() if each.scripts}
        self._neighbours = neighbours

    def start(self, call: Call) -> Running | Outcome:
        """Start an entry point."""
        return self._flown.get(call.type_name, self._neighbours).start(call)

    def still(self, call: Call) -> Still | None:
        """Whatever is flown for real is asked each time."""
        return None if call.type_name in self._flown else self._neighbours.still(call)


def script_runner(
    agent: object, around: Surroundings, hosts: Sequence[str], types: Mapping[str, TypeSettings]
) -> ProcessRunner | None:
    """Who executes own scripts: whoever executes the agent's, else somebody for them alone; None without scripts."""
    if not any(each.scripts for each in types.values()):
        return None
    return agent if isinstance(agent, ProcessRunner) else ProcessRunner(around, list(hosts), no_agent, types)
