"""Those that are told what happens in a rehearsal: pages, shells, the log files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mirrordrill.drills.rehearse.branch_world import BranchWorld
from mirrordrill.simulator.kernel.events import Record


@dataclass(slots=True)
class Watchers:
    """Functions that are told what happens."""

    on_record: list[Callable[[Record], None]] = field(default_factory=list)
    on_new_world: list[Callable[[BranchWorld], None]] = field(default_factory=list)
    on_change: list[Callable[[], None]] = field(default_factory=list)
    """The pace, a branch, a gate or a note changed."""
    on_over: list[Callable[[], None]] = field(default_factory=list)
    """The rehearsal ends."""
