"""Oracles: observers with memory that see events, never touch the world, and end with one of three verdicts.

A rule whose occasion never came is held, and says so; a rule that could not be judged, because nothing it is about ever
ran or because the run ended too early, is undecided, and undecided never counts as passed.
"""

from __future__ import annotations

from mirrordrill.drills.history import History
from mirrordrill.drills.oracles.console_load import CommandRate, RepeatedLogins
from mirrordrill.drills.oracles.fresh_looks import FreshLooks
from mirrordrill.drills.oracles.incomplete_copy import IncompleteCopy
from mirrordrill.drills.oracles.lost_writes import LostWrites
from mirrordrill.drills.oracles.monitor_truth import MonitorTruth
from mirrordrill.drills.oracles.newer_data import NewerData
from mirrordrill.drills.oracles.one_system import OneSystem
from mirrordrill.drills.oracles.oracle import Oracle
from mirrordrill.drills.oracles.pair_commands import PairCommands
from mirrordrill.drills.oracles.pending_commands import PendingCommands
from mirrordrill.drills.oracles.safe_clean import SafeClean
from mirrordrill.drills.oracles.time_limits import TimeLimits
from mirrordrill.drills.oracles.two_writers import TwoWriters
from mirrordrill.drills.oracles.visible_refusals import VisibleRefusals
from mirrordrill.drills.oracles.write_order import WriteOrder
from mirrordrill.simulator.kernel.events import EventLog

__all__ = ["CATALOGUE", "Oracle", "as_markdown", "watch"]

CATALOGUE: tuple[type[Oracle], ...] = (
    TwoWriters,
    LostWrites,
    WriteOrder,
    IncompleteCopy,
    NewerData,
    MonitorTruth,
    OneSystem,
    TimeLimits,
    PairCommands,
    SafeClean,
    VisibleRefusals,
    RepeatedLogins,
    FreshLooks,
    CommandRate,
    PendingCommands,
)
"""Every oracle that watches every drill."""


def watch(log: EventLog, kinds: tuple[type[Oracle], ...] = CATALOGUE) -> tuple[Oracle, ...]:
    """Let these oracles watch a log from now on; they share one history."""
    history = History()
    oracles = tuple(make(history) for make in kinds)
    log.observe(history.see)
    return oracles


def as_markdown() -> str:
    """The catalogue as a page for people: docs/oracles.md."""
    rows = [f"| {o.name} | {o.promise} | {o.sees} | {o.undecided_when} |" for o in CATALOGUE]
    head = [
        "# Oracles",
        "",
        "Each watches the event log of every drill, and nothing else. It ends with held, BROKEN (and the number of the",
        "event that broke it) or undecided. A rule whose occasion never came is held and says so.",
        "",
        "| id | promise | sees | undecided when |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"
