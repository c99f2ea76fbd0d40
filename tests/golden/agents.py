"""Nights of the MetroMirror agent's own process: the cluster and its hosts are well, the agent is not."""

from __future__ import annotations

from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.world import World
from tests.golden.night import ARRAY_B, HOME, Night

TYPE = "MetroMirror"


def agent_dies(world: World) -> None:
    """It dies under a running application; HAD starts another, whose open finds the lock of this boot and keeps it."""
    world.cluster.agent_dies("hosta", TYPE)
    world.advance(900)


def agent_hangs(world: World) -> None:
    """It says nothing for AgentReplyTimeout; a switch that is asked for meanwhile is done by the next one."""
    world.cluster.agent_hangs("hosta", TYPE)
    world.advance(10)
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostb"])
    world.advance(600)


def agent_stopped_by_force(world: World) -> None:
    """A new version of the agent is put on hosta under the running application."""
    world.operate(["haagent", "-stop", TYPE, "-force", "-sys", "hosta"])
    world.advance(600)
    world.operate(["haagent", "-start", TYPE, "-sys", "hosta"])
    world.advance(600)


def agent_dies_in_a_takeover(world: World) -> None:
    """It dies on hostc when the array has carried failoverpprc out and nobody has heard the answer.

    The one that comes after it carries on: whoever comes later does not know what the far side has written meanwhile,
    so it makes the volumes usable, warns, and leaves the copy to the failback action.
    """

    def is_failed_over() -> bool:
        events = (record.event for record in world.kernel.log)
        return any(isinstance(event, CommandExecuted) and event.verb == "failoverpprc" for event in events)

    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostc"])
    world.run_until(is_failed_over, 300)
    world.cluster.agent_dies("hostc", TYPE)
    world.advance(600)


def agent_does_not_start(world: World) -> None:
    """It dies, and four that are started after it do not report for work; a switch has to wait for the fifth."""
    world.cluster.slow_agent("hosta", TYPE)
    world.cluster.agent_dies("hosta", TYPE)
    world.advance(90)
    world.operate(["hagrp", "-switch", "oragrp", "-to", "hostb"])
    world.advance(100)
    world.cluster.slow_agent("hosta", TYPE, 45)
    world.advance(600)


AGENT_NIGHTS = {
    "agent_does_not_start": Night(agent_does_not_start, ("hostb",), HOME),
    "agent_dies": Night(agent_dies, ("hosta",), HOME),
    "agent_hangs": Night(agent_hangs, ("hostb",), HOME),
    "agent_stopped_by_force": Night(agent_stopped_by_force, ("hosta",), HOME),
    "agent_dies_in_a_takeover": Night(agent_dies_in_a_takeover, ("hostc",), {ARRAY_B: "Suspended"}, ("failoverpprc",)),
}
