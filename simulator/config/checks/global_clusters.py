"""What a group that may run in several clusters needs, and what only such a group may be."""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.config.checks.manual import HEARTBEATS, IN_GLOBAL_CLUSTER, TYPICAL_SETUP, WIZARD, cited
from mirrordrill.simulator.config.checks.metro_mirror import TYPE_NAME
from mirrordrill.simulator.config.checks.sides import LOCAL, is_global, place_of, sides_of
from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.problems import Problem, error, warning
from mirrordrill.simulator.config.semantics import ClusterModel, GroupModel, Named

POLICY = "ClusterFailOverPolicy"
PINGS = ("Icmp", "IcmpS")
"""Heartbeats whose Arguments are addresses; any other kind is taken for one line of its own."""


CLUSTER_SERVICE, WAC = "ClusterService", "wac"


def connector_of(cluster: ClusterModel) -> str:
    """The resource that stands for the wide-area connector: an Application that runs wac; empty where there is none."""
    found = [resource for group, resource in cluster.resources() if group.name == CLUSTER_SERVICE]
    named = [resource.name for resource in found if resource.name == WAC]
    started = [resource.name for resource in found if WAC in resource.scalar("StartProgram").rsplit("/", 1)[-1]]
    return next(iter((*started, *named)), "")


def mirrored_groups(subject: Subject) -> Iterator[GroupModel]:
    """The groups that have a MetroMirror resource."""
    for group in subject.cluster.groups:
        if any(resource.type_name == TYPE_NAME for resource in group.resources):
            yield group


def check_parallel(subject: Subject) -> Iterator[Problem]:
    """A parallel application cannot run on both arrays at once, so a cluster of its own stands on each of them."""
    for group in mirrored_groups(subject):
        if group.parallel and not is_global(group):
            message = f"group {group.name} is parallel and mirrored, but not global"
            remedy = "parallel applications are supported in a global cluster only; add ClusterList"
            yield error(group.attributes.position("Parallel"), message, cited(remedy, TYPICAL_SETUP))


def check_spans(subject: Subject) -> Iterator[Problem]:
    """A global group names another cluster, which can take it over."""
    for group in mirrored_groups(subject):
        names = [name for name, _ in group.cluster_list]
        if names and set(names) == {subject.cluster.name}:
            message = f"ClusterList of group {group.name} names this cluster only, so no other cluster can take it over"
            remedy = "name the cluster at the other array, too, or remove ClusterList"
            place = group.attributes.position("ClusterList")
            yield warning(place, message, cited(remedy, WIZARD))


def check_connector(subject: Subject) -> Iterator[Problem]:
    """A member of a global cluster hears of the others through wac, which they reach at its ClusterAddress."""
    cluster = subject.cluster
    if not any(name != cluster.name for group in mirrored_groups(subject) for name, _ in group.cluster_list):
        return
    if not connector_of(cluster):
        message = f"nothing in a group {CLUSTER_SERVICE} runs wac: cluster {cluster.name} hears of no other cluster"
        remedy = "configure the group with an Application for wac, and an IP with the ClusterAddress below it"
        yield warning(cluster.position, message, cited(remedy, WIZARD))
    address = cluster.attributes.scalar("ClusterAddress")
    held = [resource.scalar("Address", next(iter(group.systems), None)) for group, resource in cluster.resources()]
    if not address:
        message = f"cluster {cluster.name} has no ClusterAddress, so no other cluster can reach it"
        yield warning(cluster.position, message, cited("set it to the virtual address of the site", WIZARD))
    elif address not in held:
        message = f"no resource keeps up {address}, the ClusterAddress of {cluster.name}"
        remedy = f"add an IP resource with that Address to group {CLUSTER_SERVICE}"
        yield warning(cluster.attributes.position("ClusterAddress"), message, cited(remedy, WIZARD))


def check_one_array(subject: Subject) -> Iterator[Problem]:
    """All hosts of a member of a global cluster hang on the same array."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        sides = sides_of(group, resource)
        if is_global(group) and len(sides) > 1:
            listed = "; ".join(f"{image}: {', '.join(hosts)}" for image, hosts in sides.items())
            message = f"hosts of global group {group.name} hang on different arrays within one cluster: {listed}"
            place = place_of(resource, LOCAL, list(sides.values())[1][0])
            yield error(place, message, cited("attach all hosts of a cluster to the same array", TYPICAL_SETUP))


def check_policy(subject: Subject) -> Iterator[Problem]:
    """Whether a site is lost or only cut off is for a person to say."""
    for group in mirrored_groups(subject):
        policy = group.attributes.scalar(POLICY, default="Manual")
        if is_global(group) and policy != "Manual":
            message = f"{POLICY} of group {group.name} is {policy}: a cut line may start it at both sites"
            where = IN_GLOBAL_CLUSTER + ", step 8"
            yield warning(group.attributes.position(POLICY), message, cited("keep the default, Manual", where))


def check_heartbeats(subject: Subject) -> Iterator[Problem]:
    """Each cluster of a global group is watched, by more than one line."""
    cluster = subject.cluster
    wanted = [name for group in mirrored_groups(subject) for name, _ in group.cluster_list if name != cluster.name]
    remote = {other.name: other for other in cluster.remote_clusters}
    for name in dict.fromkeys(wanted):
        if name in remote:
            yield from heartbeat_problems(cluster, remote[name])


def heartbeat_problems(cluster: ClusterModel, other: Named) -> Iterator[Problem]:
    """How one remote cluster is watched."""
    watching = [beat for beat in cluster.heartbeats if other.name in beat.attributes.words("ClusterList")]
    if not watching:
        message = f"no heartbeat watches cluster {other.name}"
        remedy = f"add `heartbeat Icmp ( ClusterList = {{ {other.name} }} Arguments @{other.name} = {{ ... }} )`"
        yield error(other.position, message, cited(remedy, HEARTBEATS))
        return
    lines = [line for beat in watching for line in lines_of(beat, other.name)]
    if not lines:
        message = f"heartbeat {watching[0].name} has no Arguments for {other.name}, so it pings no address"
        remedy = f"add Arguments @{other.name} with highly available addresses of that site"
        yield warning(watching[0].position, message, cited(remedy, HEARTBEATS))
    elif len(set(lines)) == 1:
        message = f"cluster {other.name} is watched over one line only ({lines[0]}): its loss looks like a disaster"
        remedy = "add a second highly available address to Arguments, or a second heartbeat"
        yield warning(watching[0].position, message, cited(remedy, HEARTBEATS))


def lines_of(heartbeat: Named, cluster: str) -> tuple[str, ...]:
    """What a heartbeat asks: addresses where it pings, otherwise itself."""
    if heartbeat.name in PINGS:
        return heartbeat.attributes.words("Arguments", cluster)
    return (heartbeat.name,)
