"""When a service group served, and how each outage went: the recovery time in its five parts.

A group serves while one of its applications has its volumes open on a system where the whole group is ONLINE. An outage
begins when that ends: with the last acknowledged write where writing stopped, with the change of state where the group
left ONLINE first (a planned move). It ends when both are back: the group ONLINE in full, and a write acknowledged.

| part   | until |
|---|---|
| notice | the first reaction of a cluster: a system, a resource, the group or a remote cluster changes its state |
| decide | the engine starts the group on some system, by itself or because an operator told it to |
| act    | the last MetroMirror online entry point has ended on the system where the service comes back |
| start  | the application has opened its volumes there |
| verify | a write is acknowledged and the group is ONLINE in full |

Rule 1: a planned outage has nothing to notice; where its command says where to go (`-switch`), nothing to decide.
Rule 2: a cluster that does not know (UNKNOWN) ends no service: an application in a partition serves on.
Rule 3: single writes have no events. Within the record that tells of them they are taken as evenly spaced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import GroupStateOn, group_state
from mirrordrill.drills.measures.values import Moment, Outage
from mirrordrill.simulator.array.events import (
    ImagePowerChanged,
    StreamStarted,
    StreamStopped,
    VolumeAccessChanged,
    WritesLanded,
)
from mirrordrill.simulator.array.events import MirrorLinkChanged as MirrorLinkChanged
from mirrordrill.simulator.host.events import DiskWayChanged, HostHung, HostLost, NeighbourFailed, VolumesAttached
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    DaemonChanged,
    EntryPointEnded,
    GroupChanged,
    LltLinkChanged,
    ResourceChanged,
    SystemChanged,
)
from mirrordrill.simulator.vcs.wide_area.events import HeartbeatChanged, RemoteClusterChanged, WanChanged

STOPPING_COMMANDS = ("hagrp -switch", "hagrp -offline", "hagrp -evacuate", "hares -off", "hastop", "hasys -evacuate")
"""How operators end a service. Agents type commands too, and other commands end none."""
COMMAND_US = 60_000_000
"""An operator's command that is older did not stop the service."""


def moment(record: Record, what: str = "") -> Moment:
    """The moment of a record, in its event's own words unless there are better ones."""
    return Moment(record.time_us, record.number, what or f"{record.event.where()}: {record.event.text()}")


IS_FAULT: dict[type[Event], Callable[[Any], bool]] = {
    ImagePowerChanged: lambda event: not event.is_on,
    VolumeAccessChanged: lambda event: not event.is_accessible,
    MirrorLinkChanged: lambda event: not event.is_up,
    LltLinkChanged: lambda event: event.change == "cut",
    DaemonChanged: lambda event: event.change.startswith(("died", "killed")),
    WanChanged: lambda event: event.change in {"cut", "lost", "unreachable"},
    DiskWayChanged: lambda event: not event.is_open,
    ResourceChanged: lambda event: "FAULTED" in event.after,
    HostLost: lambda _: True,
    HostHung: lambda _: True,
    NeighbourFailed: lambda _: True,
}
"""Which events are damage done to the site, or a resource found dead."""


def is_fault(event: Event) -> bool:
    """Whether the event is damage done to the site, or a resource found dead."""
    judge = IS_FAULT.get(type(event))
    return judge is not None and judge(event)


def planned(outage: Outage, command: Moment) -> Outage:
    """An outage that a command caused: nothing to notice, and nothing to decide where the command says where to go."""
    began = outage.began
    is_switch = "-switch" in command.what
    decided = began if is_switch else None
    return replace(outage, is_planned=True, is_switch=is_switch, cause=command, noticed=began, decided=decided)


@dataclass(slots=True)
class Service:
    """One group: who serves, since when, and the outage that is open."""

    group: str
    states: dict[str, GroupStateOn] = field(default_factory=dict)
    """System -> the last state that its engine claimed to know."""
    open: dict[str, StreamStarted] = field(default_factory=dict)
    """Stream -> how it was opened, for those that are open now."""
    resources: set[str] = field(default_factory=set)
    """Its MetroMirror resources."""
    acted: dict[str, Moment] = field(default_factory=dict)
    """System -> the last MetroMirror online entry point that ended there."""
    starts: dict[str, Moment] = field(default_factory=dict)
    """System -> when the group began to start there last."""
    last_write: Moment | None = None
    written_since: dict[str, Moment] = field(default_factory=dict)
    """Stream -> its first acknowledged write since it was opened."""
    first: Moment | None = None
    """When it served for the first time."""
    serves_on: str = ""
    is_stopping: bool = False
    """Whether the open outage began with the engine stopping the group."""
    outage: Outage | None = None
    returned: Outage | None = None
    """An outage that is over as far as the cluster says, while no write has been told."""

    def serving_system(self) -> str:
        """A system on which the service is complete, empty where there is none."""
        for started in self.open.values():
            state = self.states.get(started.system)
            if state is not None and state.is_complete:
                return started.system
        return ""


class Outages:
    """Watches a history; ask it for the outages of every group."""

    def __init__(self, history: History) -> None:
        self._services: dict[str, Service] = {}
        self._group_of: dict[tuple[str, str, str], str] = {}
        """(host, array, volume) -> the group that it belongs to there."""
        self._cluster_of: dict[str, str] = {}
        self._told_us: dict[str, int] = {}
        """Stream -> until when its writes have been told."""
        self._faults: list[Moment] = []
        self._commands: list[Moment] = []
        self._ended: list[Outage] = []
        on = history.dispatch.on
        for kind in IS_FAULT:
            on(kind, self._fault)
        on(VolumesAttached, self._attached)
        on(CommandGiven, self._command_given)
        on(StreamStarted, self._application)
        on(StreamStopped, self._application)
        on(WritesLanded, self._application)
        on(GroupChanged, self._group_changed)
        on(SystemChanged, self._system_changed)
        on(ResourceChanged, lambda record, event: self._noticed(record, event.system))
        on(RemoteClusterChanged, lambda record, event: self._noticed_from_afar(record, event.remote))
        on(HeartbeatChanged, lambda record, event: self._noticed_from_afar(record, event.remote))
        on(EntryPointEnded, self._entry_point_ended)

    def group_of(self, started: StreamStarted) -> str:
        """The group that an application's volumes belong to; empty where no group owns them."""
        found = (self._group_of.get((started.system, started.array, volume), "") for volume in started.volumes)
        return next(filter(None, found), "")

    def _fault(self, record: Record, event: Event) -> None:
        if is_fault(event):
            self._faults.append(moment(record))

    def _attached(self, _: Record, event: VolumesAttached) -> None:
        service = self._services.setdefault(event.group, Service(event.group))
        service.resources.add(event.resource)
        self._group_of |= {(event.host, event.array, volume): event.group for volume in event.volumes}

    def _command_given(self, record: Record, event: CommandGiven) -> None:
        if event.exit_code == 0 and event.command.startswith(STOPPING_COMMANDS):
            self._commands.append(moment(record))
            self._commanded(self._commands[-1])

    def _system_changed(self, record: Record, event: SystemChanged) -> None:
        self._cluster_of[event.system] = event.cluster
        self._noticed(record, event.system)

    def _entry_point_ended(self, record: Record, event: EntryPointEnded) -> None:
        if event.entry == "online":
            for service in self._services.values():
                if event.resource in service.resources:
                    service.acted[event.system] = moment(record)

    def result(self, *, is_settled: bool = True) -> tuple[Outage, ...]:
        """Every outage until now, in the order in which they began; one may still be open.

        An application that has started, and of which no write was told, has not returned in a world that is settled;
        in one that is not, it has.
        """
        still_open = [service.outage for service in self._services.values() if service.outage is not None]
        returned = [each.returned for each in self._services.values() if each.returned]
        still_open += [replace(outage, verified=None) for outage in returned] if is_settled else returned
        return tuple(sorted((*self._ended, *still_open), key=lambda each: (each.began.time_us, each.began.event)))

    def is_settled(self, group: str) -> bool:
        """Whether nothing of a group is on its way: it serves, or what was noticed led to no start that goes on."""
        service = self._services.get(group)
        if service is None or service.outage is None:
            return True
        moves = any(state.is_starting or state.is_stopping for state in service.states.values())
        return service.outage.noticed is not None and not moves

    def first_served(self) -> tuple[tuple[str, Moment], ...]:
        """The groups that ever served, and since when."""
        return tuple((name, each.first) for name, each in self._services.items() if each.first is not None)

    def _application(self, record: Record, event: StreamStarted | StreamStopped | WritesLanded) -> None:
        if isinstance(event, StreamStarted):
            self._told_us[event.stream] = record.time_us
            if (service := self._services.get(self.group_of(event))) is not None:
                service.open[event.stream] = event
                service.written_since.pop(event.stream, None)
                if service.outage is not None:
                    opened = f"{event.stream} has opened its volumes"
                    service.outage = replace(service.outage, started=moment(record, opened), to_host=event.system)
                self._look(service, record)
            return
        for service in self._services.values():
            if event.stream not in service.open:
                continue
            if isinstance(event, StreamStopped):
                del service.open[event.stream]
                self._never_wrote(service, event)
            elif event.acknowledged:
                self._written(service, record, event)
                self._verify(service)
            self._look(service, record)
        if isinstance(event, WritesLanded):
            self._told_us[event.stream] = record.time_us

    def _written(self, service: Service, record: Record, event: WritesLanded) -> None:
        service.last_write = moment(record, f"last acknowledged write ({event.last} of {event.stream})")
        if event.stream not in service.written_since:
            told_us = self._told_us.get(event.stream, record.time_us)
            first_us = told_us + (record.time_us - told_us) // (event.last - event.first + 1)
            what = f"first acknowledged write ({event.first} of {event.stream})"
            service.written_since[event.stream] = Moment(first_us, record.number, what)

    def _group_changed(self, record: Record, event: GroupChanged) -> None:
        service, after = self._services.get(event.group), group_state(event.after)
        if service is None:
            return
        if after.is_starting and not group_state(event.before).is_starting:
            service.starts[event.system] = moment(record, f"the start on {event.system} begins")
        if after.is_known:
            service.states[event.system] = after
        self._look(service, record)
        self._notice(service, record)
        if service.outage is not None and after.is_starting and service.outage.decided is None:
            service.outage = replace(service.outage, decided=service.starts.get(event.system, moment(record)))

    def _noticed(self, record: Record, system: str) -> None:
        for service in self._services.values():
            if service.outage is not None and system in {service.outage.from_host, *service.states}:
                self._notice(service, record)

    def _noticed_from_afar(self, record: Record, cluster: str) -> None:
        """Another cluster reacts to what became of the one that served."""
        for service in self._services.values():
            if service.outage is not None and self._cluster_of.get(service.outage.from_host) == cluster:
                self._notice(service, record)

    def _notice(self, service: Service, record: Record) -> None:
        if service.outage is not None and service.outage.noticed is None:
            service.outage = replace(service.outage, noticed=moment(record))

    def _look(self, service: Service, record: Record) -> None:
        """Whether the service ended or came back with this record."""
        system = service.serving_system()
        if service.outage is None:
            if service.serves_on and not system:
                service.outage = self._outage(service, record)
            service.serves_on = system or service.serves_on
            if system and service.first is None:
                service.first = moment(record)
        elif system:
            self._returned(service, record, system)

    def _outage(self, service: Service, record: Record) -> Outage:
        """The outage that begins with this record, or with the last write before it."""
        event = record.event
        began = moment(record) if isinstance(event, GroupChanged) else service.last_write or moment(record)
        faults = [fault for fault in self._faults if fault.time_us >= began.time_us] or self._faults[-1:]
        outage = Outage(
            service.group,
            is_planned=False,
            cause=faults[0] if faults else began,
            from_host=service.serves_on,
            began=began,
        )
        command = self._commands[-1] if self._commands else None
        service.is_stopping = isinstance(event, GroupChanged) and group_state(event.after).is_stopping
        if command is None or not service.is_stopping or began.time_us - command.time_us > COMMAND_US:
            return outage
        is_newer = not self._faults or self._faults[-1].event < command.event
        return planned(outage, command) if is_newer else outage

    def _commanded(self, command: Moment) -> None:
        """A command enters the log when it has been answered: what it did may stand before it."""
        for service in self._services.values():
            outage = service.outage
            if outage is not None and service.is_stopping and command.time_us == outage.began.time_us:
                service.outage = planned(outage, command)

    def _returned(self, service: Service, record: Record, system: str) -> None:
        """The service is complete again, as far as the cluster says; its first write may be told much later."""
        outage = service.outage
        assert outage is not None
        decision, started = outage.decided, outage.started
        if decision is None or (started is not None and decision.time_us > started.time_us):
            # In a partition the start may be decided before the service ends, and another one after it is back.
            decision = service.starts.get(system)
        moments = [outage.noticed, decision, service.acted.get(system), started]
        at = outage.began
        for index, each in enumerate(moments):
            # What was not needed, or was over before, took no time.
            at = each if each is not None and each.time_us >= at.time_us else at
            moments[index] = at
        noticed, decided, acted, opened = moments
        outage = replace(outage, noticed=noticed, decided=decided, acted=acted, started=opened)
        service.returned = replace(outage, verified=moment(record), to_host=system)
        service.outage, service.serves_on = None, system
        self._verify(service)

    def _verify(self, service: Service) -> None:
        """An outage is over with a write acknowledged where the service came back, and the group ONLINE."""
        outage = service.returned
        if outage is None or outage.verified is None:
            return
        streams = [stream for stream, started in service.open.items() if started.system == outage.to_host]
        written = [service.written_since[stream] for stream in streams if stream in service.written_since]
        if written:
            first = min(written, key=lambda each: each.time_us)
            verified = max(first, outage.verified, key=lambda each: each.time_us)
            self._ended.append(replace(outage, verified=verified))
            service.returned = None

    def _never_wrote(self, service: Service, event: StreamStopped) -> None:
        """An application stopped before any write of it was acknowledged: the outage that seemed over goes on."""
        if service.returned is not None and event.system == service.returned.to_host:
            service.outage, service.returned = replace(service.returned, verified=None), None
