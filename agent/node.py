"""The real node: the only part of the agent, besides its terminal, that touches the world.

All absolute paths of the node are taken below `METROMIRROR_ROOT` (default `/`), the one environment variable of the
agent's own; `VCS_HOME`, `VCS_LOG` and `VCS_CONF` are honoured as VCS documents them. So a test, or a simulated host,
has a node in a directory, and production has `/`.

While it waits, the node keeps a note `<resource>.<entry>.waiting` in the state directory: who waits, until which
uptime, for what. An operator who wonders why an entry point hangs reads it; so does a world that makes uptime jump.
Deadlines are measured with the uptime in `/proc/uptime`, and looked at every POLL_S of real time.

Rule 1: state files belong to the agent. One that is a link, has another owner, or may be written by others is not
trusted: reading it is an error, not an absence.
Rule 2: the monitor starts this module every few minutes, so whatever is heavy (pexpect, subprocess, enums) is imported
where it is used.
"""

import os
import stat
import time

from . import paths
from .names import waiting_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Sequence

    from .ports import FileFacts, HaAnswer, Severity, Terminal

POLL_S = 0.05
"""How often a waiting entry point looks at the uptime: 20 reads of a line a second cost nothing."""
STATE_SIZE_MAX = 65536
MESSAGE_CATEGORY = 20150
"""Category of the agent's messages: V-16-20150-id. VCS's own categories for agents lie elsewhere."""
OTHERS_MAY_WRITE = 0o022


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

    @property
    def system(self) -> str:
        """The name that VCS keeps for this node, else the host name."""
        return _first_line(self._root.sysname_file) or self._root.host or os.uname().nodename.partition(".")[0]

    def uptime_s(self) -> float:
        """Seconds since boot; where the system has no /proc/uptime, a clock that runs as evenly."""
        words = _first_line(self._root.uptime_file).split()
        return float(words[0]) if words else time.monotonic()

    def pause(self, duration_s: float, awaited: str) -> None:
        """Wait in slices, with a note for whoever watches."""
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

        said = subprocess.run(["/usr/bin/who", "-b"], capture_output=True, text=True, check=False).stdout
        words = said.split()
        if not words:
            raise OSError("neither a boot id nor a moment of boot can be read on this node")
        return "-".join(words)

    def has_state(self, name: str) -> bool:
        """Whether the state file exists. Raises OSError where it is not one of the agent's own."""
        try:
            facts = os.lstat(self._path(name))
        except FileNotFoundError:
            return False
        _trust(name, facts)
        return True

    def read_state(self, name: str) -> "Optional[str]":
        """The state file's text, None where there is none."""
        try:
            handle = os.open(self._path(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        with open(handle, "rb") as file:
            _trust(name, os.fstat(handle))
            data = file.read(STATE_SIZE_MAX + 1)
        if len(data) > STATE_SIZE_MAX:
            raise OSError(f"state file {name} is larger than the agent ever writes")
        return data.decode("utf-8", "replace")

    def write_state(self, name: str, text: str) -> None:
        """Write beside, sync, rename, sync the directory: a power failure leaves the old text or the new one."""
        directory = self._directory()
        temporary = os.path.join(directory, f".{name}.{os.getpid()}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            _remove(temporary)
            with open(os.open(temporary, flags, 0o600), "wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            os.rename(temporary, os.path.join(directory, name))
        except OSError:
            _remove(temporary)
            raise
        _sync_directory(directory)

    def remove_state(self, name: str) -> bool:
        """Remove the state file (a link itself, never what it points to), and sync the directory."""
        if not _remove(self._path(name)):
            return False
        _sync_directory(self._root.state_directory)
        return True

    def _path(self, name: str) -> str:
        assert "/" not in name
        assert not name.startswith(".")
        return os.path.join(self._root.state_directory, name)

    def _directory(self) -> str:
        """The state directory, made if it is missing, and trusted."""
        directory = self._root.state_directory
        os.makedirs(os.path.dirname(directory), mode=0o755, exist_ok=True)
        try:
            os.mkdir(directory, 0o700)
        except FileExistsError:
            facts = os.lstat(directory)
            if not stat.S_ISDIR(facts.st_mode):
                raise NotADirectoryError(f"{directory} is not a directory") from None
            _check_owner(directory, facts)
        return directory

    def _try_directory(self) -> None:
        """Make the state directory for a wait note, if that is possible."""
        try:
            self._directory()
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
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            handle = os.open(self._root.log_file, flags, 0o644)
            try:
                os.write(handle, line.encode("utf-8", "replace"))
            finally:
                os.close(handle)
        except OSError:
            # An entry point must not fail because a log disk is full; there is nowhere left to say so.
            return

    def answer(self, text: str) -> None:
        """Print for the caller of an action. A caller that is gone does not matter."""
        try:
            os.write(1, (text + "\n").encode("utf-8", "replace"))
        except OSError:
            return


class Wait:
    """A wait note, from `with` to its end. It is a courtesy: that it cannot be written keeps nobody from waiting."""

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
            return self._deadline_s
        return self._deadline_s

    def __exit__(self, *_: object) -> None:
        try:
            _remove(self._note)
        except OSError:
            return


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def _trust(name: str, facts: os.stat_result) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise OSError(f"state file {name} is not a regular file")
    _check_owner(f"state file {name}", facts)


def _check_owner(what: str, facts: os.stat_result) -> None:
    if facts.st_uid != os.geteuid():
        raise PermissionError(f"{what} belongs to user {facts.st_uid}")
    if facts.st_mode & OTHERS_MAY_WRITE:
        raise PermissionError(f"{what} may be written by others than its owner")


def _remove(path: str) -> bool:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return False
    return True


def _sync_directory(directory: str) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
