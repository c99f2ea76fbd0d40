"""State of one DS CLI session: client host, HMC, user, output settings.

Rule 1: this module decides nothing; the session and the executions of its commands share it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.commands.base import CommandContext
from mirrordrill.simulator.dscli.consoles import Console, Consoles
from mirrordrill.simulator.dscli.formats import OutputSettings
from mirrordrill.simulator.dscli.messages import DscliExitCode
from mirrordrill.simulator.dscli.user_files import UserFiles
from mirrordrill.simulator.kernel.kernel import Kernel

SimProcess = Generator[Any, Any, Any]
"""A SimPy process, or a part of one."""


class SessionEnded(Exception):
    """The program ends with this exit code."""

    def __init__(self, exit_code: DscliExitCode) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(slots=True)
class SessionState:
    """The state that a session and its commands share."""

    kernel: Kernel
    consoles: Consoles
    channel: Channel
    host: str
    files: UserFiles
    """Those of the machine that the program runs on."""
    console: Console = field(default_factory=lambda: Console("", ()))
    user: str = ""
    settings: OutputSettings = field(default_factory=OutputSettings)

    @property
    def device(self) -> str:
        """The image that commands without `-dev` are for: the one set, or the console's only one."""
        if self.settings.device:
            return self.settings.device
        return self.console.images[0] if len(self.console.images) == 1 else ""

    def context(self) -> CommandContext:
        """The part of the state that commands need."""
        return CommandContext(
            lambda path: self.files.read(self.host, path),
            lambda path, text: self.files.write(self.host, path, text),
            self.user,
            self.consoles.accounts(self.console.name),
        )

    def ask(self, question: str) -> SimProcess:
        """Ask the user something; the line typed. Raises `SessionEnded` where no answer will ever come."""
        self.channel.write(question)
        line: str | None = yield self.channel.read_line()
        if line is None:
            raise SessionEnded(DscliExitCode.APPLICATION)
        return line.strip()

    def draw_s(self, what: str, low_s: float, high_s: float) -> float:
        """How long something takes this time."""
        return self.kernel.draw_s(f"dscli {what} {self.host} {self.console.name}", low_s, high_s)
