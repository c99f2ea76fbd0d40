"""Attributes that are not as on the example and keep its drills from a group, and where main.cf says so.

A drill that relies on such attributes is run with the example's values instead, and says so: otherwise a group that is
frozen would have no drills at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mirrordrill.agent.arguments import OPTIONAL
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.config.semantics import GroupModel, ResourceModel
from mirrordrill.simulator.site.site import METRO_MIRROR, Site

GROUP = "group"
NEAR_SYSTEMS, FAR_SYSTEMS = "SystemList of the side where the group starts", "SystemList of the other side"
OF_GROUP: Mapping[str, str] = {"AutoStart": "1", "FaultPropagation": "1", "Frozen": "0", "ManageFaults": "ALL"}
"""Attributes of a group on which each drill of the example relies, with their values there: the defaults of VCS."""
OF_MIRROR: Mapping[str, str] = {"SwapRoles": "1"}
"""The same of its MetroMirror resources: without a swap of roles each move between the arrays ends suspended."""
OF_DEAF_MIRROR: Mapping[str, str] = {"SplitTakeover": "1"}
"""The same where the far array is asked through the other cluster only: while the connector moves to another host it
cannot be asked, and what starts then is refused."""
CHANGED_IN_MIRROR = frozenset(OPTIONAL)
"""Attributes that a drill changes of MetroMirror resources, not of their group."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """An attribute that is not as on the example, for drills that are run as if it were."""

    attribute: str
    value: str
    """The example's."""
    own: str
    """What the site has."""
    group: str
    """The group that has it, or whose MetroMirror resources have it."""
    place: str = ""
    """File and line."""

    @property
    def change(self) -> str:
        """What has to be changed: `ManageFaults = ALL of paygrp`."""
        return f"{self.attribute} = {self.value} of {self.group}"

    @property
    def needs(self) -> str:
        """What a drill is said to need where it is left out."""
        return f"{self.change} (it is {self.own}: {self.place})"


def deviations(site: Site, group: str) -> tuple[Deviation, ...]:
    """Those of a group, and of the groups that it requires: while these do not start, it does not either."""
    found: dict[tuple[str, str], Deviation] = {}
    waiting, seen = [group], {group}
    while waiting:
        for model in models(site, waiting.pop()):
            for each in deviations_of(model, is_global=len(site.clusters) > 1):
                found.setdefault((each.group, each.attribute), each)
            required = [needed.child.text for needed in model.group_dependencies if needed.category == "online"]
            waiting += [name for name in required if name not in seen]
            seen |= set(required)
    return tuple(found.values())


def deviations_of(model: GroupModel, *, is_global: bool) -> Iterator[Deviation]:
    """What of a group, and of its MetroMirror resources, is not as on the example."""
    for name, value in OF_GROUP.items():
        own = model.attributes.scalar(name, default=value)
        if own != value:
            yield Deviation(name, value, own, model.name, shown(model.attributes.position(name)))
    for resource in (each for each in model.resources if each.type_name == METRO_MIRROR):
        is_deaf = is_global and not resource.scalar("RemoteHMC1")
        for name, value in ({**OF_MIRROR, **OF_DEAF_MIRROR} if is_deaf else OF_MIRROR).items():
            for system in model.systems:
                own = resource.scalar(name, system, default=value)
                if own != value:
                    yield Deviation(name, value, own, model.name, place_of(resource, name, system))


def models(site: Site, group: str) -> list[GroupModel]:
    """A group in each cluster that has it."""
    return [model for cluster in site.clusters for model in cluster.groups if model.name == group]


def place_of(resource: ResourceModel, name: str, system: str | None = None) -> str:
    """Where an attribute of a resource stands: with it, in its type's file, or else where the resource begins."""
    value = resource.value(name, system)
    return shown(value.position if value is not None and value.position.line else resource.position)


def shown(position: Position) -> str:
    """`main.cf:12`."""
    return f"{position.file}:{position.line}"


def places(site: Site, group: str) -> dict[tuple[str, str], str]:
    """Where each attribute of a group and of its MetroMirror resources stands, by `group` or the type, and name.

    An attribute without a name is the group or the resource itself: where to write what is not there.
    """
    found: dict[tuple[str, str], str] = {}
    for model in models(site, group):
        found.setdefault((GROUP, ""), shown(model.position))
        for needed in model.group_dependencies:
            found.setdefault((GROUP, "requires"), shown(needed.child.position))
        for name in model.attributes.by_name:
            found.setdefault((GROUP, name), shown(model.attributes.position(name)))
        for resource in (each for each in model.resources if each.type_name == METRO_MIRROR):
            found.setdefault((METRO_MIRROR, ""), shown(resource.position))
            for name, assignments in resource.attributes.by_name.items():
                first = next(iter(assignments.values()))
                found.setdefault((METRO_MIRROR, name), shown(first.value.position))
    return found


def system_lists(site: Site, group: str, near: str, far: str) -> dict[tuple[str, str], str]:
    """Where SystemList of the group stands for a host of each side: a global group has one in each cluster."""
    return {
        (GROUP, name): shown(model.attributes.position("SystemList"))
        for name, host in ((NEAR_SYSTEMS, near), (FAR_SYSTEMS, far))
        for model in models(site, group)
        if host in model.systems
    }
