"""Faults of the network between clusters: neither the mirror's links nor LLT's cables."""

from __future__ import annotations

from mirrordrill.drills.faults.active_faults import Damage
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.vcs.wide_area.net import WideAreaNet
from mirrordrill.simulator.world import World


class WideAreaHazards:
    """What can befall the network between the clusters of a site."""

    def __init__(self, world: World, damage: Damage) -> None:
        self._world = world
        self._damage = damage

    def cuts(self, one: str, other: str) -> str:
        """Nothing gets from one cluster to the other any more."""
        wan = self._wan()
        self._damage.strike(f"the network between {one} and {other}", "the cut", lambda: wan.cut(one, other))
        return f"no network between {one} and {other}"

    def mends(self, one: str, other: str) -> str:
        """They reach each other again."""
        return self._damage.mend(f"the network between {one} and {other}")

    def cuts_one_way(self, sender: str, receiver: str) -> str:
        """What one cluster sends to the other is lost; what the other sends arrives."""
        wan = self._wan()
        thing = f"the way from {sender} to {receiver}"
        self._damage.strike(thing, f"the cut of {thing}", lambda: wan.cut_one_way(sender, receiver))
        return f"nothing gets from {sender} to {receiver}"

    def mends_one_way(self, sender: str, receiver: str) -> str:
        """It arrives again."""
        return self._damage.mend(f"the way from {sender} to {receiver}")

    def loses_pings(self, one: str, other: str) -> str:
        """Heartbeats of one are not answered any more; the connection lives."""
        wan = self._wan()
        moment = f"the loss of pings from {one}"
        self._damage.strike(f"pings from {one}", moment, lambda: wan.lose_heartbeat(one, other))
        return f"pings from {one} to {other} are not answered"

    def kills_connector(self, cluster: str) -> str:
        """The process that speaks with the other clusters dies; VCS starts it again."""
        self._damage.mark(f"the death of the connector of {cluster}")
        system = self._wan().kill_wac(cluster)
        if not system:
            raise UsageError(f"the wide-area connector of {cluster} runs nowhere")
        return f"wac on {system} dead"

    def _wan(self) -> WideAreaNet:
        if len(self._world.clusters) < 2:
            raise UsageError("this site has one cluster: there is no network between clusters")
        return self._world.wide_area
