"""When a resource is looked at next on one system.

Most monitors say what the last one said. Where the runner can tell on what a monitor depends, a resource whose monitor
told nothing new rests: it has no alarm at all until something of that changes. Then it gets the alarm that it would
have had, had it been looked at all the time.

Rule 1: a periodic monitor is due an interval after the one before it began.
Rule 2: one alarm counts; an alarm for something that is over is ignored.
Rule 3: a resource rests after a monitor that told nothing new, until anything on which that depends has changed, its
monitor would have to wait for a thread, or anything else is done with it.
"""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.simulator.kernel.timers import TimerCallback, TimerQueue
from mirrordrill.simulator.vcs.ports import MonitorDependency


class HostTimers:
    """Sets timers, and holds back those that come due while the system hangs."""

    def __init__(self, queue: TimerQueue) -> None:
        self.queue = queue
        self._stands_still = False
        self._missed: list[tuple[float, TimerCallback]] = []

    def set(self, delay_s: float, callback: TimerCallback) -> None:
        """Wake after the delay."""
        self.queue.set(self.queue.now_s + delay_s, self.queue.rank(), lambda due_s: self.fire(due_s, callback))

    def fire(self, due_s: float, callback: TimerCallback) -> None:
        """An alarm of the system rings: now, or as soon as the system goes on."""
        if self._stands_still:
            self._missed.append((due_s, callback))
        else:
            callback(due_s)

    def pause(self) -> None:
        """Nothing rings until `resume`."""
        self._stands_still = True

    def resume(self) -> None:
        """What was missed rings now, in its order."""
        self._stands_still = False
        missed, self._missed = self._missed, []
        for due_s, callback in missed:
            callback(due_s)


class MonitorSchedule:
    """The alarm clock of one resource; `look` is called when its monitor is due, and begins."""

    __slots__ = (
        "_begun_s",
        "_due_s",
        "_interval_s",
        "_look",
        "_queue",
        "_rank",
        "_resting",
        "_stirred",
        "_timers",
        "_wake",
    )

    def __init__(self, timers: HostTimers, look: Callable[[], None]) -> None:
        self._timers = timers
        self._queue = timers.queue
        self._look = look
        self._rank = timers.queue.rank()
        self._due_s: float | None = None
        """When the next monitor is due; None while none is."""
        self._begun_s = 0.0
        self._interval_s = 0.0
        self._resting: tuple[MonitorDependency, ...] = ()
        """What it relies on while it rests."""
        self._stirred = self._stir
        self._wake = lambda due_s: timers.fire(due_s, self._ring)
        """Kept, both: one made for each look would cost more than the look."""

    def every(self, interval_s: float) -> None:
        """Look at this interval from now on, 0 for never; what was due is not any more."""
        self._interval_s = interval_s
        self.cancel()

    def begin(self) -> None:
        """A monitor begins now."""
        self.cancel()
        self._begun_s = round(self._queue.now_s, 6)

    def cancel(self) -> None:
        """Nothing is due any more."""
        self._due_s = None
        self._rise()

    def in_s(self, delay_s: float) -> None:
        """Look after this delay."""
        self._rise()
        self._due_s = self._queue.set(self._queue.now_s + delay_s, self._rank, self._wake)

    def next(self) -> None:
        """See to it that something is due, if anything ever is."""
        if self._due_s is None and self._interval_s and not self._resting:
            self._due_s = self._queue.set(self._begun_s + self._interval_s, self._rank, self._wake)

    def rest(self, *stills: MonitorDependency) -> None:
        """The monitor that has just ended told nothing new, and would not as long as none of these is disturbed."""
        self._resting = stills
        for still in stills:
            still.rest(self._stirred)

    def _stir(self) -> None:
        """It rests no longer: the next look is the first that is not over yet."""
        self._rise()
        if not self._interval_s:
            return
        looks = max(1, int((self._queue.now_s - self._begun_s) // self._interval_s))
        while self._queue.is_over(due_s := round(self._begun_s + looks * self._interval_s, 6), self._rank):
            looks += 1
        self._due_s = self._queue.set(due_s, self._rank, self._wake)

    def _rise(self) -> None:
        for still in self._resting:
            still.rise(self._stirred)
        self._resting = ()

    def _ring(self, due_s: float) -> None:
        if due_s == self._due_s:
            self._due_s = None
            self._begun_s = round(self._queue.now_s, 6)
            self._look()
