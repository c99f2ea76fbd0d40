"""When a resource is looked at next on one system.

Most monitors say what the last one said. Where the runner can tell that nothing has changed on which a monitor depends,
a look at a resource that rests is a comparison of two numbers, and the monitor itself is not run.

Rule 1: a periodic monitor is due an interval after the one before it began.
Rule 2: there is one alarm that counts; whoever rings for anything that is over is not heard.
Rule 3: a resource rests after a monitor that told nothing new, until anything else is done with it.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy

from simulator.vcs.alarms import Alarms
from simulator.vcs.ports import Still
from simulator.vcs.threads import ThreadPool


class Schedule:
    """The alarm clock of one resource; `look` is called when its monitor is due, and begins."""

    __slots__ = ("_alarms", "_begun_s", "_due_s", "_env", "_interval_s", "_look", "_pool", "_seen", "_still", "_wake")

    def __init__(self, env: simpy.Environment, alarms: Alarms, look: Callable[[], None]) -> None:
        self._env = env
        self._alarms = alarms
        self._look = look
        self._due_s: float | None = None
        """When the next monitor is due; None while none is."""
        self._begun_s = 0.0
        self._interval_s = 0.0
        self._still: Still | None = None
        """What a resting resource depends on; None for one that does not rest."""
        self._seen = 0
        self._pool: ThreadPool | None = None
        self._wake = self._ring
        """Kept, because a bound method made for each look costs more than the look."""

    def every(self, interval_s: float) -> None:
        """Look at this interval from now on, 0 for never; what was due is not any more."""
        self._interval_s = interval_s
        self._due_s = self._still = None

    def begin(self) -> None:
        """A monitor begins now."""
        self._due_s = self._still = None
        self._begun_s = self._env.now

    def cancel(self) -> None:
        """Nothing is due any more."""
        self._due_s = self._still = None

    def in_s(self, delay_s: float) -> None:
        """Look after this delay."""
        self._still = None
        self._due_s = self._alarms.set(delay_s, self._wake)

    def next(self) -> None:
        """See to it that something is due, if anything ever is."""
        if self._due_s is None and self._interval_s:
            delay_s = self._begun_s + self._interval_s - self._env.now
            self._due_s = self._alarms.set(delay_s if delay_s > 0.0 else 0.0, self._wake)

    def rest(self, still: Still, pool: ThreadPool) -> None:
        """The monitor that has just ended told nothing new, and would not as long as nothing changes."""
        self._still, self._seen, self._pool = still, still.changes, pool

    def _ring(self, due_s: float) -> None:
        if due_s != self._due_s:
            return
        now_s = self._begun_s = self._env.now
        still, pool = self._still, self._pool
        # A monitor that would have to wait for a thread is run, so that it waits.
        if still is not None and still.changes == self._seen and pool is not None and pool.starts_at_once:
            self._due_s = self._alarms.set(now_s + self._interval_s - now_s, self._wake)
            return
        self._due_s = self._still = None
        self._look()
