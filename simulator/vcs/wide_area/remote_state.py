"""What a cluster believes of other clusters: their states, the heartbeats that watch them, and alerts for the operator.

A cluster without remote clusters has all of it empty, and its commands then answer as such a cluster's do. The words
are those of vcs.md 4.2 to 4.4. What is said of a remote cluster's systems and groups is what it told last, while it was
connected: after that it is a memory.

Rule 1: plain data; the connector and the global groups write it, one message of the engine at a time; commands read it.
Rule 2: a membership that falls apart leaves each side with a copy.
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
    """A system of a remote cluster as this cluster last heard of it."""

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
class Mirror:
    """What a cluster tells the others of itself."""

    systems: tuple[RemoteSystem, ...] = ()
    groups: tuple[RemoteGroup, ...] = ()
    authority: tuple[str, ...] = ()
    """The global groups for which it has Authority."""

    def with_systems(self, state: str) -> Mirror:
        """The same, with all systems in a state."""
        return replace(self, systems=tuple(replace(system, state=state) for system in self.systems))


@dataclass(frozen=True, slots=True)
class RemoteCluster:
    """A remote cluster: its state (vcs.md 4.3) and what it told last."""

    name: str
    state: RemoteState = RemoteState.INIT
    mirror: Mirror = field(default_factory=Mirror)
    declared: str = ""
    """What an operator declared it to be when it had faulted."""

    def has_up(self, group: str) -> tuple[str, ...]:
        """The systems on which the group was up when last heard of."""
        return tuple(on.system for on in self.mirror.groups if on.name == group and on.is_up)

    def marked_offline(self, groups: Iterable[str]) -> RemoteCluster:
        """The same cluster, with these groups taken for offline there."""
        names = tuple(groups)
        kept = tuple(replace(on, words=("OFFLINE",)) if on.name in names else on for on in self.mirror.groups)
        return replace(self, mirror=replace(self.mirror, groups=kept))

    def declared_as(self, declaration: str, groups_are_offline: bool) -> RemoteCluster:
        """The same cluster after an operator has said what it is."""
        said = replace(self, declared=declaration)
        return said.marked_offline(on.name for on in self.mirror.groups) if groups_are_offline else said


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that waits for an operator: CFAULT, NOFAILA or NOFAIL (vcs.md 4.4)."""

    id: str
    kind: str
    source: str
    """The cluster or group it is about."""
    text: str
    faulted: bool = False
    """Whether the group it is about was faulted: then clearing the fault ends it too."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A global group that is being taken offline here to come online in another cluster."""

    cluster: str
    system: str | None
    """The system an operator named; None leaves it to the policy there."""


@dataclass(slots=True)
class Abroad:
    """What a global group has to do with other clusters."""

    start_held: bool = True
    """Whether its start with the cluster waits for what other clusters say (AutoStartTimeout)."""
    stranded: bool = False
    """Whether no system of this cluster was left for it, and nobody has drawn the consequences yet."""
    promised_to: str = ""
    """The cluster that is about to get Authority: until it has it, or gave up, the group comes online nowhere here."""
    leaving: Leaving | None = None
    told_of: tuple[str, ...] = ()
    """Where it is up at once, if that was told as a concurrency violation."""

    def copy(self) -> Abroad:
        """The same for a second engine."""
        return replace(self)


@dataclass(slots=True)
class WideArea:
    """All of it."""

    clusters: dict[str, RemoteCluster] = field(default_factory=dict)
    heartbeats: dict[tuple[str, str], HeartbeatState] = field(default_factory=dict)
    """(heartbeat, cluster) -> its state."""
    configured: dict[str, ConfiguredHeartbeat] = field(default_factory=dict)
    """Heartbeat -> how it is configured: `hahb` changes it."""
    settings: dict[tuple[str, str], HeartbeatSpec] = field(default_factory=dict)
    """(heartbeat, cluster) -> what follows from that."""
    alerts: dict[str, Alert] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: WideAreaSpec) -> WideArea:
        """What an engine believes that has heard of nobody yet."""
        area = cls({remote.name: RemoteCluster(remote.name) for remote in spec.remotes})
        area.configure({beat.name: beat for beat in spec.heartbeats})
        return area

    def configure(self, heartbeats: dict[str, ConfiguredHeartbeat]) -> None:
        """Have these heartbeats; what one said of a cluster that it still watches stays true."""
        self.configured = heartbeats
        self.settings = {(beat.name, beat.cluster): beat for each in heartbeats.values() for beat in each.each()}
        self.heartbeats = {key: self.heartbeats.get(key, HeartbeatState.UNKNOWN) for key in self.settings}

    def asked(self) -> Iterator[HeartbeatSpec]:
        """How each heartbeat asks after each cluster; one that is to ping and has no address asks nobody."""
        return (beat for beat in self.settings.values() if beat.arguments or not beat.pings)

    def copy(self) -> WideArea:
        """The same beliefs for a second engine."""
        twin = WideArea(dict(self.clusters), dict(self.heartbeats), alerts=dict(self.alerts))
        twin.configure(dict(self.configured))
        return twin
