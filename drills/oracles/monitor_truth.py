"""S6: what monitor and lock say is true.

Online means that hosts may write every volume of the resource. To say so for the first time, or to write the lock,
while a volume is write-disabled is wrong at once, unless the array was lost since the last look at it; and a lock is
written on a look that is a few seconds old at most. What changes
underneath a resource that is online its monitor cannot see. The monitors of what stands on the volumes can: within the
longest of their intervals VCS begins to clean or to take the group offline, and each entry point has its time-out (S8);
unless VCS does not run there, or people froze the group or its system: then VCS acts on nothing. Nor does it where a
resource of that system waits for an administrator (ManageFaults NONE, a clean that failed): it has told people.
And offline may not be said as long as an application on this system has the volumes open: VCS would start it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.drills.history import History
from mirrordrill.drills.history.idle_vcs import IdleVcs
from mirrordrill.drills.history.site_state import says_online
from mirrordrill.drills.history.values import ResourceOn
from mirrordrill.drills.oracles.oracle import Judgement
from mirrordrill.drills.run.facts import Facts
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import ImagePowerChanged, PairViewChanged, StreamStarted, StreamStopped
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import HostBooted, HostLost, StateFileChanged, VolumesAttached
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import (
    CommandGiven,
    DaemonChanged,
    EntryPointEnded,
    EntryPointKilled,
    EntryPointStarted,
    ResourceChanged,
    SystemChanged,
)

CHANGES_TRUTH = (
    PairViewChanged,
    ImagePowerChanged,
    VolumesAttached,
    HostBooted,
    HostLost,
    CommandGiven,
    DaemonChanged,
    ResourceChanged,
    SystemChanged,
)
"""Events after which a resource may be online on write-disabled volumes, or not any more; the end of its monitor is
another one."""


LOCK_LOOK_US = 4_000_000
"""The age of a look at the own array that a lock may rest on. The agent looks again after two seconds; what its memory
takes to reach the other systems (SETTLE_S) comes on top."""
TELLS_PATHS = frozenset({"lspprcpath", "lsavailpprcport"})
FAULTED, ADMIN_WAIT = "FAULTED", "ADMIN_WAIT"
OFFLINE = 100
"""Exit code of a monitor; below it no monitor knows, above it the resource is online (reference vcs.md 0, fact 2)."""


class MonitorTruth:
    """Compares what is said of a resource with what its volumes are."""

    name = "S6"
    promise = "the monitor never says online of write-disabled volumes, nor offline while the application writes"
    sees = "monitors that say something new, locks, opinions of the arrays, open volumes"
    undecided_when = "the run ends less than one interval after volumes below an online resource became write-disabled"

    def __init__(self, history: History) -> None:
        self._state = history.state
        self._writing: dict[tuple[str, str], StreamStarted] = {}
        self._since_us: dict[ResourceOn, int] = {}
        """Since when a resource is said to be online although a volume is write-disabled."""
        self._sure: dict[ResourceOn, bool] = {}
        """Whether the last monitor that knew said that the resource is online: a monitor that did not know in between
        makes what the next one says no news."""
        self._cleaned_us: dict[tuple[str, str], int | None] = {}
        """(system, resource) -> when its last clean ended; None while it is under way."""
        self._waiting: set[tuple[str, str]] = set()
        """(system, resource) that waits for an administrator."""
        self._went_dark: dict[str, int] = {}
        """Array that has no power -> the event with which it lost it."""
        self._looked: dict[tuple[str, str, str], tuple[int, int]] = {}
        """(system, resource, array) -> number and time of the last command that it sent about volumes of the array."""
        self._now_us = 0
        self._idle = IdleVcs(history)
        self._judgement = Judgement(self.name, self.promise)
        on = history.dispatch.on
        history.dispatch.before_each(self._judge_lasting)
        on(StreamStarted, self._opened)
        on(StreamStopped, self._closed)
        on(HostBooted, self._host_changed)
        on(HostLost, self._host_changed)
        on(StateFileChanged, self._file_changed)
        on(EntryPointEnded, self._entry_point_ended)
        on(EntryPointStarted, self._clean_began)
        on(EntryPointKilled, self._clean_ended)
        on(ResourceChanged, self._resource_changed)
        on(ImagePowerChanged, self._power_changed)
        on(CommandExecuted, self._command)
        for kind in CHANGES_TRUTH:
            on(kind, self._follow)

    def _opened(self, _: Record, event: StreamStarted) -> None:
        self._writing[event.system, event.stream] = event

    def _closed(self, _: Record, event: StreamStopped) -> None:
        self._writing.pop((event.system, event.stream), None)

    def _host_changed(self, _: Record, event: HostBooted | HostLost) -> None:
        self._writing = {key: stream for key, stream in self._writing.items() if key[0] != event.host}
        self._sure = {place: is_online for place, is_online in self._sure.items() if place.system != event.host}
        self._waiting = {each for each in self._waiting if each[0] != event.host}

    def _power_changed(self, record: Record, event: ImagePowerChanged) -> None:
        self._went_dark.pop(event.array, None)
        if not event.is_on:
            self._went_dark[event.array] = record.number

    def _command(self, record: Record, event: CommandExecuted) -> None:
        if event.verb in TELLS_PATHS:
            return  # a console answers it for an array that is lost, too
        # What one resource was told is nothing that another one knows.
        self._looked[event.host, event.sender.partition(" ")[0], event.array] = record.number, record.time_us

    def _file_changed(self, record: Record, _: StateFileChanged) -> None:
        for place in self._state.newly_locked:
            self._judge_online(record, place, "lock written for write-disabled volumes", LOCK_LOOK_US)

    def _clean_began(self, _: Record, event: EntryPointStarted) -> None:
        if event.entry == "clean":
            self._cleaned_us[event.system, event.resource] = None

    def _clean_ended(self, record: Record, event: EntryPointEnded | EntryPointKilled) -> None:
        if event.entry == "clean":
            self._cleaned_us[event.system, event.resource] = record.time_us

    def _resource_changed(self, _: Record, event: ResourceChanged) -> None:
        change = self._waiting.add if ADMIN_WAIT in event.after.split("|") else self._waiting.discard
        change((event.system, event.resource))

    def _waits_for_people(self, system: str) -> bool:
        """Whether a resource there waits for an administrator; which group it is of, no event tells."""
        return any(where == system for where, _ in self._waiting)

    def _is_cleaning(self, system: str, now_us: int) -> bool:
        """Whether a clean is under way there, or ended at this very time: the group has not begun to stop yet."""
        ends = (end for (where, _), end in self._cleaned_us.items() if where == system)
        return any(end is None or end == now_us for end in ends)

    def _entry_point_ended(self, record: Record, event: EntryPointEnded) -> None:
        self._clean_ended(record, event)
        place = self._state.place(event.resource, event.system)
        if place is not None and event.entry == "clean" and event.exit_code == 0 and not self._state.is_online(place):
            self._sure.pop(place, None)
        if event.entry != "monitor" or place is None:
            return
        was_online = self._sure.get(place, False)
        if event.exit_code >= OFFLINE:
            self._sure[place] = says_online(event.exit_code)
        if says_online(event.exit_code) and not was_online:
            self._judge_online(record, place, "online said of write-disabled volumes")
        elif event.exit_code == OFFLINE:
            self._judgement.judged += 1
            for stream in self._streams_on(place):
                names = {**place._asdict(), "stream": stream.stream}
                self._judgement.broken(
                    record, "offline said of open volumes", names, volumes=tuple(sorted(stream.volumes))
                )
        self._follow(record, event)

    def _judge_online(self, record: Record, place: ResourceOn, what: str, look_us: int | None = None) -> None:
        """`look_us`: the age of a look that this may rest on; None for any."""
        self._judgement.judged += 1
        array = self._state.attached[place].array
        number, time_us = self._looked.get((place.system, place.resource, array), (-1, 0))
        is_old = look_us is not None and record.time_us - time_us > look_us
        if self._went_dark.get(array, -1) > number and not is_old:
            # The array was lost since the last look from here: the agent could not know.
            return
        if disabled := self._state.write_disabled(place):
            self._judgement.broken(record, what, place._asdict(), volumes=tuple(sorted(disabled)))

    def _streams_on(self, place: ResourceOn) -> Iterator[StreamStarted]:
        its = self._state.attached[place]
        for stream in self._writing.values():
            if stream.system == place.system and stream.array == its.array and set(stream.volumes) & set(its.volumes):
                yield stream

    def _follow(self, record: Record, _: Event) -> None:
        for place in self._state.attached:
            if self._state.is_online(place) and self._state.write_disabled(place) and not self._is_idle(place):
                self._since_us.setdefault(place, record.time_us)
            else:
                self._since_us.pop(place, None)

    def _is_idle(self, place: ResourceOn) -> bool:
        """Whether VCS leaves the place as it is, whatever its monitors say."""
        group = self._state.attached[place].group
        return self._idle.is_idle(group, place.system) or self._waits_for_people(place.system)

    def _judge_lasting(self, record: Record, _: Event) -> None:
        self._now_us = record.time_us
        for place, since_us in self._since_us.items():
            its = self._state.attached[place]
            interval_s = its.monitor_interval_s
            state = self._state.group(its.group, place.system)
            # A fault that the configuration does not let VCS act on (FaultPropagation, ManageFaults) is noticed, too.
            is_noticed = state.is_stopping or FAULTED in state.words
            is_noticed = is_noticed or self._is_cleaning(place.system, record.time_us)
            if record.time_us - since_us > interval_s * 1_000_000 and not is_noticed:
                disabled = self._state.write_disabled(place)
                self._judgement.broken(
                    record,
                    "online on write-disabled volumes",
                    place._asdict(),
                    volumes=tuple(sorted(disabled)),
                    interval_s=interval_s,
                )

    def result(self) -> OracleResult:
        """Undecided while a contradiction is younger than an interval."""
        young = tuple(
            Facts("young contradiction", place._asdict(), {"lasted_s": (self._now_us - since_us) / 1e6})
            for place, since_us in self._since_us.items()
        )
        return self._judgement.result("statements of monitors and locks, each true", young)
