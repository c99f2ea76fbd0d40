"""A host: a name, a boot, a few files, and the array its volumes come from.

The files that matter are the agent's state files (lock, journal) and its log. Both ways of running the agent keep them
in a `HostFiles`: a dictionary for the agent in a greenlet, a directory tree for real processes. What changed is
looked at only when an entry point hands control back, because that is all that both ways can see alike; the log then
gets first the agent's own lines, then the changed files in the order of their names.
"""

from __future__ import annotations

import enum
import hashlib
import math
import uuid
from collections.abc import Callable, Collection, MutableMapping
from typing import NamedTuple, Protocol

from mirrordrill.simulator.host.events import AgentLog, HostBooted, StateFileChanged
from mirrordrill.simulator.kernel.kernel import Kernel


class LogLine(NamedTuple):
    """A line of the agent's log without its time stamp."""

    resource: str
    entry: str
    severity: str
    message_id: int
    message: str


class HostFiles(Protocol):
    """Where the agent's state files of one host are kept."""

    def state(self) -> dict[str, str]:
        """Every state file with its text, wait notes left out."""

    def private(self, name: str) -> str | None:
        """The text of a file that the agent hands to a program; None where there is none."""

    def take_log(self) -> list[LogLine]:
        """The log lines written since the last call."""

    def remove(self, name: str) -> None:
        """An administrator removes a state file by hand; nothing happens if there is none."""


class MemoryFiles:
    """State files and log lines of a host whose agent runs inside the simulator."""

    def __init__(self) -> None:
        self.texts: MutableMapping[str, str] = {}
        self.lines: list[LogLine] = []
        self.touched = False
        self.is_full = False
        """Whether there is room for nothing new; what is there can be read and removed."""
        self.is_unreadable = False
        """Whether their directory can neither be read nor written."""
        self.private_texts: MutableMapping[str, str] = {}
        self.voided: set[str] = set()
        """Files that count as removed, by a note in another file system (agent/state_files.py)."""

    def state(self) -> dict[str, str]:
        """A copy, so that a later comparison has something to compare with; without what counts as removed."""
        return {name: text for name, text in self.texts.items() if name not in self.voided}

    def private(self, name: str) -> str | None:
        """What the agent handed over last."""
        return self.private_texts.get(name)

    def take_log(self) -> list[LogLine]:
        """Hand the lines over."""
        lines, self.lines = self.lines, []
        return lines

    def remove(self, name: str) -> None:
        """One file less."""
        self.touched = self.texts.pop(name, None) is not None or self.touched


class ReplayedFiles:
    """Those of a host whose agent is replayed in process and goes on as processes (`bridge/replayed_agent.py`)."""

    def __init__(self) -> None:
        self.in_memory = MemoryFiles()
        self._in_directory: HostFiles | None = None

    def hand_over(self, in_directory: HostFiles, texts: MutableMapping[str, str]) -> None:
        """Keep them in a directory from now on: `texts` are the files in it by name."""
        texts.update(self.in_memory.texts)
        texts.update(self.in_memory.private_texts)
        self.in_memory.texts = self.in_memory.private_texts = texts
        self._in_directory = in_directory

    def state(self) -> dict[str, str]:
        """Of the directory, once they are there."""
        return (self._in_directory or self.in_memory).state()

    def private(self, name: str) -> str | None:
        """What the agent handed over last."""
        return (self._in_directory or self.in_memory).private(name)

    def take_log(self) -> list[LogLine]:
        """What both ways wrote: an entry point that began in process ends there."""
        lines = self.in_memory.take_log()
        return lines if self._in_directory is None else [*lines, *self._in_directory.take_log()]

    def remove(self, name: str) -> None:
        """One file less."""
        (self._in_directory or self.in_memory).remove(name)


class Power(enum.Enum):
    """What a host is doing."""

    OFF = "off"
    BOOTING = "booting"
    ON = "on"
    HUNG = "hung"


class Host:
    """One cluster node attached to one array (`image_id`)."""

    def __init__(
        self, kernel: Kernel, name: str, image_id: str, files: HostFiles, dscli_homes: Collection[str]
    ) -> None:
        self.name = name
        self.dscli_homes = dscli_homes
        """Directories in which the DS CLI is installed."""
        self.image_id = image_id
        self.files = files
        self.boot_id = ""
        self.boots = 0
        self.power = Power.OFF
        self.has_agent = True
        """Whether the agent is installed."""
        self._kernel = kernel
        self._booted_at_s = 0.0
        self._known_state: dict[str, str] = {}
        self._held: list[Callable[[], None]] = []

    def boot(self) -> None:
        """Start the host: a new boot id, an uptime of zero. Durable files are still there."""
        self.boots += 1
        self.power = Power.ON
        digest = hashlib.sha256(f"{self._kernel.seed}/{self.name}/boot/{self.boots}".encode()).digest()
        self.boot_id = str(uuid.UUID(bytes=digest[:16], version=4))
        self._booted_at_s = self._kernel.now_s
        self._kernel.emit(HostBooted(self.name, self.boot_id))

    def kill(self) -> None:
        """The host dies: nothing on it is carried out any more."""
        self.power = Power.OFF
        self._held.clear()

    def when_awake(self, action: Callable[[], None]) -> None:
        """Do it now, or as soon as the host goes on where it hangs; never if it dies before."""
        if self.power is Power.HUNG:
            self._held.append(action)
        else:
            action()

    def go_on(self) -> None:
        """Do what was held up, in the order in which it came."""
        held, self._held = self._held, []
        for action in held:
            action()

    def uptime_s(self) -> float:
        """Seconds since boot in whole hundredths, as /proc/uptime tells them."""
        return math.floor(round((self._kernel.now_s - self._booted_at_s) * 100, 3)) / 100

    def seconds_until(self, uptime_s: float) -> float:
        """Simulated seconds until the uptime, in its whole hundredths, has reached what is given; 0 where it has."""
        reached_at_s = self._booted_at_s + math.ceil(round(uptime_s * 100, 3)) / 100
        return max(0.0, reached_at_s - self._kernel.now_s)

    def patience_s(self, timeout_s: float) -> float:
        """Simulated seconds that a time-out takes for an agent that measures it by uptime."""
        return self.seconds_until(round(self.uptime_s() + timeout_s, 3))

    def notice_files(self) -> None:
        """Bring what the agent wrote since the last look into the event log."""
        files = self.files
        if isinstance(files, MemoryFiles) and not files.touched and not files.lines:
            return
        for line in files.take_log():
            self._kernel.emit(
                AgentLog(self.name, line.resource, line.entry, line.severity, line.message_id, line.message)
            )
        before, after = self._known_state, files.state()
        for name in sorted(before.keys() | after.keys()) if before != after else ():
            if before.get(name) != after.get(name):
                change = "removed" if name not in after else "changed" if name in before else "created"
                self._kernel.emit(StateFileChanged(self.name, name, change))
        self._known_state = after
        if isinstance(files, MemoryFiles):
            files.touched = False
