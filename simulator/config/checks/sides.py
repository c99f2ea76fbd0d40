"""Which hosts hang on which array, and whether a group's zones and attributes follow from it.

In a replicated data cluster the two ends of the mirror are in one file: LocalStorageImageID tells the sides apart, and
everything that differs between arrays has to be localised with it. In a global cluster the ends are in different files
(see `site`), and each file has one array only (see `global_clusters`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.simulator.config.checks.manual import (
    ATTRIBUTES,
    IN_REPLICATED_DATA_CLUSTER,
    TYPICAL_SETUP,
    ZONES,
    cited,
)
from mirrordrill.simulator.config.checks.metro_mirror import TYPE_NAME
from mirrordrill.simulator.config.checks.subject import Subject
from mirrordrill.simulator.config.model import NOWHERE, Position
from mirrordrill.simulator.config.problems import Problem, error, warning
from mirrordrill.simulator.config.semantics import GroupModel, ResourceModel

LOCAL, REMOTE = "LocalStorageImageID", "RemoteStorageImageID"
CONSOLES = ("HMC1", "HMC2")
STEP_6 = IN_REPLICATED_DATA_CLUSTER + ", step 6"
Sides = dict[str, tuple[str, ...]]
"""The hosts of each array, in the order of SystemList."""


def sides_of(group: GroupModel, resource: ResourceModel) -> Sides:
    """The hosts by the array that is local to them; those without a LocalStorageImageID are left out."""
    sides: Sides = {}
    for system in group.systems:
        if image := resource.scalar(LOCAL, system):
            sides[image] = (*sides.get(image, ()), system)
    return sides


def is_global(group: GroupModel) -> bool:
    """Whether the group may also run in other clusters."""
    return bool(group.cluster_list)


def mirrored_in_one_cluster(subject: Subject) -> Iterator[tuple[GroupModel, ResourceModel, Sides]]:
    """The MetroMirror resources whose two ends have to be in this file."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        if not is_global(group):
            yield group, resource, sides_of(group, resource)


def place_of(resource: ResourceModel, attribute: str, system: str) -> Position:
    """Where a resource's value for a system stands; the resource itself where it is a default."""
    found = resource.attributes.position(attribute, system)
    return resource.position if found == NOWHERE else found


def check_both_sides(subject: Subject) -> Iterator[Problem]:
    """In a replicated data cluster some hosts hang on each of the two arrays."""
    for _, resource, sides in mirrored_in_one_cluster(subject):
        if len(sides) == 1:
            ((image, hosts),) = sides.items()
            message = f"{LOCAL} of {resource.name} is {image} on every host, so no host is attached to the other array"
            remedy = f"localise {LOCAL}, {REMOTE} and the HMCs of the hosts at the other site: `{LOCAL} @host = ...`"
            yield warning(place_of(resource, LOCAL, hosts[0]), message, cited(remedy, STEP_6))
        elif len(sides) > 2:
            images = tuple(sides)
            message = f"the hosts of {resource.name} hang on {len(images)} arrays: {', '.join(images)}"
            place = place_of(resource, LOCAL, sides[images[2]][0])
            yield error(place, message, cited("a mirror has two ends", TYPICAL_SETUP))


def check_mirrored(subject: Subject) -> Iterator[Problem]:
    """What is remote for the hosts on one side is local for those on the other."""
    for group, resource, sides in mirrored_in_one_cluster(subject):
        for system in group.systems if len(sides) == 2 else ():
            remote, local = resource.scalar(REMOTE, system), resource.scalar(LOCAL, system)
            if remote and local and remote not in sides:
                (other,) = (image for image in sides if image != local)
                message = f"{REMOTE} of {resource.name} on {system} is {remote}, but the other hosts hang on {other}"
                yield error(place_of(resource, REMOTE, system), message, cited(f"write {other}", ATTRIBUTES))


def check_localised_consoles(subject: Subject) -> Iterator[Problem]:
    """An HMC manages its own array, so hosts on different arrays talk to different ones."""
    for _, resource, sides in mirrored_in_one_cluster(subject):
        for attribute in CONSOLES:
            first: dict[str, str] = {}
            for image, hosts in sides.items():
                for system in hosts:
                    console = resource.scalar(attribute, system)
                    if console and first.setdefault(console, image) != image:
                        message = f"{attribute} of {resource.name} is {console} for hosts on different arrays"
                        remedy = f"localise it: `{attribute} @{system} = ...` names an HMC of {image}"
                        yield warning(place_of(resource, attribute, system), message, cited(remedy, STEP_6))
                        break


def check_same_volumes(subject: Subject) -> Iterator[Problem]:
    """Hosts on one array manage the same volumes, and both sides manage equally many."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        counted: dict[int, str] = {}
        for image, hosts in sides_of(group, resource).items():
            listed = {host: volumes_of(resource, host) for host in hosts}
            for host in hosts[1:]:
                if listed[host] != listed[hosts[0]]:
                    message = f"VolIds of {resource.name} differ between {hosts[0]} and {host}, both on {image}"
                    remedy = "an application that moves between them would leave volumes behind"
                    yield warning(place_of(resource, "VolIds", host), message, cited(remedy, ATTRIBUTES))
                    break
            counted.setdefault(len(listed[hosts[0]]), hosts[0])
        if len(counted) > 1:
            sizes = ", ".join(f"{number} on {host}" for number, host in counted.items())
            place = place_of(resource, "VolIds", list(counted.values())[1])
            message = f"VolIds of {resource.name} are not equally many on both sides: {sizes}"
            yield warning(place, message, cited("list both ends of every pair", ATTRIBUTES))


def check_same_values(subject: Subject) -> Iterator[Problem]:
    """Hosts on one array reach it in the same way: a value that one of them has alone is most often a slip."""
    for group, resource in subject.cluster.resources(TYPE_NAME):
        for image, hosts in sides_of(group, resource).items():
            for attribute in ("DSCliHome", "User", "PasswdFile", REMOTE, *CONSOLES):
                first = said_of(resource, attribute, hosts[0])
                other = next((host for host in hosts[1:] if said_of(resource, attribute, host) != first), None)
                if other is not None:
                    message = f"{attribute} of {resource.name} differs between {hosts[0]} and {other}, both on {image}"
                    remedy = "write the same for both, unless they differ on purpose"
                    yield warning(place_of(resource, attribute, other), message, cited(remedy, ATTRIBUTES))


def said_of(resource: ResourceModel, attribute: str, system: str) -> str | frozenset[str]:
    """A value on a system; the HMCs of a system are one set, for hosts may well ask them in another order."""
    if attribute in CONSOLES:
        return frozenset(resource.scalar(name, system) for name in CONSOLES)
    return resource.scalar(attribute, system)


def volumes_of(resource: ResourceModel, system: str) -> frozenset[str]:
    """The volumes of a resource on a system, whichever way their ids are written."""
    return frozenset(word.upper()[-4:] for word in resource.words("VolIds", system))


def check_zones(subject: Subject) -> Iterator[Problem]:
    """In a replicated data cluster exactly the hosts of one array share a zone."""
    judged: set[str] = set()
    for group, _, sides in mirrored_in_one_cluster(subject):
        if len(sides) == 2 and group.name not in judged:
            judged.add(group.name)
            yield from zone_problems(group, sides)


def zone_problems(group: GroupModel, sides: Sides) -> Iterator[Problem]:
    """What is wrong with a group's zones."""
    zones = group.system_zones
    remedy = cited(f"write SystemZones = {{ {wanted_zones(sides)} }}", ZONES)
    if not zones:
        message = f"group {group.name} spans two arrays and has no SystemZones"
        yield warning(group.position, message, remedy)
        return
    place = group.attributes.position("SystemZones")
    if missing := [host for hosts in sides.values() for host in hosts if host not in zones]:
        yield warning(place, f"SystemZones of group {group.name} leaves out {', '.join(missing)}", remedy)
    for image, hosts in sides.items():
        if len(found := numbered(hosts, zones)) > 1:
            message = f"hosts on {image} are in different zones of group {group.name}: {described(found)}"
            yield warning(place, message, remedy)
    first, second = (set(numbered(hosts, zones)) for hosts in sides.values())
    for zone in sorted(first & second):
        shared = [host for hosts in sides.values() for host in hosts if zones.get(host) == zone]
        message = f"zone {zone} of group {group.name} has hosts on both arrays: {', '.join(shared)}"
        yield warning(place, message, remedy)


def numbered(hosts: Sequence[str], zones: dict[str, int]) -> dict[int, list[str]]:
    """The hosts by their zones."""
    found: dict[int, list[str]] = {}
    for host in hosts:
        if host in zones:
            found.setdefault(zones[host], []).append(host)
    return found


def described(by_zone: dict[int, list[str]]) -> str:
    """`0 hosta, 1 hostb`."""
    return ", ".join(f"{zone} {' '.join(hosts)}" for zone, hosts in by_zone.items())


def wanted_zones(sides: Sides) -> str:
    """`hosta = 0, hostb = 0, hostc = 1`."""
    return ", ".join(f"{host} = {zone}" for zone, hosts in enumerate(sides.values()) for host in hosts)
