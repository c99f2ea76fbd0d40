"""What was true of the site, and since when, derived from the event log alone.

Each thing (a volume's opinion, a group on a system, an alert) has the list of its changes (`state_changes.py`): the
last one is true now, the last one before an event was true then. Expectations, oracles and measures ask here; what
cannot be derived from events, none of them can ask for.

Rule 1: a change is kept as the event said it; nothing is concluded here but that a dead host has no groups online.
Rule 2: resources are those of type MetroMirror; neighbour types come and go unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mirrordrill.agent.names import lock_name
from mirrordrill.drills.history.dispatch import Dispatch
from mirrordrill.drills.history.state_changes import StateChange, StateChanges
from mirrordrill.drills.history.values import UNKNOWN, GroupStateOn, ResourceOn, VolumeOn, group_state
from mirrordrill.simulator.array.events import CopyStarted, ImagePowerChanged, PairViewChanged
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import AgentLog, HostBooted, HostLost, StateFileChanged, VolumesAttached
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import CommandGiven, EngineLog, EntryPointEnded, GroupChanged
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged

TARGETS = frozenset(view.value for view in View if view.is_target)
"""Opinions with which an array refuses its hosts' writes."""
NEVER_IN_A_PAIR = ""


class LoggedLine(NamedTuple):
    """A line of an agent's or an engine's log."""

    number: int
    system: str
    event: AgentLog | EngineLog

    def text(self) -> str:
        """The line with where it stands."""
        return f"{self.event.where()}: {self.event.text()}"


class SiteState:
    """The state of a site over time."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.changes = StateChanges(dispatch)
        self.attached: dict[ResourceOn, VolumesAttached] = {}
        """The volumes of each MetroMirror resource on each system."""
        self._resources: set[str] = set()
        """The MetroMirror resources."""
        self.locked: set[ResourceOn] = set()
        self.newly_locked: tuple[ResourceOn, ...] = ()
        """Those whose lock was written with the event that is being seen."""
        self.monitor_said: dict[ResourceOn, int] = {}
        """The exit code of the last monitor that told something new, until the system dies or a clean ends it."""
        self.views = self.changes.views
        self.commands: list[StateChange[CommandExecuted]] = []
        """What was carried out at the arrays, changes of pairs or not."""
        self.cluster_commands: list[StateChange[CommandGiven]] = []
        """What was typed at the clusters: commands that change something, or were refused."""
        self.lines: list[LoggedLine] = []
        self._groups: dict[str, dict[str, GroupStateOn]] = {}
        self._dark: set[str] = set()
        dispatch.on(ImagePowerChanged, self._power_changed)
        dispatch.on(CommandExecuted, lambda record, event: self.commands.append(StateChange(*record[:2], event)))
        dispatch.on(CommandGiven, lambda record, event: self.cluster_commands.append(StateChange(*record[:2], event)))
        dispatch.on(VolumesAttached, self._attached)
        dispatch.on(StateFileChanged, self._file_changed)
        dispatch.on(EntryPointEnded, self._entry_point_ended)
        dispatch.on(GroupChanged, self._group_changed)
        dispatch.on(HostBooted, lambda _, event: self._forget_monitors(event.host))
        dispatch.on(HostLost, self._host_lost)
        dispatch.on(AgentLog, lambda record, event: self.lines.append(LoggedLine(record.number, event.host, event)))
        dispatch.on(EngineLog, lambda record, event: self.lines.append(LoggedLine(record.number, event.source, event)))

    # Groups.

    def group(self, group: str, system: str) -> GroupStateOn:
        """The group's state on a system, as its engine says it; UNKNOWN before it was probed."""
        return self._groups.get(group, {}).get(system, group_state(UNKNOWN))

    def group_on_systems(self, group: str) -> dict[str, GroupStateOn]:
        """The group's state on each system that was ever told of, by name."""
        return self._groups.get(group, {})

    def online_on(self, group: str) -> tuple[str, ...]:
        """The systems on which the group is up; none while it is on its way on any of them."""
        up = []
        for system, state in self._groups.get(group, {}).items():
            if state.is_up:
                if not state.is_settled_online:
                    return ()
                up.append(system)
        return tuple(sorted(up))

    def is_offline(self, group: str) -> bool:
        """Whether no system has anything of the group up, or on its way."""
        return all(state.is_down for state in self._groups.get(group, {}).values())

    # Pairs and copies.

    def view(self, volume: VolumeOn) -> str:
        """What the array thinks of its volume, in `lspprc`'s words; empty where it was never in a pair."""
        changes = self.views.get(volume)
        return changes[-1].event.after if changes else NEVER_IN_A_PAIR

    def reason(self, volume: VolumeOn) -> str:
        """Why the array has the volume suspended, in `lspprc`'s words; `-` where it has not."""
        changes = self.views.get(volume)
        return changes[-1].event.reason if changes else "-"

    def view_at(self, volume: VolumeOn, number: int) -> str:
        """What the array thought of its volume just before the event with that number."""
        past = [change for change in self.views.get(volume, ()) if change.number < number]
        return past[-1].event.after if past else NEVER_IN_A_PAIR

    def view_changes(self, volume: VolumeOn, since: int) -> list[PairViewChanged]:
        """How the array changed its opinion since the event with that number."""
        return [
            change.event
            for change in self.views.get(volume, ())
            if change.number >= since and change.event.before != change.event.after
        ]

    def copied_tracks(self, since: int) -> int:
        """How many tracks the copies that started since the event with that number had to copy."""
        told = (change for changes in self.changes.copies.values() for change in changes if change.number >= since)
        return sum(change.event.tracks for change in told if isinstance(change.event, CopyStarted))

    # MetroMirror resources.

    def place(self, resource: str, system: str) -> ResourceOn | None:
        """The resource on the system, None where it is not of type MetroMirror."""
        if resource not in self._resources:
            return None
        place = ResourceOn(resource, system)
        return place if place in self.attached else None

    def write_disabled(self, place: ResourceOn) -> tuple[str, ...]:
        """The volumes of the resource that the host cannot write."""
        its = self.attached[place]
        if its.array in self._dark:
            return its.volumes
        return tuple(volume for volume in its.volumes if self.view(VolumeOn(its.array, volume)) in TARGETS)

    def is_online(self, place: ResourceOn) -> bool:
        """Whether a monitor said last that the resource is online, and no clean has ended that since."""
        return says_online(self.monitor_said.get(place, 0))

    # Commands, log lines, other clusters.

    def sent(
        self, verb: str, since: int, host: str = "", volumes: tuple[str, ...] = ()
    ) -> Iterator[StateChange[CommandExecuted]]:
        """The commands of this verb that an array carried out since the event, from this host and for these volumes."""
        for change in self.commands:
            event = change.event
            is_from = change.number >= since and event.verb == verb and host in ("", event.host)
            if is_from and set(volumes) <= set(volumes_named(event)):
                yield change

    def pair_changing_commands(self, since: int) -> Iterator[CommandExecuted]:
        """The commands that change pairs which hosts sent since the event with that number."""
        return (each.event for each in self.commands if each.number >= since and each.event.changes_pairs)

    def errors_of_agents(self, since: int) -> Iterator[AgentLog]:
        """What agents refused or failed at since the event with that number."""
        for line in self.lines:
            if line.number >= since and isinstance(line.event, AgentLog) and line.event.severity == "ERROR":
                yield line.event

    def said(self, text: str, since: int, system: str = "") -> Iterator[LoggedLine]:
        """The log lines since the event in which these words stand, in small or capital letters."""
        for line in self.lines:
            if line.number >= since and system in ("", line.system) and text.lower() in line.text().lower():
                yield line

    def standing_alert(self, alert: str, cluster: str) -> AlertChanged | None:
        """An alert that stands in a cluster; None where it does not."""
        changes = self.changes.alerts.get((cluster, alert))
        return changes[-1].event if changes and changes[-1].event.change == "raised" else None

    def standing_alerts(self, cluster: str) -> list[AlertChanged]:
        """All that stand there."""
        return list(self.numbered_alerts(cluster).values())

    def numbered_alerts(self, cluster: str) -> dict[int, AlertChanged]:
        """The same, each by the number of its event."""
        last = [changes[-1] for changes in self.changes.alerts.values()]
        return {its.number: its.event for its in last if (its.event.cluster, its.event.change) == (cluster, "raised")}

    def remote_state(self, cluster: str, remote: str) -> str:
        """What a cluster takes another one for; empty where it never said."""
        changes = self.changes.remotes.get((cluster, remote))
        return changes[-1].event.after if changes else ""

    # Events.

    def _power_changed(self, _: Record, event: ImagePowerChanged) -> None:
        (self._dark.discard if event.is_on else self._dark.add)(event.array)

    def _attached(self, _: Record, event: VolumesAttached) -> None:
        self.attached[ResourceOn(event.resource, event.host)] = event
        self._resources.add(event.resource)

    def _file_changed(self, _: Record, event: StateFileChanged) -> None:
        locked = []
        for place in self.attached:
            if place.system == event.host and lock_name(place.resource) == event.name:
                if event.change == "removed":
                    self.locked.discard(place)
                elif place not in self.locked:
                    self.locked.add(place)
                    locked.append(place)
        self.newly_locked = tuple(sorted(locked, key=str))

    def _entry_point_ended(self, _: Record, event: EntryPointEnded) -> None:
        place = self.place(event.resource, event.system)
        if place is None:
            return
        if event.entry == "monitor":
            self.monitor_said[place] = event.exit_code
        elif event.entry == "clean" and event.exit_code == 0 and place not in self.locked:
            # VCS holds it for faulted now, and goes on elsewhere before any monitor runs here.
            self.monitor_said.pop(place, None)

    def _group_changed(self, _: Record, event: GroupChanged) -> None:
        self._groups.setdefault(event.group, {})[event.system] = group_state(event.after)

    def _host_lost(self, _: Record, event: HostLost) -> None:
        # Where a whole cluster dies no engine is left to say that its groups are no longer online there.
        for states in self._groups.values():
            if event.host in states:
                states[event.host] = group_state(UNKNOWN)
        self._forget_monitors(event.host)

    def _forget_monitors(self, host: str) -> None:
        """What monitors said before a boot or a crash holds no more. Files survive both."""
        self.monitor_said = {place: code for place, code in self.monitor_said.items() if place.system != host}


def says_online(monitor_code: int) -> bool:
    """101 to 110 are online (reference vcs.md 0, fact 2)."""
    return 100 < monitor_code <= 110


def volumes_named(event: CommandExecuted) -> tuple[str, ...]:
    """The local volumes that a command names: `1260` of `1260:1360`, and `1260` alone."""
    words = event.command.split()[1:]
    return tuple(word.partition(":")[0][-4:] for word in words if not word.startswith("-"))
