"""Moments between two port calls of the agent, for a drill that waits for one and lets something happen there.

The entry point stands still in front of the call, simulated time does not pass, and the drill gets its turn. What it
does then (a host dies, a link breaks, the entry point is killed) happens between two calls of the agent, where a tap
would have to know beforehand what is to go wrong.

Rule 1: a moment is met once, by the first entry point of its name that starts on its host after it was asked for.
Rule 2: an entry point for which no moment waits has the ports that it would have anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import simpy

from mirrordrill.agent.ports import Node
from mirrordrill.simulator.bridge.ports_tap import EntryPointInvocation, Injection, Port, Stopper, Tap, TappedNode
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.ports import Call


@dataclass(frozen=True, slots=True)
class PortMoment:
    """In front of the nth call (from 1) of a port that an entry point on a host makes."""

    host: str
    entry: str
    port: Port
    nth: int


class PausableRun(Stopper, Protocol):
    """An entry point that can stand still for a request."""

    def wait(self, request: Callable[[], simpy.Event]) -> Any:
        """Stand still until the event that the request returns has happened; its value."""


class PortMoments:
    """The moments that a drill waits for in one world."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._waiting: dict[PortMoment, simpy.Event] = {}

    def ask(self, moment: PortMoment) -> simpy.Event:
        """The event of this moment; it happens once."""
        return self._waiting.setdefault(moment, self._kernel.env.event())

    def forget(self, moment: PortMoment) -> None:
        """The drill waits for it no more."""
        self._waiting.pop(moment, None)

    def node(self, call: Call, node: Node, run: PausableRun) -> Node:
        """The node of an entry point that starts, with its moments if any wait for it."""
        if not self._waiting:
            return node
        mine = {each for each in self._waiting if (each.host, each.entry) == (call.system, call.entry)}
        return TappedNode(node, _PausedInvocation(self, call, mine, run), run) if mine else node

    def reach(self, moment: PortMoment, run: PausableRun) -> None:
        """The entry point has come there. Called in its greenlet; comes back when the drill has had its turn."""
        event = self._waiting.pop(moment, None)
        if event is None:
            return

        def let_the_drill_act() -> simpy.Event:
            # The drill waits for the moment or for a time limit, which takes one more event of this same moment.
            event.succeed()
            goes_on = self._kernel.env.event()

            def go_on(_: simpy.Event) -> None:
                goes_on.succeed()

            turn = self._kernel.after(0)
            assert turn.callbacks is not None
            turn.callbacks.append(go_on)
            return goes_on

        run.wait(let_the_drill_act)


class _PausedInvocation(EntryPointInvocation):
    """One run of one entry point, which stands still at its moments."""

    def __init__(self, moments: PortMoments, call: Call, mine: set[PortMoment], run: PausableRun) -> None:
        super().__init__(Tap(), 0, call, {})
        self._moments = moments
        self._mine = mine
        self._run = run

    def count(self, port: Port, detail: str) -> Injection | None:
        """Number a call, and stand still in front of it where a moment waits."""
        nth = self._made[port] + 1
        for moment in [each for each in self._mine if each.port is port and each.nth == nth]:
            self._mine.discard(moment)
            self._moments.reach(moment, self._run)
        return super().count(port, detail)
