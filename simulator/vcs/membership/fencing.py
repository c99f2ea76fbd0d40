"""I/O fencing: who may go on after the systems of a cluster stopped hearing each other (vcs.md 3.6).

Every system of a fenced cluster keeps its key on each coordinator disk. When members of the fencing membership are
missing, the lowest system of each part that is left races: it ejects the keys of the others from every disk that it
reaches, as long as its own key is still there. Who holds the majority goes on; all others panic. A dead system does
not race, so survivors of a death win unless they cannot reach the majority: then nobody is left.

The larger part races first, of equal parts the one with the lowest system: the driver lets the smaller one wait (M).

Rule 1: a part without the majority panics, whether or not another part has it.
Rule 2: keys are on the disks, not in systems: they outlive a crash, and are found by whoever starts afterwards.
Rule 3: nothing here knows what a disk is; whether a system reaches one is asked at the moment of the race.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.events import EngineLog, RaceEnded
from mirrordrill.simulator.vcs.membership.rules import FencingRules
from mirrordrill.simulator.vcs.messages import FENCING_UNREACHABLE, PREEXISTING_SPLIT, Message
from mirrordrill.simulator.vcs.ports import FencedDisks

Side = tuple[str, ...]


class Fencing:
    """The fencing driver of all systems of one cluster, and the keys on its coordinator disks."""

    def __init__(self, kernel: Kernel, cluster: str, rules: FencingRules, disks: FencedDisks) -> None:
        self.rules = rules
        self._kernel = kernel
        self._cluster = cluster
        self._disks = disks
        self._members: dict[str, None] = {}
        self._keys: list[dict[str, None]] = [{} for _ in rules.coordinator_disks]
        """Disk by disk, the systems whose keys are registered."""

    @property
    def members(self) -> Side:
        """The fencing membership: GAB's port b."""
        return tuple(self._members)

    def keys(self) -> Iterator[tuple[str, Side]]:
        """Where each disk stands, and whose keys are on it."""
        return ((place, tuple(keys)) for place, keys in zip(self.rules.coordinator_disks, self._keys, strict=True))

    def register(self, system: str) -> None:
        """A system becomes a member: its key stands on every disk that it reaches."""
        self._members[system] = None
        for keys in self._reached(system):
            keys[system] = None

    def forget(self, systems: Iterable[str]) -> None:
        """These are no members any more: a new boot knows nothing of the last one. Their keys stay."""
        for system in systems:
            self._members.pop(system, None)

    def clear(self, system: str) -> None:
        """An operator takes all keys off the disks that a system reaches (`vxfenclearpre`)."""
        for keys in self._reached(system):
            keys.clear()

    def may_start(self, system: str, there: Iterable[str], is_first: bool) -> bool:
        """Whether the driver comes up on a system; the first of a membership finds no foreign keys, or stops.

        The log is told why not.
        """
        reached = list(self._reached(system))
        if len(reached) < self.rules.majority:
            self._refuse(system, FENCING_UNREACHABLE, len(reached), len(self._keys))
            return False
        known = set(there)
        foreign = dict.fromkeys(other for keys in reached for other in keys if other not in known)
        if is_first and foreign:
            self._refuse(system, PREEXISTING_SPLIT, ", ".join(foreign))
            return False
        return True

    def is_torn(self, sides: Iterable[Side]) -> bool:
        """Whether a part of the membership that is awake misses somebody."""
        return any(len(side) < len(self._members) for side in self._contestants(sides))

    def race(self, sides: Iterable[Side]) -> Side:
        """Decide between the parts that are awake; the losers, who have to panic."""
        contestants = list(self._contestants(sides))
        if not any(len(side) < len(self._members) for side in contestants):
            return ()
        losers: list[str] = []
        winner: Side = ()
        for side in sorted(contestants, key=lambda side: -len(side)):
            taken = self._grab(side)
            won = len(taken) >= self.rules.majority
            self._kernel.emit(RaceEnded(side[0], side, taken, len(self._keys), won))
            if won:
                winner = side
            else:
                losers += side
        lost = [member for member in self._members if member not in winner]
        if winner:
            self._disks.eject(lost, winner)
        self.forget(lost)
        return tuple(losers)

    def _contestants(self, sides: Iterable[Side]) -> Iterator[Side]:
        """What is left of the membership on each side."""
        left = (tuple(system for system in side if system in self._members) for side in sides)
        return (side for side in left if side)

    def _grab(self, side: Side) -> tuple[str, ...]:
        """Eject everybody else where the first of a side can; where the disks stand that are its own now."""
        racer, taken = side[0], []
        for place, keys in zip(self.rules.coordinator_disks, self._keys, strict=True):
            if racer in keys and self._disks.reaches(racer, place):
                for other in tuple(keys):
                    if other not in side:
                        del keys[other]
                taken.append(place)
        return tuple(taken)

    def _reached(self, system: str) -> Iterator[dict[str, None]]:
        for place, keys in zip(self.rules.coordinator_disks, self._keys, strict=True):
            if self._disks.reaches(system, place):
                yield keys

    def _refuse(self, system: str, message: Message, *values: object) -> None:
        text = message.text.format(system, *values)
        self._kernel.emit(EngineLog(system, message.severity.value, message.id, text))


class EveryDisk:
    """Disks that everybody reaches, and nothing else to fence: a cluster without a world around it."""

    def reaches(self, system: str, place: str) -> bool:
        """Always."""
        return bool(system and place)

    def eject(self, systems: Sequence[str], by: Sequence[str]) -> None:
        """There is nothing to be ejected from."""
