"""Commands that a DS CLI server holds: sent, accepted, and not carried out yet.

The same text can be sent again meanwhile, and carried out at once. So a command that is carried out is the one that was
held only from the moment on until which the server said that it holds it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.drills.history.dispatch import Dispatch
from mirrordrill.simulator.dscli.events import CommandExecuted, CommandHeld
from mirrordrill.simulator.kernel.events import Record

ROUNDING_US = 1000
"""A hold is told in whole milliseconds."""


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """A command in the hands of the server."""

    sent_us: int
    due_us: int
    event: CommandHeld

    @property
    def held_s(self) -> float:
        """For how long."""
        return self.event.held_ms / 1000

    @property
    def changes_something(self) -> bool:
        """Whether it is more than a question."""
        return not self.event.verb.startswith(("ls", "show"))

    def is_this(self, record: Record, event: CommandExecuted) -> bool:
        """Whether this is what the array carries out now."""
        its = self.event
        own, other = ((each.host, each.sender, each.array, each.command) for each in (its, event))
        return own == other and record.time_us >= self.due_us - ROUNDING_US


class HeldCommands:
    """The commands that servers hold."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.waiting: list[PendingCommand] = []
        self.landed: PendingCommand | None = None
        """The one that is carried out with the command that is being seen."""
        dispatch.on(CommandHeld, self._held)
        dispatch.on(CommandExecuted, self._executed)

    def _held(self, record: Record, event: CommandHeld) -> None:
        self.waiting.append(PendingCommand(record.time_us, record.time_us + event.held_ms * 1000, event))

    def _executed(self, record: Record, event: CommandExecuted) -> None:
        self.landed = next((each for each in self.waiting if each.is_this(record, event)), None)
        if self.landed is not None:
            self.waiting.remove(self.landed)
