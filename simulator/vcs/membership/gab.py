"""When a membership changes: LLT has to give a peer up, then GAB waits until nothing has changed for a while.

Rule 1: a silence is one alarm, at the end of peer_inactive_s; a link that is mended is heard at once.
Rule 2: every change that LLT hears starts GAB's stable time anew, so changes that come together are delivered together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.events import LinkChanged
from mirrordrill.simulator.vcs.membership.llt import Silence, Wires
from mirrordrill.simulator.vcs.spec import ClusterSpec


class Gab:
    """LLT and GAB of one cluster; `deliver` is called whenever a membership is due."""

    def __init__(self, kernel: Kernel, spec: ClusterSpec, deliver: Callable[[], None]) -> None:
        self.wires = Wires(spec.links, spec.membership.peer_inactive_s)
        self._kernel = kernel
        self._spec = spec
        self._deliver = deliver
        self._changes = 0

    @property
    def now_us(self) -> int:
        """The present, in the unit in which silences are measured."""
        return round(self._kernel.env.now * 1_000_000)

    def cut(self, key: str, sides: Sequence[Sequence[str]], links: Sequence[str] = ()) -> None:
        """The sides do not hear each other from now on: on these links, or on all."""
        parted = tuple(tuple(side) for side in sides)
        self.wires.break_off(key, Silence(self.now_us, parted, tuple(links) or self.wires.links))
        self.after(self._spec.membership.peer_inactive_s, self.changed)

    def mend(self, key: str) -> None:
        """They hear each other again."""
        if self.wires.mend(key):
            self.changed()

    def tell(self, what: str, change: str) -> None:
        """Let the log know of a cable."""
        self._kernel.emit(LinkChanged(self._spec.name, what, change))

    def changed(self) -> None:
        """LLT or a daemon has something new: deliver it when nothing else came for the stable time."""
        self._changes += 1
        number = self._changes
        self.after(self._spec.membership.gab_stable_s, lambda: self._deliver() if number == self._changes else None)

    def memberships(self) -> tuple[tuple[str, ...], ...]:
        """The systems of the cluster as LLT sees them now."""
        return self.wires.memberships((system.name for system in self._spec.systems), self.now_us)

    def after(self, delay_s: float, then: Callable[[], None]) -> None:
        """Do something later."""
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then())
