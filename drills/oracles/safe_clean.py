"""S10: clean never reports success while the set of volumes is mixed or unknown after an interrupted operation.

A success lets VCS fault the resource and start the group elsewhere. Three things make it a lie: some volumes are
writable because they were failed over, and others are not; an operation of this system that changes pairs did not come
to its end, and since its last command neither it nor clean has looked at the pairs; a command of that operation takes
effect after clean has spoken.

A set that is mixed because somebody removed a pair, or a volume never was in one, is no operation that was cut short:
there is nothing to be finished, and nothing to be gained by keeping the group where it is.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.scene import Judgement, Place, Scene
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

    def __init__(self) -> None:
        self._scene = Scene()
        self._interrupted: set[Place] = set()
        """An online of this place changed pairs and has left no lock."""
        self._running: set[Place] = set()
        self._changing: set[Place] = set()
        self._unseen: set[Place] = set()
        """Nobody has looked at the pairs since this place changed them."""
        self._cleaned: set[Place] = set()
        self._failed_over: set[tuple[str, str]] = set()
        """(array, volume) that were made writable by a failover, and by nothing since."""
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Follow online and clean of every MetroMirror resource."""
        event = record.event
        self._scene.see(event)
        if isinstance(event, PairViewChanged):
            is_failover = event.cause == PairCause.FAILOVER.value
            (self._failed_over.add if is_failover else self._failed_over.discard)((event.array, event.volume))
        elif isinstance(event, CommandExecuted):
            self._command(record, event)
        elif isinstance(event, EntryPointStarted | EntryPointEnded | EntryPointKilled):
            place = self._scene.place(event.resource, event.system)
            if place is not None:
                self._entry_point(record, place, event)

    def _command(self, record: Record, event: CommandExecuted) -> None:
        resource, _, entry = event.sender.rpartition(" ")
        place = Place(resource, event.host)
        if not event.changes_pairs:
            self._unseen.discard(place)
            return
        if place in self._cleaned:
            self._judgement.broken(record, f"{event.verb} took effect after clean on {event.host} had said it is safe")
        if entry == "online":
            # A command that was on its way when its online was killed is carried out all the same.
            (self._changing if place in self._running else self._interrupted).add(place)
            self._unseen.add(place)

    def _entry_point(
        self, record: Record, place: Place, event: EntryPointStarted | EntryPointEnded | EntryPointKilled
    ) -> None:
        match event:
            case EntryPointStarted(entry="online"):
                self._running.add(place)
                self._cleaned.discard(place)
                self._changing.discard(place)
            case EntryPointEnded(entry="online") | EntryPointKilled(entry="online"):
                self._running.discard(place)
                # Whatever online changed without having come to its lock is an operation without an end.
                if place in self._changing and place not in self._scene.locked:
                    self._interrupted.add(place)
                elif place in self._scene.locked:
                    self._interrupted.discard(place)
            case EntryPointEnded(entry="clean", exit_code=0):
                self._judge(record, place)
            case _:
                pass

    def _judge(self, record: Record, place: Place) -> None:
        self._judgement.judged += 1
        its, disabled = self._scene.attached[place], self._scene.write_disabled(place)
        where = f"{place.resource} on {place.system}"
        if disabled and any((its.array, v) in self._failed_over for v in its.volumes if v not in disabled):
            self._judgement.broken(record, f"clean of {where} succeeded on a mixed set: {' '.join(disabled)} a target")
        if place in self._interrupted & self._unseen:
            self._judgement.broken(
                record, f"clean of {where} succeeded, and nobody has looked what a cut operation did"
            )
        self._interrupted.discard(place)
        self._cleaned.add(place)

    def result(self) -> OracleResult:
        """Held for every clean that succeeded."""
        return self._judgement.result("successes of clean, each on a set in one role")
