"""What a command of the DS CLI is made of.

Rule 1: a command is a row of a registry: name, syntax, kind, and a function from a `CommandInvocation` to an `Answer`.
Rule 2: the function acts on the array at once and takes no time; the session adds the time around it.
Rule 3: whatever is wrong with a command line is found before anything is changed.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import simpy

from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.array.storage_image import StorageImage
from mirrordrill.simulator.dscli.accounts import Account, Accounts, Permission
from mirrordrill.simulator.dscli.columns import Columns, Labels
from mirrordrill.simulator.dscli.formats import Format, OutputSettings, render
from mirrordrill.simulator.dscli.messages import NOTHING_FOUND, DscliExitCode
from mirrordrill.simulator.dscli.options import Parsed, Syntax, Takes

IMAGE_FLAG: dict[str, Takes] = {"dev": Takes.VALUE}
DEVICE_FLAGS: dict[str, Takes] = {**IMAGE_FLAG, "remotedev": Takes.VALUE}
LIST_FLAGS: dict[str, Takes] = {"s": Takes.NOTHING, "l": Takes.NOTHING}


class CommandKind(enum.Enum):
    """Where a command is carried out, which decides how long it takes."""

    CLIENT = "in the session"
    LOCAL = "in the DS CLI itself, without a login"
    CONSOLE = "at the console, for no array in particular"
    LIST = "at the array, changing nothing"
    ACTION = "at the array, changing something"

    @property
    def is_for_an_image(self) -> bool:
        """Whether `-dev` says what the command is about."""
        return self in (CommandKind.LIST, CommandKind.ACTION)

    @property
    def is_here(self) -> bool:
        """Whether no console is asked."""
        return self in (CommandKind.CLIENT, CommandKind.LOCAL)


_NEEDS = {
    CommandKind.LIST: Permission.LIST,
    CommandKind.CONSOLE: Permission.LIST,
    CommandKind.ACTION: Permission.COPY_SERVICES,
}


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What a command needs besides the arrays: the client host's files, the user, the accounts."""

    read_file: Callable[[str], str | None]
    write_file: Callable[[str, str], bool]
    user: str = ""
    accounts: Accounts = field(default_factory=lambda: Accounts(()))

    @property
    def account(self) -> Account:
        """The account that is logged in."""
        return self.accounts[self.user]


@dataclass(frozen=True, slots=True)
class CommandInvocation:
    """A parsed command line with the array it is for and the settings of its output."""

    verb: str
    parsed: Parsed
    settings: OutputSettings
    storage: Storage
    images: tuple[str, ...]
    """The images that the console manages."""
    device: str
    """The image that the command is for; empty for client and console commands."""
    context: CommandContext
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

    def qualified(self, thing_id: str) -> str:
        """The id of something on the image, as the settings want ids: plain, or with the image in front."""
        return f"{self.device}/{thing_id}" if self.settings.has_full_ids else thing_id

    def with_ids(self, ids: Sequence[str]) -> CommandInvocation:
        """The same command for other ids."""
        return replace(self, parsed=replace(self.parsed, ids=tuple(ids)))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints below the banner (each line with its newline), and its result."""

    body: str
    exit_code: DscliExitCode = DscliExitCode.SUCCESS
    outcomes: tuple[str, ...] = ()
    settings: OutputSettings | None = None
    """The session's settings from now on, where the command changed them."""
    waits_for: tuple[simpy.Event, ...] = ()
    """What must happen before the answer is given (`-wait`)."""
    leaves: bool = False
    """Whether the session ends."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    name: str
    kind: CommandKind
    run: Callable[[CommandInvocation], Answer]
    summary: str
    syntax: Syntax = field(default_factory=Syntax)
    changes_pairs: bool = False
    questions: Callable[[CommandInvocation], list[tuple[str, str]]] | None = None
    """What must be confirmed unless `-quiet` is given: (id, question)."""
    steps: Callable[[CommandInvocation], int] = lambda _: 0
    """How many pairs or paths the command works on: its time grows with them."""
    need: Callable[[CommandInvocation], Permission] | Permission | None = None
    """What it asks of the user's role; None: what its kind asks."""

    def need_of(self, invocation: CommandInvocation) -> Permission:
        """What this command line asks of the user's role."""
        if self.need is None:
            return _NEEDS.get(self.kind, Permission.NOTHING)
        return self.need if isinstance(self.need, Permission) else self.need(invocation)


def listing(invocation: CommandInvocation, columns: Columns, rows: Sequence[Sequence[str]]) -> Answer:
    """A list in the wanted format; with `-s` the ID column only."""
    if not rows:
        line = NOTHING_FOUND.line(invocation.verb, thing=columns.thing)
        return Answer(line + "\n", outcomes=(NOTHING_FOUND.id,))
    names: Sequence[str] = columns.names
    if invocation.parsed.has("s") and columns.key in names:
        at = names.index(columns.key)
        names, rows = (columns.key,), [(row[at],) for row in rows]
    return Answer(render(names, rows, invocation.settings, columns.numbers))


def showing(invocation: CommandInvocation, labels: Labels, values: Sequence[str]) -> Answer:
    """One thing: a stanza in the default format, a list of one row in the others (dscli.md 1.9)."""
    settings = invocation.settings
    if settings.format is Format.DEFAULT:
        settings = replace(settings, format=Format.STANZA)
    return Answer(render(labels.names, [values], settings))


def count_of_ids(invocation: CommandInvocation) -> int:
    """How many ids were typed: the steps of most commands that change something."""
    return len(invocation.parsed.ids)
