"""Oracles: observers with memory that see events, never touch the world, and end with one of three verdicts."""

from __future__ import annotations

from typing import Protocol

from drills.oracles.lost_writes import LostWrites
from drills.oracles.two_writers import TwoWriters
from drills.result import OracleResult
from simulator.events import Record


class Oracle(Protocol):
    """What every checker is. Its `name` is its id in drills.md's list of invariants."""

    name: str
    promise: str

    def see(self, record: Record) -> None:
        """Take notice of one event."""

    def result(self) -> OracleResult:
        """The verdict on what was seen until now."""


CATALOGUE: tuple[type[Oracle], ...] = (TwoWriters, LostWrites)
"""Every oracle that watches every drill."""
