"""The ways in which a system leaves its engine, and what its peers conclude (vcs.md 3.6 to 3.8).

The engine drops the group states of a system only if the system is known to be dead, or stopped in good order. In every
other case groups that were online there may still be online: the engine keeps their last state and autodisables them,
so that they do not come online elsewhere. That is the difference between a failover and a split brain.
"""

from __future__ import annotations

import enum

from mirrordrill.simulator.vcs.states import SystemState


class Departure(enum.Enum):
    """How a system left: its new state, whether its group states are dropped, whether its groups are autodisabled."""

    DEAD = (SystemState.FAULTED, True, False)
    IN_JEOPARDY = (SystemState.FAULTED, False, True)
    """Its last LLT link broke while it was in jeopardy: it may be alive."""
    DAEMON_DOWN = (SystemState.UNKNOWN, False, True)
    """The engine process died, the node is alive. The state that VCS shows is not known (vcs.md 3.6: M)."""
    STOPPED = (SystemState.EXITED, True, True)
    STOPPED_ENABLED = (SystemState.EXITED, True, False)
    """`hastop -noautodisable`."""
    STOPPED_BY_FORCE = (SystemState.EXITED, False, True)
    """Its groups keep running without an engine."""

    def __init__(self, state: SystemState, drops_states: bool, auto_disables: bool) -> None:  # noqa: FBT001 - a row above
        self.state = state
        self.drops_states = drops_states
        self.auto_disables = auto_disables

    @property
    def fails_over(self) -> bool:
        """Whether groups that were online there come online elsewhere."""
        return self is Departure.DEAD
