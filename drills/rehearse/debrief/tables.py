"""The debriefing as data: one JSON, and a CSV for each table, which a spreadsheet opens as it is.

Rule 1: a cell that a spreadsheet would take for a formula is marked as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from mirrordrill.drills.output.whole_files import write_whole

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table. Raises OSError."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([as_cell(cell) for cell in row] for row in rows)
    write_whole(path, [written.getvalue()])


def as_cell(value: object) -> object:
    """A cell that is shown as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def write_json(path: Path, values: object) -> None:
    """Write values. Raises OSError."""
    write_whole(path, [msgspec.json.format(msgspec.json.encode(values), indent=1).decode() + "\n"])
