"""S7: a failover group is never online on two systems.

An engine judges the systems it sees, so it finds a violation only inside its own membership. This rule also goes by
what the monitors of each system said, whatever engine listened: a group in two halves of a broken cluster, or in two
clusters, is online twice all the same. A parallel group is meant to be online on several systems, but of one array.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import ConcurrencyViolation, EntryPointEnded


class OneSystem:
    """Counts the systems on which a group's MetroMirror resources are said to be online."""

    name = "S7"
    promise = "no failover group is online on two systems, no parallel group on two arrays"
    sees = "concurrency violations; monitors of MetroMirror resources that say something new"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(ConcurrencyViolation, self._violated)
        history.dispatch.on(EntryPointEnded, self._entry_point_ended)

    def _violated(self, record: Record, event: ConcurrencyViolation) -> None:
        self._judgement.broken(record, "violation", {"group": event.group, "systems": event.systems})

    def _entry_point_ended(self, record: Record, event: EntryPointEnded) -> None:
        if event.entry == "monitor":
            self._judge(record, event)

    def _judge(self, record: Record, event: EntryPointEnded) -> None:
        place = self._state.place(event.resource, event.system)
        if place is None or not self._state.is_online(place):
            return
        group = self._state.attached[place].group
        self._judgement.judged += 1
        online = {
            other.system: its
            for other, its in self._state.attached.items()
            if its.group == group and self._state.is_online(other)
        }
        is_shared = all(its.is_parallel for its in online.values()) and len({i.array for i in online.values()}) == 1
        if len(online) > 1 and not is_shared:
            self._judgement.broken(record, "online twice", {"group": group, "systems": tuple(online)})

    def result(self) -> OracleResult:
        """Held for every time a group came online."""
        return self._judgement.result("arrivals of a group's storage on a system, one at a time")
