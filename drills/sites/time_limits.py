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
from mirrordrill.simulator.site.site import METRO_MIRROR, Site

MINUTE_S = 60.0
ONE_CLUSTER, SEVERAL_CLUSTERS = "rdc", "gco"
"""The example sites on which the shipped drills are written."""
EXAMPLE_GROUP = "oragrp"
BOOT_AND_START_S = 300.0
"""What the example leaves for a boot that costs nothing there, and for what follows it."""
INQUIRY_S = 120.0
"""From the last ping without an answer until the cluster is declared FAULTED."""
SETTLING_S = (120.0, 1200.0)
"""A step that lets so much time pass waits for the cluster to settle. Less is an order of things, more is just long."""
START_S = 600.0
"""The least that a group is given to start or to be moved before a drill gives up."""
Times = dict[str, tuple[float, str]]
"""The longest time of each kind, and what takes it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """By how much the limits of the example are longer on a site, and why."""

    factor: float = 1.0
    reasons: tuple[str, ...] = ()
    silence_s: float = 0.0
    """How long clusters wait for each other's answers, at most, where that is longer than on the example."""

    def heard_s(self, example_s: float) -> float:
        """A limit for what one cluster hears of another: not before both have given up waiting."""
        return max(self.limit_s(example_s), self.silence_s)

    def spelled(self, example_s: float) -> str:
        """The same limit as people write it."""
        return spelled(self.limit_s(example_s))

    def limit_s(self, example_s: float) -> float:
        """A limit of the example on this site: whole minutes."""
        return example_s if self.factor == 1.0 else math.ceil(example_s * self.factor / MINUTE_S) * MINUTE_S

    def sentence(self) -> str:
        """Where the limits come from, for the report; empty where they are those of the example."""
        if self.factor == 1.0:
            return ""
        return f"Time limits are {self.factor:.2f} times those of the example site: {'; '.join(self.reasons)}."


def spelled(seconds: float) -> str:
    """`11 minutes`."""
    minutes = round(seconds / MINUTE_S)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


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
    silence_s, usual_s = (times.get("heartbeat", (0.0, ""))[0] for times in (own, usual))
    return Stretch(
        max(1.0, ratio) * max(1.0, hosts / usual_hosts),
        tuple(reasons),
        math.ceil((silence_s + INQUIRY_S) / MINUTE_S) * MINUTE_S if silence_s > usual_s else 0.0,
    )


def start_limit_s(site: Site, group: str) -> float:
    """How long a group may take to start: the boot, and every attempt of every resource, one after the other.

    What it requires has to start before it.
    """
    groups, waiting = {group}, [group]
    while waiting:
        name = waiting.pop()
        required = {
            needed.child.text
            for cluster in site.clusters
            for model in cluster.groups
            if model.name == name
            for needed in model.group_dependencies
        } - groups
        groups |= required
        waiting += required
    return max(
        START_S, max(map(site.settings.hosts.boot_of, site.hosts())) + sum(attempts_s(site, name) for name in groups)
    )


def move_limit_s(site: Site, group: str) -> float:
    """How long a switch of a group may take: everything offline, then everything online."""
    offline_s = sum(resource.integer("OfflineTimeout", 300) for resource in one_of_each(site, group))
    return max(START_S, offline_s + attempts_s(site, group))


def attempts_s(site: Site, group: str) -> float:
    """The attempts of all resources of the group to come online, with their retries."""
    return sum(
        (1 + resource.integer("OnlineRetryLimit", 0)) * resource.integer("OnlineTimeout", 300)
        for resource in one_of_each(site, group)
    )


def one_of_each(site: Site, group: str) -> Iterator[ResourceModel]:
    """The resources of the group, those of the first cluster that has it."""
    found = ([resource for model, resource in c.resources() if model.name == group] for c in site.clusters)
    return iter(next((resources for resources in found if resources), []))


def longest_times(site: Site, group: str) -> Times:
    """The longest time of each kind that this group, its hosts or its clusters may take."""
    found: Times = {}
    for kind, seconds, why in (*time_outs(site, group), *other_times(site, group)):
        if seconds > found.get(kind, (0.0, ""))[0]:
            found[kind] = seconds, why
    return found


def time_outs(site: Site, group: str) -> Iterator[tuple[str, float, str]]:
    """The longest attempt that a resource of the group may take: time-out, retries, monitors that are waited for."""
    played = behaviours(site.clusters, site.settings.types)
    for cluster in site.clusters:
        for model, resource in cluster.resources():
            role = played[resource.type_name].role.name if resource.type_name != METRO_MIRROR else ""
            starts = 1 + model.attributes.integer("OnlineRetryLimit", 0)
            for host in model.systems if model.name == group else ():
                yield from time_outs_of(resource, host, role, starts)


def time_outs_of(resource: ResourceModel, host: str, role: str, starts: int) -> Iterator[tuple[str, float, str]]:
    """The same for one resource on one host, where its group is started so many times; the defaults are those of
    vcs.md 1.5.

    Of each role the example has one, with which it is compared: a disk group may take twice as long there.
    """
    name = resource.name
    online_s = resource.integer("OnlineTimeout", 300, host)
    tries = 1 + resource.integer("OnlineRetryLimit", 0, host)
    interval_s = resource.integer("MonitorInterval", 60, host)
    waited_s = resource.integer("OnlineWaitLimit", 2, host) * interval_s
    yield f"online {role}", tries * online_s, f"OnlineTimeout of {name}, with its retries"
    again = f", {starts} times (OnlineRetryLimit of the group)" if starts > 1 else ""
    yield (
        f"attempt {role}",
        starts * tries * (online_s + waited_s),
        f"an attempt of {name} to come online, with what is waited for{again}",
    )
    yield f"offline {role}", resource.integer("OfflineTimeout", 300, host), f"OfflineTimeout of {name}"
    looks = 1 + resource.integer("ToleranceLimit", 0, host)
    found = f", found by {looks} in turn (ToleranceLimit)" if looks > 1 else ""
    yield f"monitor {role}", looks * interval_s, f"MonitorInterval of {name}{found}"


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
    slowest_s = max(map(site.settings.hosts.boot_of, site.hosts()))
    yield "boot", BOOT_AND_START_S + slowest_s, "the boot of a host, and what follows"


def most_hosts(site: Site, group: str) -> int:
    """On how many hosts of one array a group may be tried."""
    hosts: dict[str, set[str]] = {}
    for attachment in site.attachments:
        if attachment.group == group:
            hosts.setdefault(attachment.image_id, set()).add(attachment.host)
    return max(map(len, hosts.values()), default=1)
