"""What the files of a global cluster's members have to agree on: who they are, who may start a group, and where.

Each member has a file of its own, and each file names the others: their clusters, their addresses, the groups that may
move. VCS reads one file in each cluster and finds a disagreement out when the clusters meet, or never: a group with two
authorities starts at both sites, one with none at neither; a cluster that the other one does not know is not connected.

Rule: a member whose file was not given is not judged, nor is what only it could say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.simulator.config.checks.global_clusters import PINGS
from mirrordrill.simulator.config.checks.manual import HEARTBEATS, WIZARD, cited
from mirrordrill.simulator.config.checks.sides import is_global
from mirrordrill.simulator.config.model import NOWHERE, Position
from mirrordrill.simulator.config.problems import Problem, error, nearest, warning
from mirrordrill.simulator.config.semantics import ClusterModel, GroupModel, Named

Clusters = Sequence[ClusterModel]
Homes = list[tuple[ClusterModel, GroupModel]]
"""A global group in each of the files that have it."""


def global_groups(clusters: Clusters) -> dict[str, Homes]:
    """The global groups by name, in the order of the files; a group counts that some file calls global."""
    named = dict.fromkeys(group.name for cluster in clusters for group in cluster.groups if is_global(group))
    return {
        name: [(cluster, group) for cluster in clusters for group in cluster.groups if group.name == name]
        for name in named
    }


def set_at(group: GroupModel, attribute: str) -> Position:
    """Where a group's attribute stands; the group itself where it is not set."""
    place = group.attributes.position(attribute)
    return group.position if place == NOWHERE else place


def check_group_names(clusters: Clusters) -> Iterator[Problem]:
    """A global group has the same name in each cluster that it names (reference vcs.md 4.1)."""
    given = {cluster.name: cluster for cluster in clusters}
    for name, homes in global_groups(clusters).items():
        present = {cluster.name for cluster, _ in homes}
        for _, group in homes:
            for other in (given[other] for other, _ in group.cluster_list if other in given and other not in present):
                message = f"ClusterList of group {name} names {other.name}, which has no group {name}"
                near = nearest(name, [group.name for group in other.groups])
                remedy = f"a global group has the same name in each cluster{f'; {near}' if near else ''}"
                yield error(set_at(group, "ClusterList"), message, cited(remedy, WIZARD))


def check_same_clusters(clusters: Clusters) -> Iterator[Problem]:
    """Each file says of a global group that it spans the same clusters, in the same order."""
    for name, homes in global_groups(clusters).items():
        (first, model), *others = homes
        for _, group in others:
            if sorted(group.cluster_list) != sorted(model.cluster_list):
                here, there = (listed(each) for each in (group, model))
                message = f"ClusterList of group {name} is {here} here and {there} in cluster {first.name}"
                yield error(set_at(group, "ClusterList"), message, cited("write the same in both files", WIZARD))


def listed(group: GroupModel) -> str:
    """A ClusterList as it is written."""
    members = ", ".join(f"{name} = {priority}" for name, priority in group.cluster_list)
    return f"{{ {members} }}" if members else "empty"


def check_authority(clusters: Clusters) -> Iterator[Problem]:
    """Exactly one cluster may bring a global group online without asking (reference vcs.md 4.4)."""
    given = {cluster.name for cluster in clusters}
    for name, homes in global_groups(clusters).items():
        holders = [(cluster, group) for cluster, group in homes if group.attributes.integer("Authority", 0)]
        for cluster, group in holders[1:]:
            message = f"Authority of group {name} is with cluster {cluster.name} and with {holders[0][0].name}"
            remedy = "leave it to the one where the group runs on a good day; while the sites are apart, both start it"
            yield error(set_at(group, "Authority"), message, cited(remedy, WIZARD))
        spanned = {other for _, group in homes for other, _ in group.cluster_list}
        if not holders and spanned <= given:
            message = f"no cluster has Authority for group {name}, so it starts nowhere by itself"
            remedy = "write Authority = 1 in the cluster where it runs on a good day"
            yield warning(homes[0][1].position, message, cited(remedy, WIZARD))


def check_remote_clusters(clusters: Clusters) -> Iterator[Problem]:
    """Members of a global group know each other, each by the address that the other one has."""
    given = {cluster.name: cluster for cluster in clusters}
    for cluster in clusters:
        partners = {name for group in cluster.groups for name, _ in group.cluster_list}
        partners |= {each.name for each in clusters if any(r.name == cluster.name for r in each.remote_clusters)}
        for other in (given[name] for name in sorted(partners & set(given) - {cluster.name})):
            yield from acquaintance(cluster, other)


def acquaintance(cluster: ClusterModel, other: ClusterModel) -> Iterator[Problem]:
    """How one member knows another one."""
    entry = next((each for each in cluster.remote_clusters if each.name == other.name), None)
    address = other.attributes.scalar("ClusterAddress")
    if entry is None:
        message = f"cluster {cluster.name} has no remotecluster {other.name}, with which it makes up a global cluster"
        remedy = f'add `remotecluster {other.name} ( ClusterAddress = "{address or "..."}" )`'
        yield error(cluster.position, message, cited(remedy, WIZARD))
        return
    known = entry.attributes.scalar("ClusterAddress")
    if known != address:
        place = entry.attributes.position("ClusterAddress")
        message = (
            f"ClusterAddress of remotecluster {other.name} is {known or 'not set'}; its own file says {address or '?'}"
        )
        remedy = "write the virtual address of its ClusterService group in both files"
        yield warning(entry.position if place == NOWHERE else place, message, cited(remedy, WIZARD))


def check_watched_addresses(clusters: Clusters) -> Iterator[Problem]:
    """A heartbeat pings addresses that the other cluster keeps up: any other one outlives that cluster's hosts."""
    given = {cluster.name: cluster for cluster in clusters}
    for cluster in clusters:
        for beat in cluster.heartbeats:
            watched = [given[name] for name in beat.attributes.words("ClusterList") if name in given]
            for other in watched if beat.name in PINGS else ():
                yield from foreign_addresses(beat, other)


def foreign_addresses(beat: Named, other: ClusterModel) -> Iterator[Problem]:
    """The addresses among a heartbeat's Arguments for another cluster that nothing there keeps up."""
    held = {r.scalar("Address", system) for group, r in other.resources() for system in group.systems}
    for address in beat.attributes.words("Arguments", other.name):
        if address not in held:
            message = (
                f"heartbeat {beat.name} pings {address}, which no resource of cluster {other.name} keeps up: if it "
                "answers when all hosts there are dead, this cluster never learns of their death"
            )
            remedy = "ping addresses that are highly available: IP resources of that cluster"
            yield warning(beat.attributes.position("Arguments", other.name), message, cited(remedy, HEARTBEATS))
