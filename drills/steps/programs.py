"""What a drill knows of the programs of users outside, and of people who have to decide: what a rehearsal records."""

from __future__ import annotations

from mirrordrill.simulator.bridge.served.command_inputs import ClusterCommands, CommandInputs
from mirrordrill.simulator.vcs.commands.shell import PROGRAMS
from mirrordrill.simulator.world import World


def cluster_commands(world: World) -> ClusterCommands:
    """What programs from outside can reach of a world."""
    return ClusterCommands(world.site.hosts(), PROGRAMS, world.ha, world.is_up, world.halt, world.reboot, world.boot)


def command_inputs(world: World) -> CommandInputs:
    """What programs from outside do to a world."""
    return CommandInputs(world.kernel, world.consoles, cluster_commands(world))


class UserPrograms:
    """The programs of users, their files, and the decisions that wait."""

    def __init__(self, inputs: CommandInputs) -> None:
        self.inputs = inputs
        self.handed: dict[int, dict[str, str | None]] = {}
        """The files that the next command of this number reads, by path; None for one that is not there."""
        self.gates: dict[str, str] = {}
        """Decisions that wait, with the person that each waits for."""


def user_programs(world: World) -> UserPrograms:
    """Those of a world without clients."""
    return UserPrograms(command_inputs(world))
