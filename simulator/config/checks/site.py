"""Several clusters that make up one site description: what must differ between their files, and what must agree.

What global groups must agree on is in `agreement`; here are names, and the two ends of each mirror.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mirrordrill.simulator.config.checks.agreement import (
    check_authority,
    check_group_names,
    check_remote_clusters,
    check_same_clusters,
    check_watched_addresses,
)
from mirrordrill.simulator.config.checks.manual import ATTRIBUTES, IN_GLOBAL_CLUSTER, cited
from mirrordrill.simulator.config.checks.metro_mirror import TYPE_NAME, VOLUME_ID
from mirrordrill.simulator.config.checks.sides import LOCAL, REMOTE, is_global, place_of, volumes_of
from mirrordrill.simulator.config.model import ListValue, Position
from mirrordrill.simulator.config.problems import Problem, error, warning
from mirrordrill.simulator.config.semantics import ClusterModel, GroupModel, ResourceModel


def check_names(clusters: Sequence[ClusterModel]) -> Iterator[Problem]:
    """Clusters have different names, and a system is a member of one cluster only."""
    named = [("cluster", cluster.name, cluster.position) for cluster in clusters]
    named += [("system", node.name, node.position) for cluster in clusters for node in cluster.nodes]
    first: dict[tuple[str, str], Position] = {}
    for kind, name, position in named:
        earlier = first.setdefault((kind, name), position)
        if earlier.file != position.file:
            message = f"{kind} {name} stands in two files of the same site"
            yield error(position, message, f"first defined at {earlier}")


class Member(NamedTuple):
    """A global group's MetroMirror resource in one of the clusters, with its ends on the cluster's first system."""

    cluster: ClusterModel
    group: GroupModel
    resource: ResourceModel

    @property
    def system(self) -> str:
        """The system that stands for all of its cluster: they hang on one array."""
        return self.group.systems[0]

    @property
    def local(self) -> str:
        """The array of this cluster."""
        return self.resource.scalar(LOCAL, self.system)

    @property
    def remote(self) -> str:
        """The array that this cluster takes for the other end."""
        return self.resource.scalar(REMOTE, self.system)


def global_members(clusters: Sequence[ClusterModel]) -> dict[tuple[str, str], list[Member]]:
    """The MetroMirror resources of global groups, by group and resource, in the order of the files."""
    found: dict[tuple[str, str], list[Member]] = {}
    for cluster in clusters:
        for group, resource in cluster.resources(TYPE_NAME):
            if is_global(group) and group.systems:
                found.setdefault((group.name, resource.name), []).append(Member(cluster, group, resource))
    return found


def check_members(clusters: Sequence[ClusterModel]) -> Iterator[Problem]:
    """A global group has its MetroMirror resources in each cluster; that the group is there is for `agreement`."""
    given = {cluster.name: cluster for cluster in clusters}
    groups = {(cluster.name, group.name) for cluster in clusters for group in cluster.groups}
    for (group_name, name), members in global_members(clusters).items():
        present = {member.cluster.name for member in members}
        for member in members:
            for other, _ in member.group.cluster_list:
                if other in given and other not in present and (other, group_name) in groups:
                    message = f"cluster {other} has no {TYPE_NAME} resource {name} in its group {group_name}"
                    remedy = "configure the group alike in each cluster"
                    yield warning(member.resource.position, message, cited(remedy, IN_GLOBAL_CLUSTER))


def check_mirrored_between(clusters: Sequence[ClusterModel]) -> Iterator[Problem]:
    """What is remote in one cluster is local in another, and the other way round, with equally many volumes."""
    for members in global_members(clusters).values():
        for member in members if len(members) > 1 else ():
            others = [other for other in members if other is not member]
            yield from end_problems(member, others)


def end_problems(member: Member, others: Sequence[Member]) -> Iterator[Problem]:
    """One cluster's view of the mirror against those of the others."""
    title = f"{member.resource.name} of cluster {member.cluster.name}"
    place = place_of(member.resource, REMOTE, member.system)
    facing = [other for other in others if other.local == member.remote]
    for other in facing:
        if other.remote != member.local:
            message = (
                f"{title} mirrors with {member.remote}, whose cluster {other.cluster.name} mirrors with {other.remote}"
            )
            yield error(place, message, cited(f"{REMOTE} there has to be {member.local}", ATTRIBUTES))
        elif len(volumes_of(other.resource, other.system)) != len(volumes_of(member.resource, member.system)):
            message = f"{title} has not as many VolIds as {other.resource.name} of cluster {other.cluster.name}"
            volumes = place_of(member.resource, "VolIds", member.system)
            yield warning(volumes, message, cited("list both ends of every pair", ATTRIBUTES))
    same = next((other for other in others if member.local and other.local == member.local), None)
    if not facing and same is not None:
        message = f"{title} and {same.resource.name} of cluster {same.cluster.name} both stand on {member.local}"
        remedy = f"{LOCAL} and {REMOTE} look swapped in one of the two files"
        yield error(place_of(member.resource, LOCAL, member.system), message, cited(remedy, ATTRIBUTES))
    elif not facing:
        arrays = ", ".join(f"{other.cluster.name} on {other.local or '?'}" for other in others)
        message = f"{title} mirrors with {member.remote or '?'}, on which no other cluster hangs: {arrays}"
        yield error(place, message, cited(f"{REMOTE} is the array of the other cluster", ATTRIBUTES))


def check_volumes_once(clusters: Sequence[ClusterModel]) -> Iterator[Problem]:
    """A volume is in one pair, and one group changes the direction of that pair: no two resources may have it."""
    owners: dict[tuple[str, str], str] = {}
    told: set[tuple[str, str, str]] = set()
    for cluster in clusters:
        for group, resource in cluster.resources(TYPE_NAME):
            own = f"{resource.name} of {group.name}"
            for system in group.systems:
                local, value = resource.scalar(LOCAL, system), resource.value("VolIds", system)
                for word in (item.key for item in value.items) if isinstance(value, ListValue) else ():
                    match = VOLUME_ID.fullmatch(word.text)
                    key = (local, match[2].upper()) if match else ("", "")
                    other = owners.setdefault(key, own) if match else own
                    if other != own and (*key, own) not in told:
                        told.add((*key, own))
                        message = f"volume {key[1]} of {local} belongs to {other} already"
                        remedy = f"take it out of VolIds of {own}: one group decides in which direction a pair copies"
                        yield error(word.position, message, cited(remedy, ATTRIBUTES))


SITE: tuple[Callable[[Sequence[ClusterModel]], Iterator[Problem]], ...] = (
    check_names,
    check_group_names,
    check_same_clusters,
    check_authority,
    check_remote_clusters,
    check_watched_addresses,
    check_members,
    check_mirrored_between,
    check_volumes_once,
)


def check_site(clusters: Sequence[ClusterModel]) -> Iterator[Problem]:
    """Everything that only several files together can get wrong."""
    for check in SITE:
        yield from check(clusters)
