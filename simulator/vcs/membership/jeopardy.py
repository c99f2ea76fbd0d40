"""Tracks systems in jeopardy (one LLT link left), as of the last membership that GAB delivered.

A pair of systems is in jeopardy while one LLT link of several is left between them. A system is in jeopardy while that
is true for every peer. If the last link then breaks, the peer may be alive, and without fencing no system can know.

Rule 1: the last delivered membership counts, not the present state of the links.
Rule 2: a log line is written when a system enters jeopardy and when it leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.membership.gab import Gab
from mirrordrill.simulator.vcs.messages import IN_JEOPARDY, REGULAR

Membership = tuple[str, ...]


class Jeopardy:
    """The jeopardy of one cluster's systems, as of the last delivered membership."""

    def __init__(self, gab: Gab, low_priority: tuple[str, ...], engine_of: Mapping[str, Engine]) -> None:
        self._gab = gab
        self._low_priority = low_priority
        self._engine_of = engine_of
        self._fragile: dict[tuple[str, str], None] = {}
        """Pairs of systems between which one link was left."""
        self._in_jeopardy: dict[str, None] = {}
        """Systems for which the jeopardy line was written."""

    def between(self, first: str, second: str) -> bool:
        """Whether one link was left between the two."""
        return (first, second) in self._fragile

    def deliver(self, memberships: Iterable[Membership]) -> None:
        """Update from the memberships that GAB delivers; only systems with an engine count."""
        self._fragile, told, self._in_jeopardy = {}, self._in_jeopardy, {}
        if self._gab.llt.are_intact and not told:
            return
        for membership in memberships:
            there = [system for system in membership if system in self._engine_of]
            for system in there:
                fragile = {other: link for other in there if (link := self._last_link(system, other))}
                self._fragile.update(dict.fromkeys((system, other) for other in fragile))
                if fragile and len(fragile) == len(there) - 1:
                    self._in_jeopardy[system] = None
                    if system not in told:
                        self._engine_of[system].log(system, IN_JEOPARDY, system)
                        self._engine_of[system].injeopardy(system)
                        self._emit_low_priority(system, fragile.values())
                elif system in told and len(there) > 1:
                    self._engine_of[system].log(system, REGULAR, system)

    def _last_link(self, system: str, other: str) -> str:
        return self._gab.llt.last_link(system, other, self._gab.now_us) if system != other else ""

    def _emit_low_priority(self, system: str, left: Iterable[str]) -> None:
        """Emit that a low-priority link is the last one: it carries all traffic from now on."""
        links = set(left)
        for link in self._low_priority:
            if link in links:
                self._gab.emit_link_change(
                    f"{link} of {system}", "is the last link: it carries more than heartbeats now"
                )
