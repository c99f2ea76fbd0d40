"""The kinds of disruption: what ended a service, as people who compare recovery times put it.

An outage is told by what began it: a site, an array or a host was lost, two sides did not hear each other, an operator
switched the group. It follows from the faults of the drill and from the command that was typed, never from words.

Rule 1: a fault counts where it hits the system that served, its array or its cluster.
Rule 2: of several faults at the same moment the gravest counts, in the order of `Disruption`. What stood before counts
only where nothing else began.
Rule 3: a site is lost with all of its hosts and its array, or with all of its hosts and the links to it: from the
other side that is the same.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

from mirrordrill.drills.faults import clusters, hosts, storage, wide_area
from mirrordrill.drills.faults.fault import Fault, FaultKind, Layer, Target
from mirrordrill.drills.measures.values import Outage
from mirrordrill.simulator.site.site import Site


class Disruption(enum.Enum):
    """What ends a service, the gravest first."""

    SITE = "site lost"
    ARRAY = "array lost"
    VOLUMES = "volumes lost"
    HOST = "host failure"
    PARTITION = "partition"
    RESOURCE = "resource failure"
    SOFTWARE = "cluster software"
    LINKS = "mirror links lost"
    MANAGEMENT = "array management"
    SWITCH = "switch"
    STOP = "planned stop"
    OTHER = "other"


OF_LAYER = {
    Layer.PATHS: Disruption.LINKS,
    Layer.ARRAY: Disruption.ARRAY,
    Layer.DSCLI: Disruption.MANAGEMENT,
    Layer.HOST: Disruption.HOST,
    Layer.CLUSTER: Disruption.PARTITION,
    Layer.RESOURCE: Disruption.RESOURCE,
}
OF_KIND = {
    **dict.fromkeys((storage.VOLUME_LOST, storage.RANK_LOST), Disruption.VOLUMES),
    **dict.fromkeys((storage.MANAGEMENT_LOST, storage.MANAGEMENT_SLOW), Disruption.MANAGEMENT),
    **dict.fromkeys(set(hosts.KINDS) - {*hosts.DOWN, hosts.HOST_HANGS}, Disruption.SOFTWARE),
    **dict.fromkeys(
        (set(clusters.KINDS) | {wide_area.CONNECTOR_KILLED})
        - {clusters.HEARTBEATS_LOST, clusters.LLT_LINK_PULLED, clusters.DISKS_OUT_OF_REACH},
        Disruption.SOFTWARE,
    ),
}
"""The kinds of fault that disrupt another thing than their layer says."""
CUT_OFF = {storage.ARRAY_LOST, storage.DATA_LOST, storage.LINKS_LOST}
"""What takes an array away from the other side."""
WITHOUT_PLACE = {Target.LINK, Target.CONSOLE}
"""A link of the mirror and an HMC have names of their own, which do not say whose they are."""
AT_ONCE_US = 1_000_000
"""An outage begins with the last write before its fault: so much later is the same moment."""


def disrupts(kind: FaultKind) -> Disruption:
    """What a kind of fault disrupts."""
    return OF_KIND.get(kind, OF_LAYER[kind.layer])


def disruption_of(outage: Outage, faults: Sequence[Fault], site: Site) -> Disruption:
    """What an outage is told by; `faults` are all of its drill, in the order in which they began."""
    if outage.is_planned:
        return Disruption.SWITCH if outage.is_switch else Disruption.STOP
    told_us = max(each.time_us for each in (outage.began, outage.cause, outage.noticed) if each is not None)
    begun = [each for each in faults if (each.since_us or 0) <= told_us]
    standing = [each for each in begun if each.until_us is None or each.until_us >= outage.began.time_us]
    if is_site_lost(outage, standing, site):
        return Disruption.SITE
    near = [each for each in standing if concerns(each, outage, site)]
    news = [each for each in near if (each.since_us or 0) >= outage.began.time_us - AT_ONCE_US]
    last = [each for each in begun if concerns(each, outage, site)][-1:]
    return gravest(disrupts(each.kind) for each in news or near or last)


def concerns(fault: Fault, outage: Outage, site: Site) -> bool:
    """Whether a fault hits what served."""
    host = outage.from_host
    cluster = next((each.name for each in site.clusters if host in each.systems), "")
    places = {host, site.image_of(host), cluster, outage.group}
    return fault.kind.target in WITHOUT_PLACE or not places.isdisjoint(" ".join(fault.target).split())


def is_site_lost(outage: Outage, faults: Sequence[Fault], site: Site) -> bool:
    """Whether all hosts of the array that served are down, and the array or the links to it are gone."""
    array = site.image_of(outage.from_host)
    side = {host for host in site.hosts() if site.image_of(host) == array}
    down = {each.target[0] for each in faults if each.kind in hosts.DOWN}
    cut_off = any(each.kind in CUT_OFF and array in each.target for each in faults)
    return down >= side and cut_off


def gravest(kinds: Iterable[Disruption]) -> Disruption:
    """The first in the order of the kinds; OTHER of none."""
    return min(kinds, key=list(Disruption).index, default=Disruption.OTHER)
