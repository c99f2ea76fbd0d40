"""What an engine believes of one service group: its resources on each system, and what is under way with it.

Plain data and questions about it, like the whole state of the engine.

Rule 1: only the engine and its group drivers write here, one message at a time.
Rule 2: a group's state, whether it is starting and whether it is probed follow from `GroupCounts`, which every change
of a resource's status keeps up to date.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from mirrordrill.simulator.vcs.engine.state.resource_status import (
    COUNTED,
    CRITICAL,
    ENABLED,
    NEEDED,
    GroupCounts,
    ResourceStatus,
)
from mirrordrill.simulator.vcs.spec import (
    ClusterSpec,
    GroupSpec,
    Parallel,
    ResourceSpec,
    TypeOperations,
    TypeSpec,
    children_first,
)
from mirrordrill.simulator.vcs.states import IState
from mirrordrill.simulator.vcs.wide_area.remote_state import GlobalGroupState


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
    left: str | None = None
    """The system that it lost with nowhere to go: with AutoFailOver 2 it starts again in the zone of that one only."""
    move: Move | None = None
    intent_online: bool = False
    """IntentOnline: whether it is meant to be online somewhere; an operator who stops it means it to stay offline."""


class ResourcePlace:
    """A resource in its group: what it stands on, what stands on it, and how it is on each system."""

    def __init__(
        self,
        spec: ResourceSpec,
        type_spec: TypeSpec,
        group: GroupSpec,
        counts: Mapping[str, GroupCounts],
        reconfigured: Callable[[], None],
    ) -> None:
        self._spec = spec
        self._type = type_spec
        self._counts = counts
        """System -> the counts of its group there; shared with the group."""
        self._reconfigured = reconfigured
        self.stand(group)
        self.on = {system: ResourceStatus(counts[system]) for system in group.systems}
        self.temp: dict[tuple[str, str | None], tuple[str, ...]] = {}
        """(attribute, system or None for all) -> value of a temp attribute."""

    @property
    def spec(self) -> ResourceSpec:
        """Its configuration."""
        return self._spec

    @spec.setter
    def spec(self, spec: ResourceSpec) -> None:
        self._spec = spec
        self._reconfigured()

    @property
    def type(self) -> TypeSpec:
        """Its type, with the static attributes that it overrides."""
        return self._type

    @type.setter
    def type(self, type_spec: TypeSpec) -> None:
        self._type = type_spec
        self._reconfigured()

    def forget(self, system: str) -> None:
        """Nothing is known of it on a system, and nothing is online there."""
        self.on[system] = ResourceStatus(self._counts[system])
        self._counts[system].is_stale = True

    def spread(self, systems: Iterable[str]) -> None:
        """Be on these systems; what is known of those that stay is kept."""
        self.on = {system: self.on.get(system) or ResourceStatus(self._counts[system]) for system in systems}

    def stand(self, group: GroupSpec) -> None:
        """What it stands on and what stands on it, as its group has it now."""
        self.children = tuple(child for parent, child in group.dependencies if parent == self._spec.name)
        self.parents = tuple(parent for parent, child in group.dependencies if child == self._spec.name)

    @property
    def counts_for_state(self) -> bool:
        """Whether the group's state depends on it: persistent and OnOnly resources do not count."""
        return self._spec.enabled and self._type.operations is TypeOperations.ON_OFF


class GroupState:
    """A service group on all its systems."""

    def __init__(self, spec: GroupSpec, cluster: ClusterSpec) -> None:
        self.spec = spec
        self.on = {system: GroupStatus() for system in spec.systems}
        order = children_first([resource.name for resource in spec.resources], spec.dependencies)
        by_name = {resource.name: resource for resource in spec.resources}
        self._counts = {system: GroupCounts() for system in spec.systems}
        self.resources = {name: self._place(by_name[name], spec, cluster) for name in order}
        """In dependency order, children first."""
        self.frozen = spec.frozen
        self.instances = tuple(Instance(systems, spec.auto_start) for systems in spec.instances)
        self._instance_of = {system: instance for instance in self.instances for system in instance.systems}
        self.global_state = GlobalGroupState()

    def _place(self, resource: ResourceSpec, spec: GroupSpec, cluster: ClusterSpec) -> ResourcePlace:
        return ResourcePlace(resource, cluster.type_of(resource), spec, self._counts, self._reconfigured)

    def _reconfigured(self) -> None:
        """Something of the configuration changed: what was counted is counted anew when it is asked for."""
        for counts in self._counts.values():
            counts.is_stale = True

    def become(self, spec: GroupSpec, cluster: ClusterSpec) -> None:
        """Consist of these resources and dependencies; what is believed of those that stay is kept."""
        self.spec, old = spec, self.resources
        by_name = {resource.name: resource for resource in spec.resources}
        self.resources = {
            name: old.get(name) or self._place(by_name[name], spec, cluster)
            for name in children_first(list(by_name), spec.dependencies)
        }
        for place in self.resources.values():
            place.stand(spec)
        self._reconfigured()

    def spread(self, spec: GroupSpec) -> None:
        """Run on these systems, in these zones; what is believed of those that stay is kept."""
        self.spec, old = spec, self._instance_of
        self.on = {system: self.on.get(system) or GroupStatus() for system in spec.systems}
        for system in self._counts.keys() - self.on.keys():
            del self._counts[system]
        self._counts.update({system: GroupCounts() for system in spec.systems if system not in self._counts})
        for place in self.resources.values():
            place.spread(spec.systems)
        self.instances = tuple(self._joined(systems, old) for systems in spec.instances)
        self._instance_of = {system: instance for instance in self.instances for system in instance.systems}

    def _joined(self, systems: tuple[str, ...], old: Mapping[str, Instance]) -> Instance:
        """An instance on systems that had theirs; it is meant to be online where one of those was and is."""
        known = [(system, old[system]) for system in systems if system in old]
        pending = any(instance.auto_start_pending for _, instance in known)
        meant = any(instance.intent_online and self.is_active(system) for system, instance in known)
        left = next((instance.left for _, instance in known if instance.left), None)
        return Instance(systems, pending, left, intent_online=meant)

    def instance(self, system: str) -> Instance:
        """The instance of the group that may be online on a system."""
        return self._instance_of[system]

    def rivals(self, system: str) -> tuple[str, ...]:
        """The other systems on which the group must not be up while it is up here."""
        return tuple(other for other in self.instance(system).systems if other != system)

    def each(self, system: str) -> list[tuple[ResourcePlace, ResourceStatus]]:
        """Every enabled resource with its condition on a system, children first."""
        return [(place, place.on[system]) for place in self.resources.values() if place.spec.enabled]

    def counts(self, system: str) -> GroupCounts:
        """How many of its resources are in which condition on a system."""
        counts = self._counts[system]
        if counts.is_stale:
            self._count_anew(system, counts)
        return counts

    def _count_anew(self, system: str, counts: GroupCounts) -> None:
        """Count every resource on a system, with the role that it has as the group is configured now."""
        counts.reset()
        for name, place in self.resources.items():
            status = place.on[system]
            counted = place.counts_for_state
            status.role = (
                ENABLED * place.spec.enabled
                + COUNTED * counted
                + NEEDED * (counted and place.spec.auto_start)
                + CRITICAL * self.is_critical(name)
            )
            counts.add(status, 1)

    def is_probed(self, system: str) -> bool:
        """Whether the state of every resource there is known."""
        return not self.counts(system).unprobed

    def is_up(self, system: str) -> bool:
        """Whether anything of the group is, or is about to be, or may still be online there."""
        return self.counts(system).up > 0

    def is_active(self, system: str) -> bool:
        """Whether it is up there or has begun to start."""
        return self.counts(system).active > 0

    def is_online(self, system: str) -> bool:
        """Whether everything that starts with the group is online there."""
        counts = self.counts(system)
        return 0 < counts.needed == counts.needed_online

    def is_faulted(self, system: str) -> bool:
        """Whether a resource is faulted there that is critical, or on which a critical one stands."""
        return self.counts(system).critical_faults > 0

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
        counts = self.counts(system)
        is_now = "ONLINE" if self.is_online(system) else "PARTIAL" if counts.online else "OFFLINE"
        return (
            *(("STARTING",) if counts.starting else ()),
            *(("STOPPING",) if counts.stopping else ()),
            is_now,
            *(("FAULTED",) if counts.critical_faults else ()),
        )

    def is_stopping(self, system: str) -> bool:
        """Whether something of it is on its way down there."""
        return self.counts(system).stopping > 0

    def is_leaving(self, system: str) -> bool:
        """Whether all that is up of it there is on its way down."""
        counts = self.counts(system)
        return counts.up > 0 == counts.held_up

    def is_starting(self, system: str) -> bool:
        """Whether something of it is on its way up there, or the preonline trigger is asked."""
        return bool(self.on[system].pre_onlining or self.counts(system).starting)

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
            place.spread(other.on)
            for system, on in place.on.items():
                on.become(other.resources[name].on[system])
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
            place.forget(system)
        self.on[system] = GroupStatus(enabled=self.on[system].enabled)
        if self.spec.parallel is Parallel.PARALLEL:
            # An instance that goes with its system comes back with it.
            self.instance(system).auto_start_pending = self.spec.auto_start
