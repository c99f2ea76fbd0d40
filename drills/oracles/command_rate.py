"""S14: no storm of commands.

A management console serves the whole array, and all that asks it. What the agent sends has a bound: a run of an entry
point polls, and never more often than every few seconds; what VCS repeats by itself comes once an interval. A loop
without a pause, or an entry point that VCS starts again at once, shows as more commands and refused logins of one
resource on one system within a time than any of that comes to.
"""

from __future__ import annotations

from collections import deque

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import ResourceOn
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.dscli.events import CommandExecuted, LoginRefused
from mirrordrill.simulator.kernel.events import Record

BOUNDS = ((60, 40), (3600, 300))
"""(seconds, commands): so many of one resource on one system within so long are a storm."""


class CommandRate:
    """Counts what each resource on each system sends."""

    name = "S14"
    promise = "no storm of commands"
    sees = "commands that arrays carried out, and refused logins, with the entry point that sent them"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._sent_us: dict[ResourceOn, deque[int]] = {}
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(CommandExecuted, self._sent)
        history.dispatch.on(LoginRefused, self._sent)

    def _sent(self, record: Record, event: CommandExecuted | LoginRefused) -> None:
        resource, _, entry = event.sender.rpartition(" ")
        place = self._state.place(resource, event.host)
        if place is None:
            return
        self._judgement.judged += 1
        sent = self._sent_us.setdefault(place, deque(maxlen=max(most for _, most in BOUNDS) + 1))
        sent.append(record.time_us)
        for within_s, most in BOUNDS:
            if len(sent) > most and record.time_us - sent[-most - 1] < within_s * 1_000_000:
                names = {**place._asdict(), "entry": entry}
                self._judgement.broken(record, "storm of commands", names, commands=most + 1, within_s=within_s)

    def result(self) -> OracleResult:
        """Held for every command of the agent."""
        return self._judgement.result("commands and refused logins of the agent, few enough at a time")
