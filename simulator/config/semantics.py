"""What a configuration means: attributes looked up, defaults filled in, numbers of keylists completed.

The site builder and the cluster engine read these values and never the syntax tree. Resolving is total: whatever is
wrong with the configuration, a model comes out of it, in which the first of two definitions counts and what cannot be
understood is left out, so that `mirrordrill check` can show what was understood beside what was not.

Rule 1: a value for one system beats the value for all of them, which beats the default of the type.
Rule 2: order is the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mirrordrill.simulator.config.model import (
    NOWHERE,
    Assignment,
    Declaration,
    Dimension,
    GroupDependency,
    ListValue,
    Position,
    ResourceDependency,
    Value,
    Word,
)
from mirrordrill.simulator.config.vocabulary import STATIC_ATTRIBUTES


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of one object, by name and, where localised, by system (None: for every system)."""

    by_name: Mapping[str, Mapping[str | None, Assignment]]

    @classmethod
    def of(cls, assignments: Iterable[Assignment]) -> Attributes:
        """From the lines of a body; of two lines for the same thing the first counts."""
        by_name: dict[str, dict[str | None, Assignment]] = {}
        for assignment in assignments:
            system = None if assignment.system is None else assignment.system.text
            by_name.setdefault(assignment.name.text, {}).setdefault(system, assignment)
        return cls(by_name)

    def __iter__(self) -> Iterator[Assignment]:
        return (assignment for localised in self.by_name.values() for assignment in localised.values())

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def value(self, name: str, system: str | None = None) -> Value | None:
        """What was written for this system or, where nothing was, for all systems; None where neither was."""
        localised = self.by_name.get(name, {})
        assignment = localised.get(system) or localised.get(None)
        return None if assignment is None else assignment.value

    def position(self, name: str, system: str | None = None) -> Position:
        """Where the value stands that `value` gives."""
        value = self.value(name, system)
        return NOWHERE if value is None else value.position

    def scalar(self, name: str, system: str | None = None, default: str = "") -> str:
        """A scalar's text."""
        return scalar_text(self.value(name, system), default)

    def integer(self, name: str, default: int, system: str | None = None) -> int:
        """A scalar as a number; the default where there is none that can be read as one."""
        return as_integer(self.scalar(name, system), default)

    def words(self, name: str, system: str | None = None) -> tuple[str, ...]:
        """The elements of a vector or keylist, the keys of an association, in the order of the file."""
        return element_keys(self.value(name, system))

    def pairs(self, name: str, system: str | None = None) -> tuple[tuple[str, str], ...]:
        """Keys and values of an association; a key without a value has an empty one."""
        return element_pairs(self.value(name, system))

    def numbered(self, name: str, system: str | None = None) -> tuple[tuple[str, int], ...]:
        """A keylist with numbers, such as SystemList (reference vcs.md 2.1)."""
        return numbered(self.value(name, system))


def scalar_text(value: Value | None, default: str = "") -> str:
    """The text of a scalar; the default where there is none."""
    return value.text if isinstance(value, Word) else default


def element_keys(value: Value | None) -> tuple[str, ...]:
    """Elements or keys; a scalar counts as a list of one, an empty scalar as an empty list."""
    if isinstance(value, ListValue):
        return tuple(item.key.text for item in value.items)
    return (value.text,) if value is not None and value.text else ()


def element_pairs(value: Value | None) -> tuple[tuple[str, str], ...]:
    """Keys with their values."""
    if not isinstance(value, ListValue):
        return ()
    return tuple((item.key.text, "" if item.value is None else item.value.text) for item in value.items)


def numbered(value: Value | None) -> tuple[tuple[str, int], ...]:
    """Keys with their numbers: a key without one gets the previous number plus one, the first key 0."""
    found: dict[str, int] = {}
    number = -1
    for key, text in element_pairs(value):
        number = as_integer(text, number + 1)
        found.setdefault(key, number)
    return tuple(found.items())


def as_integer(text: str, default: int) -> int:
    """An integer as VCS writes it, base 10; the default for any other text."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 10 else default


@dataclass(frozen=True, slots=True)
class TypeModel:
    """A resource type."""

    name: str
    declarations: Mapping[str, Declaration]
    position: Position = NOWHERE
    is_open: bool = False
    """Whether it may have attributes that are not declared here: its type file was not there."""

    def default(self, name: str) -> Value | None:
        """The default of an attribute, or the value of a static one; None where it has none."""
        declaration = self.declarations.get(name)
        return None if declaration is None else declaration.default

    def dimension(self, name: str) -> Dimension:
        """How many scalars an attribute holds; scalar where the type does not know it."""
        declaration = self.declarations.get(name)
        return Dimension.SCALAR if declaration is None else declaration.dimension

    def is_static(self, name: str) -> bool:
        """Whether an attribute belongs to the type, declared here or common to all types, and not to each resource."""
        declaration = self.declarations.get(name)
        return name in STATIC_ATTRIBUTES if declaration is None else declaration.is_static

    def integer(self, name: str, default: int) -> int:
        """A static number such as MonitorInterval; the default where the type does not set it."""
        return as_integer(scalar_text(self.default(name)), default)

    @property
    def arg_list(self) -> tuple[str, ...]:
        """The attributes that an entry point is given, in their order."""
        return element_keys(self.default("ArgList"))

    @property
    def supported_actions(self) -> tuple[str, ...]:
        """The actions that `hares -action` accepts."""
        return element_keys(self.default("SupportedActions"))

    @property
    def operations(self) -> str:
        """OnOff, OnOnly or None."""
        return scalar_text(self.default("Operations"), "OnOff")

    @property
    def is_persistent(self) -> bool:
        """Whether VCS only watches it: never brought online, never taken offline."""
        return self.operations == "None"


@dataclass(frozen=True, slots=True)
class ResourceModel:
    """A resource of a group."""

    name: str
    type: TypeModel
    attributes: Attributes
    position: Position = NOWHERE

    @property
    def type_name(self) -> str:
        """The name of its type."""
        return self.type.name

    def value(self, name: str, system: str | None = None) -> Value | None:
        """The value on a system: its own, the one for all systems, the type's."""
        own = self.attributes.value(name, system)
        return self.type.default(name) if own is None else own

    def scalar(self, name: str, system: str | None = None, default: str = "") -> str:
        """A scalar's text on a system."""
        return scalar_text(self.value(name, system), default)

    def integer(self, name: str, default: int, system: str | None = None) -> int:
        """A number on a system: Critical, or a static attribute such as OnlineTimeout, overridden or the type's."""
        return as_integer(self.scalar(name, system), default)

    def words(self, name: str, system: str | None = None) -> tuple[str, ...]:
        """The elements of a vector or keylist, the keys of an association, on a system."""
        return element_keys(self.value(name, system))

    def pairs(self, name: str, system: str | None = None) -> tuple[tuple[str, str], ...]:
        """Keys and values of an association on a system."""
        return element_pairs(self.value(name, system))

    @property
    def overridden(self) -> tuple[str, ...]:
        """Static attributes of the type that this resource sets for itself (`hares -override`)."""
        return tuple(name for name in self.attributes.by_name if self.type.is_static(name))


@dataclass(frozen=True, slots=True)
class GroupModel:
    """A service group."""

    name: str
    attributes: Attributes
    resources: tuple[ResourceModel, ...]
    dependencies: tuple[tuple[str, str], ...]
    """Parent and child, by name, both in this group."""
    group_dependencies: tuple[GroupDependency, ...] = ()
    written_dependencies: tuple[ResourceDependency, ...] = ()
    """As they stand in the file, dangling ones included."""
    position: Position = NOWHERE

    @property
    def system_list(self) -> tuple[tuple[str, int], ...]:
        """Systems and priorities; a low number is preferred."""
        return self.attributes.numbered("SystemList")

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems the group may run on, in the order of SystemList."""
        return tuple(system for system, _ in self.system_list)

    @property
    def system_zones(self) -> dict[str, int]:
        """The zone of each system that has one."""
        return dict(self.attributes.numbered("SystemZones"))

    @property
    def auto_start_list(self) -> tuple[str, ...]:
        """Where it starts when the cluster starts."""
        return self.attributes.words("AutoStartList")

    @property
    def parallel(self) -> int:
        """0 failover, 1 parallel, 2 hybrid."""
        return self.attributes.integer("Parallel", 0)

    @property
    def cluster_list(self) -> tuple[tuple[str, int], ...]:
        """Clusters and priorities; a global group has some."""
        return self.attributes.numbered("ClusterList")

    def resource(self, name: str) -> ResourceModel:
        """The resource of that name. Raises KeyError."""
        for resource in self.resources:
            if resource.name == name:
                return resource
        raise KeyError(name)

    def children(self, parent: str) -> tuple[str, ...]:
        """What a resource requires."""
        return tuple(child for above, child in self.dependencies if above == parent)

    def parents(self, child: str) -> tuple[str, ...]:
        """What requires a resource."""
        return tuple(parent for parent, below in self.dependencies if below == child)

    def stack(self, resource: str) -> tuple[str, ...]:
        """A resource and everything it stands on, by name."""
        found: dict[str, None] = {}
        waiting = [resource]
        while waiting:
            name = waiting.pop()
            found[name] = None
            waiting += self.children(name)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Named:
    """A cluster's neighbour or part that is a name with attributes: a system, a remote cluster, a heartbeat."""

    name: str
    attributes: Attributes
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class ClusterModel:
    """One cluster: all that one main.cf says."""

    name: str
    attributes: Attributes
    nodes: tuple[Named, ...]
    groups: tuple[GroupModel, ...]
    remote_clusters: tuple[Named, ...]
    heartbeats: tuple[Named, ...]
    types: Mapping[str, TypeModel]
    position: Position = NOWHERE

    @property
    def systems(self) -> tuple[str, ...]:
        """The names of the systems."""
        return tuple(node.name for node in self.nodes)

    def group(self, name: str) -> GroupModel:
        """The group of that name. Raises KeyError."""
        for group in self.groups:
            if group.name == name:
                return group
        raise KeyError(name)

    def resources(self, type_name: str | None = None) -> Iterator[tuple[GroupModel, ResourceModel]]:
        """Every resource with its group, or those of one type."""
        for group in self.groups:
            for resource in group.resources:
                if type_name in {None, resource.type_name}:
                    yield group, resource
