"""What the applications of a site do to its volumes: they write while they are online, and only then.

An application on a host is a stream of writes of its own (`ora_db@hosta`): should it ever run on two hosts at once,
both write, and the log can tell their writes apart.
"""

from __future__ import annotations

from contextlib import suppress

from mirrordrill.simulator.array.events import (
    ImagePowerChanged,
    ImageRestarting,
    KeysChanged,
    PairViewChanged,
    ReservationChanged,
    VolumeAccessChanged,
)
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError
from mirrordrill.simulator.array.storage import Storage, StreamHandle
from mirrordrill.simulator.site.build_storage import storage_plan
from mirrordrill.simulator.site.coordinators import KEY_TYPES, is_fenced
from mirrordrill.simulator.site.settings import TRACKS_PER_MIB
from mirrordrill.simulator.site.site import Site, starts_first, volumes_below
from mirrordrill.simulator.vcs.ports import Call

CHANGES_WRITABILITY = (
    ImagePowerChanged,
    ImageRestarting,
    KeysChanged,
    PairViewChanged,
    ReservationChanged,
    VolumeAccessChanged,
)
"""Events behind which a host may write where it could not, or cannot where it could."""


class Applications:
    """Knows which volumes lie at the bottom of each resource's stack on each host."""

    def __init__(self, site: Site, storage: Storage) -> None:
        settings = site.settings.application
        self._site = site
        self._storage = storage
        self._pace = round(settings.working_set_mib * TRACKS_PER_MIB), settings.writes_per_s
        """Working set in tracks of each volume, and writes a second: a run costs the same whatever they are."""
        self._homes = {
            (system, resource.name): (cluster, group)
            for cluster in site.clusters
            for group, resource in cluster.resources()
            for system in group.systems
        }
        """(system, resource) -> its cluster and group."""
        self._attached = {(a.host, a.resource): a for a in site.attachments}
        self._streams: dict[str, StreamHandle] = {}
        self._open: dict[str, tuple[str, tuple[str, ...]]] = {}
        """Application on a host -> the array and volumes that it opened last."""
        self._standing: list[tuple[str, str]] = []
        """Applications that stand still with their hosts."""
        self._volumes: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
        self._needed: dict[tuple[str, str], int] = {}
        """(system, resource) -> on how many volumes the data lie: those that VolIds names where the group starts first.

        A disk group is not imported without one of them; a volume more, elsewhere, has nothing on it.
        """
        self._places: dict[tuple[str, str], int] = {}
        """(array, volume) -> the place of its pair among the pairs of the site."""
        for place, pair in enumerate(storage_plan(site).pairs):
            self._places[pair.source_image, pair.source_volume] = place
            self._places[pair.target_image, pair.target_volume] = place

    def writable(self, call: Call) -> bool:
        """Whether the host may write to every volume below the resource, and VolIds names them all there."""
        image, volumes = self._below(call)
        return len(volumes) == self._needed[call.system, call.resource] and all(
            self._storage.is_host_writable(image, volume) for volume in volumes
        )

    def start(self, call: Call) -> None:
        """Open the volumes and write; an application without mirrored volumes below it is none of our business."""
        image, volumes = self._below(call)
        if volumes:
            name = f"{call.resource}@{call.system}"
            if name not in self._streams:
                self._streams[name] = self._storage.open_stream(name, *self._pace)
            self._open[name] = (image, volumes)
            self._land_elsewhere(call.resource, name)
            self._streams[name].start(image, volumes, call.system)
            self._storage.read_back(call.system, image, volumes, self._streams_of(call.resource))

    def _streams_of(self, application: str) -> list[str]:
        """The streams of an application, one for each host on which it ever ran."""
        return [name for name in self._streams if name.partition("@")[0] == application]

    def _land_elsewhere(self, application: str, name: str) -> None:
        """What the application was acknowledged on other hosts until now is in the log before it opens here.

        The write ledger, which counts what is missing here, has no other source: a healthy stream is silent.
        """
        others = (stream for other, stream in self._streams.items() if other != name)
        if any(stream.is_running and stream.name.partition("@")[0] == application for stream in others):
            self._storage.settle_all()

    def stop(self, call: Call) -> None:
        """Stop writing."""
        if (stream := self._streams.get(f"{call.resource}@{call.system}")) is not None:
            stream.stop()

    def lose_ground(self, call: Call) -> None:
        """The resource of the call is gone: whatever stands on it there cannot write any more."""
        for name in self._running_on(call.system):
            above = name.partition("@")[0]
            owners = (g for c in self._site.clusters for g, r in c.resources() if r.name == above)
            if any(call.system in group.systems and call.resource in group.stack(above) for group in owners):
                self._streams[name].stop()

    def imported(self, call: Call) -> bool:
        """In a fenced cluster VxVM puts the importing host's key on the volumes; of a parallel group, beside others.

        Whether it could: an array that does not answer takes no key. A disk group that one host imports at a time has
        the key of that host only: the last owner's is taken off.
        """
        image, volumes = self._below(call)
        parallel = self._fenced_group(call)
        if volumes and parallel is not None:
            try:
                self._storage.registrations.register(image, volumes, call.system, alone=not parallel)
            except ArrayRefusedError:
                return False
        return True

    def deported(self, call: Call) -> None:
        """The host takes its key off again, if the array still listens."""
        image, volumes = self._below(call)
        if volumes and self._fenced_group(call) is not None:
            with suppress(ArrayRefusedError):
                self._storage.registrations.unregister(image, volumes, call.system)

    def _fenced_group(self, call: Call) -> int | None:
        """The Parallel of the resource's group, if its cluster is fenced and its type puts keys on volumes."""
        if call.type_name not in KEY_TYPES:
            return None
        home = self._homes.get((call.system, call.resource))
        return home[1].parallel if home is not None and is_fenced(home[0]) else None

    def is_running(self, call: Call) -> bool:
        """Whether the application writes; one without mirrored volumes below it runs until it is stopped."""
        stream = self._streams.get(f"{call.resource}@{call.system}")
        return stream is None or stream.is_running

    def host_lost(self, host: str) -> None:
        """Nothing on the host writes any more."""
        self._standing = [(name, where) for name, where in self._standing if where != host]
        for name in self._running_on(host):
            self._streams[name].stop()

    def host_hung(self, host: str) -> None:
        """What writes on the host stands still with the volumes open; its acknowledged writes have landed."""
        self._standing += [(name, host) for name in self._running_on(host)]
        for name in self._running_on(host):
            self._streams[name].stop()

    def host_resumed(self, host: str) -> None:
        """It writes on, even if another host writes by now."""
        going_on = [name for name, where in self._standing if where == host]
        self._standing = [(name, where) for name, where in self._standing if where != host]
        for name in going_on:
            self._streams[name].start(*self._open[name], host)

    def _running_on(self, host: str) -> list[str]:
        return [name for name, stream in self._streams.items() if name.endswith(f"@{host}") and stream.is_running]

    def _below(self, call: Call) -> tuple[str, tuple[str, ...]]:
        """The host's array and the volumes below the resource there."""
        key = (call.system, call.resource)
        if key not in self._volumes:
            image, volumes = self._look_up(call.system, call.resource)
            first = starts_first(self._site, self._homes[key][1].name) if volumes else call.system
            self._needed[key] = len(self._look_up(first, call.resource)[1]) or len(volumes)
            self._volumes[key] = image, volumes[: self._needed[key]]
        return self._volumes[key]

    def _look_up(self, system: str, resource: str) -> tuple[str, tuple[str, ...]]:
        home = self._homes.get((system, resource))
        if home is None:
            return "", ()
        below = (self._attached.get((system, name)) for name in volumes_below(home[1], resource))
        found = [each for each in below if each is not None]
        image = found[0].image_id if found else self._site.image_of(system)
        volumes = [volume for each in found for volume in each.volumes]
        # VolIds is a set to the agent: whatever its order on a system, the same data lie on the two ends of a pair.
        unpaired = len(self._places)
        return image, tuple(sorted(volumes, key=lambda volume: self._places.get((image, volume), unpaired)))
