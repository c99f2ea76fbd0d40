"""The faults of a drill: which stand, which stood, and the moments that later steps count from.

Rule 1: a fault is injected and cleared by value. One that stands is not injected again: of the same kind on the same
target there is one, whose setting may change.
Rule 2: faults of different kinds or targets may hit the same thing; what that comes to is added up in the kernel's
effects. Clearing one of them reports what still holds the thing.
Rule 3: what does not stand cannot be cleared.
Rule 4: a moment is the number of the first event after a fault began. Every write until then is in the log before it,
so "the writes acknowledged since" means what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mirrordrill.drills.faults.armed_faults import ArmedFaults
from mirrordrill.drills.faults.fault import Fault, begun, ended, moment_of
from mirrordrill.drills.output.timeline import clock
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.array.plan import PlanError
from mirrordrill.simulator.kernel.effects import Effect
from mirrordrill.simulator.world import UnknownNameError, World

Key = tuple[str, tuple[str, ...]]


class ActiveFaults:
    """The registry of one drill."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.armed = ArmedFaults(world.consoles)
        self._standing: dict[Key, Fault] = {}
        self._effects: dict[Key, Effect] = {}
        self._earlier: dict[Key, list[Effect]] = {}
        """Effects of faults that were injected again before they had ended: several commands are waited for."""
        self._over: list[Fault] = []
        self._moments: dict[str, int] = {}

    def inject(self, *faults: Fault) -> str:
        """Bring about faults of one kind at this moment; what was seen. Raises UsageError with what there is."""
        news = [fault for fault in faults if not self._is_already(fault)]
        if not news:
            return f"{begun(faults)} already, since {clock(self._standing[faults[0].key].since_us or 0)}"
        if faults[0].kind.moment:
            self.mark(moment_of(news))
        for fault in news:
            self.begin(fault)
        return begun(faults)

    def clear(self, *faults: Fault) -> str:
        """End those of these faults that stand; what was seen. Raises UsageError where none does."""
        found = [standing for fault in faults if (standing := self._found(fault)) is not None]
        if not found:
            raise UsageError(
                f"{ended(faults[:1])}: nothing of that stands; what stands: {', '.join(self._names()) or 'nothing'}"
            )
        things = frozenset(thing for fault in found for thing in self._clear(fault))
        still = [fault for fault in self.standing() if self._effects[fault.key].things & things]
        first = next((fault for fault in found if fault.key == faults[0].key), found[0])
        seen = ended(fault for fault in found if fault.kind is first.kind)
        return seen + "".join(f"; still {begun([fault])}" for fault in still)

    def forget(self, *faults: Fault) -> None:
        """These ended by themselves, where they stood: a host that stood still has died."""
        for fault in faults:
            if (standing := self._standing.pop(fault.key, None)) is not None:
                self._effects.pop(fault.key)
                self._over.append(replace(standing, until_us=self._now_us()))

    def standing(self) -> tuple[Fault, ...]:
        """The faults that stand now, in the order in which they began."""
        self._let_end()
        return tuple(self._standing.values())

    def history(self) -> tuple[Fault, ...]:
        """Every fault that there was, in the order in which they began; `until_us` is None for what stands."""
        return tuple(sorted((*self._over, *self.standing()), key=lambda fault: fault.since_us or 0))

    def matching(self, *names: str, of: Iterable[str]) -> Iterator[Fault]:
        """The standing faults of these kinds whose targets have these names among theirs."""
        kinds = set(of)
        for fault in self.standing():
            if fault.kind.name in kinds and set(names) <= set(fault.target):
                yield fault

    def mark(self, moment: str, number: int | None = None) -> None:
        """The moment is now, or came with the event of that number."""
        if number is None:
            self.world.settle()
            number = len(self.world.kernel.log)
        self._moments[moment] = number

    def moment(self, name: str) -> int:
        """The number of the first event since a moment: `the loss of the links`.

        Raises UsageError with the moments there were.
        """
        if name not in self._moments:
            raise UsageError(f"{name}: that never came; there were: {', '.join(self._moments) or 'none'}")
        return self._moments[name]

    def has_come_since(self, name: str, number: int) -> bool:
        """Whether a moment has come since the event with that number."""
        return self._moments.get(name, -1) >= number

    def _is_already(self, fault: Fault) -> bool:
        standing = self._found(fault)
        return standing is not None and not fault.kind.is_repeatable and standing.setting == fault.setting

    def _found(self, fault: Fault) -> Fault | None:
        self._let_end()
        return self._standing.get(fault.key)

    def begin(self, fault: Fault) -> None:
        """A fault begins while time passes, and no step asked for it at this moment: it has no moment of its own.

        Raises UsageError with what there is.
        """
        try:
            effect = fault.kind.inject(self, fault)
        except (PlanError, UnknownNameError) as error:
            raise UsageError(str(error)) from error
        now_us = self._now_us()
        if effect is None:
            self._over.append(replace(fault, since_us=now_us, until_us=now_us))
            return
        old = self._effects.get(fault.key)
        self.forget(fault)
        self._standing[fault.key], self._effects[fault.key] = replace(fault, since_us=now_us), effect
        if old is not None and fault.kind.is_repeatable:
            self._earlier.setdefault(fault.key, []).append(old)
        elif old is not None:
            # The new one begins before the old one ends, so that nothing is whole in between.
            old()

    def _clear(self, fault: Fault) -> frozenset[tuple[str, ...]]:
        effect = self._effects[fault.key]
        for each in (*self._earlier.pop(fault.key, ()), effect):
            each()
        self.forget(fault)
        return effect.things

    def _let_end(self) -> None:
        """Take out of the registry what has ended by itself."""
        for key, effect in tuple(self._effects.items()):
            if effect.is_over:
                self._effects.pop(key)
                self._earlier.pop(key, None)
                fault = self._standing.pop(key)
                self._over.append(replace(fault, until_us=fault.lasts_until_us() or self._now_us()))

    def _names(self) -> list[str]:
        return [begun([fault]) for fault in self.standing()]

    def _now_us(self) -> int:
        return round(self.world.kernel.now_s * 1_000_000)


def known(name: str, names: Iterable[str], what: str) -> str:
    """The name, if it is one of them. Raises UsageError with all there are."""
    there = tuple(names)
    if name not in there:
        raise UsageError(f"there is no {what} {name}; there are: {', '.join(there)}")
    return name
