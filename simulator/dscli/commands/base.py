"""What a command of the DS CLI is made of.

Rule 1: a command is a row of a registry: name, syntax, kind, and a function from a `CommandInvocation` to an `Answer`.
Rule 2: the function acts on the array at once and takes no time; the session adds the time around it.
Rule 3: whatever is wrong with a command line is found before anything is changed.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import simpy

from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal
from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.array.storage_image import StorageImage
from mirrordrill.simulator.dscli.accounts import Account, Accounts, Permission
from mirrordrill.simulator.dscli.columns import Columns, Labels
from mirrordrill.simulator.dscli.formats import Format, OutputSettings, render
from mirrordrill.simulator.dscli.ids import parse_ssid
from mirrordrill.simulator.dscli.messages import NOT_ADDED, NOTHING_FOUND, DscliExitCode
from mirrordrill.simulator.dscli.options import Ids, Parsed, Syntax, Takes

IMAGE_FLAG: dict[str, Takes] = {"dev": Takes.VALUE}
DEVICE_FLAGS: dict[str, Takes] = {**IMAGE_FLAG, "remotedev": Takes.VALUE}
SSID_FLAGS: dict[str, Takes] = {"srcss": Takes.VALUE, "tgtss": Takes.VALUE}


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


class CommandContext(NamedTuple):
    """What a command needs besides the arrays: the client host's files, the user, the accounts."""

    read_file: Callable[[str], str | None]
    write_file: Callable[[str, str], bool]
    user: str = ""
    accounts: Accounts = field(default_factory=lambda: Accounts({}))

    @property
    def account(self) -> Account:
        """The account that is logged in."""
        return self.accounts[self.user]


class CommandInvocation(NamedTuple):
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
        return self._replace(parsed=self.parsed._replace(ids=tuple(ids)))


class Answer(NamedTuple):
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


def list_syntax(
    columns: Columns,
    ids: Ids = Ids.OPTIONAL,
    flags: Mapping[str, Takes] = IMAGE_FLAG,
    *,
    required: tuple[str, ...] = (),
    choices: Mapping[str, tuple[str, ...]] | None = None,
    unmodelled: frozenset[str] = frozenset(),
) -> Syntax:
    """What a list accepts: `-s`, `-l`, and the filters of its columns."""
    accepted = {**flags, "s": Takes.NOTHING, "l": Takes.NOTHING, **dict.fromkeys(columns.filters, Takes.VALUE)}
    return Syntax(accepted, ids, required, choices or {}, unmodelled)


def listing(
    invocation: CommandInvocation,
    columns: Columns,
    rows: Iterable[Sequence[str]],
    have: tuple[str, ...] = (),
) -> Answer:
    """A list in the wanted format, filtered as the options say. Where the columns of `-l` are not known, it says so.

    The rows have the columns `have`: by default those of `-l`, or the only ones where no long list is known.
    """
    parsed, have = invocation.parsed, have or columns.long or columns.names
    wanted = {
        have.index(column): parsed.flags[flag] for flag, column in columns.filters.items() if flag in parsed.flags
    }
    found = list(rows) if not wanted else [row for row in rows if _has_all(row, wanted)]
    if not found:
        line = NOTHING_FOUND.line(invocation.verb, thing=columns.thing)
        return Answer(line + "\n", outcomes=(NOTHING_FOUND.id,))
    names = columns.of(is_short=parsed.has("s"), is_long=parsed.has("l"))
    if names != have:
        places = [have.index(name) for name in names]
        found = [[row[place] for place in places] for row in found]
        if columns.short == names:
            found = [list(row) for row in dict.fromkeys(map(tuple, found))]
    last = f"{NOT_ADDED.line(invocation.verb, word='-l')}\n" if parsed.has("l") and not columns.long else ""
    return Answer(render(names, found, invocation.settings, columns.numbers) + last)


def _has_all(row: Sequence[str], wanted: Mapping[int, str]) -> bool:
    """Whether the cells of a row are what the filters ask for; the case of letters does not matter.

    `5` is what `5 (6+P+S)` is, too.
    """
    cells = ((row[place].rpartition("/")[2].lower(), value.lower()) for place, value in wanted.items())
    return all(value in (cell, cell.partition(" (")[0]) for cell, value in cells)


def showing(invocation: CommandInvocation, labels: Labels, values: Sequence[str]) -> Answer:
    """One thing: a stanza in the default format, a list of one row in the others (dscli.md 1.9)."""
    settings = invocation.settings
    if settings.format is Format.DEFAULT:
        settings = settings._replace(format=Format.STANZA)
    return Answer(render(labels.names, [values], settings))


def named_ssids(invocation: CommandInvocation) -> dict[str, int]:
    """The subsystem ids that the command line names. Raises `RefusedLine` for what is none."""
    flags = invocation.parsed.flags
    return {flag: parse_ssid(flags[flag]) for flag in SSID_FLAGS if flag in flags}


def check_ssids(invocation: CommandInvocation, source_lss: int, remote: str, target_lss: int) -> None:
    """The subsystem ids that were named are those of the two LSSs. Raises `ArrayRefusedError`."""
    named = named_ssids(invocation)
    true = {"srcss": invocation.image.ssid(source_lss)}
    if remote in invocation.storage.image_ids():
        true["tgtss"] = invocation.storage.image(remote).ssid(target_lss)
    if any(true.get(flag, ssid) != ssid for flag, ssid in named.items()):
        raise ArrayRefusedError(Refusal.WRONG_SSID)


def count_of_ids(invocation: CommandInvocation) -> int:
    """How many ids were typed: the steps of most commands that change something."""
    return len(invocation.parsed.ids)
