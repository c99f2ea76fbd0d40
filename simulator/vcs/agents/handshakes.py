"""How long an agent takes from its start to its first word, on each system.

The engine starts an agent as a process and waits until it reports for work, AgentStartTimeout at most; one that has not
come by then is given up, and another is started in its place. A binary on a file system that hangs, or one that was
replaced by a broken version, keeps an agent from ever coming.

Rule: whether an agent is slow is looked at when it is started; what is mended later helps the next one only.
"""

from __future__ import annotations

import math

AGENT_START_S = 2.0
"""From the moment HAD misses an agent until the one that it starts has opened its first resource."""
NEVER_S = math.inf
"""Of an agent that cannot start."""


class Handshakes:
    """Which agents of a cluster are slow; it outlives systems and engines."""

    def __init__(self) -> None:
        self._slow: dict[tuple[str, str], float] = {}

    def slow_down(self, system: str, type_name: str, delay_s: float) -> None:
        """From now on the type's agent takes so long to start on a system."""
        self._slow[system, type_name] = delay_s

    def mend(self, system: str, type_name: str) -> None:
        """It starts as fast as ever."""
        self._slow.pop((system, type_name), None)

    def is_slow(self, system: str, type_name: str) -> bool:
        """Whether it does not start as fast as ever."""
        return (system, type_name) in self._slow

    def delay_s(self, system: str, type_name: str) -> float:
        """How long an agent that is started now takes."""
        return self._slow.get((system, type_name), AGENT_START_S)
