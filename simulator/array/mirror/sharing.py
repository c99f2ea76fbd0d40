"""How copies share what carries them: the link they use, and the arrays at both its ends.

Every copy of a pool (one direction of one link) runs at the same rate. A limit is shared fairly: a copy that cannot use
its equal part leaves the rest to the others (max-min fairness). The rates are worked out anew only when a copy joins or
leaves or a limit changes; between such moments they are constants, and that is what keeps copies in closed form.

Rule 1: no limit is ever exceeded, and no copy is slower than it has to be.
Rule 2: the cost of working it out depends on the number of links, never on the number of copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True, eq=False)
class Limit:
    """So many tracks a second for all senders together; None is no limit."""

    tracks_per_s: float | None
    users: list[Sharer] = field(default_factory=list)


class Sharer(Protocol):
    """The copies that share one direction of one link."""

    limits: tuple[Limit, ...]

    @property
    def running(self) -> int:
        """How many copies run."""

    def set_each(self, tracks_per_s: float) -> None:
        """From now on each copy runs at this rate."""


def fair_rates(sharers: Sequence[Sharer]) -> dict[int, float]:
    """The rate of each copy, by the sharer's place in the list; sharers without a copy are left out.

    The tightest limit decides for its users first; what it leaves of the other limits is shared by the rest.
    """
    rates: dict[int, float] = {}
    waiting = {place for place, sharer in enumerate(sharers) if sharer.running}
    limits = list(dict.fromkeys(limit for sharer in sharers for limit in sharer.limits))
    room = {id(limit): limit.tracks_per_s for limit in limits if limit.tracks_per_s is not None}
    while waiting:
        shares: list[tuple[float, int]] = []
        for place, limit in enumerate(limits):
            left = room.get(id(limit))
            copies = sum(sharers[each].running for each in sorted(waiting) if limit in sharers[each].limits)
            if left is not None and copies:
                shares.append((left / copies, place))
        rate, place = min(shares)
        decided = [each for each in sorted(waiting) if limits[place] in sharers[each].limits]
        for each in decided:
            rates[each] = rate
            waiting.discard(each)
            for limit in sharers[each].limits:
                if id(limit) in room:
                    room[id(limit)] = max(0.0, room[id(limit)] - rate * sharers[each].running)
    return rates


def rebalance(changed: Sharer) -> None:
    """The number of copies of one sharer, or one of its limits, has changed: work out all rates that hang on it."""
    found: list[Sharer] = [changed]
    for sharer in found:
        for limit in sharer.limits:
            if limit.tracks_per_s is not None:
                found.extend(each for each in limit.users if each not in found)
    rates = fair_rates(found)
    for place, sharer in enumerate(found):
        if place in rates:
            sharer.set_each(rates[place])
