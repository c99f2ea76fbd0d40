"""I/O fencing: decides which systems continue after a cluster lost contact between its systems (vcs.md 3.6).

Every system of a fenced cluster keeps its key on each coordinator disk. When members of the fencing membership are
missing, the lowest system of each part that is left races: it ejects the keys of the others from every disk that it
reaches, as long as its own key is still there. The part that holds the majority continues; all others panic. A dead
system does not race, so the survivors win unless they cannot reach the majority: then no system is left.

The larger part races first, of equal parts the one with the lowest system: the driver lets the smaller one wait (M).

Rule 1: a part without the majority panics, whether or not another part has it.
Rule 2: keys are on the disks, not in systems: they remain after a crash, and a system that starts later finds them.
Rule 3: this module does not know what a disk is; the port is asked at the moment of the race.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.events import EngineLog, RaceEnded
from mirrordrill.simulator.vcs.membership.rules import FencingRules
from mirrordrill.simulator.vcs.messages import FENCING_UNREACHABLE, PREEXISTING_SPLIT
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
        """For each disk, the systems whose keys are registered."""

    @property
    def members(self) -> Side:
        """The fencing membership: GAB's port b."""
        return tuple(self._members)

    def keys(self) -> Iterator[tuple[str, Side]]:
        """Each disk: its place, and the systems whose keys are on it."""
        return ((place, tuple(keys)) for place, keys in zip(self.rules.coordinator_disks, self._keys, strict=True))

    def register(self, system: str) -> None:
        """Make a system a member: its key is written to every disk that it reaches."""
        self._members[system] = None
        for keys in self._reached(system):
            keys[system] = None

    def forget(self, systems: Iterable[str]) -> None:
        """Remove systems from the fencing membership. Their keys stay on the disks."""
        for system in systems:
            self._members.pop(system, None)

    def clear(self, system: str) -> None:
        """Remove all keys from the disks that a system reaches (`vxfenclearpre`)."""
        for keys in self._reached(system):
            keys.clear()

    def may_start(self, system: str, there: Iterable[str], *, is_first: bool) -> bool:
        """Whether the driver starts on a system. The first of a membership stops if it finds keys of other systems.

        Writes the reason to the log.
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

    def needs_race(self, sides: Iterable[Side]) -> bool:
        """Whether a running part of the membership lacks a member."""
        return any(len(side) < len(self._members) for side in self._contestants(sides))

    def race(self, sides: Iterable[Side]) -> Side:
        """Decide between the running parts; return the systems that must panic."""
        contestants = list(self._contestants(sides))
        if not any(len(side) < len(self._members) for side in contestants):
            return ()
        losers: list[str] = []
        winner: Side = ()
        for side in sorted(contestants, key=lambda side: -len(side)):
            taken = self._eject_others(side)
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
        """The fencing members of each side."""
        left = (tuple(system for system in side if system in self._members) for side in sides)
        return (side for side in left if side)

    def _eject_others(self, side: Side) -> tuple[str, ...]:
        """Eject all others from the disks that the side's first system reaches; return those disks' places."""
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

    def _refuse(self, system: str, message: MessageText, *values: object) -> None:
        text = message.fill(system, *values)
        self._kernel.emit(EngineLog(system, message.severity, message.id, text))


class EveryDisk:
    """Disks that every system reaches: for a cluster without storage around it."""

    def reaches(self, system: str, place: str) -> bool:
        """True."""
        return bool(system and place)

    def eject(self, systems: Sequence[str], by: Sequence[str]) -> None:
        """Nothing to eject from."""
