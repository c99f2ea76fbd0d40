"""How long people have thought at the gates that wait, in real time; it goes on after a server that was killed.

What was thought until now is written beside the recording once a second while a gate waits. The time in which no server
ran is not counted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from mirrordrill.drills.output.read_back import read_object
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.pacing import Stopwatch

FILE = "thinking.json"


class ThinkingTimes:
    """The gates that wait, each with the time since it was opened."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._open: dict[str, tuple[float, Stopwatch]] = {}
        """Seconds from before, and the time since."""

    def load(self) -> None:
        """Go on with what was written. A file that is cut off or missing loses thinking times, and nothing else."""
        with contextlib.suppress(UsageError):
            before = read_object(self._path, dict[str, float])
            self._open = {gate: (spent_s, Stopwatch()) for gate, spent_s in before.items()}

    def follow(self, gates: Iterable[str]) -> None:
        """These gates wait now: a new one begins, one that was decided is forgotten."""
        waiting = list(gates)
        self._open = {gate: self._open.get(gate) or (0.0, Stopwatch()) for gate in waiting}

    def spent_s(self, gate: str) -> float:
        """How long people have thought at a gate."""
        before_s, since = self._open.get(gate, (0.0, None))
        return before_s + (0.0 if since is None else since.total_s())

    def save(self) -> None:
        """Write it down; a full disk stops nothing here: the recording says that it is full."""
        if not self._open and not self._path.exists():
            return
        aside = self._path.with_name(f".{FILE}")
        with contextlib.suppress(OSError):
            aside.write_bytes(msgspec.json.encode({gate: self.spent_s(gate) for gate in self._open}))
            aside.replace(self._path)
