"""S11: every refusal is visible.

VCS takes the exit code of online for a number of seconds, so an online that refuses looks like one that succeeded until
the monitor says otherwise. Whoever is called at night then has the log and nothing else: an online without a lock, an
offline with one, a clean or an action that failed, each needs a line that is at least a warning.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.scene import KILLED_FROM, Judgement, Place, Scene
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

    def __init__(self) -> None:
        self._scene = Scene()
        self._complained: set[tuple[Place, str]] = set()
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Collect complaints; judge ends."""
        event = record.event
        self._scene.see(event)
        if isinstance(event, AgentLog) and event.severity in GRAVE:
            self._complained.add((Place(event.resource, event.host), event.entry))
        elif isinstance(event, EntryPointStarted):
            self._complained.discard((Place(event.resource, event.system), event.entry))
        elif isinstance(event, EntryPointEnded) and event.exit_code < KILLED_FROM:
            place = self._scene.place(event.resource, event.system)
            if place is not None and self._has_no_effect(place, event):
                self._judge(record, place, event)

    def _has_no_effect(self, place: Place, event: EntryPointEnded) -> bool:
        if event.entry == "online":
            return place not in self._scene.locked
        if event.entry == "offline":
            return place in self._scene.locked
        return event.entry not in {"monitor", "open", "close"} and event.exit_code != 0

    def _judge(self, record: Record, place: Place, event: EntryPointEnded) -> None:
        self._judgement.judged += 1
        if (place, event.entry) not in self._complained:
            what = f"{event.entry} of {place.resource} on {place.system} ended without its effect"
            self._judgement.broken(record, f"{what}, and the log does not say why")

    def result(self) -> OracleResult:
        """Held for every refusal."""
        return self._judgement.result("entry points without their effect, each explained in the log")
