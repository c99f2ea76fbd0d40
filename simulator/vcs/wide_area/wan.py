"""The network between the sites: clusters and Stewards are places, and two places reach each other or do not.

It is neither the mirror's links nor LLT's cables; each of the three can fail by itself, which makes nights dangerous. A
line that carries nothing one way is of no use for a ping, which needs an answer, and for nobody who wants to connect.
A connection that stands notices at both ends, since neither is told any more that what it says arrives; what one says
still arrives at the other until then. Pings alone can be lost to a filter.

Rule 1: every fault returns its undo, which may be called at any time, and more than once.
Rule 2: faults that overlap add up: a line is whole again when the last of them was undone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.wide_area.events import WanChanged

Undo = Callable[[], None]
"""Takes a fault away again. Idempotent."""


class Wan:
    """The places and what stands between them. `changed` is called whenever that is something else."""

    def __init__(self, kernel: Kernel, places: Iterable[str], changed: Callable[[], None]) -> None:
        self.places = tuple(places)
        self._kernel = kernel
        self._changed = changed
        self._standing: dict[str, dict[int, None]] = {}
        """What is cut or lost -> the numbers of the faults that hit it."""
        self._undone: dict[str, str] = {}
        """What is cut or lost -> how its end is told."""
        self._numbers = itertools.count()

    def carries(self, first: str, second: str) -> bool:
        """Whether the two reach each other, and know it."""
        return self.delivers(first, second) and _one_way(second, first) not in self._standing

    def delivers(self, sender: str, receiver: str) -> bool:
        """Whether what one sends gets to the other, whoever may learn of that."""
        what = (_between(sender, receiver), _one_way(sender, receiver), sender, receiver)
        return not any(each in self._standing for each in what)

    def pings(self, asking: str, asked: str) -> bool:
        """Whether a ping gets there, and its answer back."""
        return self.carries(asking, asked) and _pings(asking, asked) not in self._standing

    def cut(self, first: str, second: str) -> Undo:
        """Nothing gets from one of the two to the other any more."""
        return self._strike(_between(first, second), "cut", "mended")

    def cut_one_way(self, sender: str, receiver: str) -> Undo:
        """Nothing gets from the one to the other any more; the way back is whole."""
        return self._strike(_one_way(sender, receiver), "cut", "mended")

    def lose_pings(self, asking: str, asked: str) -> Undo:
        """Pings are not answered any more; connections live."""
        return self._strike(_pings(asking, asked), "lost", "answered again")

    def lose_place(self, place: str) -> Undo:
        """Nobody reaches the place any more."""
        return self._strike(place, "unreachable", "reachable again")

    def mend(self, first: str, second: str) -> None:
        """Undo every cut between the two."""
        for what in (_between(first, second), _one_way(first, second), _one_way(second, first)):
            if self._standing.pop(what, None) is not None:
                self._tell(what, "mended")

    def heal(self) -> None:
        """Undo everything."""
        for what in tuple(self._standing):
            del self._standing[what]
            self._tell(what, self._undone[what])

    def _strike(self, what: str, change: str, undone: str) -> Undo:
        number = next(self._numbers)
        fresh = what not in self._standing
        self._standing.setdefault(what, {})[number] = None
        self._undone[what] = undone
        if fresh:
            self._tell(what, change)
        return lambda: self._undo(what, number, undone)

    def _undo(self, what: str, number: int, change: str) -> None:
        standing = self._standing.get(what, {})
        if number in standing:
            del standing[number]
            if not standing:
                del self._standing[what]
                self._tell(what, change)

    def _tell(self, what: str, change: str) -> None:
        self._kernel.emit(WanChanged(what, change))
        self._changed()


def _between(first: str, second: str) -> str:
    return " and ".join(sorted((first, second)))


def _one_way(sender: str, receiver: str) -> str:
    return f"way from {sender} to {receiver}"


def _pings(asking: str, asked: str) -> str:
    return f"pings from {asking} to {asked}"
