"""What an engine believes: the state that all systems of one membership share.

Plain data and questions about it. A membership that falls apart leaves each side with a copy of the board, and the
copies go their own ways; nothing on it points to a clock, an agent or a log.

Rule 1: only the engine and its group drivers write here, one message at a time.
Rule 2: whatever can be derived is derived: a group's state, whether it is starting, whether it is probed.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from simulator.vcs.configuration import WritableConfiguration
from simulator.vcs.selection import Candidate
from simulator.vcs.spec import (
    ClusterSpec,
    GroupSpec,
    Operations,
    Parallel,
    ResourceSpec,
    SystemSpec,
    TypeSpec,
    children_first,
)
from simulator.vcs.states import Flag, IState, ResourceState, SystemState, resource_words
from simulator.vcs.wide_area import WideArea


@dataclass(slots=True)
class ResourceOn:
    """A resource on one system."""

    state: ResourceState = ResourceState.OFFLINE
    istate: IState = IState.NOT_WAITING
    flags: Flag = Flag.NORMAL
    probed: bool = False
    confidence: int = 0

    @property
    def is_up(self) -> bool:
        """Online, or on its way there, or on its way down and not yet gone."""
        return self.state is ResourceState.ONLINE or self.istate not in {
            IState.NOT_WAITING,
            IState.WAITING_FOR_CHILDREN,
        }

    def words(self) -> str:
        """The `State` value as operators read it."""
        flags = self.flags if self.probed else self.flags | Flag.STATE_UNKNOWN
        return resource_words(self.state, flags)


@dataclass(slots=True)
class GroupOn:
    """A group on one system."""

    auto_disabled: bool = False
    enabled: bool = True
    auto_start_pending: bool = True
    """Used by parallel groups, which start on each system by itself."""


class Cause(enum.Enum):
    """Why a group goes from one system to another."""

    SWITCH = "switch"
    FAULT = "fault"
    SYSTEM_LOST = "system lost"


@dataclass(frozen=True, slots=True)
class Move:
    """Where a group is to go once it is offline everywhere."""

    cause: Cause
    origin: str | None
    """The system it leaves."""
    target: str | None = None
    """The system an operator named; None leaves it to the policy."""


@dataclass(slots=True)
class SystemOn:
    """A system of the cluster."""

    spec: SystemSpec
    state: SystemState = SystemState.UNKNOWN
    frozen: bool = False


class ResourcePlace:
    """A resource in its group: what it stands on, what stands on it, and how it is on each system."""

    def __init__(self, spec: ResourceSpec, type_spec: TypeSpec, group: GroupSpec) -> None:
        self.spec = spec
        self.type = type_spec
        self.children = tuple(child for parent, child in group.dependencies if parent == spec.name)
        self.parents = tuple(parent for parent, child in group.dependencies if child == spec.name)
        self.on = {system: ResourceOn() for system in group.systems}
        self.temp: dict[tuple[str, str | None], tuple[str, ...]] = {}
        """(attribute, system or None for all) -> value of a temp attribute."""

    @property
    def counts(self) -> bool:
        """Whether the group's state depends on it: persistent and OnOnly resources do not count."""
        return self.spec.enabled and self.type.operations is Operations.ON_OFF


class GroupBoard:
    """A service group on all its systems."""

    def __init__(self, spec: GroupSpec, cluster: ClusterSpec) -> None:
        self.spec = spec
        self.on = {system: GroupOn() for system in spec.systems}
        order = children_first([resource.name for resource in spec.resources], spec.dependencies)
        by_name = {resource.name: resource for resource in spec.resources}
        self.resources = {name: ResourcePlace(by_name[name], cluster.type_of(by_name[name]), spec) for name in order}
        """In dependency order, children first."""
        self.frozen = spec.frozen
        self.auto_start_pending = spec.auto_start
        self.move: Move | None = None

    def each(self, system: str) -> Iterator[tuple[ResourcePlace, ResourceOn]]:
        """Every enabled resource with its condition on a system, children first."""
        return ((place, place.on[system]) for place in self.resources.values() if place.spec.enabled)

    def counted(self, system: str) -> Iterator[ResourceOn]:
        """The condition of every resource that counts for the group's state."""
        return (on for place, on in self.each(system) if place.counts)

    def is_probed(self, system: str) -> bool:
        """Whether the state of every resource there is known."""
        return all(on.probed for _, on in self.each(system))

    def is_up(self, system: str) -> bool:
        """Whether anything of the group is, or is about to be, or may still be online there."""
        return any(on.is_up for on in self.counted(system))

    def is_active(self, system: str) -> bool:
        """Whether it is up there or has begun to start."""
        return any(on.is_up or on.istate is not IState.NOT_WAITING for on in self.counted(system))

    def is_online(self, system: str) -> bool:
        """Whether everything that starts with the group is online there."""
        needed = [on for place, on in self.each(system) if place.counts and place.spec.auto_start]
        return bool(needed) and all(on.state is ResourceState.ONLINE for on in needed)

    def is_faulted(self, system: str) -> bool:
        """Whether a resource is faulted there that is critical, or on which a critical one stands."""
        return any(
            on.state is ResourceState.FAULTED and self.is_critical(place.spec.name) for place, on in self.each(system)
        )

    def is_critical(self, resource: str) -> bool:
        """Whether the resource or anything that stands on it is Critical."""
        return any(self.resources[name].spec.critical for name in (resource, *self.ancestors(resource)))

    def ancestors(self, resource: str) -> tuple[str, ...]:
        """Everything that stands on the resource, nearest first."""
        found: dict[str, None] = {}
        queue = list(self.resources[resource].parents)
        while queue:
            name = queue.pop(0)
            if name not in found:
                found[name] = None
                queue += self.resources[name].parents
        return tuple(found)

    def descendants(self, resource: str) -> tuple[str, ...]:
        """Everything the resource stands on, nearest first."""
        found: dict[str, None] = {}
        queue = list(self.resources[resource].children)
        while queue:
            name = queue.pop(0)
            if name not in found:
                found[name] = None
                queue += self.resources[name].children
        return tuple(found)

    def words(self, system: str) -> tuple[str, ...]:
        """The group's `State` there: what it is doing, what it is, whether it is faulted (vcs.md 5)."""
        conditions = [on.istate for _, on in self.each(system)]
        doing = [
            *(["STARTING"] if any(istate.is_up for istate in conditions) else []),
            *(["STOPPING"] if any(istate.is_down for istate in conditions) else []),
        ]
        online = any(on.state is ResourceState.ONLINE for on in self.counted(system))
        is_now = "ONLINE" if self.is_online(system) else "PARTIAL" if online else "OFFLINE"
        return (*doing, is_now, *(["FAULTED"] if self.is_faulted(system) else []))

    def is_stopping(self, system: str) -> bool:
        """Whether something of it is on its way down there."""
        return any(on.istate.is_down for _, on in self.each(system))

    def systems_active(self) -> tuple[str, ...]:
        """Where it is up or has begun to start."""
        return tuple(system for system in self.on if self.is_active(system))

    def systems_up(self) -> tuple[str, ...]:
        """Where anything of the group is up."""
        return tuple(system for system in self.on if self.is_up(system))

    def current_spec(self) -> GroupSpec:
        """The group with its resources as they are configured now, in the order of the file."""
        return replace(self.spec, resources=tuple(self.resources[old.name].spec for old in self.spec.resources))

    def take_over(self, other: GroupBoard) -> None:
        """Believe what another engine believes."""
        self.spec = other.spec
        self.on = {system: replace(on) for system, on in other.on.items()}
        self.frozen, self.auto_start_pending, self.move = other.frozen, other.auto_start_pending, other.move
        for name, place in self.resources.items():
            place.on = {system: replace(on) for system, on in other.resources[name].on.items()}
            place.spec, place.type = other.resources[name].spec, other.resources[name].type
            place.temp = dict(other.resources[name].temp)

    def doubt(self, system: str) -> None:
        """What is known of the system stays believed, and has to be probed again."""
        for place in self.resources.values():
            on = place.on[system]
            on.probed, on.istate = False, IState.NOT_WAITING

    def forget(self, system: str) -> None:
        """The system is gone: nothing is online there, and nothing is known until it is probed again."""
        for place in self.resources.values():
            place.on[system] = ResourceOn()
        self.on[system] = GroupOn(enabled=self.on[system].enabled)


@dataclass(slots=True)
class Board:
    """Everything one engine knows."""

    spec: ClusterSpec
    systems: dict[str, SystemOn] = field(init=False)
    groups: dict[str, GroupBoard] = field(init=False)
    group_of: dict[str, GroupBoard] = field(init=False)
    """Resource -> its group."""
    configuration: WritableConfiguration = field(default_factory=WritableConfiguration)
    wide_area: WideArea = field(default_factory=WideArea)

    def __post_init__(self) -> None:
        self.systems = {system.name: SystemOn(system) for system in self.spec.systems}
        self.groups = {group.name: GroupBoard(group, self.spec) for group in self.spec.groups}
        self.group_of = {name: group for group in self.groups.values() for name in group.resources}

    def current_spec(self) -> ClusterSpec:
        """The configuration as it is now, with everything that was modified since the engine read it."""
        return replace(self.spec, groups=tuple(group.current_spec() for group in self.groups.values()))

    def copy(self) -> Board:
        """The same beliefs for a second engine, which then goes its own way."""
        written = self.configuration
        twin = Board(self.spec, WritableConfiguration(written.writable, dict(written.edits)))
        twin.wide_area = WideArea(
            dict(self.wide_area.clusters), dict(self.wide_area.heartbeats), dict(self.wide_area.alerts)
        )
        for name, system in self.systems.items():
            twin.systems[name] = replace(system)
        for name, group in self.groups.items():
            twin.groups[name].take_over(group)
        return twin

    def is_running(self, system: str) -> bool:
        """Whether the system is RUNNING in this membership."""
        return self.systems[system].state is SystemState.RUNNING

    def is_attended(self, system: str) -> bool:
        """Whether its agents obey this engine: it is RUNNING, or on its way out."""
        return self.systems[system].state in {SystemState.RUNNING, SystemState.LEAVING}

    def is_gone(self, system: str) -> bool:
        """Whether no engine on the system will say what is up there."""
        return self.systems[system].state in {SystemState.FAULTED, SystemState.UNKNOWN, SystemState.EXITED}

    def doubts(self, group: GroupBoard) -> tuple[str, ...]:
        """Where a failover group may be up although nobody has seen it: its engine died or comes back there."""
        if group.spec.parallel is not Parallel.FAILOVER:
            return ()
        stopped = SystemState.EXITED
        doubted = (system for system, on in group.on.items() if on.auto_disabled and not group.is_probed(system))
        return tuple(system for system in doubted if self.systems[system].state is not stopped)

    def candidates(self, group: GroupBoard) -> tuple[Candidate, ...]:
        """What target selection may know of every system of the group."""
        return tuple(self.candidate(group, system) for system in group.on)

    def candidate(self, group: GroupBoard, system: str) -> Candidate:
        """What target selection may know of one system."""
        spec, here = group.spec, self.systems[system]
        up = [other.spec for other in self.groups.values() if system in other.on and other.is_active(system)]
        used = {name: sum(other.prerequisites.get(name, 0) for other in up) for name in here.spec.limits}
        return Candidate(
            system=system,
            priority=dict(spec.system_list)[system],
            position=spec.systems.index(system),
            zone=spec.system_zones.get(system),
            running=here.state is SystemState.RUNNING,
            probed=group.is_probed(system),
            auto_disabled=group.on[system].auto_disabled,
            enabled=group.on[system].enabled,
            system_frozen=here.frozen,
            faulted=group.is_faulted(system),
            doubtful=bool(self.doubts(group)),
            online_groups=len(up),
            available_capacity=here.spec.capacity - sum(other.load for other in up),
            free_limits={name: limit - used[name] for name, limit in here.spec.limits.items()},
        )
