"""What LLT knows of its peers, in closed form: heartbeats are not sent, silences are remembered.

A silence separates systems on some links from a moment on: a link that was pulled out of one system, a switch between
two sites, a system that died or hangs. A peer is given up on a link once a silence has lasted peer_inactive_s. Nothing
happens in between, so a healthy cluster costs nothing, however long it runs.

A low-priority link is a link: it carries heartbeats at half the rate of the others until it is the last one, and
then everything. Nobody who is silent is noticed sooner or later for it, so here it differs by its name only.

Rule 1: two systems hear each other as long as one link is left on which neither was given up.
Rule 2: a membership is made of systems that all hear each other; who hears only some of them joins the first it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Silence:
    """From `since_us` on the sides do not hear each other on these links; systems of no side are one side more."""

    since_us: int
    sides: tuple[tuple[str, ...], ...]
    links: tuple[str, ...]

    def parts(self, first: str, second: str) -> bool:
        """Whether it stands between the two."""
        return self._side(first) != self._side(second)

    def _side(self, system: str) -> int:
        return next((number for number, side in enumerate(self.sides) if system in side), -1)


class Wires:
    """The links of a cluster, and the silences on them."""

    def __init__(self, links: Sequence[str], peer_inactive_s: float) -> None:
        self.links = tuple(links)
        self._patience_us = round(peer_inactive_s * 1_000_000)
        self._silences: dict[str, Silence] = {}

    def break_off(self, key: str, silence: Silence) -> None:
        """A silence begins; one that lasts already goes on as it was."""
        self._silences.setdefault(key, silence)

    def mend(self, key: str) -> bool:
        """The silence ends; whether there was one."""
        return self._silences.pop(key, None) is not None

    @property
    def are_whole(self) -> bool:
        """Whether nobody is silent anywhere."""
        return not self._silences

    def live_links(self, first: str, second: str, now_us: int) -> int:
        """On how many links the two have not given each other up."""
        return len(self.links) - len(self.dead_links(first, second, now_us))

    def dead_links(self, first: str, second: str, now_us: int) -> tuple[str, ...]:
        """The links on which the two have given each other up."""
        given_up = [s for s in self._silences.values() if now_us - s.since_us >= self._patience_us]
        between = {link for silence in given_up if silence.parts(first, second) for link in silence.links}
        return tuple(link for link in self.links if link in between)

    def last_link(self, first: str, second: str, now_us: int) -> str:
        """The one link of several that is left between the two; empty where more or none are left."""
        if not self.is_fragile(first, second, now_us):
            return ""
        dead = self.dead_links(first, second, now_us)
        return next(link for link in self.links if link not in dead)

    def is_fragile(self, first: str, second: str, now_us: int) -> bool:
        """Whether the two are in jeopardy: of several links between them one is left."""
        return len(self.links) > 1 and self.live_links(first, second, now_us) == 1

    def memberships(self, systems: Iterable[str], now_us: int) -> tuple[tuple[str, ...], ...]:
        """The systems in groups that hear each other, in the order given."""
        if self.are_whole:
            return (tuple(systems),)
        found: list[list[str]] = []
        for system in systems:
            home = next((m for m in found if all(self.live_links(system, other, now_us) for other in m)), None)
            if home is None:
                found.append([system])
            else:
                home.append(system)
        return tuple(tuple(membership) for membership in found)
