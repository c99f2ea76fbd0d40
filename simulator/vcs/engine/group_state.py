"""What an engine believes of one service group: its resources on each system, and what is under way with it.

Plain data and questions about it, like the whole board.

Rule 1: only the engine and its group drivers write here, one message at a time.
Rule 2: whatever can be derived is derived: a group's state, whether it is starting, whether it is probed.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mirrordrill.simulator.vcs.spec import (
    ClusterSpec,
    GroupSpec,
    Operations,
    Parallel,
    ResourceSpec,
    TypeSpec,
    children_first,
)
from mirrordrill.simulator.vcs.states import Flag, IState, ResourceState, resource_words
from mirrordrill.simulator.vcs.wide_area.remote_state import GlobalGroupState


@dataclass(slots=True)
class ResourceStatus:
    """A resource on one system."""

    state: ResourceState = ResourceState.OFFLINE
    istate: IState = IState.NOT_WAITING
    flags: Flag = Flag.NORMAL
    probed: bool = False
    confidence: int = 0

    @property
    def is_up(self) -> bool:
        """Online, or on its way there, or on its way down and not yet gone."""
        istate = self.istate
        return self.state is ResourceState.ONLINE or not (
            istate is IState.NOT_WAITING or istate is IState.WAITING_FOR_CHILDREN
        )

    def words(self) -> str:
        """The `State` value as operators read it."""
        flags = self.flags if self.probed else self.flags | Flag.STATE_UNKNOWN
        return resource_words(self.state, flags)


@dataclass(slots=True)
class GroupStatus:
    """A group on one system."""

    auto_disabled: bool = False
    enabled: bool = True
    pre_onlining: int = 0
    """The number of the preonline trigger that is under way; 0 while none is."""
    retries: int = 0
    """How often it was started again here since it was online last (OnlineRetryLimit)."""
    retried_s: float | None = None
    """When that was last."""


class MoveCause(enum.Enum):
    """Why a group goes from one system to another."""

    SWITCH = "switch"
    FAULT = "fault"
    SYSTEM_LOST = "system lost"
    DEPENDENCY = "dependency"
    """A group that it requires is no longer where it must be."""
    RETRY = "retry"
    """It is started again where it faulted (OnlineRetryLimit)."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a group is to go once it is offline everywhere."""

    cause: MoveCause
    origin: str | None
    """The system it leaves."""
    target: str | None = None
    """The system an operator named; None leaves it to the policy."""


@dataclass(slots=True)
class Instance:
    """Systems among which the group may be online once, and what is under way among them."""

    systems: tuple[str, ...]
    auto_start_pending: bool = True
    move: Move | None = None
    intent_online: bool = False
    """IntentOnline: whether it is meant to be online somewhere; an operator who stops it means it to stay offline."""


class ResourcePlace:
    """A resource in its group: what it stands on, what stands on it, and how it is on each system."""

    def __init__(self, spec: ResourceSpec, type_spec: TypeSpec, group: GroupSpec) -> None:
        self.spec = spec
        self.type = type_spec
        self.stand(group)
        self.on = {system: ResourceStatus() for system in group.systems}
        self.temp: dict[tuple[str, str | None], tuple[str, ...]] = {}
        """(attribute, system or None for all) -> value of a temp attribute."""

    def stand(self, group: GroupSpec) -> None:
        """What it stands on and what stands on it, as its group has it now."""
        self.children = tuple(child for parent, child in group.dependencies if parent == self.spec.name)
        self.parents = tuple(parent for parent, child in group.dependencies if child == self.spec.name)

    @property
    def counts_for_state(self) -> bool:
        """Whether the group's state depends on it: persistent and OnOnly resources do not count."""
        return self.spec.enabled and self.type.operations is Operations.ON_OFF


class GroupState:
    """A service group on all its systems."""

    def __init__(self, spec: GroupSpec, cluster: ClusterSpec) -> None:
        self.spec = spec
        self.on = {system: GroupStatus() for system in spec.systems}
        order = children_first([resource.name for resource in spec.resources], spec.dependencies)
        by_name = {resource.name: resource for resource in spec.resources}
        self.resources = {name: ResourcePlace(by_name[name], cluster.type_of(by_name[name]), spec) for name in order}
        """In dependency order, children first."""
        self.frozen = spec.frozen
        self.instances = tuple(Instance(systems, spec.auto_start) for systems in spec.instances)
        self._instance_of = {system: instance for instance in self.instances for system in instance.systems}
        self.global_state = GlobalGroupState()

    def become(self, spec: GroupSpec, cluster: ClusterSpec) -> None:
        """Consist of these resources and dependencies; what is believed of those that stay is kept."""
        self.spec, old = spec, self.resources
        by_name = {resource.name: resource for resource in spec.resources}
        self.resources = {
            name: old.get(name) or ResourcePlace(by_name[name], cluster.type_of(by_name[name]), spec)
            for name in children_first(list(by_name), spec.dependencies)
        }
        for place in self.resources.values():
            place.stand(spec)

    def spread(self, spec: GroupSpec) -> None:
        """Run on these systems, in these zones; what is believed of those that stay is kept."""
        self.spec, old = spec, self._instance_of
        self.on = {system: self.on.get(system) or GroupStatus() for system in spec.systems}
        for place in self.resources.values():
            place.on = {system: place.on.get(system) or ResourceStatus() for system in spec.systems}
        self.instances = tuple(self._joined(systems, old) for systems in spec.instances)
        self._instance_of = {system: instance for instance in self.instances for system in instance.systems}

    def _joined(self, systems: tuple[str, ...], old: Mapping[str, Instance]) -> Instance:
        """An instance on systems that had theirs; it is meant to be online where one of those was and is."""
        known = [(system, old[system]) for system in systems if system in old]
        pending = any(instance.auto_start_pending for _, instance in known)
        meant = any(instance.intent_online and self.is_active(system) for system, instance in known)
        return Instance(systems, pending, intent_online=meant)

    def instance(self, system: str) -> Instance:
        """The instance of the group that may be online on a system."""
        return self._instance_of[system]

    def rivals(self, system: str) -> tuple[str, ...]:
        """The other systems on which the group must not be up while it is up here."""
        return tuple(other for other in self.instance(system).systems if other != system)

    def each(self, system: str) -> list[tuple[ResourcePlace, ResourceStatus]]:
        """Every enabled resource with its condition on a system, children first."""
        return [(place, place.on[system]) for place in self.resources.values() if place.spec.enabled]

    def counted(self, system: str) -> list[ResourceStatus]:
        """The condition of every resource that counts for the group's state."""
        return [place.on[system] for place in self.resources.values() if place.counts_for_state]

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
        needed = [on for place, on in self.each(system) if place.counts_for_state and place.spec.auto_start]
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

    def is_leaving(self, system: str) -> bool:
        """Whether all that is up of it there is on its way down."""
        up = [on for on in self.counted(system) if on.is_up]
        return bool(up) and all(on.istate.is_down for on in up)

    def is_starting(self, system: str) -> bool:
        """Whether something of it is on its way up there, or the preonline trigger is asked."""
        return bool(self.on[system].pre_onlining) or any(on.istate.is_up for _, on in self.each(system))

    def systems_active(self, among: Instance | None = None) -> tuple[str, ...]:
        """Where it is up or has begun to start, among the systems of an instance or all."""
        return tuple(system for system in (among.systems if among else self.on) if self.is_active(system))

    def systems_up(self, among: Instance | None = None) -> tuple[str, ...]:
        """Where anything of the group is up, among the systems of an instance or all."""
        return tuple(system for system in (among.systems if among else self.on) if self.is_up(system))

    def current_spec(self) -> GroupSpec:
        """The group with its resources as they are configured now, in the order of the file."""
        return replace(self.spec, resources=tuple(self.resources[old.name].spec for old in self.spec.resources))

    def take_over(self, other: GroupState) -> None:
        """Believe what another engine believes."""
        self.spec = other.spec
        self.on = {system: replace(on) for system, on in other.on.items()}
        self.frozen, self.global_state = other.frozen, other.global_state.copy()
        self.instances = tuple(replace(instance) for instance in other.instances)
        self._instance_of = {system: instance for instance in self.instances for system in instance.systems}
        for name, place in self.resources.items():
            place.on = {system: replace(on) for system, on in other.resources[name].on.items()}
            place.spec, place.type = other.resources[name].spec, other.resources[name].type
            place.temp = dict(other.resources[name].temp)

    def mark_unprobed(self, system: str) -> None:
        """What is known of the system stays believed, and has to be probed again."""
        for place in self.resources.values():
            on = place.on[system]
            on.probed, on.istate = False, IState.NOT_WAITING

    def forget(self, system: str) -> None:
        """The system is gone: nothing is online there, and nothing is known until it is probed again."""
        for place in self.resources.values():
            place.on[system] = ResourceStatus()
        self.on[system] = GroupStatus(enabled=self.on[system].enabled)
        if self.spec.parallel is Parallel.PARALLEL:
            # An instance that goes with its system comes back with it.
            self.instance(system).auto_start_pending = self.spec.auto_start
