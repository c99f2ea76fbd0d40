"""The alarms of one system: they ring with all others, but not while the system stands still."""

from __future__ import annotations

from mirrordrill.simulator.kernel.timers import Bell, Wake


class Alarms:
    """Sets alarms, and holds back those that come due while the system hangs."""

    def __init__(self, bell: Bell) -> None:
        self.bell = bell
        self._stands_still = False
        self._missed: list[tuple[float, Wake]] = []

    def set(self, delay_s: float, wake: Wake) -> None:
        """Wake after the delay."""
        self.bell.set(self.bell.now_s + delay_s, self.bell.rank(), lambda due_s: self.ring(due_s, wake))

    def ring(self, due_s: float, wake: Wake) -> None:
        """An alarm of the system rings: now, or as soon as the system goes on."""
        if self._stands_still:
            self._missed.append((due_s, wake))
        else:
            wake(due_s)

    def stand_still(self) -> None:
        """Nothing rings until `go_on`."""
        self._stands_still = True

    def go_on(self) -> None:
        """What was missed rings now, in its order."""
        self._stands_still = False
        missed, self._missed = self._missed, []
        for due_s, wake in missed:
            wake(due_s)
