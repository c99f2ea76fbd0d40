"""What is remembered of a drill, once: the state of the site over time, and the ledger of its writes.

Oracles, measures and expectations ask here. The lanes of the report and the tracks of the trace are the same changes of
state, in words and in time.
"""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.history.dispatch import Dispatch
from mirrordrill.drills.history.held_commands import HeldCommands
from mirrordrill.drills.history.site_state import SiteState
from mirrordrill.drills.history.write_ledger import WriteLedger
from mirrordrill.simulator.kernel.events import Record

__all__ = ["Dispatch", "HeldCommands", "History", "SiteState", "WriteLedger"]


class History:
    """The memory of one drill. What else watches the log asks `dispatch` for the kinds of events that it needs."""

    def __init__(self) -> None:
        self.dispatch = Dispatch()
        self.state = SiteState(self.dispatch)
        self.writes = WriteLedger(self.dispatch)
        self.held = HeldCommands(self.dispatch)

    @property
    def see(self) -> Callable[[Record], None]:
        """Takes one record in."""
        return self.dispatch.see
