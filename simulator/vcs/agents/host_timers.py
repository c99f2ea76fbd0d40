"""The timers of one system: they ring with all others, but not while the system stands still."""

from __future__ import annotations

from mirrordrill.simulator.kernel.timers import TimerCallback, TimerQueue


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
