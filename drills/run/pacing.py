"""The one place of the drills where real time matters: how long a step took, and drills that people watch.

Rule 1: real time decides how long a user waits, never what happens: a paced drill writes the same log.
Rule 2: simulated time never runs to catch up. A drill that was too slow for its pace goes on from where it is.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

SLICE_S = 0.1
"""So often a watcher is told of the time while a paced drill rests."""
LATE_S = 1.0
"""Real seconds by which a drill may be late before its pace begins anew."""


class Stopwatch:
    """Real seconds."""

    def __init__(self) -> None:
        self._began_s = self._lap_s = time.monotonic()

    def total_s(self) -> float:
        """Since it was made."""
        return time.monotonic() - self._began_s

    def lap_s(self) -> float:
        """Since it was asked last."""
        before_s, self._lap_s = self._lap_s, time.monotonic()
        return self._lap_s - before_s


class Throttle:
    """Says yes no more often than once in an interval: for what is costly and only there to be looked at."""

    def __init__(self, interval_s: float = SLICE_S) -> None:
        self._interval_s = interval_s
        self._next_s = 0.0

    def is_due(self) -> bool:
        """Whether the interval is over; if so, the next one begins."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return False
        self._next_s = now_s + self._interval_s
        return True


class Pacer:
    """Lets so many simulated seconds pass in each real one."""

    def __init__(self, factor: float, watch: Callable[[float], None] | None = None) -> None:
        self._factor = factor
        self._watch = watch
        self._base: tuple[float, float] | None = None

    def wait(self, now_s: float, next_s: float) -> None:
        """Rest until it is time for what happens next, both in simulated seconds."""
        if math.isinf(next_s):
            return
        if self._base is None:
            self._base = (time.monotonic(), now_s)
        while (late_s := self._reached_s() - next_s) < 0:
            time.sleep(min(-late_s / self._factor, SLICE_S))
            if self._watch is not None:
                self._watch(min(next_s, self._reached_s()))
        if late_s > LATE_S * self._factor:
            self._base = (time.monotonic(), next_s)

    def _reached_s(self) -> float:
        """How far simulated time may have come by now."""
        assert self._base is not None
        real_s, simulated_s = self._base
        return simulated_s + (time.monotonic() - real_s) * self._factor
