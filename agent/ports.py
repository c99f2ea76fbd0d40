"""What the agent needs of the node it runs on, and nothing else.

The agent is plain, blocking code. Everything it learns and everything it does goes through one `Node`; the DS CLI is a
`Terminal`, that is: text in, text out, as on a pseudo terminal. The real node lives in this package, a simulated one
elsewhere, and no line of the agent can tell them apart.

Rule 1: every method may block, may take (simulated) time, and may be the last one that ever runs: the caller can be
killed before, inside or after each call.
Rule 2: a method reports what happened; it never decides what that means.
"""

from __future__ import annotations

import enum
from typing import NamedTuple, Optional, Protocol, Sequence


class Until(enum.Enum):
    """Why `Terminal.expect` stopped listening."""

    PROMPT = "prompt"
    END = "end"
    """The program ended or closed its side: nothing more will ever be heard."""
    SILENCE = "silence"
    """The time was up before any prompt came. The last command may have been carried out or not."""
    FLOOD = "flood"
    """More than HEARD_MAX characters came before any prompt."""


HEARD_MAX = 1_000_000
"""Characters that a terminal listens to before it gives up: no list of a resource's volumes has a tenth of that."""


class Heard(NamedTuple):
    """What a terminal said until it stopped: the text in front of the prompt, why it stopped, and which prompt."""

    text: str
    until: Until
    prompt: str


class Terminal(Protocol):
    """A program on the far end of a pseudo terminal without echo. Lines end in a bare newline."""

    def expect(self, prompts: Sequence[str], timeout_s: float) -> Heard:
        """Listen until one of the literal prompts stands in the output, the program ends, or the time is up.

        Gives up, too, on a program that prints more than HEARD_MAX characters.
        """

    def send_line(self, text: str) -> None:
        """Type one line. A program that is gone swallows it: the next `expect` then tells."""

    def close(self) -> Optional[int]:
        """Hang up, wait shortly for the program to go, kill it if it does not; its exit code or None."""


class FileFacts(NamedTuple):
    """What the agent may know of a file it does not own: enough to say whether it is there and who can read it."""

    is_regular: bool
    mode: int
    owner_uid: int


class HaAnswer(NamedTuple):
    """Exit code and output of one `ha` command; an exit code of None means that no answer came in time."""

    exit_code: Optional[int]
    output: str


class Severity(enum.Enum):
    """VCS severities, most severe first (reference vcs.md 1.8)."""

    CRITICAL = "CRITICAL"
    ERROR = "ERROR"
    WARNING = "WARNING"
    NOTICE = "NOTICE"
    INFO = "INFO"


class Node(Protocol):
    """The cluster node an entry point runs on."""

    @property
    def system(self) -> str:
        """This node's name in VCS."""

    def uptime_s(self) -> float:
        """Seconds since the node booted. Never runs backwards while the node is up; budgets are measured with it."""

    def pause(self, duration_s: float, awaited: str) -> None:
        """Do nothing for a while, because something outside (a copy, a command under way) needs the time.

        `awaited` names it in a few words for the operator or simulator that watches the entry point wait.
        """

    def boot_id(self) -> str:
        """A text that changes at every boot of the node, and only then."""

    def has_state(self, name: str) -> bool:
        """Whether the agent's state file `name` (`ora_mmir.lock`) exists. Raises OSError if the node cannot tell."""

    def state_names(self) -> Sequence[str]:
        """The names of all that is in the state directory. Raises OSError if the node cannot tell."""

    def read_state(self, name: str) -> Optional[str]:
        """The text of a state file; None where there is none. Raises OSError where it cannot be read or trusted."""

    def write_state(self, name: str, text: str) -> None:
        """Write a state file: all or nothing, and durable when this returns. Raises OSError."""

    def remove_state(self, name: str) -> bool:
        """Remove a state file, durably; whether there was one. Raises OSError."""

    def private_file(self, name: str, text: str) -> str:
        """The path, as programs of the node find it, of a file with this text that only the agent's user can write.

        Raises OSError.
        """

    def private_text(self, name: str) -> Optional[str]:
        """The text of such a file; None where there is none that can be read."""

    def inspect_file(self, path: str) -> Optional[FileFacts]:
        """Facts about any file of the node (following links); None where there is none."""

    def start_program(self, argv: Sequence[str]) -> Terminal:
        """Start a program on a pseudo terminal. Raises OSError where it cannot be started."""

    def run_ha(self, argv: Sequence[str], timeout_s: float) -> HaAnswer:
        """Run one VCS command (`hares`, `hatype`, ...) and wait for it."""

    def log(self, severity: Severity, message_id: int, text: str) -> None:
        """Write one line to the VCS log. Never raises: an entry point must not fail because a log disk is full."""

    def answer(self, text: str) -> None:
        """Print to the caller: VCS hands an action's output to `hares -action`."""
