"""Applications that write, without a simulated event per write.

A stream's writes are numbered. While nothing changes, write k is acknowledged at a time that is known in closed form,
and what becomes of it is the same for every write of its slot. So a stream only *settles*: it lands in one step all
writes whose time has come, whenever something is about to change or a caller asks. A slot whose next write will fare
differently (it cannot be mirrored, is refused, must wait) is in *trouble*: the stream sets one alarm for that write.

Rule 1: a write lands and is acknowledged at the same instant, on both copies if the pair is mirrored.
Rule 2: writes are strictly one after the other; a write that waits or fails stops the ones behind it.
Rule 3: time is counted in whole nanoseconds, so that "which write is the last one" has one answer.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mirrordrill.simulator.array.content.data import WriteLane, WriteRun
from mirrordrill.simulator.array.content.tracks import Spans
from mirrordrill.simulator.array.events import (
    StreamStarted,
    StreamStopped,
    WriteCostChanged,
    WriteRefused,
    WritesLanded,
)
from mirrordrill.simulator.array.storage_image import Volume, WriteOutcome
from mirrordrill.simulator.kernel.kernel import Kernel

NO_KEY = "{} has no key"
"""Why a write is refused on a volume where other hosts are registered (SCSI-3 persistent reservation)."""
_NANOSECONDS = 1_000_000_000


class RefusedWrite(NamedTuple):
    """The answer to a host write that failed."""

    stream: str
    system: str
    image_id: str
    volume_id: str
    because: str


class WritePace(NamedTuple):
    """From write `first` on, one write every `period_ns`, the first one a period after `start_ns`."""

    first: int
    start_ns: int
    period_ns: int

    def done_at(self, now_ns: int) -> int:
        """How many writes of the stream are acknowledged at a time."""
        return self.first + max(0, now_ns - self.start_ns) // self.period_ns

    def due_ns(self, write: int) -> int:
        """When a write is acknowledged."""
        return self.start_ns + (write - self.first + 1) * self.period_ns


class WriteCost(NamedTuple):
    """What writing is like for an application at the moment."""

    rate_per_s: float
    """Acknowledged writes a second; 0 while a write waits or the application stands still."""
    mirror_delay_s: float
    """What each write waits for the other array: twice the way, and whatever slows the link."""


class Branch(NamedTuple):
    """A start: the number of its first write, and the turns of each lane that the copy held then."""

    first: int
    held: tuple[Spans, ...]


class StreamHooks(NamedTuple):
    """What a stream needs of the storage it writes to."""

    suspend: Callable[[Volume], None]
    refused: Callable[[RefusedWrite], None]
    mirror_delay_ns: Callable[[Volume], int]


class Stream:
    """One application's train of writes over a fixed number of volumes."""

    def __init__(
        self, kernel: Kernel, name: str, working_set_tracks: int, rate_per_s: float, hooks: StreamHooks
    ) -> None:
        if working_set_tracks < 1 or rate_per_s <= 0:
            raise ValueError(f"stream {name} needs a working set and a write rate above zero")
        self.name = name
        self.lanes: tuple[WriteLane, ...] = ()
        self.system = ""
        self.branches: list[Branch | None] = []
        """One entry per start; None where the tracks of the copy disagreed about what had been written."""
        self._kernel = kernel
        self._working_set_tracks = working_set_tracks
        self._period_ns = max(1, round(_NANOSECONDS / rate_per_s))
        self._hooks = hooks
        self._volumes: tuple[Volume, ...] = ()
        self._slots: dict[Volume, int] = {}
        self._outcomes: list[WriteOutcome] = []
        self._trouble: dict[int, WriteOutcome] = {}
        self._paces: list[WritePace] = []
        self._clock: WritePace | None = None
        self._is_waiting = False
        self._landed = 0
        self._reported = 0
        self._is_settling = False
        self._alarm = 0

    @property
    def is_running(self) -> bool:
        """Whether the application writes, or waits for a write that is held."""
        return bool(self._volumes)

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """The volumes written on at the moment, slot by slot."""
        return self._volumes

    def start(self, volumes: Sequence[Volume], system: str) -> None:
        """Begin or go on with the next write, on these copies. The slots stay in order, whichever copies carry them."""
        if self.is_running:
            raise ValueError(f"stream {self.name} is already running on {self.system}")
        if not volumes or (self.lanes and len(volumes) != len(self.lanes)):
            raise ValueError(f"stream {self.name} needs the same number of volumes each time, and at least one")
        smallest = min(volume.size_tracks for volume in volumes)
        self.lanes = self.lanes or tuple(
            WriteLane(self.name, slot, len(volumes), min(self._working_set_tracks, smallest))
            for slot in range(len(volumes))
        )
        self._volumes, self.system = tuple(volumes), system
        self._slots = {volume: slot for slot, volume in enumerate(volumes)}
        for volume in volumes:
            volume.report()
            volume.writers = (*volume.writers, self)
        self._note_branch()
        ids = tuple(volume.volume_id for volume in volumes)
        self._kernel.emit(StreamStarted(volumes[0].image.image_id, self.name, system, ids, self._landed))
        self._outcomes = [volume.write_outcome(self.system) for volume in volumes]
        self._trouble = {}
        self._note_outcomes()
        self._set_pace()
        self._set_alarm()

    def stop(self) -> None:
        """The application ends; what was acknowledged up to now has landed. Idempotent."""
        self.report()
        if not self.is_running:
            return
        image_id = self._volumes[0].image.image_id
        for volume in self._volumes:
            volume.writers = tuple(writer for writer in volume.writers if writer is not self)
        self._volumes, self._slots, self._trouble, self._clock, self._is_waiting = (), {}, {}, None, False
        self._alarm += 1
        self._kernel.emit(StreamStopped(image_id, self.name, self.system, self._landed))

    def acknowledged(self) -> int:
        """How many writes were acknowledged up to now; they have landed."""
        self.settle()
        return self._landed

    def write_cost(self) -> WriteCost:
        """What a write costs at the moment."""
        self.settle()
        if self._clock is None:
            return WriteCost(0.0, 0.0)
        period_ns = self._clock.period_ns
        return WriteCost(_NANOSECONDS / period_ns, (period_ns - self._period_ns) / _NANOSECONDS)

    def acknowledged_at_s(self, write: int) -> float:
        """When a write that has been acknowledged was."""
        index = bisect.bisect_right(self._paces, write, key=lambda pace: pace.first) - 1
        return self._paces[index].due_ns(write) / _NANOSECONDS

    def opened_at_s(self) -> float:
        """When the first write was begun."""
        return self._paces[0].start_ns / _NANOSECONDS if self._paces else 0.0

    def report(self) -> None:
        """Settle, and tell the log which copies received what: before anything changes that."""
        self.settle()
        self._report()

    def settle(self) -> None:
        """Land everything that was acknowledged up to now."""
        if self._is_settling or not self.is_running:
            return
        self._is_settling = True
        try:
            while self._trouble:
                write, slot = self._next_trouble()
                if write >= self._due_now():
                    break
                self._land(write)
                self._report()
                self._meet(write, slot)
            self._land(self._due_now())
        finally:
            self._is_settling = False

    def refresh(self, volume: Volume) -> None:
        """Look again at what becomes of writes to this volume. Everything up to now must have been reported."""
        slot = self._slots.get(volume)
        if slot is None:
            return
        self._outcomes[slot] = volume.write_outcome(self.system)
        self._note_outcomes(slot)
        self._set_pace()
        self._set_alarm()

    def _note_branch(self) -> None:
        held = [volume.content.held(lane) for volume, lane in zip(self._volumes, self.lanes, strict=True)]
        spans = tuple(each for each in held if each is not None)
        self.branches.append(Branch(self._landed, spans) if len(spans) == len(held) else None)

    def _note_outcomes(self, only: int | None = None) -> None:
        for slot in range(len(self._volumes)) if only is None else (only,):
            if self._outcomes[slot] in (WriteOutcome.LOCAL, WriteOutcome.MIRRORED):
                self._trouble.pop(slot, None)
            else:
                self._trouble[slot] = self._outcomes[slot]

    def _set_pace(self) -> None:
        """Writes are as slow as the slowest volume; a change begins with the write that is under way.

        A write that waits goes on waiting while its own volume holds it.
        """
        if self._is_waiting and self._outcomes[self._landed % len(self._outcomes)] is WriteOutcome.HELD:
            return
        self._is_waiting = False
        delays = (self._hooks.mirror_delay_ns(volume) for volume in self._mirrored())
        delay_ns = max(delays, default=0)
        period_ns = self._period_ns + delay_ns
        if self._clock is None or self._clock.period_ns != period_ns:
            if self._clock is not None:
                image_id = self._volumes[0].image.image_id
                self._kernel.emit(WriteCostChanged(image_id, self.name, self.system, delay_ns // 1000))
            self._clock = WritePace(self._landed, self._now_ns(), period_ns)
            if self._paces and self._paces[-1].first == self._landed:
                self._paces.pop()
            self._paces.append(self._clock)

    def _mirrored(self) -> list[Volume]:
        return [
            volume
            for volume, outcome in zip(self._volumes, self._outcomes, strict=True)
            if outcome is WriteOutcome.MIRRORED
        ]

    def _next_trouble(self) -> tuple[int, int]:
        """The first write that does not simply land, and its slot."""
        slots = len(self.lanes)
        return min((self._landed + (slot - self._landed) % slots, slot) for slot in self._trouble)

    def _set_alarm(self) -> None:
        self._alarm += 1
        if not self._trouble or self._clock is None:
            return
        due_ns = self._clock.due_ns(self._next_trouble()[0])
        timeout = self._kernel.after(max(0, due_ns - self._now_ns()) / _NANOSECONDS, self._alarm)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda event: self._ring(event.value))

    def _ring(self, alarm: object) -> None:
        if alarm == self._alarm:
            self.settle()
            if alarm == self._alarm and WriteOutcome.HELD not in self._trouble.values():
                self._set_alarm()

    def _meet(self, write: int, slot: int) -> None:
        """The time of a write in trouble has come."""
        volume, outcome = self._volumes[slot], self._trouble[slot]
        if outcome is WriteOutcome.SUSPENDS:
            self._hooks.suspend(volume)
        elif outcome is WriteOutcome.HELD:
            # The write under way waits; its time starts again when the hold ends.
            self._clock, self._is_waiting = None, True
        else:
            because = _why_refused(volume, self.system)
            image_id, volume_id = volume.image.image_id, volume.volume_id
            self._kernel.emit(WriteRefused(image_id, volume_id, self.name, self.system, write, because))
            self._is_settling = False
            self._clock = None
            system = self.system
            self.stop()
            self._hooks.refused(RefusedWrite(self.name, system, image_id, volume_id, because))

    def _land(self, end: int) -> None:
        if end <= self._landed:
            return
        for volume, lane in zip(self._volumes, self.lanes, strict=True):
            first, last = lane.turns(self._landed, end)
            if first < last:
                volume.land(WriteRun(lane, first, last))
        self._landed = end

    def _report(self) -> None:
        """Tell which copies received the writes since the last report, slots of equal fate together."""
        first, last = self._reported, self._landed - 1
        self._reported = self._landed
        if first > last:
            return
        fates: dict[tuple[bool, bool], list[int]] = {}
        for slot, volume in enumerate(self._volumes):
            if (slot - first) % len(self.lanes) <= last - first:
                is_mirrored = self._outcomes[slot] is WriteOutcome.MIRRORED
                is_copying = is_mirrored and volume.copy is not None
                fates.setdefault((is_mirrored and not is_copying, is_copying), []).append(slot)
        for (is_mirrored, is_copying), slots in fates.items():
            self._report_slots(first, last, slots, is_mirrored=is_mirrored, is_copying=is_copying)

    def _report_slots(self, first: int, last: int, slots: list[int], *, is_mirrored: bool, is_copying: bool) -> None:
        volumes = [self._volumes[slot] for slot in slots]
        peers = tuple(volume.peer.full_id for volume in volumes if volume.peer is not None)
        own = tuple(volume.full_id for volume in volumes)
        self._kernel.emit(
            WritesLanded(
                array=volumes[0].image.image_id,
                stream=self.name,
                system=self.system,
                first=first,
                last=last,
                acknowledged=True,
                slot_count=len(self.lanes),
                slots=tuple(slots),
                volumes=tuple(volume.volume_id for volume in volumes),
                received_by=(*own, *peers) if is_mirrored else own,
                copying_to=peers if is_copying else (),
            )
        )

    def _due_now(self) -> int:
        return self._clock.done_at(self._now_ns()) if self._clock else self._landed

    def _now_ns(self) -> int:
        return round(self._kernel.now_s * _NANOSECONDS)


def _why_refused(volume: Volume, system: str) -> str:
    if not volume.is_accessible:
        return "volume inaccessible"
    if volume.reserved_by not in ("", system):
        return f"reserved by {volume.reserved_by}"
    if volume.is_closed_to(system):
        return NO_KEY.format(system)
    return volume.view.value
