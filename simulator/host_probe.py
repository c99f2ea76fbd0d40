"""The machines under the clusters, as their wide-area connectors find them: who is awake, and what is there on whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mirrordrill.simulator.host.host import Host, Power
from mirrordrill.simulator.host.neighbours import Neighbours


class SimulatedHostProbe:
    """The hosts of a site and what is played on them; of what a user's own scripts do only their monitors tell."""

    def __init__(
        self,
        hosts: Mapping[str, Host],
        neighbours: Neighbours,
        is_scripted_up: Callable[[str, str], bool],
        fail_resource: Callable[[str, str], None],
    ) -> None:
        self._hosts = hosts
        self._neighbours = neighbours
        self._is_scripted_up = is_scripted_up
        self._fail_resource = fail_resource

    def holds(self, system: str, resource: str) -> bool:
        """Whether what a resource stands for is there, on a system that has power."""
        if self._hosts[system].power not in {Power.ON, Power.HUNG}:
            return False
        return self._neighbours.is_there(system, resource) or self._is_scripted_up(system, resource)

    def is_awake(self, system: str) -> bool:
        """Whether the system has power and does not stand still."""
        return self._hosts[system].power is Power.ON

    def kill(self, system: str, resource: str) -> None:
        """What a resource stands for dies there; its agent finds out at its next monitor."""
        self._fail_resource(system, resource)
