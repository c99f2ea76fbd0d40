"""S6: what monitor and lock say is true.

Online means that hosts may write every volume of the resource. To say so for the first time, or to write the lock,
while a volume is write-disabled is wrong at once. What changes underneath a resource that is online the monitor cannot
see; that may last one interval, in which whoever changed it has to take the resource offline. And offline may not be
said as long as an application on this system has the volumes open: VCS would start it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.drills.oracles.scene import Judgement, Place, Scene, says_online
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import StreamStarted, StreamStopped
from mirrordrill.simulator.host.events import HostBooted, HostLost, StateFileChanged
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointEnded


class MonitorTruth:
    """Compares what is said of a resource with what its volumes are."""

    name = "S6"
    promise = "the monitor never says online of write-disabled volumes, nor offline while the application writes"
    sees = "monitors that say something new, locks, opinions of the arrays, open volumes"
    undecided_when = "the run ends less than one interval after volumes below an online resource became write-disabled"

    def __init__(self) -> None:
        self._scene = Scene()
        self._writing: dict[tuple[str, str], StreamStarted] = {}
        self._since_us: dict[Place, int] = {}
        """Since when a resource is said to be online although a volume is write-disabled."""
        self._now_us = 0
        self._judgement = Judgement(self.name, self.promise)

    def see(self, record: Record) -> None:
        """Follow both sides; judge statements as they are made, and lasting contradictions as time passes."""
        event = record.event
        self._now_us = record.time_us
        self._judge_lasting(record)
        locked_before = frozenset(self._scene.locked)
        self._scene.see(event)
        match event:
            case StreamStarted():
                self._writing[event.system, event.stream] = event
            case StreamStopped():
                self._writing.pop((event.system, event.stream), None)
            case HostBooted() | HostLost():
                self._writing = {key: stream for key, stream in self._writing.items() if key[0] != event.host}
            case StateFileChanged():
                for place in sorted(self._scene.locked - locked_before, key=str):
                    self._judge_online(record, place, "the lock was written")
            case EntryPointEnded() if event.entry == "monitor":
                self._judge_statement(record, event)
            case _:
                pass
        self._follow(record)

    def _judge_statement(self, record: Record, event: EntryPointEnded) -> None:
        place = self._scene.place(event.resource, event.system)
        if place is None:
            return
        if says_online(event.exit_code):
            self._judge_online(record, place, "the monitor said online")
        elif event.exit_code == 100:
            self._judgement.judged += 1
            for stream in self._streams_on(place):
                what = f"the monitor said offline of {place.resource} on {place.system}"
                self._judgement.broken(record, f"{what} while {stream.stream} has {' '.join(stream.volumes)} open")

    def _judge_online(self, record: Record, place: Place, what: str) -> None:
        self._judgement.judged += 1
        if disabled := self._scene.write_disabled(place):
            where = f"{place.resource} on {place.system}"
            self._judgement.broken(record, f"{what} for {where} while {' '.join(disabled)} cannot be written")

    def _streams_on(self, place: Place) -> Iterator[StreamStarted]:
        its = self._scene.attached[place]
        for stream in self._writing.values():
            if stream.system == place.system and stream.array == its.array and set(stream.volumes) & set(its.volumes):
                yield stream

    def _follow(self, record: Record) -> None:
        for place in self._scene.attached:
            if self._scene.is_online(place) and self._scene.write_disabled(place):
                self._since_us.setdefault(place, record.time_us)
            else:
                self._since_us.pop(place, None)

    def _judge_lasting(self, record: Record) -> None:
        for place, since_us in self._since_us.items():
            interval_s = self._scene.attached[place].monitor_interval_s
            if record.time_us - since_us > interval_s * 1_000_000:
                disabled = " ".join(self._scene.write_disabled(place))
                what = f"{place.resource} on {place.system} is said to be online although {disabled} cannot be written"
                self._judgement.broken(record, f"{what}, for longer than the monitor interval of {interval_s} s")

    def result(self) -> OracleResult:
        """Undecided while a contradiction is younger than an interval."""
        young = [
            f"{place.resource} on {place.system} has been online on write-disabled volumes for "
            f"{(self._now_us - since_us) / 1e6:.1f} s"
            for place, since_us in self._since_us.items()
        ]
        return self._judgement.result("statements of monitors and locks, each true", "; ".join(young))
