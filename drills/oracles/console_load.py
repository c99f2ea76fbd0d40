"""What the agent asks of management consoles: S12 about logins that were refused, S14 about how much it sends.

S12: nothing that VCS repeats by itself logs in again after a refused login. A few wrong passwords lock an account, and
then no takeover can log in either. Monitor, clean, open and close run again and again unasked: what was refused on a
system once, they may not try there again. Another login of that user, or another note of it, ends that: the account was
mended, or the agent's note was taken away, as the disk with its state files failed or came back.

S14: no storm of commands. A management console serves the whole array, and all that asks it. What the agent sends has a
bound: a run of an entry point polls, and never more often than every few seconds; what VCS repeats by itself comes once
an interval. A loop without a pause, or an entry point that VCS starts again at once, shows as more commands and refused
logins of one resource on one system within a time than any of that comes to.
"""

from __future__ import annotations

from collections import deque

from mirrordrill.agent.console_memory import REFUSED_NAME
from mirrordrill.agent.messages import REFUSAL_NOT_NOTED
from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import ResourceOn
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.dscli.events import CommandExecuted, LoginRefused
from mirrordrill.simulator.host.events import AgentLog, StateDirectoryChanged, StateFileChanged
from mirrordrill.simulator.kernel.events import Record

ASKED_FOR = frozenset(
    {"online", "failback", "takeover", "resume", "verify", "status", "explain", "opinion", "PreSwitch"}
)
"""Entry points that run because a person, or the move of a group, wants them."""
BOUNDS = ((60, 40), (3600, 300))
"""(seconds, commands): so many of one resource on one system within so long are a storm."""


class RepeatedLogins:
    """Remembers where a login was refused."""

    name = "S12"
    promise = "nothing that VCS repeats by itself logs in again after a refused login"
    sees = (
        "refused logins with the entry point that tried, commands that were carried out, the agent's note of a refusal"
    )
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._refused: set[tuple[str, str]] = set()
        """(host, user) of logins that were refused, and noted."""
        self._judgement = Judgement(self.name, self.promise)
        on = history.dispatch.on
        on(LoginRefused, self._login_refused)
        on(CommandExecuted, lambda _, event: self._refused.discard((event.host, event.user)))
        on(StateFileChanged, self._file_changed)
        on(StateDirectoryChanged, lambda _, event: self._forget(event.host))
        on(AgentLog, self._said)

    def _login_refused(self, record: Record, event: LoginRefused) -> None:
        resource, _, entry = event.sender.rpartition(" ")
        if self._state.place(resource, event.host) is None:
            return
        self._judgement.judged += 1
        if (event.host, event.user) in self._refused and entry not in ASKED_FOR:
            names = {"entry": entry, "host": event.host, "user": event.user, "console": event.console}
            self._judgement.broken(record, "login repeated", {**names})
        self._refused.add((event.host, event.user))

    def _file_changed(self, _: Record, event: StateFileChanged) -> None:
        if event.name == REFUSED_NAME and event.change == "removed":
            self._forget(event.host)

    def _said(self, _: Record, event: AgentLog) -> None:
        if event.message_id == REFUSAL_NOT_NOTED.message_id:
            self._forget(event.host)

    def _forget(self, host: str) -> None:
        self._refused = {each for each in self._refused if each[0] != host}

    def result(self) -> OracleResult:
        """Held for every login of the agent that was refused."""
        return self._judgement.result("logins of the agent that were refused, none repeated unasked")


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
