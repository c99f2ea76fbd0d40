"""Who hangs by one link: what a peer is believed to be when it falls silent depends on what was delivered before.

A pair of systems is in jeopardy while one link of several is left between them; a system is, while that is so between
it and every other one. If the last link then breaks, the peer may be alive: without fencing nobody can know.

Rule 1: what counts is what GAB delivered last, not what the wires are like now.
Rule 2: the log is told when a system enters jeopardy and when it has left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.membership.gab import Gab
from mirrordrill.simulator.vcs.messages import IN_JEOPARDY, REGULAR

Membership = tuple[str, ...]


class Jeopardy:
    """The jeopardy of one cluster's systems, as GAB delivered it last."""

    def __init__(self, gab: Gab, low_priority: tuple[str, ...], engine_of: Mapping[str, Engine]) -> None:
        self._gab = gab
        self._low_priority = low_priority
        self._engine_of = engine_of
        self._fragile: dict[tuple[str, str], None] = {}
        """Pairs of systems between which one link was left."""
        self._told: dict[str, None] = {}
        """Systems of which the log was told that they are in jeopardy."""

    def between(self, first: str, second: str) -> bool:
        """Whether one link was left between the two."""
        return (first, second) in self._fragile

    def deliver(self, memberships: Iterable[Membership]) -> None:
        """GAB delivers memberships: look at the links of those that have an engine."""
        self._fragile, told, self._told = {}, self._told, {}
        if self._gab.wires.are_whole and not told:
            return
        for membership in memberships:
            there = [system for system in membership if system in self._engine_of]
            for system in there:
                fragile = {other: link for other in there if (link := self._last_link(system, other))}
                self._fragile.update(dict.fromkeys((system, other) for other in fragile))
                if fragile and len(fragile) == len(there) - 1:
                    self._told[system] = None
                    if system not in told:
                        self._engine_of[system].log(system, IN_JEOPARDY, system)
                        self._engine_of[system].injeopardy(system)
                        self._tell_low_priority(system, fragile.values())
                elif system in told and len(there) > 1:
                    self._engine_of[system].log(system, REGULAR, system)

    def _last_link(self, system: str, other: str) -> str:
        return self._gab.wires.last_link(system, other, self._gab.now_us) if system != other else ""

    def _tell_low_priority(self, system: str, left: Iterable[str]) -> None:
        """A low-priority link that is the only one left carries everything from now on."""
        links = set(left)
        for link in self._low_priority:
            if link in links:
                self._gab.tell(f"{link} of {system}", "is the last link: it carries more than heartbeats now")
