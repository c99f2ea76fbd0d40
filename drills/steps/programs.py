"""What a drill knows of the programs of users outside, and of what its people wait for: what a rehearsal records.

Rule 1: all of it comes about by steps of the recording: a branch that is built again has it as it was.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mirrordrill.simulator.bridge.in_process import when
from mirrordrill.simulator.bridge.served.command_inputs import ClusterCommands, CommandInputs
from mirrordrill.simulator.vcs.commands.shell import PROGRAMS
from mirrordrill.simulator.world import World


def cluster_commands(world: World) -> ClusterCommands:
    """What programs from outside can reach of a world."""
    return ClusterCommands(world.site.hosts(), PROGRAMS, world.ha, world.is_up, world.halt, world.reboot, world.boot)


def command_inputs(world: World) -> CommandInputs:
    """What programs from outside do to a world."""
    return CommandInputs(world.kernel, world.consoles, cluster_commands(world))


@dataclass(frozen=True, slots=True)
class Surprise:
    """A sentence that is said later: at a moment, or so long after something was done."""

    number: int
    sentence: str
    at_us: int | None = None
    after: str = ""
    """Words of what has to be done first, where it waits for that."""
    delay_us: int = 0


class Information(enum.Enum):
    """What can be withheld from a side."""

    LOGS = "logs"
    ALERTS = "alerts"
    OUTPUT = "output"
    """What the commands of its hosts print."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What a side is not shown since an event: all of it, or what has certain words."""

    role: str
    what: Information
    about: str
    since: int
    """Number of the first event that is withheld."""

    def covers(self, event: int, text: str) -> bool:
        """Whether a line of this event is withheld."""
        return event >= self.since and self.about.lower() in text.lower()


@dataclass(frozen=True, slots=True)
class Told:
    """Something that a side was told: a call, a letter, a picture from the site."""

    role: str
    at_us: int
    text: str


class Begun(Protocol):
    """A step that waits and stands still: something else is done meanwhile."""

    @property
    def kind(self) -> str:
        """`when` or `then`."""

    def go_on(self, until_us: int | None = None) -> bool:
        """Let it go on to its end, or until it would wait past a moment; whether it has ended."""


class UserPrograms:
    """The programs of users, their files, decisions and surprises that wait, and what the sides are told or not."""

    def __init__(self, inputs: CommandInputs, on_surprise: Callable[[int], None] = lambda _: None) -> None:
        """`on_surprise` is told in the middle of a simulated event that a surprise is due, if it waits still."""
        self.inputs = inputs
        self._on_surprise = on_surprise
        self.handed: dict[int, dict[str, str | None]] = {}
        """The files that the next command of this number reads, by path; None for one that is not there."""
        self.gates: dict[str, str] = {}
        """Decisions that wait, with the person that each waits for."""
        self.decided: dict[str, str] = {}
        """Gates at which a person has decided, each with that person and the decision that stands."""
        self.surprises: dict[int, Surprise] = {}
        """Those that wait, by number."""
        self.surprises_until_now = 0
        self.begun: list[Begun] = []
        """Steps that wait and stand still; the last one was begun while the one before it stood still."""
        self.withheld: list[Withheld] = []
        self.told: list[Told] = []

    def await_surprise(self, surprise: Surprise) -> None:
        """Let a surprise wait, in the place of what was known of it before."""
        self.surprises[surprise.number] = surprise
        self.surprises_until_now = max(self.surprises_until_now, surprise.number)
        if surprise.at_us is not None:
            wait_s = max(0.0, surprise.at_us / 1_000_000 - self.inputs.kernel.now_s)
            when(self.inputs.kernel.after(wait_s), lambda _: self._due(surprise))

    def _due(self, surprise: Surprise) -> None:
        if self.surprises.get(surprise.number) is surprise:
            self._on_surprise(surprise.number)

    def is_withheld(self, role: str, what: Information, event: int, text: str) -> bool:
        """Whether a side is not shown this line of an event."""
        return any(each.role == role and each.what is what and each.covers(event, text) for each in self.withheld)


def user_programs(world: World) -> UserPrograms:
    """Those of a world without clients."""
    return UserPrograms(command_inputs(world))
