"""MetroMirror stands at the bottom of its group, and what lives on its volumes stands on it."""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.config.checks.manual import FIGURE_3_2, IN_REPLICATED_DATA_CLUSTER, cited
from mirrordrill.simulator.config.checks.metro_mirror import TYPE_NAME
from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.problems import Problem, warning
from mirrordrill.simulator.config.semantics import GroupModel, ResourceModel

DISK_GROUP_TYPES = ("DiskGroup", "LVMVolumeGroup", "LVMVG", "CVMVolDg")
"""Types that import disks, and can do so only while the disks are writable."""


def check_bottom(subject: Subject) -> Iterator[Problem]:
    """A MetroMirror resource requires nothing: the volumes come first, and they are given up last."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        for written in group.written_dependencies:
            if written.parent.text == resource.name and (resource.name, written.child.text) in group.dependencies:
                message = f"{resource.name} requires {written.child}, so it is not at the bottom of group {group.name}"
                remedy = "turn the dependency round, or remove it"
                yield warning(written.parent.position, message, cited(remedy, IN_REPLICATED_DATA_CLUSTER + ", step 5"))


def check_disk_groups(subject: Subject) -> Iterator[Problem]:
    """A disk group is imported behind the MetroMirror resource that makes its disks writable."""
    for group in subject.cluster.groups:
        mirrors = {resource.name for resource in group.resources if resource.type_name == TYPE_NAME}
        disk_groups = [resource for resource in group.resources if resource.type_name in DISK_GROUP_TYPES]
        if not mirrors:
            continue
        loose = [resource for resource in disk_groups if not mirrors & below(group, resource.name)]
        yield from (loose_disk_group(group, resource, min(mirrors)) for resource in loose)
        if not loose:
            yield from unused_mirrors(group)


def loose_disk_group(group: GroupModel, resource: ResourceModel, mirror: str) -> Problem:
    """A disk group that may be imported before its volumes are writable."""
    message = f"{resource.type_name} {resource.name} of group {group.name} does not require a {TYPE_NAME} resource"
    remedy = f"add `{resource.name} requires {mirror}`, unless its disks are not mirrored"
    return warning(resource.position, message, cited(remedy, FIGURE_3_2))


def unused_mirrors(group: GroupModel) -> Iterator[Problem]:
    """A MetroMirror resource on which nothing stands comes online in no order with the application."""
    for resource in group.resources:
        if resource.type_name == TYPE_NAME and not group.parents(resource.name):
            message = f"nothing in group {group.name} requires {resource.name}"
            remedy = "let the resource that uses its volumes require it"
            yield warning(resource.position, message, cited(remedy, FIGURE_3_2))


def below(group: GroupModel, resource: str) -> set[str]:
    """Everything that a resource requires, directly or not; another check finds circles."""
    found: set[str] = set()
    waiting = [resource]
    while waiting:
        for child in group.children(waiting.pop()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found
