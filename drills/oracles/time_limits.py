"""S8: every entry point ends within its timeout or is killed.

What never ends and is never killed holds a thread of its agent for good; with NumThreads 1 that is every MetroMirror
resource of the system. Healthy monitors are not in the log: of them, only what is told can be judged. That clean and
offline may run twice without harm shows in all other rules.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import ResourceOn
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.host.events import HostBooted, HostLost
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointKilled, EntryPointStarted

SLACK_US = 1_000_000
"""An end is logged in the same simulated moment; a second is more than any rounding."""

NEVER_US = 1 << 62


class TimeLimits:
    """Remembers what is under way, and until when it may be."""

    name = "S8"
    promise = "every entry point ends within its timeout or is killed"
    sees = "starts, ends and kills of entry points"
    undecided_when = "never; what is under way at the end is within its time"

    def __init__(self, history: History) -> None:
        self._under_way: dict[tuple[ResourceOn, str], tuple[int, int]] = {}
        """(resource, entry) -> (number of the start, microsecond at which it must be over)."""
        self._first_deadline_us = NEVER_US
        self._judgement = Judgement(self.name, self.promise)
        on = history.dispatch.on
        on(EntryPointStarted, self._started)
        on(EntryPointEnded, self._ended)
        on(EntryPointKilled, self._ended)
        on(HostBooted, self._host_changed)
        on(HostLost, self._host_changed)
        history.dispatch.after_each(self._look_at_the_clock)

    def _started(self, record: Record, event: EntryPointStarted) -> None:
        deadline_us = record.time_us + event.limit_ms * 1000 + SLACK_US
        self._under_way[ResourceOn(event.resource, event.system), event.entry] = (record.number, deadline_us)
        self._first_deadline_us = min(self._first_deadline_us, deadline_us)

    def _ended(self, _: Record, event: EntryPointEnded | EntryPointKilled) -> None:
        if self._under_way.pop((ResourceOn(event.resource, event.system), event.entry), None):
            self._judgement.judged += 1

    def _host_changed(self, _: Record, event: HostBooted | HostLost) -> None:
        self._under_way = {key: value for key, value in self._under_way.items() if key[0].system != event.host}

    def _look_at_the_clock(self, record: Record) -> None:
        """The first deadline may be that of an entry point that has ended: then the next one is looked for."""
        if record.time_us <= self._first_deadline_us:
            return
        for (place, entry), (began, deadline_us) in self._under_way.items():
            if record.time_us > deadline_us:
                self._judgement.broken(record, "overdue", {**place._asdict(), "entry": entry}, began=began)
        self._first_deadline_us = min((deadline for _, deadline in self._under_way.values()), default=NEVER_US)

    def result(self) -> OracleResult:
        """Held for every entry point that ended or was killed."""
        return self._judgement.result("entry points that ended or were killed in time")
