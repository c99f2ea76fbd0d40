"""Every change of state that a log tells of, kept by the thing that changed: a host, a group on a system, an opinion.

What is true now is the last change of a thing; what was true at an event is the last one before it; a lane of the
report and a track of the trace are all of them. `SiteState`, the lanes, the marks and the trace ask here, and keep no
states of their own.

Rule 1: a change is the event as the log has it. What it means in words is said where it is shown.
Rule 2: things are kept in the order in which the log first tells of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from mirrordrill.drills.history.dispatch import Dispatch
from mirrordrill.drills.history.values import ResourceOn, VolumeOn
from mirrordrill.simulator.array.events import (
    CopyFinished,
    CopyInterrupted,
    CopyStarted,
    ImagePowerChanged,
    ImageRestarting,
    ManagementChanged,
    MirrorLinkChanged,
    PairViewChanged,
    PathChanged,
    StreamStarted,
    StreamStopped,
    VolumeAccessChanged,
)
from mirrordrill.simulator.host.events import DiskWayChanged, HostBooted, HostHung, HostLost, HostResumed
from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.vcs.events import (
    DaemonChanged,
    EntryPointEnded,
    EntryPointKilled,
    EntryPointStarted,
    GroupChanged,
    LltLinkChanged,
    SystemChanged,
)
from mirrordrill.simulator.vcs.wide_area.events import (
    AlertChanged,
    AuthorityChanged,
    ClusterDeclared,
    HeartbeatChanged,
    RemoteClusterChanged,
    WanChanged,
)

AnyEvent = TypeVar("AnyEvent", bound=Event, covariant=True)
Kept = TypeVar("Kept", bound=Event)
Thing = TypeVar("Thing", bound=Hashable)
HostPower = HostBooted | HostResumed | HostHung | HostLost
EntryPointCall = EntryPointStarted | EntryPointEnded | EntryPointKilled
CopyProgress = CopyStarted | CopyFinished | CopyInterrupted
ImageChange = PairViewChanged | ImagePowerChanged | ImageRestarting | ManagementChanged


class StateChange(NamedTuple, Generic[AnyEvent]):
    """Something became true with an event."""

    number: int
    time_us: int
    event: AnyEvent


AnyChange = StateChange[Any]


class ClusterSilence(NamedTuple):
    """The last system of a cluster was lost, or stood still with the others lost: it has no beliefs any more."""

    number: int
    time_us: int
    cluster: str
    systems: frozenset[str]


class StateChanges:
    """The changes of each thing of a site, oldest first."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self._by_kind: dict[type[Event], Mapping[Any, Sequence[AnyChange]]] = {}
        self.views: dict[VolumeOn, list[StateChange[PairViewChanged]]] = {}
        """What each array thinks of each of its volumes."""
        self.images: dict[str, list[StateChange[ImageChange]]] = {}
        """The first opinion of each array (it runs), its power, its restarts, its management."""
        self.volume_access: dict[VolumeOn, list[StateChange[VolumeAccessChanged]]] = {}
        self.links: dict[tuple[str, str, str], list[StateChange[MirrorLinkChanged]]] = {}
        self.paths: dict[tuple[str, str, str, str], list[StateChange[PathChanged]]] = {}
        self.copies: dict[VolumeOn, list[StateChange[CopyProgress]]] = {}
        self.streams: dict[str, list[StateChange[StreamStarted | StreamStopped]]] = {}
        self.hosts: dict[str, list[StateChange[HostPower]]] = {}
        self.disk_ways: dict[tuple[str, str], list[StateChange[DiskWayChanged]]] = {}
        """(host, place): the way to the coordinator disks."""
        self.llt_links: dict[tuple[str, str], list[StateChange[LltLinkChanged]]] = {}
        self.daemons: dict[str, list[StateChange[DaemonChanged]]] = {}
        self.engines: dict[str, list[StateChange[SystemChanged]]] = {}
        """Each system as the engines have it."""
        self.groups: dict[tuple[str, str], list[StateChange[GroupChanged]]] = {}
        """(group, system)."""
        self.entry_points: dict[ResourceOn, list[StateChange[EntryPointCall]]] = {}
        self.wan: dict[str, list[StateChange[WanChanged]]] = {}
        self.heartbeats: dict[tuple[str, str, str], list[StateChange[HeartbeatChanged]]] = {}
        self.remotes: dict[tuple[str, str], list[StateChange[RemoteClusterChanged]]] = {}
        """(cluster, the other one): what a cluster takes another one for."""
        self.authority: dict[tuple[str, str], list[StateChange[AuthorityChanged]]] = {}
        """(group, cluster)."""
        self.alerts: dict[tuple[str, str], list[StateChange[AlertChanged]]] = {}
        """(cluster, alert)."""
        self.declarations: dict[tuple[str, str], list[StateChange[ClusterDeclared]]] = {}
        """(cluster, the other one): what an operator said of it."""
        self._listen()

    def _listen(self) -> None:
        self._dispatch.on(PairViewChanged, self._view_changed)
        self._keep(self.images, lambda event: event.array, ImagePowerChanged, ImageRestarting, ManagementChanged)
        self._keep(self.volume_access, lambda event: VolumeOn(event.array, event.volume), VolumeAccessChanged)
        self._keep(self.links, lambda event: (event.link, event.from_array, event.to_array), MirrorLinkChanged)
        self._keep(
            self.paths,
            lambda event: (event.array, event.source_lss, event.target_array, event.target_lss),
            PathChanged,
        )
        self._keep(
            self.copies, lambda event: VolumeOn(event.array, event.volume), CopyStarted, CopyFinished, CopyInterrupted
        )
        self._keep(self.streams, lambda event: event.stream, StreamStarted, StreamStopped)
        self._keep(self.hosts, lambda event: event.host, HostBooted, HostResumed, HostHung, HostLost)
        self._keep(self.disk_ways, lambda event: (event.host, event.place), DiskWayChanged)
        self._keep(self.llt_links, lambda event: (event.cluster, event.what), LltLinkChanged)
        self._keep(self.daemons, lambda event: event.system, DaemonChanged)
        self._keep(self.engines, lambda event: event.system, SystemChanged)
        self._keep(self.groups, lambda event: (event.group, event.system), GroupChanged)
        self._keep(
            self.entry_points,
            lambda event: ResourceOn(event.resource, event.system),
            EntryPointStarted,
            EntryPointEnded,
            EntryPointKilled,
        )
        self._keep(self.wan, lambda event: event.what, WanChanged)
        self._keep(self.heartbeats, lambda event: (event.cluster, event.heartbeat, event.remote), HeartbeatChanged)
        self._keep(self.remotes, lambda event: (event.cluster, event.remote), RemoteClusterChanged)
        self._keep(self.authority, lambda event: (event.group, event.cluster), AuthorityChanged)
        self._keep(self.alerts, lambda event: (event.cluster, event.alert), AlertChanged)
        self._keep(self.declarations, lambda event: (event.cluster, event.remote), ClusterDeclared)

    def _keep(
        self, changes: dict[Thing, list[StateChange[Kept]]], thing_of: Callable[[Kept], Thing], *kinds: type[Kept]
    ) -> None:
        def keep(record: Any, event: Kept) -> None:
            changes.setdefault(thing_of(event), []).append(StateChange(record.number, record.time_us, event))

        for kind in kinds:
            self._by_kind[kind] = changes
            self._dispatch.on(kind, keep)

    def _view_changed(self, record: Any, event: PairViewChanged) -> None:
        change = StateChange(record.number, record.time_us, event)
        self.views.setdefault(VolumeOn(event.array, event.volume), []).append(change)
        if event.array not in self.images:
            self.images[event.array] = [change]

    def of(self, *kinds: type[Event]) -> Iterator[AnyChange]:
        """The changes of these kinds, of all things, in the order of the log. Raises KeyError if a kind is not kept."""
        things = {id(changes): changes for changes in (self._by_kind[kind] for kind in kinds)}
        found = in_order(*(its for changes in things.values() for its in changes.values()))
        return (change for change in found if isinstance(change.event, kinds))

    def silences(self) -> list[ClusterSilence]:
        """When clusters had no living system left."""
        cluster_of: dict[str, str] = {}
        gone: set[str] = set()
        found = []
        for change in in_order(*self.hosts.values(), *self.engines.values()):
            event = change.event
            if isinstance(event, SystemChanged):
                cluster_of[event.system] = event.cluster
            elif isinstance(event, HostBooted | HostResumed):
                gone.discard(event.host)
            else:
                gone.add(event.host)
                cluster = cluster_of.get(event.host, "")
                systems = frozenset(system for system, its in cluster_of.items() if its == cluster)
                if isinstance(event, HostLost) and systems and systems <= gone:
                    found.append(ClusterSilence(change.number, change.time_us, cluster, systems))
        return found


def in_order(*changes: Iterable[Any]) -> Iterator[Any]:
    """The changes of several things, in the order of the log."""
    return heapq.merge(*changes, key=lambda change: change.number)
