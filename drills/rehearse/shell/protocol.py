"""What a shell and a rehearsal say to each other; a shell that is started for one line imports nothing else of ours.

The socket's path stands in a file of the recording, because the socket itself is in a directory of its own.
"""

from __future__ import annotations

import getpass

import msgspec

FOLDER, SOCKET = "recording", "socket"
"""Below the directory of a rehearsal: its recording, and in it the file with the socket's path."""
PROGRAM = "rehearse"


class ShellState(msgspec.Struct, frozen=True):
    """What a prompt shows."""

    site: str
    clock: str
    branch: str
    is_stopped: bool
    why: str
    gates: tuple[str, ...]


class ShellMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message to a shell."""

    state: ShellState
    answer: str | None = None
    is_good: bool = True
    story: str = ""
    is_over: bool = False
    names: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Of the site, by kind, once: for completion."""


def person() -> str:
    """The login name, for notes and gates."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "instructor"
