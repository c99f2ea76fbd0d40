"""What programs from outside do to a world: each effect is one call here, and each program has a number.

A served site makes these calls for its clients. A rehearsal writes each of them down before it makes it, and the
feature that it wrote makes the same calls again, without any client.

Rule 1: a client reaches the world through this module only.
Rule 2: a call says all that it needs: a file that a program reads is given as text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import simpy

from mirrordrill.simulator.bridge.in_process import when
from mirrordrill.simulator.bridge.served.power_commands import PowerAction, PowerRequest
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.consoles import Consoles
from mirrordrill.simulator.dscli.session import start_session
from mirrordrill.simulator.dscli.user_files import UserFiles
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.commands.language.grammar import OutputListener


class ClusterCommands(NamedTuple):
    """What clients can reach of the clusters and their hosts."""

    systems: tuple[str, ...]
    commands: tuple[str, ...]
    ha: Callable[[str, Sequence[str], OutputListener | None], simpy.Event]
    is_up: Callable[[str], bool]
    """Whether a host runs programs."""
    halt: Callable[[str], None]
    reboot: Callable[[str], None]
    boot: Callable[[str], None]


def keep_nothing(path: str, text: str) -> None:
    """No client has a file to write."""


class HandedFiles:
    """The files of one run of the DS CLI: those that its client was asked for, and beside them those of the host."""

    def __init__(self, texts: dict[str, str | None], on_written: Callable[[str, str], None] = keep_nothing) -> None:
        """Take texts by whole path, None for what could not be read.

        `on_written` is told of each of these files that the run writes.
        """
        self.texts = texts
        self._on_written = on_written

    def beside(self, files: UserFiles) -> UserFiles:
        """These files, and the host's where a path is not among them."""
        return _FilesOfRun(self.texts, files, self._on_written)


class _FilesOfRun:
    """What one run reads and writes."""

    def __init__(self, texts: dict[str, str | None], others: UserFiles, on_written: Callable[[str, str], None]) -> None:
        self._texts, self._others, self._on_written = texts, others, on_written

    def read(self, host: str, path: str) -> str | None:
        """The text of a file; None where it cannot be read."""
        return self._texts[path] if path in self._texts else self._others.read(host, path)

    def write(self, host: str, path: str, text: str) -> bool:
        """Write a file; one on the client's machine is written by the program's own user."""
        if path not in self._texts:
            return self._others.write(host, path, text)
        self._texts[path] = text
        self._on_written(path, text)
        return True


class CommandInputs:
    """The inputs of one world."""

    def __init__(self, kernel: Kernel, consoles: Consoles, cluster: ClusterCommands) -> None:
        self.cluster = cluster
        self.on_host_down: list[Callable[[str], None]] = []
        """Told which host went down by a command: its programs are gone."""
        self.count = 0
        """Programs until now."""
        self.kernel = kernel
        self.consoles = consoles
        self._channels: dict[int, Channel] = {}
        self._shutdowns: dict[str, PowerRequest] = {}
        """What is going to happen to a host."""

    @property
    def is_due(self) -> bool:
        """Whether an input waits until no simulated event is being processed."""
        return False

    def soon(self, act: Callable[[], None]) -> None:
        """Make an input that came up in the middle of a simulated event."""
        act()

    def run_due(self) -> None:
        """Make the inputs that wait."""

    def begin_dscli(self, host: str, argv: Sequence[str], channel: Channel, files: HandedFiles) -> int:
        """Start the DS CLI on a host; the number of this run."""
        self.count += 1
        number = self.count
        self.running()
        self._channels[number] = channel
        start_session(self.kernel, self.consoles, argv, channel, host, files.beside(self.consoles.files))
        return number

    def type_line(self, number: int, line: str) -> None:
        """A run of the DS CLI reads a line. One that has ended reads nothing."""
        if (channel := self._running(number)) is not None:
            channel.send_line(line)

    def end_input(self, number: int) -> None:
        """It reads the end of its input."""
        if (channel := self._running(number)) is not None:
            channel.hang_up()

    def leave(self, number: int) -> None:
        """Its user is gone; what it had begun goes on."""
        if (channel := self._running(number)) is not None:
            channel.abort()

    def is_running(self, number: int) -> bool:
        """Whether a run of the DS CLI has not ended."""
        return self._running(number) is not None

    def running(self) -> tuple[int, ...]:
        """The runs of the DS CLI that have not ended."""
        return tuple(number for number in tuple(self._channels) if self.is_running(number))

    def command(self, system: str, argv: Sequence[str], listener: OutputListener | None) -> simpy.Event:
        """Give a VCS command on a system; the event's value is what it answered."""
        self.count += 1
        return self.cluster.ha(system, argv, listener)

    def change_power(self, system: str, argv: Sequence[str], wanted: PowerRequest) -> None:
        """Halt or boot a host, now or later, or take that back; `argv` is what was typed."""
        del argv  # a recording keeps it
        self.count += 1
        self._shutdowns.pop(system, None)
        if wanted.action is PowerAction.CANCEL:
            return
        self._shutdowns[system] = wanted
        when(self.kernel.after(wanted.delay_s), lambda _: self._carry_out(system, wanted))

    def switch_on(self, hosts: Sequence[str]) -> None:
        """Boot hosts."""
        self.count += 1
        for host in hosts:
            self.cluster.boot(host)

    def _running(self, number: int) -> Channel | None:
        """The channel of a run that has not ended; those that have are forgotten."""
        channel = self._channels.get(number)
        if channel is not None and channel.exit_code is not None:
            del self._channels[number]
            return None
        return channel

    def _carry_out(self, system: str, wanted: PowerRequest) -> None:
        """What was going to happen to a host happens, unless it was cancelled; its programs die with it."""
        if self._shutdowns.get(system) is not wanted:
            return
        del self._shutdowns[system]
        (self.cluster.reboot if wanted.action is PowerAction.REBOOT else self.cluster.halt)(system)
        for callback in self.on_host_down:
            callback(system)
