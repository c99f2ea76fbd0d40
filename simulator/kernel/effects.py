"""Where faults that overlap add up.

A thing of the world (a direction of a link, the power of an array, the reach of an HMC) is named by a tuple, its kind
first. An effect holds a thing from its beginning until it is ended. What the thing is now follows from all effects that
hold it: a function given with each effect is called with their measures and makes the sum true.

Rule 1: a thing is whole again when the last effect on it has ended, in whatever order the effects end.
Rule 2: ending an effect a second time changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

Thing = tuple[str, ...]
"""What an effect holds: a kind of thing, and names."""
Measure = TypeVar("Measure")


class Effect:
    """Something that holds things of the world. Calling it ends it."""

    def __init__(self, things: Iterable[Thing], end: Callable[[], None]) -> None:
        self.things = frozenset(things)
        self._end = end
        self.is_over = False
        """Whether it has ended."""

    def __call__(self) -> None:
        """End it. A second call changes nothing."""
        if not self.is_over:
            self.is_over = True
            self._end()


class Effects:
    """The effects that hold the things of one world."""

    def __init__(self) -> None:
        self._held: dict[Thing, dict[int, Any]] = {}
        """The measures of the effects on each thing, by the number of the effect."""
        self._numbers = itertools.count()

    def hold(self, thing: Thing, measure: Measure, apply: Callable[[Sequence[Measure]], None]) -> Effect:
        """Begin an effect; `apply` is called now and at its end with the measures of all effects on the thing."""
        measures = self._held.setdefault(thing, {})
        number = next(self._numbers)
        measures[number] = measure
        apply(list(measures.values()))

        def end() -> None:
            # A thing that was released meanwhile is whole already.
            if measures.pop(number, None) is not None:
                apply(list(measures.values()))

        return Effect([thing], end)

    def switch(self, thing: Thing, begin: Callable[[], None], end: Callable[[], None]) -> Effect:
        """Begin an effect that is there or not: `begin` is called for the first, `end` when the last one ends."""
        was_held = self.is_held(thing)
        effect = self.hold(thing, "held", lambda measures: None if measures else end())
        if not was_held:
            begin()
        return effect

    def measures(self, thing: Thing) -> list[Any]:
        """The measures of the effects that hold a thing now, the oldest first."""
        return list(self._held.get(thing, {}).values())

    def is_held(self, thing: Thing) -> bool:
        """Whether any effect holds the thing."""
        return bool(self._held.get(thing))

    def held(self, kind: str) -> list[Thing]:
        """The things of a kind that are held now."""
        return [thing for thing, measures in self._held.items() if measures and thing[0] == kind]

    def all_held(self) -> list[Thing]:
        """Every thing that is held now."""
        return [thing for thing, measures in self._held.items() if measures]

    def release(self, thing: Thing) -> bool:
        """End every effect on a thing without applying anything; whether there was one."""
        measures = self._held.get(thing, {})
        was_held = bool(measures)
        measures.clear()
        return was_held


def together(effects: Iterable[Effect], *, is_newest_first: bool = False) -> Effect:
    """One effect for several, which end in the order in which they began, or in the reverse order."""
    parts = list(effects)

    def end() -> None:
        for part in reversed(parts) if is_newest_first else parts:
            part()

    return Effect((thing for part in parts for thing in part.things), end)
