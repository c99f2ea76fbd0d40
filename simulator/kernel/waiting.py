"""Lets simulated time pass until something has happened, and never without a bound.

Rule 1: every wait has a longest time. What reaches it says what was waited for; nothing is known of the drill then.
Rule 2: a wait in which more happens than any site can do in its time ends as well: real time is bounded, too.
Rule 3: bounds count simulated time and events, so that the same run ends at the same event on every machine.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator

import simpy

from mirrordrill.simulator.kernel.kernel import Kernel

DAY_S = 86_400.0
LONGEST_WAIT_S = 366 * DAY_S
"""A year with its leap day. A drill that waits longer shows nothing that a year does not show."""
LONGEST_COMMAND_S = 7 * DAY_S
"""Simulated time that a person waits for the answer of a command: `-wait` without `-time` may wait for ever."""
STANDSTILL_STEPS = 1_000_000
"""So many simulator events without any time passing mean that no time will ever pass again."""
STEPS_OF_A_DAY = 2_000_000
"""Two hundred times what the busiest example site does in a day in which nothing happens."""
STEPS_BESIDES = 1_000_000
"""In one wait, beyond those of the days that have passed in it: half a minute of real time."""
TELL_STEPS = 4096
"""After so many simulator events the watcher is told of the time."""


class StandstillError(Exception):
    """Simulated time does not move any more although things keep happening: a fault of the harness."""


class WaitEndedError(Exception):
    """A wait came to its bound before what it waited for happened: nothing is decided. The text says what it was."""


def duration(seconds: float) -> str:
    """`30 days`, `5 minutes`, `12.5 seconds`."""
    for size_s, unit in ((DAY_S, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= size_s:
            return f"{seconds / size_s:,.6g} {unit}"
    return f"{seconds:g} seconds"


Interruption = tuple[float, Callable[[], object]]
"""A moment, and what is called there."""


def nothing() -> None:
    """What is called where no wait is interrupted."""


class Waiting:
    """Steps the simulation of one world.

    `pace` is called with the time and that of what happens next, before it does: a drill that people watch waits.
    `watch` is told the time now and then while nothing is logged: for people who wait.
    """

    def __init__(
        self,
        kernel: Kernel,
        pace: Callable[[float, float], None] | None = None,
        watch: Callable[[float], None] | None = None,
    ) -> None:
        self._kernel = kernel
        self._pace = pace
        self._watch = watch
        self._interruption: Interruption = math.inf, nothing

    @contextlib.contextmanager
    def interrupted_at(self, at_s: float, stand_still: Callable[[], object]) -> Iterator[None]:
        """Waits that last longer than until this moment call `stand_still` there, and go on when it returns."""
        before, self._interruption = self._interruption, (at_s, stand_still)
        try:
            yield
        finally:
            self._interruption = before

    def end_of(self, event: simpy.Event, what: str) -> None:
        """Wait for the end of a command. Raises WaitEndedError after LONGEST_COMMAND_S."""
        self._run(event, what, until_s=self._kernel.now_s + LONGEST_COMMAND_S)
        if not event.processed:
            raise WaitEndedError(f"waited {duration(LONGEST_COMMAND_S)} for {what}, which did not end")

    def pass_time(self, duration_s: float, ends: Callable[[], bool] | None = None) -> None:
        """Let so much time pass, or as much until `ends`, which is asked when something was logged, says so.

        Raises WaitEndedError for more than LONGEST_WAIT_S.
        """
        self._run(self._bounded(duration_s, "time to pass"), "time to pass", ends)

    def until(self, condition: Callable[[], bool], within_s: float) -> bool:
        """Wait until the condition, which reads the log, holds; whether it came to hold within the time.

        The condition is looked at when something is logged, so waiting costs nothing. Raises WaitEndedError for a
        longer time than LONGEST_WAIT_S.
        """
        what = "a condition to hold"
        return condition() or self._run(self._bounded(within_s, what), what, condition)

    def event(self, event: simpy.Event, within_s: float) -> bool:
        """Wait until the event has happened, and not longer than that; whether it has."""
        if not event.processed:
            what = "an event"
            self._run(self._kernel.env.any_of([event, self._bounded(within_s, what)]), what)
        return event.processed

    def _bounded(self, duration_s: float, what: str) -> simpy.Event:
        if not duration_s <= LONGEST_WAIT_S:
            raise WaitEndedError(f"{duration(duration_s)} for {what} is longer than {duration(LONGEST_WAIT_S)}")
        return self._kernel.after(duration_s)

    def _run(
        self, until: simpy.Event, what: str, condition: Callable[[], bool] | None = None, until_s: float = math.inf
    ) -> bool:
        """Step until the event has happened or something was logged that made the condition hold.

        Returns whether the condition holds. Raises StandstillError instead of hanging, and WaitEndedError at the bound.
        """
        env, log = self._kernel.env, self._kernel.log
        steps, at, seen, began_s = 0, env.now, len(log), env.now
        total = 0
        while not until.processed and env.peek() <= until_s:
            if env.peek() > self._interruption[0]:
                self._interruption[1]()
                if condition is not None and len(log) != seen:
                    seen = len(log)
                    if condition():
                        return True
                continue
            if self._pace is not None:
                self._pace(env.now, env.peek())
            env.step()
            steps += 1
            if (now_s := env.now) != at:
                total += steps
                steps, at = 0, now_s
                if total > STEPS_BESIDES and total > STEPS_BESIDES + (at - began_s) / DAY_S * STEPS_OF_A_DAY:
                    passed = f"{total:,} simulator events in {duration(at - began_s)}"
                    raise WaitEndedError(f"waited for {what} through {passed}: something on this site never rests")
            elif steps > STANDSTILL_STEPS:
                raise StandstillError(f"simulated time has stopped at {at:.6f} s although events keep happening")
            if condition is not None and len(log) != seen:
                seen = len(log)
                if condition():
                    return True
            if self._watch is not None and (total + steps) % TELL_STEPS == 0:
                self._watch(env.now)
        return False
