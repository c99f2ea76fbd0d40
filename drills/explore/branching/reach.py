"""What a night has reached so far: marks, and watermarks, which are the greatest values of a few figures.

Watermarks are how many volumes were split at once, how long an application was open on two systems, and how often an
online of a resource was tried before its group came up. Each doubling of one is reached like a mark.
"""

from __future__ import annotations

from collections import Counter

from mirrordrill.drills.explore.marks import mark_catalogue, mark_of
from mirrordrill.drills.history.write_ledger import application_of
from mirrordrill.simulator.array.events import PairViewChanged, StreamStarted, StreamStopped
from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointStarted, GroupChanged

SPLIT, EXPOSED, TRIED = "volumes split at once", "seconds open on two systems", "onlines tried in a row"
SPLIT_VIEWS = frozenset({View.SUSPENDED.value, View.TARGET_SUSPENDED.value})


class ReachWatch:
    """Observes a log; what was reached and not taken yet waits in `news`, in its order."""

    def __init__(self) -> None:
        self.news: list[str] = []
        self.watermarks: Counter[str] = Counter()
        """Figure -> its greatest value."""
        self._reached: set[str] = set()
        self._catalogue = mark_catalogue().keys()
        self._split: set[tuple[str, str]] = set()
        self._open: dict[str, set[str]] = {}
        """Application -> the systems on which it is open."""
        self._together_us: dict[str, int] = {}
        """Application that is open on two systems -> since when."""
        self._tried: Counter[str] = Counter()
        """Resource -> onlines since any group was online last."""

    def see(self, record: Record) -> None:
        """Take in what happened."""
        mark = mark_of(record.event)
        if mark and mark not in self._reached and mark in self._catalogue:
            self._reached.add(mark)
            self.news.append(mark)
        self._measure(record)

    def levels(self) -> tuple[str, ...]:
        """Every doubling that was reached: `volumes split at once: 4`."""
        return tuple(
            f"{name}: {1 << power}" for name, most in sorted(self.watermarks.items()) for power in powers(most)
        )

    def _measure(self, record: Record) -> None:
        event = record.event
        for since_us in self._together_us.values():
            self._raise(EXPOSED, (record.time_us - since_us) // 1_000_000)
        if isinstance(event, PairViewChanged):
            place = event.array, event.volume
            (self._split.add if event.after in SPLIT_VIEWS else self._split.discard)(place)
            self._raise(SPLIT, len(self._split))
        elif isinstance(event, StreamStarted):
            self._open.setdefault(application_of(event.stream), set()).add(event.system)
            self._note_together(application_of(event.stream), record.time_us)
        elif isinstance(event, StreamStopped):
            self._open.setdefault(application_of(event.stream), set()).discard(event.system)
            self._note_together(application_of(event.stream), record.time_us)
        elif isinstance(event, EntryPointStarted) and event.entry == "online":
            self._tried[event.resource] += 1
            self._raise(TRIED, self._tried[event.resource])
        elif isinstance(event, GroupChanged) and event.after == "ONLINE":
            self._tried.clear()

    def _note_together(self, application: str, now_us: int) -> None:
        if len(self._open[application]) > 1:
            self._together_us.setdefault(application, now_us)
        else:
            self._together_us.pop(application, None)

    def _raise(self, name: str, value: int) -> None:
        before = self.watermarks[name]
        if value > before:
            self.watermarks[name] = value
            self.news += [f"{name}: {1 << power}" for power in powers(value) if power not in powers(before)]


def powers(value: int) -> range:
    """The powers of two that a value has reached: of 5, those of 1, 2 and 4."""
    return range(value.bit_length())
