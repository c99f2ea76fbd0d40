"""The ways in which a system leaves its engine, and what the others make of each (vcs.md 3.6 to 3.8).

Only a system that is known to be dead, or known to have stopped in good order, can be forgotten. Of any other the
groups that were online there may still be: they stay on the board as they were last seen, and are autodisabled, so that
nothing comes online elsewhere. That is the whole difference between a failover and a split brain.
"""

from __future__ import annotations

import enum

from mirrordrill.simulator.vcs.states import SystemState


class Parting(enum.Enum):
    """How a system left: the state it is shown in, whether its groups are forgotten, whether they are autodisabled."""

    DEAD = (SystemState.FAULTED, True, False)
    IN_JEOPARDY = (SystemState.FAULTED, False, True)
    """Its last link is gone, and the one before had gone first: it may be alive."""
    DAEMON_DOWN = (SystemState.UNKNOWN, False, True)
    """The engine died, the node is alive. The state shown is not known (vcs.md 3.6: M)."""
    STOPPED = (SystemState.EXITED, True, True)
    STOPPED_ENABLED = (SystemState.EXITED, True, False)
    """`hastop -noautodisable`."""
    STOPPED_BY_FORCE = (SystemState.EXITED, False, True)
    """Its groups run on with nobody to look after them."""

    def __init__(self, state: SystemState, forgets: bool, auto_disables: bool) -> None:
        self.state = state
        self.forgets = forgets
        self.auto_disables = auto_disables

    @property
    def fails_over(self) -> bool:
        """Whether what was online there comes online elsewhere."""
        return self is Parting.DEAD
