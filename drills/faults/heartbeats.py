"""Faults of what a cluster holds together by: LLT's links, coordinator disks, and the engine on each system."""

from __future__ import annotations

from mirrordrill.drills.faults.active_faults import Damage, Undo
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.site.site import METRO_MIRROR
from mirrordrill.simulator.vcs.agents.handshakes import NEVER_S
from mirrordrill.simulator.vcs.cluster import Cluster
from mirrordrill.simulator.world import World


class HeartbeatHazards:
    """What can befall heartbeats and engines."""

    def __init__(self, world: World, damage: Damage) -> None:
        self._world = world
        self._damage = damage

    def parts(self, one: tuple[str, ...], other: tuple[str, ...]) -> str:
        """All LLT links between two groups of systems are cut at the same moment."""
        cluster = self._cluster(*one, *other)

        def strike() -> Undo:
            cluster.partition([one, other])
            return lambda: cluster.heal([one, other])

        self._damage.strike(sides(one, other), "the partition", strike)
        return f"no heartbeat between {' '.join(one)} and {' '.join(other)}"

    def heals(self, one: tuple[str, ...], other: tuple[str, ...]) -> str:
        """They hear each other again."""
        self._damage.mend(sides(one, other))
        return f"heartbeats between {' '.join(one)} and {' '.join(other)}"

    def loses_link(self, host: str, link: str) -> str:
        """One of a system's LLT links is pulled."""
        cluster = self._cluster(host)

        def strike() -> Undo:
            try:
                cluster.cut_link(host, link)
            except KeyError:
                raise UsageError(f"LLT has no {link}; it has: {', '.join(cluster.spec.links)}") from None
            return lambda: cluster.mend_link(host, link)

        self._damage.strike(f"{link} of {host}", f"the loss of {link} of {host}", strike)
        return f"{link} of {host} cut"

    def loses_disks(self, place: str, hosts: tuple[str, ...]) -> str:
        """Hosts do not reach the coordinator disks at a place any more."""
        fencing = self._cluster(*hosts).spec.fencing
        places = fencing.coordinator_disks if fencing else ()
        if place not in places:
            there = f"they stand at: {', '.join(dict.fromkeys(places))}" if places else "the cluster is not fenced"
            raise UsageError(f"there is no coordinator disk at {place}; {there}")
        name = way_to(place, hosts)
        self._damage.strike(name, f"the loss of {name}", lambda: self._world.disks.cut(place, hosts))
        return f"no way from {' '.join(hosts)} to {place}"

    def restores_disks(self, place: str, hosts: tuple[str, ...]) -> str:
        """They reach them again."""
        self._damage.mend(way_to(place, hosts))
        return f"{' '.join(hosts)} reach {place}"

    def kills_engine(self, host: str) -> str:
        """HAD is killed; the system, its agents' resources and its applications live, and hashadow starts it again."""
        self._damage.mark(f"the death of the engine on {host}")
        self._cluster(host).engine_dies(host)
        return f"had on {host} killed"

    def kills_agent(self, host: str) -> str:
        """The MetroMirror agent's process dies with its entry points; the engine starts it again."""
        self._damage.mark(f"the death of the agent on {host}")
        self._cluster(host).agent_dies(host, METRO_MIRROR)
        return f"MetroMirror agent on {host} killed"

    def hangs_agent(self, host: str) -> str:
        """It stands still until the engine loses patience and starts it anew."""
        self._damage.mark(f"the agent on {host} hung")
        self._cluster(host).agent_hangs(host, METRO_MIRROR)
        return f"MetroMirror agent on {host} hangs"

    def slows_agent(self, host: str, delay_s: float = NEVER_S) -> str:
        """From its next start on the agent's process takes so long to report for work, or never does."""

        def strike() -> Undo:
            self._cluster(host).slow_agent(host, METRO_MIRROR, delay_s)
            return lambda: self._cluster(host).mend_agent(host, METRO_MIRROR)

        self._damage.strike(start_of_agent(host), f"the trouble with {start_of_agent(host)}", strike)
        how = "cannot start" if delay_s == NEVER_S else f"takes {delay_s:g} s to start"
        return f"MetroMirror agent on {host} {how}"

    def mends_agent(self, host: str) -> str:
        """The next one that is started starts as it should."""
        return self._damage.mend(start_of_agent(host))

    def _cluster(self, *hosts: str) -> Cluster:
        clusters = {self._world.cluster_of(host).spec.name: self._world.cluster_of(host) for host in hosts}
        if len(clusters) > 1:
            raise UsageError(f"LLT joins the systems of one cluster; these are of {' and '.join(clusters)}")
        return next(iter(clusters.values()))


def start_of_agent(host: str) -> str:
    """What a step calls the start of the agent's process."""
    return f"the start of the agent process on {host}"


def way_to(place: str, hosts: tuple[str, ...]) -> str:
    """What a step calls the way of hosts to coordinator disks."""
    return f"the way from {' '.join(hosts)} to the coordinator disks at {place}"


def sides(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """What a step calls the cables between two groups of systems."""
    return f"the heartbeats between {' '.join(one)} and {' '.join(other)}"
