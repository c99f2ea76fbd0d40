"""What stands broken in a drill, by the words of the step that broke it, and since when.

Rule 1: a thing is mended by the words it was broken with; what was never broken cannot be mended.
Rule 2: a moment is the number of the first event after something befell the site; every write until then is in the log
before it, so "the writes acknowledged since" means what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.world import World

Undo = Callable[[], None]


class Damage:
    """The memory that all kinds of hazards share."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._undo: dict[str, Undo] = {}
        self._moments: dict[str, int] = {}

    def strike(self, thing: str, moment: str, strike: Callable[[], Undo | None]) -> None:
        """Something breaks now. `thing` is what a later step mends, `moment` what a later step counts from."""
        self.mark(moment)
        undo = strike()
        if undo is not None:
            self._undo[thing] = undo

    def mend(self, thing: str) -> str:
        """Undo what was broken. Raises UsageError for what was not."""
        undo = self._undo.pop(thing, None)
        if undo is None:
            raise UsageError(f"{thing}: nothing of that was lost; lost are: {', '.join(self._undo) or 'nothing'}")
        undo()
        return f"{thing} back"

    def mark(self, moment: str, number: int | None = None) -> None:
        """Something befalls the site now, or befell it with the event of that number."""
        if number is None:
            self._world.settle()
            number = len(self._world.kernel.log)
        self._moments[moment] = number

    def moment(self, name: str) -> int:
        """The number of the first event since something befell the site: `the loss of the links`.

        Raises UsageError with the moments there were.
        """
        if name not in self._moments:
            raise UsageError(f"{name}: that never came; there were: {', '.join(self._moments) or 'none'}")
        return self._moments[name]


def together(undos: Iterable[Undo]) -> Undo:
    """One undo for several faults."""
    taken = list(undos)

    def undo() -> None:
        for each in taken:
            each()

    return undo


def known(name: str, names: tuple[str, ...], what: str) -> str:
    """The name, if it is one of them. Raises UsageError with all there are."""
    if name not in names:
        raise UsageError(f"there is no {what} {name}; there are: {', '.join(names)}")
    return name
