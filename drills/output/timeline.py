"""The log of a run as aligned text that an operator reads and a reviewer diffs (golden timelines).

A line is time, place, what happened. The story leaves out what every healthy start and switch repeats: entry points
that came and went, first probes, systems building their state, the agent's own account of its DS CLI commands; and what
a command that stands there says already. With details nothing is left out; the log itself always has everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mirrordrill.simulator.host.events import AgentLog, VolumesAttached
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import (
    EngineLog,
    EntryPointEnded,
    EntryPointStarted,
    GroupChanged,
    ResourceChanged,
    ResourceConfigured,
    SystemChanged,
)

PLACE_WIDTH = 22
TEXT_COLUMN = len("00:10:16.310  ") + PLACE_WIDTH + len("  ")
"""Where what happened begins in a line."""
BUILDING = frozenset(
    {"INITING", "CURRENT_DISCOVER_WAIT", "CURRENT_PEER_WAIT", "LOCAL_BUILD", "REMOTE_BUILD", "STALE_DISCOVER_WAIT"}
)
"""States that a system passes on its way to RUNNING."""


def clock(time_us: int) -> str:
    """`00:10:16.310`; hours may have more than two digits."""
    milliseconds = time_us // 1000
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def line(record: Record) -> str:
    """One record as one line."""
    return f"{clock(record.time_us)}  {record.event.where():<{PLACE_WIDTH}}  {record.event.text()}"


def lines(records: Iterable[Record], *, details: bool = True) -> Iterator[str]:
    """The records as lines: the whole log, or without details the story."""
    return (line(record) for record in records if details or not is_detail(record.event))


def is_detail(event: Event) -> bool:
    """Whether the story can be followed without this event."""
    match event:
        case EntryPointStarted() | EntryPointEnded() | VolumesAttached() | ResourceConfigured():
            return True
        case ResourceChanged() | GroupChanged():
            return "UNKNOWN" in event.before
        case SystemChanged():
            return event.after in BUILDING
        case AgentLog():
            return event.severity == "INFO"
        case EngineLog():
            return event.severity.startswith("DBG_")
        case _:
            return False
