"""S10: clean never reports success while the set of volumes is mixed or unknown after an interrupted operation.

A success lets VCS fault the resource and start the group elsewhere. Three things make it a lie: some volumes are
writable because they were failed over, and others are not; an operation of this system that changes pairs did not come
to its end, and since its last command neither it nor clean has looked at the pairs; a command of that operation
changes pairs after clean has spoken. One that lands late and finds done what it asks for (failoverpprc, sent again
because its answer was lost) changes nothing.

An operation that was cut short on one system is history for the others once the group has come online on the other
array: nothing is to be finished there any more, and a fault lets VCS look for the right side.

A set that is mixed because a person removed a pair, or a volume never was in one, is no operation that was cut short:
there is nothing to be finished, and nothing to be gained by keeping the group where it is.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.history.site_state import volumes_named
from mirrordrill.drills.history.values import ResourceOn, VolumeOn
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import PairViewChanged
from mirrordrill.simulator.array.mirror.states import PairCause
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointEnded, EntryPointKilled, EntryPointStarted


class SafeClean:
    """Remembers operations without an end, and what clean asked before it said yes."""

    name = "S10"
    promise = "clean never succeeds on a mixed or unknown set"
    sees = "commands, locks, opinions of the arrays; judged when a clean succeeds, and until the next online"
    undecided_when = "never"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._interrupted: set[ResourceOn] = set()
        """An online of this place changed pairs and has left no lock."""
        self._overtaken: set[ResourceOn] = set()
        """Such places, after their group has come online on the other array."""
        self._running: set[ResourceOn] = set()
        self._changing: set[ResourceOn] = set()
        self._unseen: set[ResourceOn] = set()
        """Places whose pairs the agent has not looked at since it changed them."""
        self._cleaned: set[ResourceOn] = set()
        self._changed: set[VolumeOn] = set()
        """What was failed over or back since the last command: a command is told after what it did."""
        self._failed_over: set[VolumeOn] = set()
        """(array, volume) that were made writable by a failover, and by nothing since."""
        self._judgement = Judgement(self.name, self.promise)
        on = history.dispatch.on
        on(PairViewChanged, self._view_changed)
        on(CommandExecuted, self._command)
        on(EntryPointStarted, self._of_resource)
        on(EntryPointEnded, self._of_resource)
        on(EntryPointKilled, self._of_resource)

    def _view_changed(self, _: Record, event: PairViewChanged) -> None:
        is_failover = event.cause == PairCause.FAILOVER.value
        (self._failed_over.add if is_failover else self._failed_over.discard)(VolumeOn(event.array, event.volume))
        if is_failover or event.cause == PairCause.FAILBACK.value:
            self._changed.add(VolumeOn(event.array, event.volume))

    def _of_resource(self, record: Record, event: EntryPointStarted | EntryPointEnded | EntryPointKilled) -> None:
        place = self._state.place(event.resource, event.system)
        if place is not None:
            self._entry_point(record, place, event)

    def _command(self, record: Record, event: CommandExecuted) -> None:
        has_effect = any(VolumeOn(event.array, volume) in self._changed for volume in volumes_named(event))
        self._changed.clear()
        resource, _, entry = event.sender.rpartition(" ")
        place = ResourceOn(resource, event.host)
        if not event.changes_pairs:
            self._unseen.discard(place)
            return
        if place not in self._running and not has_effect:
            return
        if place in self._cleaned and entry == "online":
            self._judgement.broken(record, "command after clean", {"command": event.verb, "host": event.host})
        if entry == "online":
            # A command that was on its way when its online was killed is carried out all the same.
            (self._changing if place in self._running else self._interrupted).add(place)
            self._unseen.add(place)

    def _entry_point(
        self, record: Record, place: ResourceOn, event: EntryPointStarted | EntryPointEnded | EntryPointKilled
    ) -> None:
        match event:
            case EntryPointStarted(entry="online"):
                self._running.add(place)
                self._cleaned.discard(place)
                self._changing.discard(place)
                self._overtaken.discard(place)
            case EntryPointEnded(entry="online") | EntryPointKilled(entry="online"):
                self._running.discard(place)
                # Whatever online changed without having come to its lock is an operation without an end.
                if place in self._changing and place not in self._state.locked:
                    self._interrupted.add(place)
                elif place in self._state.locked:
                    self._interrupted.discard(place)
                    self._overtaken |= {each for each in self._interrupted if self._is_across(each, place)}
            case EntryPointEnded(entry="clean", exit_code=0):
                self._judge(record, place)
            case _:
                pass

    def _is_across(self, place: ResourceOn, other: ResourceOn) -> bool:
        its, others = self._state.attached[place], self._state.attached[other]
        return its.group == others.group and its.array != others.array

    def _judge(self, record: Record, place: ResourceOn) -> None:
        self._judgement.judged += 1
        its, disabled = self._state.attached[place], self._state.write_disabled(place)
        # What a person failed over by hand is no operation that was cut short: no entry point is about to finish it.
        unfinished = (self._interrupted - self._overtaken) | (self._interrupted & {place})
        cut_short = any(self._state.attached[each].array == its.array for each in unfinished)
        others = [volume for volume in its.volumes if volume not in disabled]
        if disabled and cut_short and any(VolumeOn(its.array, volume) in self._failed_over for volume in others):
            self._judgement.broken(record, "clean on a mixed set", place._asdict(), volumes=disabled)
        if place in self._interrupted & self._unseen:
            self._judgement.broken(record, "clean on an unknown set", place._asdict())
        self._interrupted.discard(place)
        self._cleaned.add(place)

    def result(self) -> OracleResult:
        """Held for every clean that succeeded."""
        return self._judgement.result("successes of clean, each on a set in one role")
