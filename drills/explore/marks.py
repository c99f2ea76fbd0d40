"""Reach marks: what a campaign should have seen happen, in one catalogue, read from the log of each night.

A mark that no night reached is a part of the agent or of the simulator that the campaign says nothing about. Marks are
every message that the agent has, every kind of fault, every way in which a pair can change, every entry point of the
agent that was killed or ran into its time limit.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from mirrordrill.agent import messages
from mirrordrill.drills.faults import catalogue as faults
from mirrordrill.simulator.array.events import CopyFinished, PairViewChanged
from mirrordrill.simulator.array.mirror.states import PairCause
from mirrordrill.simulator.dscli.events import CommandHeld
from mirrordrill.simulator.host.events import AgentLog
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import ConcurrencyViolation, EntryPointKilled

ENTRIES = ("online", "offline", "monitor", "clean", "open", "action")
HELD, VIOLATION = "a command was held by the server", "a group was up twice in one membership"
COPY_EQUAL = "a copy came to its end"
PLAIN: dict[type[Event], str] = {CommandHeld: HELD, ConcurrencyViolation: VIOLATION, CopyFinished: COPY_EQUAL}
"""Kind of event -> the mark that each of them reaches."""


@functools.cache
def mark_catalogue() -> dict[str, str]:
    """Every mark, and what it means."""
    found = {message_mark(each.message_id): each.template for each in messages.table()}
    found |= {f"fault: {kind.name}": f"{kind.layer.value}: {kind.name}" for kind in faults()}
    found |= {f"pair: {cause.value}": f"a pair changed by {cause.value}" for cause in PairCause}
    found |= {f"killed: {entry}": f"an {entry} of the agent was ended from outside" for entry in ENTRIES}
    return found | {mark: mark for mark in (HELD, VIOLATION, COPY_EQUAL)}


def message_mark(message_id: int) -> str:
    """`agent 1103`."""
    return f"agent {message_id}"


def marks_of(records: Iterable[Record], kinds: Iterable[str]) -> frozenset[str]:
    """The marks that a night has reached; `kinds` are the faults that stand in it."""
    found = {f"fault: {kind}" for kind in kinds} | {mark_of(record.event) for record in records}
    return frozenset(found & mark_catalogue().keys())


def mark_of(event: Event) -> str:
    """The mark that is reached with an event; empty where there is none."""
    if isinstance(event, AgentLog):
        return message_mark(event.message_id)
    if isinstance(event, PairViewChanged):
        return f"pair: {event.cause}"
    if isinstance(event, EntryPointKilled):
        return f"killed: {event.entry if event.entry in ENTRIES else 'action'}"
    return next((mark for kind, mark in PLAIN.items() if isinstance(event, kind)), "")
