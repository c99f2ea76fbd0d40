"""When a resource is looked at next on one system.

Rule 1: a periodic monitor is due an interval after the one before it began.
Rule 2: there is one alarm that counts; whoever rings for anything that is over is not heard.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy

from simulator.vcs.alarms import Alarms


class Schedule:
    """The alarm clock of one resource; `look` is called when its monitor is due."""

    __slots__ = ("_alarms", "_begun_s", "_due_s", "_env", "_interval_s", "_look")

    def __init__(self, env: simpy.Environment, alarms: Alarms, look: Callable[[], None]) -> None:
        self._env = env
        self._alarms = alarms
        self._look = look
        self._due_s: float | None = None
        """When the next monitor is due; None while none is."""
        self._begun_s = 0.0
        self._interval_s = 0.0

    def every(self, interval_s: float) -> None:
        """Look at this interval from now on, 0 for never; what was due is not any more."""
        self._interval_s = interval_s
        self._due_s = None

    def begin(self) -> None:
        """A monitor begins now."""
        self._due_s = None
        self._begun_s = self._env.now

    def cancel(self) -> None:
        """Nothing is due any more."""
        self._due_s = None

    def in_s(self, delay_s: float) -> None:
        """Look after this delay."""
        self._due_s = self._alarms.set(delay_s, self._ring)

    def next(self) -> None:
        """See to it that something is due, if anything ever is."""
        if self._due_s is None and self._interval_s:
            self.in_s(max(0.0, self._begun_s + self._interval_s - self._env.now))

    def _ring(self, due_s: float) -> None:
        if due_s == self._due_s:
            self._look()
