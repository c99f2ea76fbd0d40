"""S11: every refusal is visible.

VCS takes the exit code of online for a number of seconds, so an online that refuses looks like one that succeeded until
the monitor says otherwise. An operator who is called at night then has only the log: an online without a lock, an
offline with one, a clean or an action that failed, each needs a line that is at least a warning.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import ResourceOn
from mirrordrill.drills.oracles.oracle import KILLED_FROM, Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointStarted

GRAVE = frozenset({"CRITICAL", "ERROR", "WARNING"})


class VisibleRefusals:
    """Looks for a grave line between the start and the end of an entry point without its effect."""

    name = "S11"
    promise = "every refusal is visible in the log"
    sees = "ends of entry points, locks, the agent's log; killed ones are visible by themselves"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._complained: set[tuple[ResourceOn, str]] = set()
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(AgentLog, self._logged)
        history.dispatch.on(EntryPointStarted, self._started)
        history.dispatch.on(EntryPointEnded, self._ended)

    def _logged(self, _: Record, event: AgentLog) -> None:
        if event.severity in GRAVE:
            self._complained.add((ResourceOn(event.resource, event.host), event.entry))

    def _started(self, _: Record, event: EntryPointStarted) -> None:
        self._complained.discard((ResourceOn(event.resource, event.system), event.entry))

    def _ended(self, record: Record, event: EntryPointEnded) -> None:
        if event.exit_code < KILLED_FROM:
            place = self._state.place(event.resource, event.system)
            if place is not None and self._has_no_effect(place, event):
                self._judge(record, place, event)

    def _has_no_effect(self, place: ResourceOn, event: EntryPointEnded) -> bool:
        if event.entry == "online":
            return place not in self._state.locked
        if event.entry == "offline":
            return place in self._state.locked
        return event.entry not in {"monitor", "open", "close"} and event.exit_code != 0

    def _judge(self, record: Record, place: ResourceOn, event: EntryPointEnded) -> None:
        self._judgement.judged += 1
        if (place, event.entry) not in self._complained:
            self._judgement.broken(record, "silent refusal", {**place._asdict(), "entry": event.entry})

    def result(self) -> OracleResult:
        """Held for every refusal."""
        return self._judgement.result("entry points without their effect, each explained in the log")
