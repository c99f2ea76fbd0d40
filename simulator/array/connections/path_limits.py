"""How many paths there can be: what a new logical path meets on its way through ports and links.

A path that exceeds a limit, is plugged wrongly or names a wrong subsystem is not refused in words: it is defined, has
failed, and its reason code tells why (dscli.md trap 16).

Rule 1: both directions count at a port and on a link, for they share them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mirrordrill.simulator.array.connections.paths import (
    MOST_LINKS_PER_PORT,
    MOST_PATHS_PER_LINK,
    MOST_PATHS_PER_PORT,
    PathGroup,
    PathReason,
    PortPair,
)

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
                if pair.fault is None:
                    self.add(*ends_of(group, pair))

    def add(self, near: Port, far: Port) -> None:
        """One more path between two ports."""
        self._paths_over[frozenset((near, far))] += 1
        for port, other in ((near, far), (far, near)):
            self._paths_at[port] += 1
            self._partners.setdefault(port, {})[other] = None

    def fault(self, near: Port, far: Port) -> PathReason | None:
        """What one more path from a port to a port would meet; None where there is room for it."""
        if self._partners_with(near, far) > MOST_LINKS_PER_PORT:
            return PathReason.PRIMARY_LOGIN_EXCEEDED
        if self._partners_with(far, near) > MOST_LINKS_PER_PORT:
            return PathReason.SECONDARY_LOGIN_EXCEEDED
        is_link_full = self._paths_over[frozenset((near, far))] >= MOST_PATHS_PER_LINK
        if is_link_full or self._paths_at[near] >= MOST_PATHS_PER_PORT:
            return PathReason.NO_RESOURCES_AT_PRIMARY
        return PathReason.NO_RESOURCES_AT_SECONDARY if self._paths_at[far] >= MOST_PATHS_PER_PORT else None

    def _partners_with(self, port: Port, other: Port) -> int:
        return len({**self._partners.get(port, {}), other: None})


def ends_of(group: PathGroup, pair: PortPair) -> tuple[Port, Port]:
    """The two ports of a path."""
    return (group.source.image_id, pair.port), (group.target.image_id, pair.attached_port)
