"""The one ordered event log of a run: the only truth that oracles, reports, timelines and the hash know.

Each room defines its own events as frozen dataclasses beside the code that emits them. An event names what happened in
the field's words; it never holds a reference to the thing it happened to.

Rule 1: fields are str, int, bool, None, or tuples of these: nothing whose text depends on the process (no float, set,
id).
Rule 2: an event that nothing depends on is not emitted. A healthy monitor is silent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. The class name is its kind in the canonical log."""

    def where(self) -> str:
        """Whom it happened to, in a few words: `hosta`, `array 75FA120`, `cluster rdc1`."""
        raise NotImplementedError

    def text(self) -> str:
        """What happened, as one line for people."""
        raise NotImplementedError


class Record(NamedTuple):
    """An event in its place: running number, simulated time in microseconds, the event."""

    number: int
    time_us: int
    event: Event

    def canonical(self) -> str:
        """One line of JSON that is the same in every process that saw the same run."""
        return self.encoded().decode("ascii")

    def encoded(self) -> bytes:
        """The same, as the bytes that are written to a file."""
        kind = type(self.event).__name__
        body: dict[str, object] = {"n": self.number, "t": self.time_us, "kind": kind, **msgspec.to_builtins(self.event)}
        try:
            text = ENCODER.encode(body)
        except (UnicodeEncodeError, OverflowError):
            return ascii_json(body)
        # The fast encoder writes what is not ASCII as it is; the canonical form escapes it.
        return text if text.isascii() and b"\x7f" not in text else ascii_json(body)


ENCODER = msgspec.json.Encoder(order="sorted")


def ascii_json(body: dict[str, object]) -> bytes:
    """The canonical form by its definition: sorted keys, no blanks, all that is not ASCII escaped."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


class EventLog:
    """Append-only. Observers are told of each record in order, after it has its number."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._observers: list[tuple[Callable[[Record], None], tuple[type[Event], ...]]] = []
        self._observers_of: dict[type[Event], tuple[Callable[[Record], None], ...]] = {}
        """Kind of event -> its observers, for the kinds that have come."""

    def append(self, time_us: int, event: Event) -> Record:
        """Give the event its number and tell the observers."""
        record = Record(len(self._records), time_us, event)
        self._records.append(record)
        kind = type(event)
        observers = self._observers_of.get(kind)
        if observers is None:
            observers = self._observers_of[kind] = tuple(
                observer for observer, kinds in self._observers if issubclass(kind, kinds)
            )
        for observer in observers:
            observer(record)
        return record

    def observe(self, observer: Callable[[Record], None], kinds: tuple[type[Event], ...] = (Event,)) -> None:
        """Tell `observer` of every record of these kinds from now on, of all by default."""
        self._observers.append((observer, kinds))
        self._observers_of.clear()

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def since(self, number: int) -> list[Record]:
        """The records from running number `number` on."""
        return self._records[number:]

    def lines(self) -> Iterator[str]:
        """The canonical log, one JSON text per record, without line ends."""
        return (record.canonical() for record in self._records)

    def digest(self) -> str:
        """SHA-256 of the canonical log with a newline behind each line, as `sha256sum` of `--events FILE` prints it."""
        return hashlib.sha256(b"".join([record.encoded() + b"\n" for record in self._records])).hexdigest()
