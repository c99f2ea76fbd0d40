"""GAB: delivers a new membership after LLT has dropped a peer and nothing has changed for the stable time.

Rule 1: a loss of contact is one timer of peer_inactive_s; a restored link counts at once.
Rule 2: every change restarts GAB's stable time, so changes that come together are delivered together.
Rule 3: a system is seeded by a seeded one that it reaches, by as many systems as gabtab asks for, or by an operator. It
    stays seeded until it goes down: a system that boots alone, behind cut cables, starts no second cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.events import LltLinkChanged
from mirrordrill.simulator.vcs.membership.llt import LinkLoss, LltLinks
from mirrordrill.simulator.vcs.spec import ClusterSpec


class Gab:
    """LLT and GAB of one cluster. It calls `deliver` when a membership is due."""

    def __init__(self, kernel: Kernel, spec: ClusterSpec, deliver: Callable[[], None]) -> None:
        self.llt = LltLinks(spec.links, spec.membership.peer_inactive_s)
        self._kernel = kernel
        self._spec = spec
        self._deliver = deliver
        self._changes = 0
        self._seeded: dict[str, None] = {}

    @property
    def now_us(self) -> int:
        """The present simulated time in microseconds."""
        return round(self._kernel.env.now * 1_000_000)

    def cut(self, key: str, sides: Sequence[Sequence[str]], links: Sequence[str] = ()) -> None:
        """Cut contact between the sides, on these links or on all."""
        parted = tuple(tuple(side) for side in sides)
        self.llt.lose(key, LinkLoss(self.now_us, parted, tuple(links) or self.llt.links))
        self.after(self._spec.membership.peer_inactive_s, self.changed)

    def restore(self, key: str) -> None:
        """Undo a cut."""
        if self.llt.restore(key):
            self.changed()

    def emit_link_change(self, what: str, change: str) -> None:
        """Emit the change of a cable to the event log."""
        self._kernel.emit(LltLinkChanged(self._spec.name, what, change))

    def changed(self) -> None:
        """Deliver a membership when no further change comes for the stable time."""
        self._changes += 1
        number = self._changes
        self.after(self._spec.membership.gab_stable_s, lambda: self._deliver() if number == self._changes else None)

    def memberships(self) -> tuple[tuple[str, ...], ...]:
        """The systems of the cluster as LLT sees them now."""
        return self.llt.memberships((system.name for system in self._spec.systems), self.now_us)

    @property
    def seed_systems(self) -> int:
        """How many systems must be there before those seed that were not seeded yet (`gabconfig -c -n`)."""
        return self._spec.membership.seed_systems or len(self._spec.systems)

    def seed(self, systems: Iterable[str]) -> None:
        """Seed these systems: they wait for no more."""
        self._seeded |= dict.fromkeys(systems)

    def forget(self, system: str) -> None:
        """The system is down: when it boots it is not seeded."""
        self._seeded.pop(system, None)

    def is_seeded(self, systems: Collection[str]) -> bool:
        """Whether these systems, which reach each other, are seeded; then all of them are."""
        if len(systems) >= self.seed_systems or not self._seeded.keys().isdisjoint(systems):
            self.seed(systems)
            return True
        return False

    def after(self, delay_s: float, then: Callable[[], None]) -> None:
        """Do something later."""
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then())
