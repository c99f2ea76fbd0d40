"""What both ways of running the agent need of the simulated world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import simpy

from mirrordrill.agent.actions import ACTIONS as AGENT_ACTIONS
from mirrordrill.simulator.bridge.port_moments import PortMoments
from mirrordrill.simulator.bridge.ports_tap import Tap
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.user_files import UserFiles
from mirrordrill.simulator.host.host import Host
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.ports import Call

START_S = 0.05
"""How long an entry point's interpreter takes to start on a cluster node (an assumption; ours: docs/performance.md)."""

CANNOT_START = 127
"""What a shell makes of a program that is not there."""

KILLED_BY_SIGKILL = 128 + 9
"""What a shell makes of a death by SIGKILL."""

STATE_DIRECTORY = "/var/VRTSvcs/lock/MetroMirror"
"""Where the agent keeps its files on a host."""

ACTIONS = frozenset(AGENT_ACTIONS)
"""Entry points of the agent that live in its `actions` folder."""


class FilesOfAgent:
    """The files of the simulated hosts as the DS CLI finds them, with what the agent hands to it."""

    def __init__(self, host: Callable[[str], Host], others: UserFiles) -> None:
        self._host = host
        self._others = others

    def read(self, host: str, path: str) -> str | None:
        """The text of a file; None where it cannot be read."""
        folder, _, name = path.rpartition("/")
        return self._host(host).files.private(name) if folder == STATE_DIRECTORY else self._others.read(host, path)

    def write(self, host: str, path: str, text: str) -> bool:
        """Write a file of the DS CLI's user."""
        return self._others.write(host, path, text)


def sender_of(call: Call) -> str:
    """How the log names an entry point that sent a command: `ora_mmir online`."""
    return f"{call.resource} {call.entry}"


class HaResult(Protocol):
    """What an `ha` command gives back."""

    @property
    def exit_code(self) -> int:
        """Zero where the command was accepted."""

    @property
    def output(self) -> str:
        """What it printed."""

    @property
    def stdout(self) -> str:
        """The part of the output on standard output."""

    @property
    def stderr(self) -> str:
        """The part of the output on standard error."""

    @property
    def is_unanswered(self) -> bool:
        """Whether it was accepted, and the system that carried it out left before it answered."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts of the world that an entry point on a host can reach."""

    kernel: Kernel
    host: Callable[[str], Host]
    start_dscli: Callable[[str, Sequence[str], Channel], None]
    run_ha: Callable[[str, Sequence[str]], simpy.Event]
    """System and command line to an event whose value is an `HaResult`."""
    tap: Tap | None = None
    """Counts the agent's port calls, and lets things go wrong at them."""
    moments: PortMoments | None = None
    """Moments between port calls that a drill waits for."""
