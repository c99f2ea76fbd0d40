"""How many logical paths a port and a link can carry (dscli.md section 7).

Rule 1: both directions count at a port and on a link, because they share them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mirrordrill.simulator.array.connections.paths import PathGroup, PortPair
from mirrordrill.simulator.array.plan import MOST_LINKS_PER_PORT, MOST_PATHS_PER_LINK, MOST_PATHS_PER_PORT

Port = tuple[str, str]
"""Image id and port id."""


class PortUse:
    """How many logical paths use each port and each link."""

    def __init__(self, groups: Iterable[PathGroup]) -> None:
        self._paths_at: Counter[Port] = Counter()
        self._paths_over: Counter[frozenset[Port]] = Counter()
        self._partners: dict[Port, dict[Port, None]] = {}
        for group in groups:
            for pair in group.ports:
                self.add(*ends_of(group, pair))

    def add(self, near: Port, far: Port) -> None:
        """One more path between two ports."""
        self._paths_over[frozenset((near, far))] += 1
        for port, other in ((near, far), (far, near)):
            self._paths_at[port] += 1
            self._partners.setdefault(port, {})[other] = None

    def is_full(self, near: Port, far: Port) -> bool:
        """Whether there is no room for one more path between two ports."""
        return (
            self._partners_with(near, far) > MOST_LINKS_PER_PORT
            or self._partners_with(far, near) > MOST_LINKS_PER_PORT
            or self._paths_over[frozenset((near, far))] >= MOST_PATHS_PER_LINK
            or max(self._paths_at[near], self._paths_at[far]) >= MOST_PATHS_PER_PORT
        )

    def _partners_with(self, port: Port, other: Port) -> int:
        return len({**self._partners.get(port, {}), other: None})


def ends_of(group: PathGroup, pair: PortPair) -> tuple[Port, Port]:
    """The two ports of a path."""
    return (group.source.image_id, pair.port), (group.target.image_id, pair.attached_port)
