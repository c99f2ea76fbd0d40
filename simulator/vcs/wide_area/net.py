"""The wide area of a site: the connectors of its clusters, their connections, the network, and its faults.

Drills reach it as `world.wide_area`:

| call | effect |
|---|---|
| `cut(a, b)` | the line between two clusters, or a cluster and a Steward, carries nothing |
| `cut_one_way(a, b)` | what cluster a sends to b is lost; what b sends to a arrives |
| `mend(a, b)` | every cut between the two is undone |
| `heal()` | everything that is cut, lost or unreachable is undone |
| `cut_off(a)` | the lines from a place to all others are cut |
| `lose_heartbeat(a, b)` | the pings of cluster a to cluster b are not answered; the connection lives |
| `kill_wac(a)` | the wide-area connector of a cluster dies; VCS finds out at its next monitor, and starts it again |
| `lose_steward(s)` | no cluster reaches the Steward |

Each fault but `kill_wac` returns its undo. An unknown name raises UnknownPlaceError, which lists the known ones.

Rule: code that changes anything that a connector could notice calls `look`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from mirrordrill.simulator.kernel.effects import Effect, together
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.wide_area.ports import HostProbe, LocalCluster
from mirrordrill.simulator.vcs.wide_area.wac.connector import Connector
from mirrordrill.simulator.vcs.wide_area.wac.wac_connection import WacConnection
from mirrordrill.simulator.vcs.wide_area.wan import Wan


class UnknownPlaceError(Exception):
    """Unknown cluster or Steward; the text lists the known ones."""


class WideAreaNet:
    """The wide area of one site. Clusters without remote clusters have no part in it."""

    def __init__(self, kernel: Kernel, homes: Mapping[str, LocalCluster], probe: HostProbe) -> None:
        specs = {name: home.spec.wide_area for name, home in homes.items() if home.spec.wide_area.remotes}
        named = (remote.name for spec in specs.values() for remote in spec.remotes)
        self.wan = Wan(kernel, dict.fromkeys((*specs, *named)), self.look)
        self.connectors = {name: Connector(kernel, homes[name], probe, self.wan) for name in specs}
        self._probe = probe
        self._connections: list[WacConnection] = []
        self._is_looking = self._looks_again = False
        for first, second in combinations(self.connectors.values(), 2):
            knows = {remote.name for remote in first.spec.remotes}, {remote.name for remote in second.spec.remotes}
            if second.name in knows[0] and first.name in knows[1]:
                connection = WacConnection(kernel, self.wan, first, second, first.spec.rules.message_s)
                self._connections.append(connection)
                first.add_peer(second, connection)
                second.add_peer(first, connection)

    @property
    def stewards(self) -> tuple[str, ...]:
        """The Stewards named by the clusters now."""
        named = (steward for connector in self.connectors.values() for steward in connector.spec.stewards)
        return tuple(dict.fromkeys(named))

    @property
    def places(self) -> tuple[str, ...]:
        """All places of the network: clusters and Stewards."""
        return (*self.wan.places, *self.stewards)

    def look(self) -> None:
        """Something has changed: update connectors and connections until nothing changes."""
        self._looks_again = True
        if self._is_looking:
            return
        self._is_looking = True
        try:
            while self._looks_again:
                self._looks_again = False
                for connector in self.connectors.values():
                    connector.look()
                for connection in self._connections:
                    connection.look()
        finally:
            self._is_looking = False

    # Faults.

    def cut(self, first: str, second: str) -> Effect:
        """Cut the line between two places."""
        return self.wan.cut(self._place(first), self._place(second))

    def cut_one_way(self, sender: str, receiver: str) -> Effect:
        """Cut the line from sender to receiver; the other direction works."""
        return self.wan.cut_one_way(self._place(sender), self._place(receiver))

    def mend(self, first: str, second: str) -> None:
        """Undo every cut between the two places."""
        self.wan.mend(self._place(first), self._place(second))

    def heal(self) -> None:
        """Undo every fault of the network."""
        self.wan.heal()

    def cut_off(self, place: str) -> Effect:
        """Cut all lines of a place."""
        return together(self.wan.cut(self._place(place), other) for other in self.places if other != place)

    def lose_heartbeat(self, asking: str, asked: str) -> Effect:
        """Lose the pings of one cluster to another; their connection works."""
        return self.wan.lose_pings(self._place(asking), self._place(asked))

    def kill_wac(self, cluster: str) -> str:
        """Kill the wide-area connector of a cluster; return the system on which it ran, empty where it ran nowhere."""
        self._place(cluster)
        connector = self.connectors.get(cluster)
        if connector is None or not connector.place:
            return ""
        system = connector.place
        self._probe.kill(system, connector.spec.connector)
        self.look()
        return system

    def lose_steward(self, steward: str) -> Effect:
        """Make a Steward unreachable."""
        if steward not in self.stewards:
            raise UnknownPlaceError(f"there is no Steward {steward}; there are: {', '.join(self.stewards) or 'none'}")
        return self.wan.lose_place(steward)

    def _place(self, name: str) -> str:
        if name not in self.places:
            raise UnknownPlaceError(f"there is no {name}; the wide area has: {', '.join(self.places) or 'none'}")
        return name
