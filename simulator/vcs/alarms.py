"""When resources want to be looked at: many alarms for the same moment cost one simulated event.

All resources of a system are opened together and monitored at the same few intervals, so their alarms fall together.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy

Wake = Callable[[float], None]
"""Told the time the alarm was set for, so that whoever changed its mind can tell an old alarm from the present one."""


class Alarms:
    """The alarms of one system, rung in the order in which they were set."""

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self._at: dict[float, list[Wake]] = {}
        self._stands_still = False
        self._missed: list[float] = []
        self._rung = lambda timer: self._ring(timer.value)
        """One for all timers: there are millions of them."""

    def set(self, delay_s: float, wake: Wake) -> float:
        """Wake after the delay; the time at which that will be."""
        due_s = self._env.now + delay_s
        together = self._at.get(due_s)
        if together is not None:
            together.append(wake)
            return due_s
        self._at[due_s] = [wake]
        timer = self._env.timeout(delay_s, due_s)
        assert timer.callbacks is not None
        timer.callbacks.append(self._rung)
        return due_s

    def stand_still(self) -> None:
        """Nothing rings until `go_on`."""
        self._stands_still = True

    def go_on(self) -> None:
        """What was missed rings now, in its order."""
        self._stands_still = False
        missed, self._missed = self._missed, []
        for due_s in missed:
            self._ring(due_s)

    def _ring(self, due_s: float) -> None:
        if self._stands_still:
            self._missed.append(due_s)
            return
        for wake in self._at.pop(due_s):
            wake(due_s)
