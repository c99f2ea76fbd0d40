"""S8: every entry point ends within its timeout or is killed.

What never ends and is never killed holds a thread of its agent for good; with NumThreads 1 that is every MetroMirror
resource of the system. Healthy monitors are not in the log: of them, only what is told can be judged. That clean and
offline may run twice without harm shows in all other rules.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.scene import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.host.events import HostBooted, HostLost
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointKilled, EntryPointStarted

SLACK_US = 1_000_000
"""An end is logged in the same simulated moment; a second is more than any rounding."""


class TimeLimits:
    """Remembers what is under way, and until when it may be."""

    name = "S8"
    promise = "every entry point ends within its timeout or is killed"
    sees = "starts, ends and kills of entry points"
    undecided_when = "never; what is under way at the end is within its time"

    def __init__(self) -> None:
        self._under_way: dict[tuple[str, str, str], tuple[int, int]] = {}
        """(system, resource, entry) -> (number of the start, microsecond at which it must be over)."""
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Follow starts and ends; look at the clock with every event."""
        event = record.event
        if isinstance(event, EntryPointStarted):
            deadline_us = record.time_us + event.limit_ms * 1000 + SLACK_US
            self._under_way[event.system, event.resource, event.entry] = (record.number, deadline_us)
        elif isinstance(event, EntryPointEnded | EntryPointKilled):
            if self._under_way.pop((event.system, event.resource, event.entry), None):
                self._judgement.judged += 1
        elif isinstance(event, HostBooted | HostLost):
            self._under_way = {key: value for key, value in self._under_way.items() if key[0] != event.host}
        for (system, resource, entry), (number, deadline_us) in self._under_way.items():
            if record.time_us > deadline_us:
                what = f"{entry} of {resource} on {system}, begun with event {number}"
                self._judgement.broken(record, f"{what}, has neither ended nor been killed in its time")

    def result(self) -> OracleResult:
        """Held for every entry point that ended or was killed."""
        return self._judgement.result("entry points that ended or were killed in time")
