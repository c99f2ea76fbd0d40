"""Simulated time, seeded chance and the event log: what every room of the simulator stands on.

Rule 1: there is no other clock and no other source of randomness in the simulator.
Rule 2: every use of chance has a name of its own. A stream depends on the seed and its name only, so that a new draw in
one room does not shift the draws of another.
"""

from __future__ import annotations

import gc
import hashlib
import math
import random
from typing import Any

import simpy

from mirrordrill.simulator.kernel.effects import Effects
from mirrordrill.simulator.kernel.events import Event, EventLog
from mirrordrill.simulator.kernel.timers import Clock, TimerQueue

YOUNG_OBJECTS = 50_000
"""So many objects more than before, and Python looks which of them are still in use. A run makes and drops timers and
lists by the million, most of which live for minutes of simulated time: at Python's own 700 they all look old, and in a
large site half of the time goes into looking at everything again."""


class Kernel:
    """One run: a SimPy environment that starts at 0 s, a seed, and the log."""

    def __init__(self, seed: int = 0) -> None:
        young, middle, old = gc.get_threshold()
        if 0 < young < YOUNG_OBJECTS:
            gc.set_threshold(YOUNG_OBJECTS, middle, old)
        self.seed = seed
        self.env = Clock()
        self.timers = TimerQueue(self.env)
        self.log = EventLog()
        self.effects = Effects()
        """What faults do to the things of this run, added up."""
        self._streams: dict[str, random.Random] = {}

    @property
    def now_s(self) -> float:
        """Simulated seconds since the start of the run."""
        return float(self.env.now)

    def next_us(self) -> int:
        """The first whole microsecond that is not over."""
        now_us = math.ceil(self.env.now * 1_000_000)
        return now_us if now_us / 1_000_000 >= self.env.now else now_us + 1

    def emit(self, event: Event) -> None:
        """Put the event into the log at the present simulated time."""
        self.log.append(round(self.env.now * 1_000_000), event)

    def stream(self, name: str) -> random.Random:
        """The named stream of random numbers; the same object each time."""
        stream = self._streams.get(name)
        if stream is None:
            key = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
            stream = self._streams[name] = random.Random(int.from_bytes(key[:8], "big"))  # noqa: S311 - chance, not secrecy
        return stream

    def draw_s(self, name: str, low_s: float, high_s: float) -> float:
        """A duration between the bounds, to the microsecond, from the named stream."""
        return round(self.stream(name).uniform(low_s, high_s), 6)

    def after(self, delay_s: float, value: Any = None) -> simpy.Timeout:
        """An event `delay_s` simulated seconds from now."""
        return self.env.timeout(delay_s, value)
