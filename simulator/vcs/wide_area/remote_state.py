"""What a cluster knows of remote clusters: their states, the heartbeats that watch them, and alerts for the operator.

In a cluster without remote clusters all of it is empty, and its commands answer accordingly. The words are those of
vcs.md 4.2 to 4.4. Systems and groups of a remote cluster are as of its last snapshot, received while it was connected.

Rule 1: plain data; the connector and the global groups write it, one engine message at a time; commands read it.
Rule 2: when a membership splits, each side keeps a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from mirrordrill.simulator.vcs.wide_area.spec import ConfiguredHeartbeat, HeartbeatSpec, WideAreaSpec
from mirrordrill.simulator.vcs.wide_area.states import HeartbeatState, RemoteState

DOWN_WORDS = frozenset({"OFFLINE", "FAULTED"})
"""Words of a group's state that say that nothing of it is up."""


@dataclass(frozen=True, slots=True)
class RemoteSystem:
    """A system of a remote cluster, as of its last snapshot."""

    name: str
    state: str
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class RemoteGroup:
    """A global group on a system of a remote cluster."""

    name: str
    system: str
    words: tuple[str, ...]
    probed: bool = True
    auto_disabled: bool = False

    @property
    def is_up(self) -> bool:
        """Whether anything of it is up, or on its way, there."""
        return self.probed and not set(self.words) <= DOWN_WORDS


@dataclass(frozen=True, slots=True)
class ClusterSnapshot:
    """The state that a cluster sends to the others."""

    systems: tuple[RemoteSystem, ...] = ()
    groups: tuple[RemoteGroup, ...] = ()
    authority: tuple[str, ...] = ()
    """The global groups for which it has Authority."""

    def with_systems(self, state: str) -> ClusterSnapshot:
        """The same, with all systems in a state."""
        return replace(self, systems=tuple(replace(system, state=state) for system in self.systems))


@dataclass(frozen=True, slots=True)
class RemoteClusterStatus:
    """A remote cluster: its state (vcs.md 4.3) and its last snapshot."""

    name: str
    state: RemoteState = RemoteState.INIT
    snapshot: ClusterSnapshot = field(default_factory=ClusterSnapshot)
    declared: str = ""
    """The declaration of an operator after it had faulted."""

    def has_up(self, group: str) -> tuple[str, ...]:
        """The systems on which the group was up in the last snapshot."""
        return tuple(on.system for on in self.snapshot.groups if on.name == group and on.is_up)

    def marked_offline(self, groups: Iterable[str]) -> RemoteClusterStatus:
        """The same cluster, with these groups marked offline."""
        names = tuple(groups)
        kept = tuple(replace(on, words=("OFFLINE",)) if on.name in names else on for on in self.snapshot.groups)
        return replace(self, snapshot=replace(self.snapshot, groups=kept))

    def declared_as(self, declaration: str, *, groups_are_offline: bool) -> RemoteClusterStatus:
        """The same cluster with an operator's declaration."""
        said = replace(self, declared=declaration)
        return said.marked_offline(on.name for on in self.snapshot.groups) if groups_are_offline else said


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert for the operator: CFAULT, NOFAILA, NOFAIL or TESTFD (vcs.md 4.4)."""

    id: str
    kind: str
    source: str
    """The cluster or group it is about."""
    text: str
    faulted: bool = False
    """Whether the group it is about was faulted: then clearing the fault ends it too."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A global group that is being taken offline here to come online in another cluster."""

    cluster: str
    system: str | None
    """The system that the operator named; None leaves the choice to the policy there."""


@dataclass(slots=True)
class GlobalGroupState:
    """State of a global group that concerns other clusters."""

    start_held: bool = True
    """Whether its automatic start waits for other clusters (AutoStartTimeout)."""
    no_target_left: bool = False
    """Whether no system of this cluster qualified for it, and the policy has not been applied yet."""
    prepared_for: str = ""
    """The cluster for which the hand-over of Authority is prepared: until it ends, the group stays offline here."""
    hand_over: HandOver | None = None
    reported_violation: tuple[str, ...] = ()
    """The systems of the concurrency violation that was reported; empty if none is."""

    def copy(self) -> GlobalGroupState:
        """A copy for a second engine."""
        return replace(self)


@dataclass(slots=True)
class WideArea:
    """What an engine knows of all remote clusters, heartbeats and alerts."""

    clusters: dict[str, RemoteClusterStatus] = field(default_factory=dict)
    heartbeats: dict[tuple[str, str], HeartbeatState] = field(default_factory=dict)
    """(heartbeat, cluster) -> its state."""
    configured: dict[str, ConfiguredHeartbeat] = field(default_factory=dict)
    """Heartbeat -> how it is configured: `hahb` changes it."""
    settings: dict[tuple[str, str], HeartbeatSpec] = field(default_factory=dict)
    """(heartbeat, cluster) -> the resulting settings."""
    alerts: dict[str, Alert] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: WideAreaSpec) -> WideArea:
        """The state at the start of an engine."""
        area = cls({remote.name: RemoteClusterStatus(remote.name) for remote in spec.remotes})
        area.configure({beat.name: beat for beat in spec.heartbeats})
        return area

    def configure(self, heartbeats: dict[str, ConfiguredHeartbeat]) -> None:
        """Replace the heartbeats; the state of a heartbeat that still exists is kept."""
        self.configured = heartbeats
        self.settings = {(beat.name, beat.cluster): beat for each in heartbeats.values() for beat in each.each()}
        self.heartbeats = {key: self.heartbeats.get(key, HeartbeatState.UNKNOWN) for key in self.settings}

    def asked(self) -> Iterator[HeartbeatSpec]:
        """The settings of all active heartbeats; a ping heartbeat without an address is inactive."""
        return (beat for beat in self.settings.values() if beat.arguments or not beat.pings)

    def copy(self) -> WideArea:
        """A copy for a second engine."""
        twin = WideArea(dict(self.clusters), dict(self.heartbeats), alerts=dict(self.alerts))
        twin.configure(dict(self.configured))
        return twin
