"""How much of each limit of a resource is used up on one system (vcs.md 1.5).

Rule 1: counting and forgetting happen here; what follows when a limit is reached stands in `lifecycle` and `framework`.
"""

from __future__ import annotations

from dataclasses import dataclass

MONITOR_TIMEOUTS_FORGOTTEN_S = 3600.0
"""The count of hung monitors and its clock start anew after an hour (vcs.md 1.5)."""


@dataclass(slots=True)
class RetryCounters:
    """What is remembered of a resource's troubles."""

    waits: int = 0
    tolerated: int = 0
    restarts: int = 0
    online_retries: int = 0
    monitor_timeouts: int = 0
    failed_cleans: int = 0
    first_timeout_s: float = 0.0
    last_trouble_s: float = 0.0

    def all_clear(self) -> bool:
        """Whether no trouble is remembered."""
        return not (self.tolerated or self.restarts or self.online_retries or self.monitor_timeouts)

    def note_monitor(self, timed_out: bool, now_s: float) -> None:
        """Hung monitors count as long as they follow each other within the hour."""
        if not timed_out:
            self.monitor_timeouts = 0
            return
        if not self.monitor_timeouts or now_s - self.first_timeout_s >= MONITOR_TIMEOUTS_FORGOTTEN_S:
            self.monitor_timeouts, self.first_timeout_s = 0, now_s
        self.monitor_timeouts += 1
