"""What several oracles have to remember of the same events: who stands for which volumes, what each array thinks of
them, where the locks are, and which entry point said what last.

Rule 1: a scene holds what events said, never what somebody concluded from them.
Rule 2: only MetroMirror resources are on the scene; neighbour types come and go unseen.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.agent.names import lock_name
from mirrordrill.drills.run.results import OracleResult, Verdict
from mirrordrill.simulator.array.events import ImagePowerChanged, PairViewChanged
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.host.events import HostBooted, HostLost, StateFileChanged, VolumesAttached
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import EntryPointEnded

TARGETS = frozenset(view.value for view in View if view.is_target)
"""Opinions with which an array refuses its hosts' writes."""

KILLED_FROM = 128
"""Exit codes from here on are a shell's way of saying that a signal ended it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A MetroMirror resource on a system."""

    resource: str
    system: str


class Scene:
    """Folded from the log; ask it after `see`."""

    def __init__(self) -> None:
        self.attached: dict[Place, VolumesAttached] = {}
        self.views: dict[tuple[str, str], str] = {}
        self.locked: set[Place] = set()
        self.monitor_said: dict[Place, int] = {}
        """The exit code of the last monitor that told something new; forgotten when the system dies."""
        self._dark: set[str] = set()

    def see(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case PairViewChanged():
                self.views[event.array, event.volume] = event.after
            case ImagePowerChanged():
                (self._dark.discard if event.is_on else self._dark.add)(event.array)
            case VolumesAttached():
                self.attached[Place(event.resource, event.host)] = event
            case StateFileChanged():
                self._file_changed(event)
            case EntryPointEnded():
                if event.entry == "monitor" and self.place(event.resource, event.system):
                    self.monitor_said[Place(event.resource, event.system)] = event.exit_code
            case HostBooted() | HostLost():
                self._forget(event.host)
            case _:
                pass

    def place(self, resource: str, system: str) -> Place | None:
        """The resource's place on the system, None where it is not of type MetroMirror."""
        place = Place(resource, system)
        return place if place in self.attached else None

    def write_disabled(self, place: Place) -> tuple[str, ...]:
        """The volumes of the resource that the host cannot write."""
        its = self.attached[place]
        if its.array in self._dark:
            return its.volumes
        return tuple(volume for volume in its.volumes if self.views.get((its.array, volume)) in TARGETS)

    def is_online(self, place: Place) -> bool:
        """Whether the last thing a monitor said is that the resource is online."""
        return says_online(self.monitor_said.get(place, 0))

    def _file_changed(self, event: StateFileChanged) -> None:
        for place in self.attached:
            if place.system == event.host and lock_name(place.resource) == event.name:
                (self.locked.discard if event.change == "removed" else self.locked.add)(place)

    def _forget(self, host: str) -> None:
        """What monitors said before a boot or a crash holds no more. Files survive both."""
        self.monitor_said = {place: code for place, code in self.monitor_said.items() if place.system != host}


def says_online(monitor_code: int) -> bool:
    """101 to 110 are online (reference vcs.md 0, fact 2)."""
    return 100 < monitor_code <= 110


class Judgement:
    """The last word of an oracle in the making: the first broken moment stands, whatever comes later."""

    def __init__(self, name: str, promise: str) -> None:
        self._name = name
        self._promise = promise
        self._broken = ""
        self.judged = 0
        """How many times there was something to judge."""

    def broken(self, record: Record, what: str) -> None:
        """The rule does not hold, because of this event."""
        self._broken = self._broken or f"event {record.number}: {what}"

    def result(self, what: str, open_question: str = "") -> OracleResult:
        """`what` names the things that were judged; an open question leaves the verdict undecided."""
        if self._broken:
            return OracleResult(self._name, self._promise, Verdict.BROKEN, self._broken)
        if open_question:
            return OracleResult(self._name, self._promise, Verdict.UNDECIDED, open_question)
        reason = f"{self.judged} {what}" if self.judged else f"never occurred: {what}"
        return OracleResult(self._name, self._promise, Verdict.HELD, reason)
