"""The log of a run as aligned text that an operator reads and a reviewer diffs (golden timelines).

A line is time, place, what happened. Records of the first seconds of a world (boots, probes) are as true as any other
and stand there too; nothing is left out but what `quiet` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.events import Event, Record

PLACE_WIDTH = 22


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


def lines(records: Iterable[Record], quiet: tuple[type[Event], ...] = ()) -> Iterator[str]:
    """The records as lines, those of the `quiet` kinds left out."""
    return (line(record) for record in records if not isinstance(record.event, quiet))
