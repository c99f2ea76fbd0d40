"""LLT (low latency transport) in closed form: no heartbeats are simulated, only losses of contact are recorded.

A loss separates systems on some links from a moment on: a cable pulled out of one system, a failed switch between two
sites, a system that died or hangs. LLT drops a peer on a link after the loss has lasted peer_inactive_s. Nothing is
scheduled in between, so a healthy cluster costs no events.

A low-priority link carries heartbeats at half the rate of the others until it is the last one, and then all traffic.
That changes no detection time, so here it differs by its name only.

Rule 1: two systems are in contact while one link is left on which neither was dropped.
Rule 2: all systems of a membership are in contact with each other; a system in contact with only some of them joins
    the first membership that it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkLoss:
    """No contact between the sides on these links from `since_us` on. Systems of no side form one more side."""

    since_us: int
    sides: tuple[tuple[str, ...], ...]
    links: tuple[str, ...]

    def separates(self, first: str, second: str) -> bool:
        """Whether it separates the two."""
        return self._side(first) != self._side(second)

    def _side(self, system: str) -> int:
        return next((number for number, side in enumerate(self.sides) if system in side), -1)


class LltLinks:
    """The LLT links of a cluster, and the losses of contact on them."""

    def __init__(self, links: Sequence[str], peer_inactive_s: float) -> None:
        self.links = tuple(links)
        self._peer_inactive_us = round(peer_inactive_s * 1_000_000)
        self._losses: dict[str, LinkLoss] = {}

    def lose(self, key: str, loss: LinkLoss) -> None:
        """Begin a loss of contact; one that exists under this key is kept."""
        self._losses.setdefault(key, loss)

    def restore(self, key: str) -> bool:
        """End a loss of contact; return whether there was one."""
        return self._losses.pop(key, None) is not None

    @property
    def are_intact(self) -> bool:
        """Whether all links work."""
        return not self._losses

    def live_links(self, first: str, second: str, now_us: int) -> int:
        """Number of links on which the two have not dropped each other."""
        return len(self.links) - len(self.dead_links(first, second, now_us))

    def dead_links(self, first: str, second: str, now_us: int) -> tuple[str, ...]:
        """The links on which the two have dropped each other."""
        dropped = [s for s in self._losses.values() if now_us - s.since_us >= self._peer_inactive_us]
        between = {link for loss in dropped if loss.separates(first, second) for link in loss.links}
        return tuple(link for link in self.links if link in between)

    def last_link(self, first: str, second: str, now_us: int) -> str:
        """The one link of several that is left between the two; empty where more or none are left."""
        if not self.is_in_jeopardy(first, second, now_us):
            return ""
        dead = self.dead_links(first, second, now_us)
        return next(link for link in self.links if link not in dead)

    def is_in_jeopardy(self, first: str, second: str, now_us: int) -> bool:
        """Whether the two are in jeopardy: of several links between them one is left."""
        return len(self.links) > 1 and self.live_links(first, second, now_us) == 1

    def memberships(self, systems: Iterable[str], now_us: int) -> tuple[tuple[str, ...], ...]:
        """The memberships: systems in contact with each other, in the order given."""
        if self.are_intact:
            return (tuple(systems),)
        found: list[list[str]] = []
        for system in systems:
            home = next((m for m in found if all(self.live_links(system, other, now_us) for other in m)), None)
            if home is None:
                found.append([system])
            else:
                home.append(system)
        return tuple(tuple(membership) for membership in found)
