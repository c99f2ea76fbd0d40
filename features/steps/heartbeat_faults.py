"""Heartbeats between the systems of a cluster, engines and agent processes."""

from __future__ import annotations

from mirrordrill.drills.faults import clusters
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when(
    "all heartbeats between {one:hosts} and {other:hosts} are lost",
    example="all heartbeats between hosta, hostb and hostc, hostd are lost",
)
def heartbeats_are_lost(drill: Drill, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """All LLT links between two groups of systems are cut at the same moment."""
    drill.observed(drill.faults.inject(clusters.heartbeats_lost(one, other)))


@when(
    "all heartbeats between {one:hosts} and {other:hosts} are back",
    example="all heartbeats between hosta, hostb and hostc, hostd are back",
)
def heartbeats_are_back(drill: Drill, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """They hear each other again."""
    drill.observed(drill.faults.clear(clusters.heartbeats_lost(one, other)))


@when("LLT link {link:heartbeat_link} of {host} is pulled", example="LLT link link1 of hosta is pulled")
def llt_link_is_pulled(drill: Drill, link: str, host: str) -> None:
    """One of a system's heartbeat links."""
    drill.observed(drill.faults.inject(clusters.link_pulled(link, host)))


@when(
    "LLT link {link:heartbeat_link} of {host} is plugged in again",
    example="LLT link link1 of hosta is plugged in again",
)
def llt_link_is_back(drill: Drill, link: str, host: str) -> None:
    """The system hears its peers on that link again."""
    drill.observed(drill.faults.clear(clusters.link_pulled(link, host)))


@when(
    "the coordinator disks at {place:word} are out of reach of {hosts:hosts}",
    example="the coordinator disks at third are out of reach of hosta, hostb",
)
def coordinator_disks_are_out_of_reach(drill: Drill, place: str, hosts: tuple[str, ...]) -> None:
    """In a fenced cluster: these hosts can win no disk at that place, an array or a third place."""
    drill.observed(drill.faults.inject(*clusters.disks_out_of_reach(place, hosts)))


@when(
    "the coordinator disks at {place:word} are in reach of {hosts:hosts} again",
    example="the coordinator disks at third are in reach of hosta, hostb again",
)
def coordinator_disks_are_in_reach_again(drill: Drill, place: str, hosts: tuple[str, ...]) -> None:
    """What cut these hosts off from the disks at that place is undone."""
    drill.observed(drill.faults.clear(*clusters.disks_out_of_reach(place, hosts)))


@when("the engine on {host} is killed", example="the engine on hosta is killed")
def engine_is_killed(drill: Drill, host: str) -> None:
    """HAD dies, the system and its applications live; hashadow starts HAD again."""
    drill.observed(drill.faults.inject(clusters.system_fault(clusters.ENGINE_KILLED, host)))


@when("the agent process on {host} is killed", example="the agent process on hosta is killed")
def agent_process_is_killed(drill: Drill, host: str) -> None:
    """The MetroMirror agent dies with its entry points; the engine starts it again, and `open` is called."""
    drill.observed(drill.faults.inject(clusters.system_fault(clusters.AGENT_KILLED, host)))


@when("the agent process on {host} hangs", example="the agent process on hosta hangs")
def agent_process_hangs(drill: Drill, host: str) -> None:
    """The MetroMirror agent says nothing any more, until the engine loses patience with it (AgentReplyTimeout)."""
    drill.observed(drill.faults.inject(clusters.system_fault(clusters.AGENT_HANGS, host)))


@when("the agent process on {hosts} cannot start", example="the agent process on hosta cannot start")
def agent_process_cannot_start(drill: Drill, hosts: tuple[str, ...]) -> None:
    """From its next start on the engine waits for it in vain, gives it up (AgentStartTimeout) and starts it again."""
    found = (clusters.system_fault(clusters.AGENT_CANNOT_START, host) for host in hosts)
    drill.observed(drill.faults.inject(*found))


@when(
    "the agent process on {host} takes {delay_s:duration} to start",
    example="the agent process on hosta takes 45 seconds to start",
)
def agent_process_is_slow(drill: Drill, host: str, delay_s: float) -> None:
    """From its next start on; what lasts as long as AgentStartTimeout never ends, for the engine gives it up."""
    drill.observed(drill.faults.inject(clusters.agent_slow(host, delay_s)))


@when("the agent process on {host} can start again", example="the agent process on hosta can start again")
def agent_process_can_start(drill: Drill, host: str) -> None:
    """The next one that the engine starts is there as fast as ever."""
    drill.observed(drill.faults.clear(*clusters.agent_starts(host)))
