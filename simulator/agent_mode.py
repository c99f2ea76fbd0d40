"""The two ways to run the agent. It has a module of its own, because a command line that only offers the choice loads
nothing of the simulator."""

from __future__ import annotations

import enum


class AgentMode(enum.Enum):
    """The two ways to run the agent."""

    IN_PROCESS = "inprocess"
    PROCESS = "process"
