"""S9: only online and the failback action send commands that change pairs.

Monitor, open, offline and clean run by themselves, again and again, on every system: whatever they send, nobody asked
for. What people type is their own business.
"""

from __future__ import annotations

from drills.oracles.scene import Judgement
from drills.result import OracleResult
from simulator.dscli.events import CommandExecuted
from simulator.events import Record

MAY_CHANGE_PAIRS = frozenset({"online", "failback"})


class PairCommands:
    """Looks at the sender of every command that changes pairs."""

    name = "S9"
    promise = "only online and failback change pairs"
    sees = "commands that the arrays carried out, with the entry point that sent them"
    undecided_when = "never"

    def __init__(self) -> None:
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Judge a command of the agent."""
        event = record.event
        if isinstance(event, CommandExecuted) and event.changes_pairs and event.sender:
            self._judgement.judged += 1
            entry = event.sender.rpartition(" ")[2]
            if entry not in MAY_CHANGE_PAIRS:
                self._judgement.broken(record, f"{entry} on {event.host} sent {event.command}")

    def result(self) -> OracleResult:
        """Held for every command of the agent."""
        return self._judgement.result("commands of the agent that change pairs")
