"""How long things may take on a site, compared with the example sites on which the shipped drills are written.

A drill says "within 5 minutes" because OnlineTimeout and OfflineTimeout are 300 s on the example, and 30 minutes where
two hosts of a side may be tried, each with its time-outs. On another site the same limit is longer by as much as that
site's own times are: time-outs, retries, monitor intervals, boot times, heartbeat retries, hosts that are tried. It is
never shorter. What the factor comes from is said in the feature's description, and so stands in the report.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from mirrordrill.drills.sites import shipped_as_it_is
from mirrordrill.simulator.config.semantics import ResourceModel
from mirrordrill.simulator.host.behaviours import behaviours
from mirrordrill.simulator.site.site import Site

MINUTE_S = 60.0
ONE_CLUSTER, SEVERAL_CLUSTERS = "rdc", "gco"
"""The example sites on which the shipped drills are written."""
EXAMPLE_GROUP = "oragrp"
BOOT_AND_START_S = 300.0
"""What the example leaves for a boot that costs nothing there, and for what follows it."""
Times = dict[str, tuple[float, str]]
"""The longest time of each kind, and what takes it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """By how much the limits of the example are longer on a site, and why."""

    factor: float = 1.0
    reasons: tuple[str, ...] = ()

    def limit_s(self, example_s: float) -> float:
        """A limit of the example on this site: whole minutes."""
        return example_s if self.factor == 1.0 else math.ceil(example_s * self.factor / MINUTE_S) * MINUTE_S

    def sentence(self) -> str:
        """Where the limits come from, for the report; empty where they are those of the example."""
        if self.factor == 1.0:
            return ""
        return f"Time limits are {self.factor:.2f} times those of the example site: {'; '.join(self.reasons)}."


def stretch(site: Site, group: str) -> Stretch:
    """How limits stretch for a group: by its longest times, and by how many hosts may be tried."""
    example = shipped_as_it_is(SEVERAL_CLUSTERS if len(site.clusters) > 1 else ONE_CLUSTER)
    usual, own = longest_times(example, EXAMPLE_GROUP), longest_times(site, group)
    ratios = [
        (seconds / usual[kind][0], f"{why}: {seconds:g} s instead of {usual[kind][0]:g} s")
        for kind, (seconds, why) in own.items()
        if kind in usual
    ]
    ratio, why = max(ratios, default=(1.0, ""))
    hosts, usual_hosts = most_hosts(site, group), most_hosts(example, EXAMPLE_GROUP)
    reasons = [why] if ratio > 1.0 else []
    reasons += [f"{hosts} hosts of a side may be tried instead of {usual_hosts}"] if hosts > usual_hosts else []
    return Stretch(max(1.0, ratio) * max(1.0, hosts / usual_hosts), tuple(reasons))


def longest_times(site: Site, group: str) -> Times:
    """The longest time of each kind that this group, its hosts or its clusters may take."""
    found: Times = {}
    for kind, seconds, why in (*time_outs(site, group), *other_times(site, group)):
        if seconds > found.get(kind, (0.0, ""))[0]:
            found[kind] = seconds, why
    return found


def time_outs(site: Site, group: str) -> Iterator[tuple[str, float, str]]:
    """The longest attempt that a resource of the group may take: time-out, retries, monitors that are waited for."""
    for cluster in site.clusters:
        for model, resource in cluster.resources():
            for host in model.systems if model.name == group else ():
                yield from time_outs_of(resource, host)


def time_outs_of(resource: ResourceModel, host: str) -> Iterator[tuple[str, float, str]]:
    """The same for one resource on one host; the defaults are those of vcs.md 1.5."""
    name = resource.name
    online_s = resource.integer("OnlineTimeout", 300, host)
    tries = 1 + resource.integer("OnlineRetryLimit", 0, host)
    interval_s = resource.integer("MonitorInterval", 60, host)
    waited_s = resource.integer("OnlineWaitLimit", 2, host) * interval_s
    yield "online", tries * online_s, f"OnlineTimeout of {name}, with its retries"
    yield "attempt", tries * (online_s + waited_s), f"an attempt of {name} to come online, with what is waited for"
    yield "offline", resource.integer("OfflineTimeout", 300, host), f"OfflineTimeout of {name}"
    yield "monitor", interval_s, f"MonitorInterval of {name}"


def other_times(site: Site, group: str) -> Iterator[tuple[str, float, str]]:
    """How long everything of the group takes to start, a host to boot, a silent cluster to be given up."""
    played = behaviours(site.clusters, site.settings.types)
    for cluster in site.clusters:
        types = [resource.type_name for model, resource in cluster.resources() if model.name == group]
        stack_s = sum(played[name].online_s for name in types if name in played)
        yield "stack", BOOT_AND_START_S + stack_s, f"the start of all resources of {group}, beside the time-outs"
        for beat in cluster.heartbeats:
            for remote in cluster.remote_clusters:
                limit = beat.attributes.integer("AYARetryLimit", 3, remote.name)
                interval_s = beat.attributes.integer("AYAInterval", 60, remote.name)
                yield "heartbeat", limit * interval_s, f"AYARetryLimit {limit} x AYAInterval {interval_s} s"
    yield "boot", BOOT_AND_START_S + site.settings.hosts.boot_s, "the boot of a host, and what follows"


def most_hosts(site: Site, group: str) -> int:
    """On how many hosts of one array a group may be tried."""
    hosts: dict[str, set[str]] = {}
    for attachment in site.attachments:
        if attachment.group == group:
            hosts.setdefault(attachment.image_id, set()).add(attachment.host)
    return max(map(len, hosts.values()), default=1)
