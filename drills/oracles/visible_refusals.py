"""S11: every refusal is visible.

VCS takes the exit code of online for a number of seconds, so an online that refuses looks like one that succeeded until
the monitor says otherwise. An operator who is called at night then has only the log: an online without a lock, an
offline with one, a clean that succeeds and leaves one, a clean or an action that failed, each needs a line that is at
least a warning. And what is told as done must have been done: a copy that is said to run from here, on a set of which a
volume is not copied and has not changed since the entry point began, is a refusal that was told as a success.
"""

from __future__ import annotations

from mirrordrill.agent.messages import FAILBACK_STARTED, RESUMED, REVERSED
from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import ResourceOn, VolumeOn
from mirrordrill.drills.oracles.oracle import KILLED_FROM, Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointStarted

COPIES = frozenset(message.message_id for message in (REVERSED, FAILBACK_STARTED, RESUMED))
"""Messages that say that the copy runs from here to there."""
IS_COPIED = frozenset({View.COPY_PENDING.value, View.FULL_DUPLEX.value})
GRAVE = frozenset({"CRITICAL", "ERROR", "WARNING"})


class VisibleRefusals:
    """Looks for a grave line between the start and the end of an entry point without its effect."""

    name = "S11"
    promise = "every refusal is visible in the log"
    sees = "ends of entry points, locks, opinions of the arrays, the agent's log; killed ones are visible by themselves"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._complained: set[tuple[ResourceOn, str]] = set()
        self._began: dict[tuple[ResourceOn, str], int] = {}
        self._sent: dict[tuple[ResourceOn, str], set[str]] = {}
        """The volumes that the commands of an entry point under way have named."""
        self._judgement = Judgement(self.name, self.promise)
        history.dispatch.on(AgentLog, self._logged)
        history.dispatch.on(EntryPointStarted, self._started)
        history.dispatch.on(EntryPointEnded, self._ended)
        history.dispatch.on(CommandExecuted, self._executed)

    def _logged(self, record: Record, event: AgentLog) -> None:
        if event.message_id in COPIES:
            self._judge_copies(record, event)
        if event.severity in GRAVE:
            self._complained.add((ResourceOn(event.resource, event.host), event.entry))

    def _judge_copies(self, record: Record, event: AgentLog) -> None:
        place = self._state.place(event.resource, event.host)
        if place is None:
            return
        self._judgement.judged += 1
        its, began = self._state.attached[place], self._began.get((place, event.entry), 0)
        # VolIds may be shorter there than the set: that is what S6 is about, and no word of the agent is false.
        sent = self._sent.get((place, event.entry))
        for copy in (VolumeOn(its.array, volume) for volume in its.volumes if not sent or volume in sent):
            changes = self._state.views.get(copy)
            if changes and changes[-1].event.after not in IS_COPIED and changes[-1].number < began:
                names = {**place._asdict(), "entry": event.entry, "state": changes[-1].event.after}
                self._judgement.broken(record, "success that did not come about", names, volumes=(copy.volume,))

    def _executed(self, _: Record, event: CommandExecuted) -> None:
        if event.changes_pairs and event.sender:
            resource, entry = event.sender.rsplit(" ", 1)
            named = self._sent.setdefault((ResourceOn(resource, event.host), entry), set())
            named.update(word.partition(":")[0] for word in event.command.split() if ":" in word)

    def _started(self, record: Record, event: EntryPointStarted) -> None:
        self._sent.pop((ResourceOn(event.resource, event.system), event.entry), None)
        self._began[ResourceOn(event.resource, event.system), event.entry] = record.number
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
        if event.entry == "clean" and event.exit_code == 0:
            return place in self._state.locked
        return event.entry not in {"monitor", "open", "close"} and event.exit_code != 0

    def _judge(self, record: Record, place: ResourceOn, event: EntryPointEnded) -> None:
        self._judgement.judged += 1
        if (place, event.entry) not in self._complained:
            self._judgement.broken(record, "silent refusal", {**place._asdict(), "entry": event.entry})

    def result(self) -> OracleResult:
        """Held for every refusal."""
        return self._judgement.result("entry points without their effect, each explained in the log")
