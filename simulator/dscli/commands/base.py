"""What a command of the DS CLI is made of.

Rule 1: a command is a row of a registry: its name, syntax, kind and a function from an `Invocation` to an `Answer`.
Rule 2: the function acts on the array at once and takes no time; the session adds the time around it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import simpy

from simulator.array.storage import Storage
from simulator.array.storage_image import StorageImage
from simulator.dscli.formats import Settings, render
from simulator.dscli.messages import NOTHING_FOUND, Columns, ExitCode
from simulator.dscli.options import Parsed, Syntax, Takes

DEVICE_FLAGS: dict[str, Takes] = {"dev": Takes.VALUE, "remotedev": Takes.VALUE}
LIST_FLAGS: dict[str, Takes] = {"s": Takes.NOTHING, "l": Takes.NOTHING}


class Kind(enum.Enum):
    """Where a command is carried out, and how long that takes."""

    CLIENT = "in the DS CLI itself"
    CONSOLE = "at the console, for no array in particular"
    LIST = "at the array, changing nothing"
    ACTION = "at the array, changing something"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command line that was understood, and what it is about."""

    verb: str
    parsed: Parsed
    settings: Settings
    storage: Storage
    images: tuple[str, ...]
    """The images that the console manages."""
    device: str
    """The image that the command is for; empty for client and console commands."""
    now_s: float = 0.0
    """When the command is carried out."""

    @property
    def image(self) -> StorageImage:
        """The image that the command is for."""
        return self.storage.image(self.device)

    @property
    def remote_device(self) -> str:
        """What `-remotedev` or the session says; empty where neither does."""
        return self.parsed.flags.get("remotedev", self.settings.remote_device)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints behind the banner, each line ended, and how it went."""

    body: str
    exit_code: ExitCode = ExitCode.SUCCESS
    outcomes: tuple[str, ...] = ()
    settings: Settings | None = None
    """The session's settings from now on, where the command changed them."""
    waits_for: tuple[simpy.Event, ...] = ()
    """What must happen before the answer is given (`-wait`)."""
    leaves: bool = False
    """Whether the session ends."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    name: str
    kind: Kind
    run: Callable[[Invocation], Answer]
    summary: str
    syntax: Syntax = field(default_factory=Syntax)
    changes_pairs: bool = False
    questions: Callable[[Invocation], list[tuple[str, str]]] | None = None
    """What must be confirmed unless `-quiet` is given: (id, question)."""
    steps: Callable[[Invocation], int] = lambda _: 0
    """How many pairs or paths the command works on: its time grows with them."""


def listing(invocation: Invocation, columns: Columns, rows: Sequence[Sequence[str]]) -> Answer:
    """A list in the wanted format; with `-s` the ID column only."""
    if not rows:
        line = NOTHING_FOUND.line(invocation.verb, thing=columns.thing)
        return Answer(line + "\n", outcomes=(NOTHING_FOUND.id,))
    names: Sequence[str] = columns.names
    if invocation.parsed.has("s") and "ID" in names:
        at = names.index("ID")
        names, rows = ("ID",), [(row[at],) for row in rows]
    return Answer(render(names, rows, invocation.settings))
