"""Heartbeats: each probes a remote cluster every AYAInterval ("are you alive").

A round is simulated only when its answer could differ from the last one. So a healthy pair of clusters costs no events,
and neither does a dead one; an outage costs AYARetryLimit rounds.

Rule 1: simulated rounds are at the same moments as if all of them were: whole intervals after the heartbeat's start.
Rule 2: a round is answered if any address answers. AYARetryLimit unanswered rounds in a row mean DOWN, one answer
    means ALIVE.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.wide_area.spec import HeartbeatSpec
from mirrordrill.simulator.vcs.wide_area.states import HeartbeatState


class HeartbeatMonitor:
    """One heartbeat to one remote cluster, while its wac is up."""

    def __init__(
        self,
        kernel: Kernel,
        spec: Callable[[], HeartbeatSpec],
        answers: Callable[[HeartbeatSpec], bool],
        tell: Callable[[HeartbeatState], None],
        is_awake: Callable[[], bool],
        ping_wait_s: float,
    ) -> None:
        self.state = HeartbeatState.UNKNOWN
        self._kernel = kernel
        self._spec = spec
        self._answers = answers
        self._tell = tell
        self._is_awake = is_awake
        self._ping_wait_s = ping_wait_s
        self._run = 0
        """Number of the present run; what was scheduled in an earlier one is void."""
        self._is_on = False
        self._is_due = False
        self._began_s = 0.0
        self._unanswered = 0

    def start(self) -> None:
        """Start the heartbeat: the first round is at once."""
        self._run += 1
        self._is_on, self._unanswered, self._began_s = True, 0, self._kernel.now_s
        self.state = HeartbeatState.UNKNOWN
        self._round(self._run)

    def stop(self) -> None:
        """Stop the heartbeat; its last state is no longer valid."""
        self._run += 1
        self._is_on = self._is_due = False

    def look(self) -> None:
        """Something has changed: schedule the next round if its answer would differ."""
        if self._is_on and not self._is_due and self._is_awake():
            expected = HeartbeatState.ALIVE if self._answers(self._spec()) else HeartbeatState.DOWN
            if self.state is not expected:
                self._next()

    def _next(self) -> None:
        """Schedule the next round."""
        self._is_due = True
        interval_s, now_s = self._spec().interval_s, self._kernel.now_s
        rounds = math.floor((now_s - self._began_s) / interval_s) + 1
        self._after(self._began_s + rounds * interval_s - now_s, self._round)

    def _round(self, run: int) -> None:
        if not self._goes_on(run):
            return
        self._is_due = True
        if self._answers(self._spec()):
            self._is_due, self._unanswered = False, 0
            self._become(HeartbeatState.ALIVE)
        else:
            self._after(self._spec().silence_s(self._ping_wait_s), self._silent)

    def _silent(self, run: int) -> None:
        if not self._goes_on(run):
            return
        self._unanswered += 1
        if self._unanswered < self._spec().retry_limit:
            self._next()
        else:
            self._is_due = False
            self._become(HeartbeatState.DOWN)
            self.look()

    def _goes_on(self, run: int) -> bool:
        """Whether the round belongs to the present run and its host is awake."""
        if run == self._run and not self._is_awake():
            self._is_due = False
        return run == self._run and self._is_awake()

    def _become(self, state: HeartbeatState) -> None:
        if self.state is not state:
            self.state = state
            self._tell(state)

    def _after(self, delay_s: float, then: Callable[[int], None]) -> None:
        timer, run = self._kernel.after(delay_s), self._run
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then(run))
