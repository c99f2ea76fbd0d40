"""The machines under the clusters, as their wide-area connectors find them: who is awake, and what is there on whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.host.host import Host, Power
from simulator.host.neighbours import Neighbours


class Ground:
    """The hosts of a site and what is played on them."""

    def __init__(
        self, hosts: Mapping[str, Host], neighbours: Neighbours, fail_resource: Callable[[str, str], None]
    ) -> None:
        self._hosts = hosts
        self._neighbours = neighbours
        self._fail_resource = fail_resource

    def holds(self, system: str, resource: str) -> bool:
        """Whether what a resource stands for is there, on a system that has power."""
        return self._hosts[system].power in {Power.ON, Power.HUNG} and self._neighbours.is_there(system, resource)

    def is_awake(self, system: str) -> bool:
        """Whether the system has power and does not stand still."""
        return self._hosts[system].power is Power.ON

    def kill(self, system: str, resource: str) -> None:
        """What a resource stands for dies there; its agent finds out at its next monitor."""
        self._fail_resource(system, resource)
