"""Faults of a cluster: LLT links, coordinator disks, the engine and the agent's process on a system."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.faults.fault import Fault, FaultKind, FaultRegistry, Layer, Target
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.kernel.effects import Effect, Thing
from mirrordrill.simulator.site.site import METRO_MIRROR
from mirrordrill.simulator.vcs.agents.agents import NEVER_S
from mirrordrill.simulator.vcs.cluster import VcsCluster

GIVEN_UP_S = 16.0
"""Until LLT gives a peer up (peerinact); a shorter silence is not noticed."""


def cluster_of(faults: FaultRegistry, hosts: tuple[str, ...]) -> VcsCluster:
    """The cluster of these systems. Raises UsageError where they are of several."""
    clusters = {found.spec.name: found for found in map(faults.world.cluster_of, hosts)}
    if len(clusters) > 1:
        raise UsageError(f"LLT joins the systems of one cluster; these are of {' and '.join(clusters)}")
    return next(iter(clusters.values()))


def part(faults: FaultRegistry, fault: Fault) -> Effect:
    """Cut all LLT links between two groups of systems at the same moment."""
    sides = [tuple(side.split()) for side in fault.target]
    cluster = cluster_of(faults, (*sides[0], *sides[1]))
    cluster.partition(sides)
    between = [(link, one, other) for link in cluster.spec.links for one in sides[0] for other in sides[1]]
    return Effect((_wire(*ends) for ends in between), lambda: cluster.heal(sides))


def pull_link(faults: FaultRegistry, fault: Fault) -> Effect:
    """Pull one LLT link out of a system. Raises UsageError with the links that there are."""
    link, host = fault.target
    cluster = cluster_of(faults, (host,))
    try:
        cluster.cut_link(host, link)
    except KeyError:
        raise UsageError(f"LLT has no {link}; it has: {', '.join(cluster.spec.links)}") from None
    others = [system.name for system in cluster.spec.systems if system.name != host]
    return Effect((_wire(link, host, other) for other in others), lambda: cluster.mend_link(host, link))


def _wire(link: str, one: str, other: str) -> Thing:
    return ("LLT", link, *sorted((one, other)))


def cut_off_disks(faults: FaultRegistry, fault: Fault) -> Effect:
    """A host does not reach the coordinator disks at a place. Raises UsageError with the places that there are."""
    host, place = fault.target
    fencing = cluster_of(faults, (host,)).spec.fencing
    places = fencing.coordinator_disks if fencing else ()
    if place not in places:
        there = f"they stand at: {', '.join(dict.fromkeys(places))}" if places else "the cluster is not fenced"
        raise UsageError(f"there is no coordinator disk at {place}; {there}")
    return faults.world.disks.cut(place, (host,))


def slow_agent(faults: FaultRegistry, fault: Fault) -> Effect:
    """From its next start on the agent's process takes so long to report for work, or never does."""
    (host,) = fault.target
    cluster = cluster_of(faults, (host,))
    delay_s = fault.value("delay_s") if fault.kind is AGENT_SLOW else NEVER_S

    def apply(delays: list[float] | tuple[float, ...]) -> None:
        if delays:
            cluster.slow_agent(host, METRO_MIRROR, max(delays))
        else:
            cluster.mend_agent(host, METRO_MIRROR)

    return faults.world.kernel.effects.hold(("start of agent", host), delay_s, lambda delays: apply(list(delays)))


def once(strike: Callable[[VcsCluster, str], None]) -> Callable[[FaultRegistry, Fault], None]:
    """A fault of a system that is over as soon as it has happened."""

    def inject(faults: FaultRegistry, fault: Fault) -> None:
        (host,) = fault.target
        strike(cluster_of(faults, (host,)), host)

    return inject


HEARTBEATS_LOST = FaultKind(
    "LLT links all at once",
    Layer.CLUSTER,
    Target.SIDES,
    "all heartbeats between hosta, hostb and hostc, hostd are lost",
    "all heartbeats between hosta, hostb and hostc, hostd are back",
    moment="the partition",
    begun="no heartbeat between {0} and {1}",
    ended="heartbeats between {0} and {1}",
    inject=part,
    minimum_s=GIVEN_UP_S,
)
LLT_LINK_PULLED = FaultKind(
    "LLT links one by one",
    Layer.CLUSTER,
    Target.LLT_LINK,
    "LLT link link1 of hosta is pulled",
    "LLT link link1 of hosta is plugged in again",
    moment="the loss of {0} of {1}",
    begun="{0} of {1} cut",
    ended="{0} of {1} back",
    inject=pull_link,
    minimum_s=GIVEN_UP_S,
)
DISKS_OUT_OF_REACH = FaultKind(
    "coordinator disks out of reach",
    Layer.CLUSTER,
    Target.DISKS,
    "the coordinator disks at third are out of reach of hosta, hostb",
    "the coordinator disks at third are in reach of hosta, hostb again",
    moment="the loss of the way from {0} to the coordinator disks at {1}",
    begun="no way from {0} to {1}",
    ended="{0} reach {1}",
    inject=cut_off_disks,
    joins=" ",
)
ENGINE_KILLED = FaultKind(
    "engine killed",
    Layer.CLUSTER,
    Target.HOST,
    "the engine on hosta is killed",
    "",
    moment="the death of the engine on {0}",
    begun="had on {0} killed",
    inject=once(lambda cluster, host: cluster.engine_dies(host)),
)
AGENT_KILLED = FaultKind(
    "agent process killed",
    Layer.CLUSTER,
    Target.HOST,
    "the agent process on hosta is killed",
    "",
    moment="the death of the agent on {0}",
    begun="MetroMirror agent on {0} killed",
    inject=once(lambda cluster, host: cluster.agent_dies(host, METRO_MIRROR)),
)
AGENT_HANGS = FaultKind(
    "agent process hangs",
    Layer.CLUSTER,
    Target.HOST,
    "the agent process on hosta hangs",
    "",
    moment="the agent on {0} hung",
    begun="MetroMirror agent on {0} hangs",
    inject=once(lambda cluster, host: cluster.agent_hangs(host, METRO_MIRROR)),
)
AGENT_CANNOT_START = FaultKind(
    "agent process cannot start",
    Layer.CLUSTER,
    Target.HOST,
    "the agent process on hosta cannot start",
    "the agent process on hosta can start again",
    moment="the trouble with the start of the agent process on {0}",
    begun="MetroMirror agent on {0} cannot start",
    ended="the start of the agent process on {0} back",
    inject=slow_agent,
)
AGENT_SLOW = FaultKind(
    "agent process slow to start",
    Layer.CLUSTER,
    Target.HOST,
    "the agent process on hosta takes 45 seconds to start",
    "the agent process on hosta can start again",
    moment="the trouble with the start of the agent process on {0}",
    begun="MetroMirror agent on {0} takes {delay_s:g} s to start",
    ended="the start of the agent process on {0} back",
    inject=slow_agent,
    setting=("delay_s",),
)
KINDS = (
    HEARTBEATS_LOST,
    LLT_LINK_PULLED,
    DISKS_OUT_OF_REACH,
    ENGINE_KILLED,
    AGENT_KILLED,
    AGENT_HANGS,
    AGENT_CANNOT_START,
    AGENT_SLOW,
)


def heartbeats_lost(one: tuple[str, ...], other: tuple[str, ...]) -> Fault:
    """Two groups of systems do not hear each other; neither the groups nor the systems in them have an order."""
    return Fault(HEARTBEATS_LOST, tuple(sorted(" ".join(sorted(side)) for side in (one, other))))


def link_pulled(link: str, host: str) -> Fault:
    """One of a system's LLT links is out."""
    return Fault(LLT_LINK_PULLED, (link, host))


def disks_out_of_reach(place: str, hosts: tuple[str, ...]) -> tuple[Fault, ...]:
    """Each of these hosts does not reach the coordinator disks at a place."""
    return tuple(Fault(DISKS_OUT_OF_REACH, (host, place)) for host in hosts)


def system_fault(kind: FaultKind, host: str) -> Fault:
    """A fault of a system's engine or agent that needs no setting."""
    return Fault(kind, (host,))


def agent_slow(host: str, delay_s: float) -> Fault:
    """The agent's process takes so long to start."""
    return Fault(AGENT_SLOW, (host,), (("delay_s", delay_s),))


def agent_starts(host: str) -> tuple[Fault, ...]:
    """All faults that slow the start of the agent's process."""
    return system_fault(AGENT_CANNOT_START, host), agent_slow(host, 0.0)
