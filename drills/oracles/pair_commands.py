"""S9: only online and the failback action send commands that change pairs, one system of a parallel group at a time.

Monitor, open, offline and clean run by themselves, again and again, on every system: no operator asked for a command
that they send. What operators type themselves is not judged here.

The systems of a parallel group come online at once, and exactly one of them changes the pairs (VCSResLock). From such a
command until its entry point has ended or was killed, no other system may send one.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import ResourceOn
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointKilled

MAY_CHANGE_PAIRS = frozenset({"online", "failback", "takeover", "resume"})


class PairCommands:
    """Looks at the sender of every command that changes pairs, and at who else is at it."""

    name = "S9"
    promise = "only online and failback change pairs, and one system of a parallel group at a time"
    sees = "commands that the arrays carried out, with the entry point that sent them; ends of entry points"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._judgement = Judgement(self.name, self.promise)
        self._at_it: dict[ResourceOn, str] = {}
        """Resources of parallel groups whose entry point has sent such a command and goes on."""
        history.dispatch.on(CommandExecuted, self._executed)
        history.dispatch.on(EntryPointEnded, self._ended)
        history.dispatch.on(EntryPointKilled, self._ended)

    def _executed(self, record: Record, event: CommandExecuted) -> None:
        if event.changes_pairs and event.sender:
            self._judge(record, event)

    def _ended(self, _: Record, event: EntryPointEnded | EntryPointKilled) -> None:
        place = ResourceOn(event.resource, event.system)
        if self._at_it.get(place) == event.entry:
            del self._at_it[place]

    def _judge(self, record: Record, event: CommandExecuted) -> None:
        self._judgement.judged += 1
        resource, _, entry = event.sender.rpartition(" ")
        if entry not in MAY_CHANGE_PAIRS:
            names = {"entry": entry, "host": event.host, "verb": event.verb}
            self._judgement.broken(record, "pair command of another entry point", {**names}, command=event.command)
        place = self._state.place(resource, event.host)
        if place is None or not self._state.attached[place].is_parallel:
            return
        others = [other.system for other in self._at_it if other.resource == resource and other != place]
        if others:
            names = {"host": event.host, "verb": event.verb, "other": others[0]}
            self._judgement.broken(record, "two systems change pairs", {**names}, command=event.command)
        self._at_it[place] = entry

    def result(self) -> OracleResult:
        """Held for every command of the agent."""
        return self._judgement.result("commands of the agent that change pairs")
