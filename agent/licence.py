"""The licence of a command that changes pairs: what it was decided on must still be so when the line is sent.

A host can stand still between any two instructions and go on minutes later, when another system has the group. So the
one place that sends such commands calls `check` immediately before each line.

1. The looks at both arrays that the command was decided on are young, in seconds of uptime, which goes on while a host
   stands still.
2. The memory is still the record that announced the command: no other system has come online since.
3. No system of the far side is online. Engines that do not answer count as online.

The gap between this check and the array cannot be closed: the line may lie in the DS CLI for any time. It is one
instruction on this node; what a command does that lands late is limited by LateCommandLimit.
"""

from __future__ import annotations

from typing import Optional

from .errors import LicenceExpired
from .far_side import FarSide, online_at_far_side
from .memory import Memory, is_unchanged
from .run import Run


class Licence:
    """Permission to change the pairs of one resource, for as long as what it rests on holds."""

    def __init__(self, run: Run, memory: Memory, far: FarSide, looked_s: float) -> None:
        self._run = run
        self.memory = memory
        self._far = far
        self._looked_s = looked_s

    def renew(self, looked_s: float, memory: Optional[Memory] = None) -> None:
        """A later look began at `looked_s` (uptime); perhaps a later record stands in the memory."""
        self._looked_s = looked_s
        self.memory = memory or self.memory

    def check(self, command: str) -> None:
        """Raise LicenceExpired unless the command may be sent now."""
        run = self._run
        if not is_unchanged(run.node, run.resource, run.limits, self.memory):
            raise LicenceExpired(
                f"{command} was held back: the memory of the last online has changed, or VCS is silent"
            )
        online_on = online_at_far_side(run, self._far)
        if online_on is None:
            raise LicenceExpired(f"{command} was held back: VCS does not say whether the far side is online")
        if online_on:
            raise LicenceExpired(f"{command} was held back: the resource is online on {online_on[0]}, at the far side")
        age_s = run.node.uptime_s() - self._looked_s
        if age_s > run.limits.licence_s:
            raise LicenceExpired(f"{command} was held back: the look that it was decided on is {age_s:.0f} s old")
