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
from mirrordrill.simulator.host.events import HostBooted, HostHung, HostLost, HostResumed
from mirrordrill.simulator.kernel.events import Event, Record
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
        self._hung_us: dict[str, int] = {}
        """Host that stands still -> since when: its engine, which would kill what is overdue, stands still with it."""
        self._judgement = Judgement(self.name, self.promise)
        on = history.dispatch.on
        on(EntryPointStarted, self._started)
        on(EntryPointEnded, self._ended)
        on(EntryPointKilled, self._ended)
        on(HostBooted, self._host_changed)
        on(HostLost, self._host_changed)
        on(HostHung, self._hung_host)
        on(HostResumed, self._resumed_host)
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
        self._hung_us.pop(event.host, None)

    def _hung_host(self, record: Record, event: HostHung) -> None:
        self._hung_us[event.host] = record.time_us

    def _resumed_host(self, record: Record, event: HostResumed) -> None:
        """What is under way there has as much time left as it had."""
        stood_us = record.time_us - self._hung_us.pop(event.host, record.time_us)
        for (place, entry), (began, deadline_us) in self._under_way.items():
            if place.system == event.host:
                self._under_way[place, entry] = began, deadline_us + stood_us
        self._first_deadline_us = 0

    def _look_at_the_clock(self, record: Record, _: Event) -> None:
        """The first deadline may be that of an entry point that has ended: then the next one is looked for."""
        if record.time_us <= self._first_deadline_us:
            return
        for (place, entry), (began, deadline_us) in self._under_way.items():
            if record.time_us > deadline_us and place.system not in self._hung_us:
                self._judgement.broken(record, "overdue", {**place._asdict(), "entry": entry}, began=began)
        self._first_deadline_us = min(
            (deadline for (place, _), (_, deadline) in self._under_way.items() if place.system not in self._hung_us),
            default=NEVER_US,
        )

    def result(self) -> OracleResult:
        """Held for every entry point that ended or was killed."""
        return self._judgement.result("entry points that ended or were killed in time")
