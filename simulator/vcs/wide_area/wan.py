"""The network between the sites. Clusters and Stewards are places; two places reach each other or do not.

It is neither the mirror's links nor LLT's cables; each of the three can fail by itself. A line that is cut one way
answers no ping and carries no new connection. On a connection that exists both ends notice the cut, since neither is
acknowledged any more; until then what is sent the open way still arrives. Pings alone can be lost to a filter.

Rule 1: every fault returns its undo, which may be called at any time, and more than once.
Rule 2: faults that overlap add up: a line works again when the last of them was undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mirrordrill.simulator.kernel.effects import Effect, Thing
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.wide_area.events import WanChanged

WAN = "network between clusters"
"""The kind of thing that faults hold here."""


class Wan:
    """The places and the faults between them. Calls `changed` after every change."""

    def __init__(self, kernel: Kernel, places: Iterable[str], changed: Callable[[], None]) -> None:
        self.places = tuple(places)
        self._kernel = kernel
        self._changed = changed
        self._effects = kernel.effects
        self._undone: dict[str, str] = {}
        """Fault target -> the word for its end in the log."""

    def carries(self, first: str, second: str) -> bool:
        """Whether the two reach each other in both directions."""
        return self.delivers(first, second) and not self._is_held(_one_way(second, first))

    def delivers(self, sender: str, receiver: str) -> bool:
        """Whether messages of one reach the other."""
        what = (_between(sender, receiver), _one_way(sender, receiver), sender, receiver)
        return not any(self._is_held(each) for each in what)

    def pings(self, asking: str, asked: str) -> bool:
        """Whether a ping is answered."""
        return self.carries(asking, asked) and not self._is_held(_pings(asking, asked))

    def cut(self, first: str, second: str) -> Effect:
        """Cut the line between two places."""
        return self._inject(_between(first, second), "cut", "mended")

    def cut_one_way(self, sender: str, receiver: str) -> Effect:
        """Cut the line from sender to receiver; the other direction works."""
        return self._inject(_one_way(sender, receiver), "cut", "mended")

    def lose_pings(self, asking: str, asked: str) -> Effect:
        """Lose pings; connections work."""
        return self._inject(_pings(asking, asked), "lost", "answered again")

    def lose_place(self, place: str) -> Effect:
        """Make a place unreachable."""
        return self._inject(place, "unreachable", "reachable again")

    def mend(self, first: str, second: str) -> None:
        """Undo every cut between the two."""
        for what in (_between(first, second), _one_way(first, second), _one_way(second, first)):
            if self._effects.release(_thing(what)):
                self._tell(what, "mended")

    def heal(self) -> None:
        """Undo everything."""
        for thing in self._effects.held(WAN):
            self._effects.release(thing)
            self._tell(thing[1], self._undone[thing[1]])

    def _inject(self, what: str, change: str, undone: str) -> Effect:
        self._undone[what] = undone
        return self._effects.switch(
            _thing(what), begin=lambda: self._tell(what, change), end=lambda: self._tell(what, undone)
        )

    def _is_held(self, what: str) -> bool:
        return self._effects.is_held(_thing(what))

    def _tell(self, what: str, change: str) -> None:
        self._kernel.emit(WanChanged(what, change))
        self._changed()


def _thing(what: str) -> Thing:
    return (WAN, what)


def _between(first: str, second: str) -> str:
    return " and ".join(sorted((first, second)))


def _one_way(sender: str, receiver: str) -> str:
    return f"way from {sender} to {receiver}"


def _pings(asking: str, asked: str) -> str:
    return f"pings from {asking} to {asked}"
