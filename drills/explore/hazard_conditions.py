"""How the declared hazards come about, read from the log as it grows: which systems and which copies each is about.

Rule 1: a condition sees events and the history of the same log, and never the world.
Rule 2: an occurrence names what it is about. It explains nothing about other systems or other copies.
Rule 3: what is whole again explains nothing any more: pairs that a person changed, or that two sides used, count until
they are in sync, a lock that was lost until there is another one or the application has stopped, an agent that is
missing until an online has run or a monitor has said offline, what was started by hand until VCS has seen it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mirrordrill.agent.exit_codes import MonitorExit
from mirrordrill.agent.names import lock_name, memory_name
from mirrordrill.drills.explore.occurrences import (
    AGENT_MISSING,
    BY_HAND,
    FOR_EVER,
    GAP_US,
    IN_THE_GAP,
    LATE_COMMAND,
    LATER_THAN_LIMIT,
    LIVING_CLUSTER,
    LOCK_LOST,
    LOST_UNDER_WAY,
    NO_HOST_AT_HOME,
    OLD_TARGET,
    PARTITION,
    STARTED_BY_HAND,
    TAKEOVER,
    UNTIL_IN_SYNC,
    WRITES_BY_HAND,
    WRITES_ON,
    ZOMBIE,
    Occurrence,
)
from mirrordrill.drills.history import History
from mirrordrill.drills.history.site_state import volumes_named
from mirrordrill.drills.history.values import ResourceOn, VolumeOn
from mirrordrill.drills.history.write_ledger import copies_of
from mirrordrill.simulator.array.events import (
    ImagePowerChanged,
    PairViewChanged,
    StreamStarted,
    StreamStopped,
    VolumeAccessChanged,
)
from mirrordrill.simulator.array.mirror.states import PairCause, Reason, View
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import (
    AgentLog,
    HostHung,
    HostLost,
    HostResumed,
    NeighbourChanged,
    StateFileChanged,
)
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import (
    DaemonChanged,
    EntryPointEnded,
    EntryPointKilled,
    EntryPointStarted,
    ResourceChanged,
    SystemChanged,
)
from mirrordrill.simulator.vcs.states import ResourceState, SystemState
from mirrordrill.simulator.vcs.wide_area.events import RemoteClusterChanged
from mirrordrill.simulator.vcs.wide_area.states import RemoteState

NO_SECOND_OPINION, TAKEOVER_BY_HAND = 1604, 1606
CANNOT_START = 127
REMOVE_LOCKS = frozenset({"online", "offline", "clean", "open", "close"})
STARTING = frozenset(
    state.value
    for state in (
        SystemState.INITING,
        SystemState.CURRENT_DISCOVER_WAIT,
        SystemState.LOCAL_BUILD,
        SystemState.REMOTE_BUILD,
        SystemState.RUNNING,
    )
)
"""States of a system on which VCS starts, or runs (vcs.md 3.7)."""


class HazardConditions:
    """Finds the occurrences of hazards in a log, as the history is told of it."""

    def __init__(self, history: History) -> None:
        self.found: list[Occurrence] = []
        self._state = history.state
        self._unusable: set[VolumeOn] = set()
        """Volumes whose disks are gone."""
        self._dark: set[str] = set()
        self._engines: set[str] = set()
        """Systems on which VCS runs or starts. A host that has booted joins only once GAB lets it."""
        self._stopped: set[str] = set()
        """Systems on which people stopped VCS."""
        self._ran_on: dict[VolumeOn, str] = {}
        """Copy -> the system that had it open last."""
        self._held_for: dict[tuple[str, str], str] = {}
        """(cluster, other cluster) -> the state that the one holds the other for."""
        self._hung: set[str] = set()
        self._missed: set[str] = set()
        """Systems that others took for dead: nothing can run there as far as VCS knows."""
        self._cluster_of: dict[str, str] = {}
        self._heard_nothing: set[ResourceOn] = set()
        """Where the online or action that is under way was told nothing by the far array."""
        self._resumed_us: dict[str, int] = {}
        """When a host went on that others had taken for dead."""
        self._running: set[tuple[str, str, str]] = set()
        """(host, resource, entry) of what is under way."""
        self._commands = history.held
        self._unlocked_us: dict[ResourceOn, int] = {}
        """When a lock disappeared while an entry point was at it that may remove it."""
        self._open: dict[tuple[str, str], frozenset[VolumeOn]] = {}
        """(host, stream) of applications that run, and what they have open."""
        self._left_behind: set[VolumeOn] = set()
        """Copies that were failed over although, or before, an application had the other one open."""
        self._started_by_hand: dict[str, set[str]] = {}
        """Host -> resources that were started there without VCS and have not been stopped since."""
        self._lost_locks: dict[ResourceOn, list[Occurrence]] = {}
        """Those that no other lock of the same resource has ended yet."""
        self._moment_us, self._moment = -1, 0
        """The present microsecond, and the number of its first event: a command is told after what it did."""
        self._listen(history)

    def _listen(self, history: History) -> None:
        history.dispatch.before_each(self._time_passes)
        on = history.dispatch.on
        on(ImagePowerChanged, self._power_changed)
        on(VolumeAccessChanged, self._access_changed)
        on(PairViewChanged, self._view_changed)
        on(HostLost, self._host_lost)
        on(HostHung, lambda _, event: self._hung.add(event.host))
        on(HostResumed, self._host_resumed)
        on(DaemonChanged, lambda _, event: self._engines.discard(event.system))
        on(SystemChanged, self._system_changed)
        on(RemoteClusterChanged, self._remote_changed)
        on(CommandExecuted, self._executed)
        on(EntryPointStarted, self._started)
        on(EntryPointEnded, self._ended)
        on(EntryPointKilled, self._ended)
        on(AgentLog, self._said)
        on(NeighbourChanged, self._neighbour_changed)
        on(ResourceChanged, self._resource_changed)
        on(StreamStarted, self._stream_started)
        on(StreamStopped, self._stream_stopped)
        on(StateFileChanged, self._file_changed)

    def _add(self, hazard: str, number: int, systems: Iterable[str] = (), copies: Iterable[VolumeOn] = ()) -> None:
        self.found.append(Occurrence(hazard, number, frozenset(systems), frozenset(copies)))

    def _time_passes(self, record: Record, _: Event) -> None:
        if record.time_us != self._moment_us:
            self._moment_us, self._moment = record.time_us, record.number

    # Old targets, and pairs that people changed.

    def _power_changed(self, _: Record, event: ImagePowerChanged) -> None:
        (self._dark.discard if event.is_on else self._dark.add)(event.array)

    def _access_changed(self, _: Record, event: VolumeAccessChanged) -> None:
        change = self._unusable.discard if event.is_accessible else self._unusable.add
        change(VolumeOn(event.array, event.volume))

    def _view_changed(self, record: Record, event: PairViewChanged) -> None:
        copy, source = VolumeOn(event.array, event.volume), VolumeOn(event.peer_array, event.peer_volume)
        if event.cause == PairCause.FAILOVER.value and any(source in its for its in self._open.values()):
            self._left_behind.add(copy)
        if event.after in (View.FULL_DUPLEX.value, View.TARGET_FULL_DUPLEX.value):
            for hazard in UNTIL_IN_SYNC:
                self._end(hazard, copy, record.number)
            self._left_behind.discard(copy)
        if event.cause == PairCause.FAILOVER.value and self._runs_in_a_cluster_taken_for_dead(source, copy):
            self._add(LIVING_CLUSTER, record.number, copies=(copy, source))
        said_in_sync = event.before == View.TARGET_FULL_DUPLEX.value
        was_left = self._state.view(source) == View.SUSPENDED.value
        if event.cause != PairCause.FAILOVER.value or not said_in_sync or not was_left:
            return
        if self._cannot_tell(source, copy):
            self._add(OLD_TARGET, record.number, copies=(copy, source))
        elif self._is_nobody_home(source, copy):
            self._add(NO_HOST_AT_HOME, record.number, copies=(copy, source))

    def _is_nobody_home(self, source: VolumeOn, copy: VolumeOn) -> bool:
        """Whether VCS, as it is where the copy is taken over, holds each host of the source for lost.

        Where people stopped VCS on the host that had the source open last, it is not lost: nothing happened to it.
        """
        is_lost = self._is_its_cluster_lost(source, copy)
        if is_lost is not None:
            return is_lost
        last = self._ran_on.get(source, "")
        living = set(self._hosts_of(source)) & self._engines - self._missed
        return not living and last not in self._stopped

    def _is_its_cluster_lost(self, source: VolumeOn, copy: VolumeOn) -> bool | None:
        """Whether the cluster of the copy holds that of the source for lost; None where it is one cluster."""
        home, here = ({self._cluster_of.get(host, "") for host in self._hosts_of(its)} for its in (source, copy))
        if home == here:
            return None
        return {self._held_for.get((ours, theirs)) for ours in here for theirs in home} == {RemoteState.FAULTED.value}

    def _runs_in_a_cluster_taken_for_dead(self, source: VolumeOn, copy: VolumeOn) -> bool:
        """Whether an application has the source open, and neither its cluster nor its array can say so here."""
        is_open = any(source in its for its in self._open.values())
        return is_open and bool(self._is_its_cluster_lost(source, copy)) and self._was_told_nothing(copy)

    def _was_told_nothing(self, copy: VolumeOn) -> bool:
        its = (self._state.attached.get(place) for place in self._heard_nothing)
        return any(each is not None and each.array == copy.array and copy.volume in each.volumes for each in its)

    def _cannot_tell(self, source: VolumeOn, copy: VolumeOn) -> bool:
        """Whether the array that knows is lost, or said nothing to those who act on the copy."""
        is_lost = source.array in self._dark or bool(self._unusable & set(self._set_of(source)))
        return is_lost or self._was_told_nothing(copy)

    def _is_locked(self, record: Record, place: ResourceOn) -> None:
        """A set that was failed over earlier, and left again, is taken as it is: the other side went on meanwhile."""
        its = self._state.attached[place]
        for copy in (VolumeOn(its.array, volume) for volume in its.volumes):
            own, *others = self._pair(copy)
            if own in self._left_behind and any(self._cannot_tell(other, own) for other in others):
                self._add(OLD_TARGET, record.number, copies=(own, *others))

    def _set_of(self, copy: VolumeOn) -> Iterator[VolumeOn]:
        """The copies that are judged together with this one: those of its resources."""
        for its in self._state.attached.values():
            if its.array == copy.array and copy.volume in its.volumes:
                yield from (VolumeOn(its.array, volume) for volume in its.volumes)

    def _end(self, hazard: str, what: VolumeOn | str, number: int) -> None:
        for at, each in enumerate(self.found):
            if each.hazard == hazard and what in each.copies | each.systems and each.until == FOR_EVER:
                self.found[at] = replace(each, until=number)

    def _executed(self, record: Record, event: CommandExecuted) -> None:
        if not event.changes_pairs:
            return
        its = [copy for volume in volumes_named(event) for copy in self._pair(VolumeOn(event.array, volume))]
        if not event.sender:
            for volume in dict.fromkeys(its):
                self._add(BY_HAND, self._moment, copies=(volume,))
        elif record.time_us - self._resumed_us.get(event.host, -GAP_US) < GAP_US:
            self._add(IN_THE_GAP, self._moment, (event.host,), its)
        elif (held := self._commands.landed) is not None:
            resource, entry = event.sender.rsplit(" ", 1)
            if (event.host, resource, entry) not in self._running:
                self._add(LATE_COMMAND, self._moment, (event.host,), its)
                place = self._state.attached.get(ResourceOn(resource, event.host))
                if place is not None and held.held_s > place.late_command_s:
                    self._add(LATER_THAN_LIMIT, self._moment, (event.host,), its)

    def _pair(self, copy: VolumeOn) -> Iterator[VolumeOn]:
        """A copy, and the one that its array knows as its peer."""
        yield copy
        if changes := self._state.views.get(copy):
            yield VolumeOn(changes[-1].event.peer_array, changes[-1].event.peer_volume)

    def _hosts_of(self, copy: VolumeOn) -> Iterator[str]:
        """The systems that may bring the copy online; those of other groups on its array cannot."""
        its = self._state.attached.items()
        return (place.system for place, at in its if at.array == copy.array and copy.volume in at.volumes)

    # Systems that live, and are taken for dead.

    def _host_lost(self, record: Record, event: HostLost) -> None:
        self._engines.discard(event.host)
        self._open = {each: its for each, its in self._open.items() if each[0] != event.host}
        self._end(LOCK_LOST, event.host, record.number)
        self._started_by_hand.pop(event.host, None)
        self._end(STARTED_BY_HAND, event.host, record.number)
        self._hung.discard(event.host)
        self._running = {each for each in self._running if each[0] != event.host}

    def _host_resumed(self, record: Record, event: HostResumed) -> None:
        self._hung.discard(event.host)
        if event.host in self._missed:
            self._resumed_us[event.host] = record.time_us

    def _system_changed(self, record: Record, event: SystemChanged) -> None:
        self._cluster_of[event.system] = event.cluster
        if event.after in STARTING:
            self._engines.add(event.system)
            self._stopped.discard(event.system)
        elif event.after == SystemState.EXITED.value:
            self._engines.discard(event.system)
            self._stopped.add(event.system)
        elif event.after == SystemState.FAULTED.value:
            self._stopped.discard(event.system)
        if event.after == SystemState.RUNNING.value:
            self._missed.discard(event.system)
        if event.after == SystemState.FAULTED.value:
            self._is_taken_for_dead(record, (event.system,))

    def _remote_changed(self, record: Record, event: RemoteClusterChanged) -> None:
        self._held_for[event.cluster, event.remote] = event.after
        if event.after == RemoteState.FAULTED.value:
            self._is_taken_for_dead(record, [each for each, its in self._cluster_of.items() if its == event.remote])

    def _is_taken_for_dead(self, record: Record, systems: Iterable[str]) -> None:
        self._missed |= set(systems)
        if stand_still := set(systems) & self._hung:
            self._add(ZOMBIE, record.number, stand_still)
        elif run := set(systems) & self._engines:
            self._add(PARTITION, record.number, run)

    # What happens to the agent, and what people start without VCS.

    def _started(self, _: Record, event: EntryPointStarted) -> None:
        self._running.add((event.system, event.resource, event.entry))
        self._heard_nothing.discard(ResourceOn(event.resource, event.system))

    def _ended(self, record: Record, event: EntryPointEnded | EntryPointKilled) -> None:
        self._end(LOST_UNDER_WAY, event.system, record.number + 1)
        self._running.discard((event.system, event.resource, event.entry))
        place = self._state.place(event.resource, event.system)
        if place is None or not isinstance(event, EntryPointEnded):
            return
        if event.exit_code == CANNOT_START:
            self._add(AGENT_MISSING, record.number, (event.system,))
        elif event.entry == "online" or (event.entry == "monitor" and event.exit_code == MonitorExit.OFFLINE):
            # Before, VCS may still hold for online what nothing could take offline.
            self._end(AGENT_MISSING, event.system, record.number + 1)

    def _said(self, record: Record, event: AgentLog) -> None:
        if event.message_id == NO_SECOND_OPINION:
            self._heard_nothing.add(ResourceOn(event.resource, event.host))
        its = self._state.attached.get(ResourceOn(event.resource, event.host))
        if event.message_id == TAKEOVER_BY_HAND and its is not None:
            copies = [VolumeOn(its.array, volume) for volume in its.volumes]
            self._add(TAKEOVER, record.number, copies=(each for copy in copies for each in self._pair(copy)))

    def _neighbour_changed(self, record: Record, event: NeighbourChanged) -> None:
        if event.change == "started by hand":
            self._started_by_hand.setdefault(event.host, set()).add(event.resource)
            self._add(STARTED_BY_HAND, record.number, (event.host,))

    def _resource_changed(self, record: Record, event: ResourceChanged) -> None:
        its = self._started_by_hand.get(event.system, set())
        if event.after.split("|")[0] != ResourceState.ONLINE.value and event.resource in its:
            its.discard(event.resource)
            if not its:
                self._end(STARTED_BY_HAND, event.system, record.number)

    def _stream_started(self, record: Record, event: StreamStarted) -> None:
        its = copies_of(event)
        if self._resumed_us.get(event.system) == record.time_us:
            # It had them open when it stood still, and goes on with them.
            for copy in its:
                self._add(WRITES_ON, record.number, copies=self._pair(copy))
        self._open[event.system, event.stream] = frozenset(its)
        if self._started_by_hand.get(event.system):
            self._add(WRITES_BY_HAND, record.number, copies=its)
        self._ran_on |= dict.fromkeys(its, event.system)
        peers = {peer for copy in its for peer in self._pair(copy) if peer != copy}
        self._left_behind |= {each for each in peers if self._state.reason(each) == Reason.HOST_SOURCE.value}

    def _stream_stopped(self, record: Record, event: StreamStopped) -> None:
        if event.system in self._hung:  # it stands still with its host, and goes on with it
            return
        self._open.pop((event.system, event.stream), None)
        if not any(host == event.system for host, _ in self._open):
            self._end(LOCK_LOST, event.system, record.number)

    def _file_changed(self, record: Record, event: StateFileChanged) -> None:
        """The agent changes its lock in an entry point, and never removes its memory."""
        for place in self._state.attached:
            if place.system != event.host:
                continue
            is_lock, is_memory = event.name == lock_name(place.resource), event.name == memory_name(place.resource)
            under_way = {each[2] for each in self._running if each[:2] == (place.system, place.resource)}
            is_at_it = bool(under_way & REMOVE_LOCKS)
            if is_lock and event.change == "created":
                for lost in self._lost_locks.pop(place, ()):
                    if lost in self.found:  # unless it ended when the application stopped
                        self.found[self.found.index(lost)] = replace(lost, until=record.number)
                self._is_locked(record, place)
            elif is_lock and is_at_it:
                self._unlocked_us[place] = record.time_us
            elif is_lock and (self._state.is_online(place) or self._is_open(place)):
                self._lose_lock(record, place)
            elif is_memory and event.change == "removed" and under_way:
                self._add(LOST_UNDER_WAY, record.number, (place.system,))
                if self._unlocked_us.get(place) == record.time_us and self._state.is_online(place):
                    self._lose_lock(record, place)

    def _is_open(self, place: ResourceOn) -> bool:
        """Whether an application has volumes of the place open there, whatever the last monitor could say of it."""
        its = self._state.attached[place]
        copies = {VolumeOn(its.array, volume) for volume in its.volumes}
        return any(host == place.system and not copies.isdisjoint(on) for (host, _), on in self._open.items())

    def _lose_lock(self, record: Record, place: ResourceOn) -> None:
        self._add(LOCK_LOST, record.number, (place.system,))
        self._lost_locks.setdefault(place, []).append(self.found[-1])
