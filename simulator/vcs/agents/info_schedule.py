"""When `info` is run for one resource: as soon as it is online, and then every InfoInterval (vcs.md 1.2, 1.5)."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.simulator.vcs.agents.schedule import HostTimers


class InfoSchedule:
    """The timer of one resource; `due` is called when info is wanted. It ends by itself when `is_online` says no."""

    __slots__ = ("_due", "_due_s", "_interval_s", "_is_online", "_timers", "is_wanted")

    def __init__(self, timers: HostTimers, is_online: Callable[[], bool], due: Callable[[], None]) -> None:
        self.is_wanted = False
        """Whether info is to be run as soon as no entry point is under way."""
        self._timers = timers
        self._is_online = is_online
        self._due = due
        self._interval_s = 0.0
        self._due_s: float | None = None

    def start(self, interval_s: float) -> None:
        """Run info now and every interval from now on, 0 for never; nothing changes where it does so already."""
        self._interval_s = interval_s
        if interval_s and self._due_s is None:
            self._next()

    def stop(self) -> None:
        """The agent is gone."""
        self._due_s, self.is_wanted = None, False

    def _next(self) -> None:
        self.is_wanted = True
        due_s = self._due_s = self._timers.queue.now_s + self._interval_s
        self._timers.set(self._interval_s, lambda _: self._fired(due_s))

    def _fired(self, due_s: float) -> None:
        if due_s != self._due_s:
            return
        self._due_s = None
        if self._interval_s and self._is_online():
            self._next()
            self._due()
