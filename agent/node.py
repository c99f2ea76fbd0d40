"""The real node: the only part of the agent, besides its terminal, that touches the world.

All absolute paths of the node are taken below `METROMIRROR_ROOT` (default `/`), the one environment variable of the
agent's own; `VCS_HOME`, `VCS_LOG` and `VCS_CONF` are honoured as VCS documents them. So a test, or a simulated host,
has a node in a directory, and production has `/`.

While it waits, the node keeps a note `<resource>.<entry>.waiting` in the state directory: who waits, until which
uptime, for what. An operator who wonders why an entry point hangs reads it; so does a world that makes uptime jump.
Deadlines are measured with the uptime in `/proc/uptime`, and looked at every POLL_S of real time.

Rule 1: state files and the log are the agent's own (state_files.py). One that is a link, has another owner, or may be
written by others is not trusted.
Rule 2: nothing is said into the void. A log that cannot be written, and an entry point that a person started at a
terminal, say it on standard error.
Rule 3: the monitor starts this module every few minutes, so whatever is heavy (pexpect, subprocess, enums) is imported
where it is used.
"""

import os
import stat
import time

from . import paths
from .names import waiting_name
from .state_files import StateFiles, make_directory, unlink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Sequence

    from .ports import FileFacts, HaAnswer, Severity, Terminal

POLL_S = 0.05
"""How often a waiting entry point looks at the uptime: 20 reads of a line a second cost nothing."""
MESSAGE_CATEGORY = 20150
"""Category of the agent's messages: V-16-20150-id. VCS's own categories for agents lie elsewhere."""
WHO_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC0"}
"""The caller's time zone and language must not change what the moment of boot looks like."""


class RealNode:
    """`agent.ports.Node` on the machine that the process runs on, for one resource and one entry point."""

    asks_who = True
    """Whether `who -b` may be run where the kernel keeps no boot id. It costs more than a whole monitor."""

    def __init__(self, resource: str, entry: str, environment: "Optional[Dict[str, str]]" = None) -> None:
        values = dict(os.environ) if environment is None else environment
        self._root = paths.Root(values)
        self._resource = resource
        self._entry = entry
        self._has_directory = False
        self._states = StateFiles(self._root.state_directory, self._root.void_directory)

    @property
    def system(self) -> str:
        """The name that VCS keeps for this node, else the host name."""
        return _first_line(self._root.sysname_file) or self._root.host or os.uname().nodename.partition(".")[0]

    def uptime_s(self) -> float:
        """Seconds since boot; where the system has no /proc/uptime, a clock that runs as evenly."""
        words = _first_line(self._root.uptime_file).split()
        return float(words[0]) if words else time.monotonic()

    def pause(self, duration_s: float, awaited: str) -> None:
        """Wait in slices, with a note for a program that watches."""
        with self.waiting(awaited, duration_s, "pause") as deadline_s:
            while self.uptime_s() < deadline_s:
                time.sleep(min(POLL_S, max(deadline_s - self.uptime_s(), 0.001)))

    def nap(self, duration_s: float) -> None:
        """Real time, for a program that is about to end by itself."""
        time.sleep(duration_s)

    def waiting(self, awaited: str, timeout_s: float, kind: str = "answer") -> "Wait":
        """A context that keeps the wait note while it lasts, and gives the deadline in uptime.

        `kind` says whether an answer is waited for (`answer`) or only time (`pause`).
        """
        if not self._has_directory:
            self._has_directory = True
            self._try_directory()
        note = os.path.join(self._root.state_directory, waiting_name(self._resource, self._entry))
        # Rounded, so that an uptime in hundredths reaches the deadline when it should, whatever binary fractions say.
        return Wait(note, kind, awaited, round(self.uptime_s() + timeout_s, 3))

    def boot_id(self) -> str:
        """The kernel's boot id; where there is none, the moment of boot as init wrote it down (`who -b`)."""
        return _first_line(self._root.boot_id_file) or self._moment_of_boot()

    def _moment_of_boot(self) -> str:
        if not self.asks_who:
            raise OSError("the kernel keeps no boot id")
        import subprocess

        said = subprocess.run(
            ["/usr/bin/who", "-b"], capture_output=True, text=True, check=False, env=WHO_ENVIRONMENT
        ).stdout
        words = said.split()
        if not words:
            raise OSError("neither a boot id nor a moment of boot can be read on this node")
        return "-".join(words)

    def has_state(self, name: str) -> bool:
        """Whether the state file exists. Raises OSError where it is not one of the agent's own."""
        return self._states.has(name)

    def state_names(self) -> "Sequence[str]":
        """The names of all that is in the state directory."""
        return self._states.names()

    def read_state(self, name: str) -> "Optional[str]":
        """The state file's text, None where there is none."""
        return self._states.read(name)

    def write_state(self, name: str, text: str) -> None:
        """Write the state file, durably, whole or not at all."""
        self._states.write(name, text)

    def remove_state(self, name: str) -> bool:
        """Remove the state file, durably; one that cannot be removed counts as removed, and the log says so."""
        was_there = self._states.remove(name)
        if was_there is None:
            from .messages import STATE_VOIDED, say

            say(self, STATE_VOIDED, name=name)
        return was_there is not False

    def private_file(self, name: str, text: str) -> str:
        """Among the state files, or outside of /var where that cannot be written. Written only where it differs."""
        return self._root.above(self._states.private(name, text))

    def private_text(self, name: str) -> "Optional[str]":
        """From the first of those places that has it."""
        return self._states.private_text(name)

    def _try_directory(self) -> None:
        """Make the state directory for a wait note, if that is possible."""
        try:
            make_directory(self._root.state_directory)
        except OSError:
            return

    def inspect_file(self, path: str) -> "Optional[FileFacts]":
        """Facts about a file of the node."""
        from .ports import FileFacts

        try:
            facts = os.stat(self._root.below(path))
        except OSError:
            return None
        return FileFacts(stat.S_ISREG(facts.st_mode), stat.S_IMODE(facts.st_mode), facts.st_uid)

    def start_program(self, argv: "Sequence[str]") -> "Terminal":
        """Start a program on a pseudo terminal."""
        from .terminal import PexpectTerminal

        return PexpectTerminal([self._root.below(argv[0]), *argv[1:]], self)

    def run_ha(self, argv: "Sequence[str]", timeout_s: float) -> "HaAnswer":
        """Run one command of VCS, from the directory where VCS keeps them."""
        from .terminal import run_command

        return run_command([os.path.join(self._root.ha_directory, argv[0]), *argv[1:]], self, timeout_s)

    def log(self, severity: "Severity", message_id: int, text: str) -> None:
        """Append one line to the agent's log, in one write, so that lines of several processes never mix."""
        moment = time.strftime("%Y/%m/%d %H:%M:%S")
        umi = f"V-16-{MESSAGE_CATEGORY}-{message_id}"
        line = f"{moment} VCS {severity.value} {umi} MetroMirror:{self._resource}:{self._entry}:{text}\n"
        try:
            _append(self._root.log_file, line)
        except OSError as error:
            # An entry point must not fail because a log disk is full.
            _tell(2, f"{self._root.log_file}: {error.strerror or error}\n{line}")
        else:
            if os.isatty(2):
                _tell(2, line)

    def answer(self, text: str) -> None:
        """Print for the caller of an action. A caller that is gone does not matter."""
        _tell(1, text + "\n")


class Wait:
    """A wait note, from `with` to its end. If it cannot be written, the entry point waits all the same."""

    def __init__(self, note: str, kind: str, awaited: str, deadline_s: float) -> None:
        self._note = note
        self._text = f"pid = {os.getpid()}\nkind = {kind}\nuntil_uptime_s = {deadline_s:.3f}\nfor = {awaited}\n"
        self._deadline_s = deadline_s

    def __enter__(self) -> float:
        beside = f"{self._note}.{os.getpid()}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with open(os.open(beside, flags, 0o600), "wb") as file:
                file.write(self._text.encode("utf-8", "replace"))
            os.rename(beside, self._note)
        except OSError:
            self._remove(beside)  # a full disk leaves a file without its text
        return self._deadline_s

    def __exit__(self, *_: object) -> None:
        self._remove(self._note)

    def _remove(self, path: str) -> None:
        try:
            unlink(path)
        except OSError:
            return


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def _append(path: str, line: str) -> None:
    """One write to the end of a regular file that is no link. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    handle = os.open(path, flags, 0o644)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("not a regular file")
        os.write(handle, line.encode("utf-8", "replace"))
    finally:
        os.close(handle)


def _tell(descriptor: int, text: str) -> None:
    """Print. A reader that is gone is no error."""
    try:
        os.write(descriptor, text.encode("utf-8", "replace"))
    except OSError:
        return
