"""When an application wrote to a copy that had no mirror in sync, and a group's way to the other array and home.

A copy is protected while both arrays agree on every one of its volumes, Full Duplex here and Target Full Duplex
there, and both have power. For a moment after an array is lost, the other one still calls it a target in sync; it
protects nothing.

Rule 1: only time in which an application has the volumes open counts.
Rule 2: home is the array on which an application of the group was opened first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from mirrordrill.drills.history import History
from mirrordrill.drills.measures.service import moment
from mirrordrill.drills.measures.values import Exposure, ReturnTrip
from mirrordrill.simulator.array.events import (
    CopyFinished,
    ImagePowerChanged,
    PairViewChanged,
    StreamStarted,
    StreamStopped,
)
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.kernel.events import Record


class Protection:
    """Watches a history; `group_of` says whose volumes an application opened."""

    def __init__(self, history: History, group_of: Callable[[StreamStarted], str]) -> None:
        self._group_of = group_of
        self._views: dict[tuple[str, str], PairViewChanged] = {}
        self._dark: set[str] = set()
        self._open: dict[str, StreamStarted] = {}
        self._exposed: dict[str, Exposure] = {}
        """Stream -> the exposure that has not ended."""
        self._ended: list[Exposure] = []
        self._latest: dict[str, StreamStarted] = {}
        """Group -> how its application was opened last, even if it is closed by now."""
        self._homes: dict[str, str] = {}
        self._trips: dict[str, list[ReturnTrip]] = {}
        on = history.dispatch.on
        on(PairViewChanged, self._view_changed)
        on(ImagePowerChanged, self._power_changed)
        on(StreamStarted, self._started)
        on(StreamStopped, self._stopped)
        on(CopyFinished, self._copied)

    def _view_changed(self, record: Record, event: PairViewChanged) -> None:
        self._views[event.array, event.volume] = event
        self._look(record)

    def _power_changed(self, record: Record, event: ImagePowerChanged) -> None:
        (self._dark.discard if event.is_on else self._dark.add)(event.array)
        self._look(record)

    def _started(self, record: Record, event: StreamStarted) -> None:
        self._open[event.stream] = event
        self._travel(record, event)
        self._look(record)

    def _stopped(self, record: Record, event: StreamStopped) -> None:
        self._open.pop(event.stream, None)
        self._look(record)

    def exposures(self) -> tuple[Exposure, ...]:
        """Every time without protection, in the order in which they began."""
        found = (*self._ended, *self._exposed.values())
        return tuple(sorted(found, key=lambda each: (each.began.time_us, each.began.event)))

    def trips(self) -> tuple[ReturnTrip, ...]:
        """Every journey to the other array, finished or not."""
        return tuple(trip for trips in self._trips.values() for trip in trips)

    def is_protected(self, started: StreamStarted) -> bool:
        """Whether each volume that an application has open is mirrored, and both arrays say so."""
        return started.array not in self._dark and all(
            self._is_mirrored(started.array, volume) for volume in started.volumes
        )

    def _is_mirrored(self, array: str, volume: str) -> bool:
        own = self._views.get((array, volume))
        if own is None or own.after != View.FULL_DUPLEX.value or own.peer_array in self._dark:
            return False
        peer = self._views.get((own.peer_array, own.peer_volume))
        return peer is not None and peer.after == View.TARGET_FULL_DUPLEX.value

    def _look(self, record: Record) -> None:
        for stream in [name for name in self._exposed if name not in self._open]:
            self._end(record, stream)
        for stream, started in self._open.items():
            is_protected = self.is_protected(started)
            if is_protected and stream in self._exposed:
                self._end(record, stream)
            elif not is_protected and stream not in self._exposed:
                self._exposed[stream] = Exposure(self._group_of(started), started.system, moment(record), None)
        for group, started in self._latest.items():
            if self._trips[group] and self.is_protected(started):
                self._arrive(record, started, self._trips[group])

    def _end(self, record: Record, stream: str) -> None:
        """An exposure ends. One that begins and ends at the same moment exposed nothing."""
        exposure = replace(self._exposed.pop(stream), ended=moment(record))
        if exposure.length_us(record.time_us):
            self._ended.append(exposure)

    def _travel(self, record: Record, started: StreamStarted) -> None:
        """An application opens its volumes at home or away from home."""
        group = self._group_of(started)
        home = self._homes.setdefault(group, started.array)
        self._latest[group] = started
        trips = self._trips.setdefault(group, [])
        is_away = bool(trips) and trips[-1].returned is None
        if started.array != home and not is_away:
            trips.append(ReturnTrip(group, home, started.array, moment(record), None, None, None, 0))
        elif started.array == home and is_away:
            trips[-1] = msgspec.structs.replace(trips[-1], returned=moment(record))

    def _arrive(self, record: Record, started: StreamStarted, trips: list[ReturnTrip]) -> None:
        """The mirror of the copy that was open last is in sync: away from home, or at home again."""
        trip = trips[-1]
        if started.array == trip.away and trip.mirrored is None:
            trips[-1] = msgspec.structs.replace(trip, mirrored=moment(record))
        elif started.array == trip.home and trip.returned is not None and trip.safe is None:
            trips[-1] = msgspec.structs.replace(trip, safe=moment(record))

    def _copied(self, _: Record, event: CopyFinished) -> None:
        for trips in self._trips.values():
            if trips and trips[-1].safe is None and event.target_array == trips[-1].home:
                trips[-1] = msgspec.structs.replace(trips[-1], copied_tracks=trips[-1].copied_tracks + event.tracks)
