"""S15: no group comes online while an earlier command for its pairs may still land at the other array.

A command that the DS CLI server holds is carried out later, whatever has become of its sender. Lands it at the array
that the group has left, it turns the copy under the application. So clean keeps a group where it is until the command
cannot land any more: LateCommandLimit. A command that lands at the array on which the group is online changes no
direction, and one that is held longer than that limit is a declared hazard.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import ResourceOn
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.host.events import StateFileChanged
from mirrordrill.simulator.kernel.events import Record


class PendingCommands:
    """Remembers what servers hold, and looks at it when a lock is written."""

    name = "S15"
    promise = "no group comes online while an earlier command may still land at the other array"
    sees = "commands that servers hold and arrays carry out, locks"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._commands = history.held
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(StateFileChanged, self._file_changed)

    def _file_changed(self, record: Record, _: StateFileChanged) -> None:
        for place in self._state.newly_locked:
            self._judge(record, place)

    def _judge(self, record: Record, place: ResourceOn) -> None:
        self._judgement.judged += 1
        its = self._state.attached[place]
        for held in self._commands.waiting:
            resource, _, _ = held.event.sender.rpartition(" ")
            age_s = (record.time_us - held.sent_us) / 1e6
            is_about_it = held.changes_something and resource == place.resource
            if is_about_it and held.event.array != its.array and age_s <= its.late_command_s:
                names = {**place._asdict(), "verb": held.event.verb, "host": held.event.host}
                self._judgement.broken(record, "online before a command lands", names, age_s=age_s)

    def result(self) -> OracleResult:
        """Held for every lock that was written."""
        return self._judgement.result("locks written, each with no command on its way to the other array")
