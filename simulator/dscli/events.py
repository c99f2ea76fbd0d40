"""The events of the management consoles."""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.simulator.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CommandExecuted(Event):
    """A console carried a command out at an array. The text holds no secrets; flags that only shape the answer stay."""

    host: str
    user: str
    console: str
    array: str
    verb: str
    command: str
    changes_pairs: bool
    outcomes: tuple[str, ...]
    """The message ids of the answer, in order; none for a list that found something."""
    sender: str = ""
    """The entry point that sent it (`ora_mmir online`); empty where a person or a script of their own did."""

    def where(self) -> str:
        """`hostc dscli`."""
        return f"{self.host} dscli"

    def text(self) -> str:
        """`failoverpprc 1260:1260 1261:1261  CMUC00196I`."""
        return "  ".join([self.command, *dict.fromkeys(self.outcomes)])


@dataclass(frozen=True, slots=True)
class CommandHeld(Event):
    """The DS CLI server has accepted a command and holds it. The text has no secrets."""

    host: str
    user: str
    console: str
    array: str
    verb: str
    command: str
    held_ms: int
    sender: str = ""
    """The entry point that sent it (`ora_mmir online`); empty where a person or a script of their own did."""

    def where(self) -> str:
        """`hostc dscli`."""
        return f"{self.host} dscli"

    def text(self) -> str:
        """`failbackpprc 1260:1260  held for 900.000 s`."""
        return f"{self.command}  held for {self.held_ms / 1000:.3f} s"


@dataclass(frozen=True, slots=True)
class LoginRefused(Event):
    """A console did not let a user in: a wrong password, or an account that is locked."""

    host: str
    user: str
    console: str
    arrays: tuple[str, ...]
    """Those that the console is for: they have one book of accounts."""
    message: str
    sender: str = ""
    """The entry point that tried (`ora_mmir online`); empty where a person or a script of their own did."""

    def where(self) -> str:
        """`hostc dscli`."""
        return f"{self.host} dscli"

    def text(self) -> str:
        """`login of admin refused by ds8000e.example.com  CMUC00191E`."""
        return f"login of {self.user} refused by {self.console}  {self.message}"
