"""S7: a failover group is never online on two systems.

An engine judges the systems it sees, so it finds a violation only inside its own membership. This rule also goes by
what the monitors of each system said, whatever engine listened: a group in two halves of a broken cluster, or in two
clusters, is online twice all the same. A parallel group is meant to be online on several systems, but of one array.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.scene import Judgement, Scene
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import ConcurrencyViolation, EntryPointEnded


class OneSystem:
    """Counts the systems on which a group's MetroMirror resources are said to be online."""

    name = "S7"
    promise = "no failover group is online on two systems, no parallel group on two arrays"
    sees = "concurrency violations; monitors of MetroMirror resources that say something new"
    undecided_when = "never"

    def __init__(self) -> None:
        self._scene = Scene()
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Judge whenever a monitor says something new, or an engine complains."""
        event = record.event
        self._scene.see(event)
        if isinstance(event, ConcurrencyViolation):
            self._judgement.broken(record, f"{event.group} is up on {' and '.join(event.systems)}")
        elif isinstance(event, EntryPointEnded) and event.entry == "monitor":
            self._judge(record, event)

    def _judge(self, record: Record, event: EntryPointEnded) -> None:
        place = self._scene.place(event.resource, event.system)
        if place is None or not self._scene.is_online(place):
            return
        group = self._scene.attached[place].group
        self._judgement.judged += 1
        online = {
            other.system: its
            for other, its in self._scene.attached.items()
            if its.group == group and self._scene.is_online(other)
        }
        is_shared = all(its.is_parallel for its in online.values()) and len({i.array for i in online.values()}) == 1
        if len(online) > 1 and not is_shared:
            self._judgement.broken(record, f"{group} is said to be online on {' and '.join(online)}")

    def result(self) -> OracleResult:
        """Held for every time a group came online."""
        return self._judgement.result("arrivals of a group's storage on a system, one at a time")
