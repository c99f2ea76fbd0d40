"""Names: what may be one, and that those of systems and clusters which are used are defined."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mirrordrill.simulator.config.checks.manual import WIZARD, cited
from mirrordrill.simulator.config.checks.subject import Body, Subject, bodies
from mirrordrill.simulator.config.model import (
    Cluster,
    Configuration,
    Group,
    Include,
    Item,
    ListValue,
    RemoteCluster,
    System,
    TypeDefinition,
    Value,
    Word,
)
from mirrordrill.simulator.config.problems import Problem, error, nearest, warning
from mirrordrill.simulator.config.semantics import GroupModel
from mirrordrill.simulator.config.vocabulary import DIGITS

NUMBERED_LISTS = ("SystemList", "SystemZones", "ClusterList")


NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
"""Letters, digits, `-` and `_` (vcs.md 2.1). Names reach the file names of logs, hosts and state files."""
LONGEST_NAME = 255


def check_names(subject: Subject) -> Iterator[Problem]:
    """Names of clusters, systems, groups, resources and types have only the characters that VCS allows."""
    for what, word in named_things(subject.configuration):
        if len(word.text) > LONGEST_NAME:
            yield error(word.position, f"the name of this {what} has {len(word.text)} characters", "at most 255")
        elif not NAME.fullmatch(word.text):
            message = f"{word.text!r} cannot be the name of a {what}"
            yield error(word.position, message, "VCS takes letters, digits, - and _, and no - at the beginning")


def named_things(configuration: Configuration) -> Iterator[tuple[str, Word]]:
    """What is named, and the name, statement by statement; a name that is only used is another check's business."""
    for statement in configuration.statements:
        match statement:
            case Cluster() | RemoteCluster():
                yield "cluster", statement.name
            case System():
                yield "system", statement.name
            case Group():
                yield "group", statement.name
                yield from (("resource", each.name) for each in statement.resources)
                yield from (("resource type", each.type_name) for each in statement.resources)
            case TypeDefinition():
                yield "resource type", statement.name
            case Include() if statement.content is not None:
                yield from named_things(statement.content)


def items(value: Value | None) -> tuple[Item, ...]:
    """The elements of a list; a scalar counts as a list of one, as `semantics.element_keys` has it."""
    if isinstance(value, ListValue):
        return value.items
    return (Item(value),) if value is not None and value.text else ()


def check_system_lists(subject: Subject) -> Iterator[Problem]:
    """SystemList names systems of this cluster, each once."""
    systems = subject.cluster.systems
    for group in subject.cluster.groups:
        if not group.systems:
            hint = "add SystemList = { ... } with the systems it may run on"
            yield error(group.position, f"group {group.name} has no SystemList, so it can run nowhere", hint)
        seen: set[str] = set()
        for item in items(group.attributes.value("SystemList")):
            system = item.key.text
            if system not in systems:
                message = f"SystemList of group {group.name} names {system}, which is no system of this cluster"
                yield error(item.key.position, message, nearest(system, systems))
            elif system in seen:
                yield error(item.key.position, f"SystemList of group {group.name} names {system} twice")
            seen.add(system)


def check_within_system_list(subject: Subject) -> Iterator[Problem]:
    """Zones and automatic start concern the systems the group may run on."""
    for group in subject.cluster.groups:
        for attribute in ("SystemZones", "AutoStartList"):
            for item in items(group.attributes.value(attribute)):
                if item.key.text not in group.systems:
                    message = f"{attribute} of group {group.name} names {item.key}, which is not in its SystemList"
                    yield error(item.key.position, message, nearest(item.key.text, group.systems))


def check_numbers(subject: Subject) -> Iterator[Problem]:
    """Priorities and zones are whole numbers from 0 on."""
    for group in subject.cluster.groups:
        for attribute in NUMBERED_LISTS:
            for item in items(group.attributes.value(attribute)):
                if item.value is not None and (not DIGITS.fullmatch(item.value.text) or item.value.text[0] == "-"):
                    message = f"{attribute} of group {group.name} gives {item.key} the number {item.value.text!r}"
                    yield error(item.value.position, message, "write a whole number, 0 or more")


def check_localised_values(subject: Subject) -> Iterator[Problem]:
    """`@name` is a system; in a heartbeat it is a remote cluster."""
    remote = tuple(cluster.name for cluster in subject.cluster.remote_clusters)
    for body in bodies(subject):
        names, kind = (remote, "remote cluster") if body.keyword == "heartbeat" else (subject.cluster.systems, "system")
        yield from unknown_localisations(body, names, f"no {kind} of this cluster")
    for group in subject.cluster.groups:
        yield from outside_localisations(group, subject)


def unknown_localisations(body: Body, names: tuple[str, ...], what: str) -> Iterator[Problem]:
    """Values for a system or cluster that does not exist."""
    for assignment in body.attributes:
        system = assignment.system
        if system is not None and system.text not in names:
            message = f"{assignment.name} of {body.title} has a value for {system}, which is {what}"
            yield error(system.position, message, nearest(system.text, names))


def outside_localisations(group: GroupModel, subject: Subject) -> Iterator[Problem]:
    """Values for a system on which the resource never runs."""
    for resource in group.resources:
        for assignment in resource.attributes:
            system = assignment.system
            if system is not None and system.text in subject.cluster.systems and system.text not in group.systems:
                message = f"{assignment.name} of {resource.name} has a value for {system}"
                hint = f"group {group.name} never runs there: SystemList is {', '.join(group.systems)}"
                yield warning(system.position, message, hint)


def check_cluster_lists(subject: Subject) -> Iterator[Problem]:
    """A global group spans this cluster and remote ones; a heartbeat watches remote ones."""
    cluster = subject.cluster
    remote = tuple(other.name for other in cluster.remote_clusters)
    for group in cluster.groups:
        members = items(group.attributes.value("ClusterList"))
        yield from unknown_clusters(f"group {group.name}", members, (cluster.name, *remote), remote)
        if members and cluster.name not in dict(group.cluster_list):
            message = f"ClusterList of group {group.name} leaves out {cluster.name}, the cluster of this file"
            yield error(members[0].key.position, message)
    for heartbeat in cluster.heartbeats:
        yield from unknown_clusters(
            f"heartbeat {heartbeat.name}", items(heartbeat.attributes.value("ClusterList")), remote, remote
        )


def unknown_clusters(
    title: str, members: tuple[Item, ...], names: tuple[str, ...], remote: tuple[str, ...]
) -> Iterator[Problem]:
    """Elements of a ClusterList that are no clusters. Only the name of a remote cluster can be meant by one."""
    for item in members:
        if item.key.text not in names:
            message = f"ClusterList of {title} names {item.key}, for which there is no remotecluster"
            remedy = f'add `remotecluster {item.key} ( ClusterAddress = "..." )` and a heartbeat that watches it'
            yield error(item.key.position, message, nearest(item.key.text, remote) or cited(remedy, WIZARD))
