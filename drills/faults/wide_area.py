"""Faults of the network between clusters: neither the mirror's links nor LLT's cables."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.faults.fault import Fault, FaultKind, FaultRegistry, Layer, Target
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.kernel.effects import Effect
from mirrordrill.simulator.vcs.wide_area.net import WideAreaNet

NOTICED_S = 60.0
"""A shorter cut falls between two heartbeats of the wide-area connector."""


def network(faults: FaultRegistry) -> WideAreaNet:
    """What lies between the clusters. Raises UsageError where there is one cluster."""
    if len(faults.world.clusters) < 2:
        raise UsageError("this site has one cluster: there is no network between clusters")
    return faults.world.wide_area


def of_network(strike: Callable[[WideAreaNet, str, str], Effect]) -> Callable[[FaultRegistry, Fault], Effect]:
    """A fault between two clusters."""

    def inject(faults: FaultRegistry, fault: Fault) -> Effect:
        one, other = fault.target
        return strike(network(faults), one, other)

    return inject


def kill_connector(faults: FaultRegistry, fault: Fault) -> None:
    """The wac process is gone. Raises UsageError where it runs nowhere."""
    (cluster,) = fault.target
    if not network(faults).kill_wac(cluster):
        raise UsageError(f"the wide-area connector of {cluster} runs nowhere")


NETWORK_CUT = FaultKind(
    "WAN cut",
    Layer.CLUSTER,
    Target.CLUSTERS,
    "the network between clusa and clusb is cut",
    "the network between clusa and clusb is back",
    moment="the cut",
    begun="no network between {0} and {1}",
    ended="the network between {0} and {1} back",
    inject=of_network(WideAreaNet.cut),
    minimum_s=NOTICED_S,
)
NETWORK_CUT_ONE_WAY = FaultKind(
    "WAN cut one way",
    Layer.CLUSTER,
    Target.CLUSTER_TO_CLUSTER,
    "what clusa sends to clusb is lost",
    "what clusa sends to clusb arrives again",
    moment="the cut of the way from {0} to {1}",
    begun="nothing gets from {0} to {1}",
    ended="the way from {0} to {1} back",
    inject=of_network(WideAreaNet.cut_one_way),
    minimum_s=NOTICED_S,
)
PINGS_LOST = FaultKind(
    "Icmp lost alone",
    Layer.CLUSTER,
    Target.CLUSTER_TO_CLUSTER,
    "pings from clusb to clusa are lost",
    "pings from clusb to clusa are answered again",
    moment="the loss of pings from {0}",
    begun="pings from {0} to {1} are not answered",
    ended="pings from {0} to {1} are answered",
    inject=of_network(WideAreaNet.lose_heartbeat),
    minimum_s=NOTICED_S,
)
CONNECTOR_KILLED = FaultKind(
    "wac down",
    Layer.CLUSTER,
    Target.CLUSTER,
    "the wide-area connector of clusa dies",
    "",
    moment="the death of the connector of {0}",
    begun="wac of {0} dead",
    inject=kill_connector,
)
KINDS = (NETWORK_CUT, NETWORK_CUT_ONE_WAY, PINGS_LOST, CONNECTOR_KILLED)


def network_cut(one: str, other: str) -> Fault:
    """Nothing gets from one cluster to the other, either way."""
    return Fault(NETWORK_CUT, tuple(sorted((one, other))))


def one_way_cut(sender: str, receiver: str) -> Fault:
    """What one cluster sends to the other is lost; what the other sends arrives."""
    return Fault(NETWORK_CUT_ONE_WAY, (sender, receiver))


def pings_lost(asking: str, asked: str) -> Fault:
    """The pings of one cluster to another are not answered; the connection lives."""
    return Fault(PINGS_LOST, (asking, asked))


def connector_killed(cluster: str) -> Fault:
    """The process that speaks with the other clusters dies; VCS starts it again."""
    return Fault(CONNECTOR_KILLED, (cluster,))


def cuts(one: str, other: str) -> tuple[Fault, ...]:
    """All faults that cut the network between two clusters, both ways or one."""
    return network_cut(one, other), one_way_cut(one, other), one_way_cut(other, one)
