"""What an engine believes: the state that all systems of one membership share.

Plain data and questions about it. A membership that falls apart leaves each side with a copy of it, and the
copies go their own ways; nothing on it points to a clock, an agent or a log.

Rule 1: only the engine and its group drivers write here, one message at a time.
Rule 2: whatever can be derived is derived: a group's state, whether it is starting, whether it is probed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mirrordrill.simulator.vcs.engine.configuration import WritableConfiguration
from mirrordrill.simulator.vcs.engine.state.group_state import (
    GroupState,
    GroupStatus,
    Instance,
    Move,
    MoveCause,
    ResourcePlace,
)
from mirrordrill.simulator.vcs.engine.state.resource_status import ResourceStatus
from mirrordrill.simulator.vcs.spec import ClusterSpec, Parallel, SystemSpec
from mirrordrill.simulator.vcs.states import SystemState
from mirrordrill.simulator.vcs.wide_area.remote_state import WideArea

__all__ = [
    "EngineState",
    "GroupState",
    "GroupStatus",
    "Instance",
    "Move",
    "MoveCause",
    "ResourcePlace",
    "ResourceStatus",
    "SystemStatus",
]


@dataclass(slots=True)
class SystemStatus:
    """A system of the cluster."""

    spec: SystemSpec
    state: SystemState = SystemState.UNKNOWN
    frozen: bool = False
    dynamic_load: int | None = None
    """What an administrator's script says of the load there (`hasys -load`); None leaves it to the groups' own."""


@dataclass(slots=True)
class EngineState:
    """Everything one engine knows."""

    spec: ClusterSpec
    systems: dict[str, SystemStatus] = field(init=False)
    groups: dict[str, GroupState] = field(init=False)
    parents_of: dict[str, tuple[GroupState, ...]] = field(init=False)
    """Group -> the groups that require it."""
    group_of: dict[str, GroupState] = field(init=False)
    """Resource -> its group."""
    configuration: WritableConfiguration = field(default_factory=WritableConfiguration)
    wide_area: WideArea = field(init=False)

    def __post_init__(self) -> None:
        self.wide_area = WideArea.of(self.spec.wide_area)
        self.systems = {system.name: SystemStatus(system, frozen=system.frozen) for system in self.spec.systems}
        self.groups = {group.name: GroupState(group, self.spec) for group in self.spec.groups}
        self.relink()

    def relink(self) -> None:
        """Which group requires which, and which resource is in which group, as the groups are now."""
        self.parents_of = {name: tuple(self._parents_of(name)) for name in self.groups}
        self.group_of = {name: group for group in self.groups.values() for name in group.resources}

    def _parents_of(self, child: str) -> Iterator[GroupState]:
        return (g for g in self.groups.values() if any(required.child == child for required in g.spec.requires))

    def current_spec(self) -> ClusterSpec:
        """The configuration as it is now, with everything that was modified since the engine read it."""
        groups = tuple(group.current_spec() for group in self.groups.values())
        wide_area = replace(self.spec.wide_area, heartbeats=tuple(self.wide_area.configured.values()))
        systems = tuple(on.spec for on in self.systems.values())
        return replace(self.spec, systems=systems, groups=groups, wide_area=wide_area)

    def copy(self) -> EngineState:
        """The same beliefs for a second engine, which then goes its own way."""
        written = self.configuration
        twin = EngineState(self.current_spec(), WritableConfiguration(written.writable, dict(written.edits)))
        twin.wide_area = self.wide_area.copy()
        for name, system in self.systems.items():
            twin.systems[name] = replace(system)
        for name, group in self.groups.items():
            twin.groups[name].take_over(group)
        return twin

    def is_running(self, system: str) -> bool:
        """Whether the system is RUNNING in this membership."""
        return self.systems[system].state is SystemState.RUNNING

    def is_managed(self, system: str) -> bool:
        """Whether its agents obey this engine: it is RUNNING, or on its way out."""
        state = self.systems[system].state
        return state is SystemState.RUNNING or state is SystemState.LEAVING

    def is_down(self, system: str) -> bool:
        """Whether no engine on the system will say what is up there."""
        return self.systems[system].state in {SystemState.FAULTED, SystemState.UNKNOWN, SystemState.EXITED}

    def unknown_systems(self, group: GroupState, instance: Instance) -> tuple[str, ...]:
        """Where an instance may be up although no agent has seen it: its engine died or comes back there."""
        if group.spec.parallel is Parallel.PARALLEL:
            return ()
        doubted = (at for at in instance.systems if group.on[at].auto_disabled and not group.is_probed(at))
        return tuple(system for system in doubted if self.systems[system].state is not SystemState.EXITED)

    def available_capacity(self, system: str) -> int:
        """What is left of a system's capacity: less its dynamic load, or less the loads of the groups that are up."""
        here = self.systems[system]
        if here.dynamic_load is not None:
            return here.spec.capacity - here.dynamic_load
        up = (group for group in self.groups.values() if system in group.on and group.is_active(system))
        return here.spec.capacity - sum(group.spec.load for group in up)
