"""A heartbeat asks after a remote cluster every AYAInterval: Are you alive?

Nothing happens as long as the answer stays the same: a round is played only when its answer could be news. So a healthy
pair of clusters costs nothing, and a dead one neither, however long it lasts; an outage costs AYARetryLimit rounds.

Rule 1: rounds are played at the same moments as if all of them were: at whole intervals since the heartbeat began.
Rule 2: a round is answered if any address answers. AYARetryLimit unanswered rounds in a row mean DOWN, one answer is
enough for ALIVE.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.wide_area.spec import HeartbeatSpec
from mirrordrill.simulator.vcs.wide_area.states import HeartbeatState


class Watch:
    """One heartbeat that asks after one cluster, while its wac is up."""

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
        """The heartbeat's agent starts and asks at once."""
        self._run += 1
        self._is_on, self._unanswered, self._began_s = True, 0, self._kernel.now_s
        self.state = HeartbeatState.UNKNOWN
        self._round(self._run)

    def stop(self) -> None:
        """It ends; what it said last is not true any more, and not false."""
        self._run += 1
        self._is_on = self._is_due = False

    def look(self) -> None:
        """Something has changed: the next round may be news."""
        if self._is_on and not self._is_due and self._is_awake():
            expected = HeartbeatState.ALIVE if self._answers(self._spec()) else HeartbeatState.DOWN
            if self.state is not expected:
                self._next()

    def _next(self) -> None:
        """Play the round that is due next."""
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
        """Whether the round is of the present run and its host awake; one that stood still looks again afterwards."""
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
