"""Alarms of all systems: which come first where several are set for the same moment, and what a moment is.

An observer that looks every minute and sees nothing new need not be woken: it is enough to know, once something does
change, when the next look would have been due. Both ways lead to the same only if the order of things that happen at
the same moment does not depend on when each of them was asked for. Hence the rules.

Rule 1: alarms are set for whole microseconds, and ring before anything else that happens at the same moment.
Rule 2: of alarms for the same moment the one with the lowest rank rings first. A rank is given once and for all.
Rule 3: all alarms of one moment cost one simulated event.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

import simpy
from simpy.core import BoundClass
from simpy.events import EventPriority

TimerCallback = Callable[[float], None]
"""It is told the time the alarm was set for. An owner that set another one since can so tell the old from the new."""
BEFORE_ALL = EventPriority(-1)
"""SimPy's own most urgent priority is 0."""


class Clock(simpy.Environment):
    """SimPy's environment, in which an event can be given its very time: `now + (at - now)` is not always `at`."""

    def __init__(self) -> None:
        super().__init__()
        # SimPy makes `timeout` and its kin anew for each call, but for those of the very class of an environment.
        for name, made in vars(simpy.Environment).items():
            if isinstance(made, BoundClass):
                setattr(self, name, getattr(self, name))

    def schedule_at(self, event: simpy.Event, at_s: float) -> None:
        """Let the event happen at that time, before all others of the same time."""
        heapq.heappush(self._queue, (at_s, BEFORE_ALL, next(self._eid), event))

    def run_to(self, at_s: float) -> None:
        """Process every event up to this time and at it; then it is exactly that time. Raises ValueError."""
        if at_s < self._now:
            raise ValueError(f"it is {self._now:.6f} s already, not {at_s:.6f} s")
        while self.peek() <= at_s:
            self.step()
        # No event at this time would leave it exactly there: see `schedule_at`.
        self._now = at_s


class TimerQueue:
    """All alarms of a world."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ranks = itertools.count()
        self._at: dict[float, dict[int, TimerCallback]] = {}
        """Moment -> rank -> who is woken."""
        self._waiting: list[int] = []
        """The ranks that have still to be rung at the present moment, as a heap."""
        self._ringing_s: float | None = None
        self._rank = 0
        self._rung = lambda event: self._ring(event.value)
        """One for all events: there are many of them."""

    @property
    def now_s(self) -> float:
        """Simulated seconds since the start of the run."""
        return float(self._clock.now)

    def rank(self) -> int:
        """A rank behind all that were given until now."""
        return next(self._ranks)

    def set(self, at_s: float, rank: int, callback: TimerCallback) -> float:
        """Wake at that time, or now if it is over; the moment at which that will be.

        A second alarm of the same rank for the same moment takes the place of the first.
        """
        due_s = max(round(at_s, 6), self._clock.now)
        together = self._at.get(due_s)
        if together is None:
            self._at[due_s] = {rank: callback}
            event = self._clock.event()
            event._ok, event._value = True, due_s
            assert event.callbacks is not None
            event.callbacks.append(self._rung)
            self._clock.schedule_at(event, due_s)
        else:
            if due_s == self._ringing_s and rank not in together:
                heapq.heappush(self._waiting, rank)
            together[rank] = callback
        return due_s

    def is_over(self, due_s: float, rank: int) -> bool:
        """Whether an alarm for that moment would have rung by now."""
        now_s = self._clock.now
        if due_s == now_s == self._ringing_s:
            return rank <= self._rank
        return due_s <= now_s

    def _ring(self, due_s: float) -> None:
        together = self._at[due_s]
        self._ringing_s, self._waiting = due_s, sorted(together)
        while self._waiting:
            self._rank = rank = heapq.heappop(self._waiting)
            together.pop(rank)(due_s)
        del self._at[due_s]
        self._ringing_s = None
