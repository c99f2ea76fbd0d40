"""Repairs: everything, or what belongs to one side, whatever befell it and however often.

Rule 1: a repair needs no fault. What stands is ended, what is down is booted, what stands still goes on.
Rule 2: a side is a host, the hosts of its array, the array and its HMCs. What joins it to another side (mirror links,
heartbeats, networks) is not its own.
"""

from __future__ import annotations

from mirrordrill.drills.faults.active_faults import ActiveFaults, known
from mirrordrill.drills.faults.fault import Fault, Layer, Target
from mirrordrill.drills.faults.hosts import DOWN, HOST_HANGS, boot, resume
from mirrordrill.drills.faults.wide_area import connector_killed, network
from mirrordrill.simulator.host.host import Power

JOINS = frozenset({Target.SIDES, Target.LLT_LINK, Target.DISKS, Target.CLUSTERS, Target.CLUSTER_TO_CLUSTER})
"""Targets that lie between two sides."""
POWER_OF_HOSTS = frozenset(kind.name for kind in (*DOWN, HOST_HANGS))


def come_back(faults: ActiveFaults, hosts: tuple[str, ...]) -> str:
    """Boot those of the hosts that are down, and let those that stand still go on. Raises UsageError."""
    seen = []
    for host in hosts:
        power = faults.world.hosts[known(host, faults.world.hosts, "host")].power
        if power is Power.HUNG:
            seen.append(resume(faults, host))
        elif power is Power.OFF:
            seen.append(boot(faults, (host,)))
    return "; ".join(seen) or f"{', '.join(hosts)} up already"


def stand_still_if_up(faults: ActiveFaults, host: str) -> str:
    """A host that runs stands still; one that does not stays as it is. Raises UsageError for an unknown one."""
    power = faults.world.hosts[known(host, faults.world.hosts, "host")].power
    return faults.inject(Fault(HOST_HANGS, (host,))) if power is Power.ON else f"{host} is {power.value}"


def kill_connector_if_up(faults: ActiveFaults, cluster: str) -> str:
    """The connector of a cluster dies; one that runs nowhere does not. Raises UsageError for an unknown cluster."""
    name = known(cluster, [each.name for each in faults.world.site.clusters], "cluster")
    connector = network(faults).connectors.get(name)
    is_up = connector is not None and connector.place
    return faults.inject(connector_killed(name)) if is_up else f"the wide-area connector of {name} runs nowhere"


def repair_everything(faults: ActiveFaults) -> str:
    """Whatever stands is ended, every host is up, every account can log in."""
    return _repair(faults, None)


def repair_side(faults: ActiveFaults, host: str) -> str:
    """The same for the side of a host. Raises UsageError for an unknown one."""
    site = faults.world.site
    image = site.image_of(known(host, faults.world.hosts, "host"))
    own = {host, image, *(a.host for a in site.attachments if a.image_id == image)}
    own |= {console for a in site.attachments if a.image_id == image for console in a.consoles}
    return _repair(faults, frozenset(own))


def _repair(faults: ActiveFaults, side: frozenset[str] | None) -> str:
    ended = [fault for fault in faults.standing() if _is_of(fault, side)]
    for fault in ended:
        faults.clear(fault)
    hosts = tuple(host for host in faults.world.hosts if side is None or host in side)
    _unlock(faults, side)
    return f"{len(ended)} faults ended; {come_back(faults, hosts)}"


def _is_of(fault: Fault, side: frozenset[str] | None) -> bool:
    if fault.kind.name in POWER_OF_HOSTS:
        return False
    if side is None:
        return True
    joins = fault.kind.layer is Layer.PATHS or fault.kind.target in JOINS
    return not joins and bool(side & set(fault.target))


def _unlock(faults: ActiveFaults, side: frozenset[str] | None) -> None:
    """Accounts that wrong passwords have locked are no fault that stands."""
    for name in faults.world.consoles.names():
        if side is None or name in side:
            for account in faults.world.consoles.accounts(name):
                if account.is_locked:
                    account.unlock()
