"""The operator of a drill: types the same commands as in life on a system of the cluster, and reads the answers."""

from __future__ import annotations

from drills.expect import UsageError
from simulator.world import World


class Operator:
    """Somebody with root on the cluster nodes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def switch(self, group: str, host: str) -> str:
        """`hagrp -switch`: offline where the group is, online on the host."""
        return self.types(["hagrp", "-switch", group, "-to", host])

    def types(self, argv: list[str]) -> str:
        """Type a command on the first system of the cluster; a refusal is wrong usage of the drill.

        Raises UsageError with what the command answered.
        """
        answer = self._world.operate(argv)
        if answer.exit_code != 0:
            raise UsageError(f"`{' '.join(argv)}` was refused: {answer.output.strip()}")
        return f"`{' '.join(argv)}` accepted"
