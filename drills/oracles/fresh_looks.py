"""S13: no command that changes pairs is sent on a look that is older than its limit.

Between a look and the command that it led to, another system can have taken the group over. So the agent lets only so
much time pass (`licence_s` of its limits, and the wait after a node stood still), and this rule measures it from
outside: from the last list of pairs that the array answered to the same entry point, to the moment at which the array,
or the server that holds the command, has it. A host that stands still between the two is a declared hazard.
"""

from __future__ import annotations

from mirrordrill.agent.budget import Limits
from mirrordrill.agent.licence import REJOIN_S
from mirrordrill.drills.history import History
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.dscli.events import CommandExecuted, CommandHeld
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointStarted

LOOK = "lspprc"
SLACK_S = 5.0
"""A line needs a moment from the agent to the array."""
LIMIT_S = Limits().licence_s + REJOIN_S + SLACK_S
Sender = tuple[str, str, str]
"""Host, entry point with its resource, array."""


class FreshLooks:
    """Remembers when each entry point looked at the pairs."""

    name = "S13"
    promise = "no command that changes pairs is sent on a look that is older than its limit"
    sees = (
        "commands that arrays carried out or servers hold, with the entry point that sent them; starts of entry points"
    )
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._looked_us: dict[Sender, int] = {}
        self._commands = history.held
        self._judgement = Judgement(self.name, self.promise)
        on = history.dispatch.on
        on(EntryPointStarted, self._started)
        on(CommandHeld, self._held)
        on(CommandExecuted, self._executed)

    def _started(self, _: Record, event: EntryPointStarted) -> None:
        its = (event.system, f"{event.resource} {event.entry}")
        self._looked_us = {sender: us for sender, us in self._looked_us.items() if sender[:2] != its}

    def _held(self, record: Record, event: CommandHeld) -> None:
        if self._commands.waiting[-1].changes_something:
            self._judge(record, event)

    def _executed(self, record: Record, event: CommandExecuted) -> None:
        if event.verb == LOOK:
            self._looked_us[event.host, event.sender, event.array] = record.time_us
        elif event.changes_pairs and self._commands.landed is None:
            # One that was held was judged when the server began to hold it.
            self._judge(record, event)

    def _judge(self, record: Record, event: CommandExecuted | CommandHeld) -> None:
        resource, _, entry = event.sender.rpartition(" ")
        if self._state.place(resource, event.host) is None:
            return
        self._judgement.judged += 1
        names = {"entry": entry, "host": event.host, "verb": event.verb}
        looked_us = self._looked_us.get((event.host, event.sender, event.array))
        if looked_us is None:
            self._judgement.broken(record, "command without a look", {**names})
        elif record.time_us - looked_us > LIMIT_S * 1_000_000:
            age_s = (record.time_us - looked_us) / 1e6
            self._judgement.broken(record, "command on an old look", {**names}, age_s=age_s, limit_s=LIMIT_S)

    def result(self) -> OracleResult:
        """Held for every command that changes pairs."""
        return self._judgement.result("commands of the agent that change pairs, each sent on a look that was young")
