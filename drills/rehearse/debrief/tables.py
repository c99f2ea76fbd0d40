"""The debriefing as data: one JSON, and a CSV for each table, which a spreadsheet opens as it is.

Rule 1: a cell that a spreadsheet would take for a formula is marked as text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table. Raises OSError."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows([as_cell(cell) for cell in row] for row in rows)


def as_cell(value: object) -> object:
    """A cell that is shown as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def write_json(path: Path, values: object) -> None:
    """Write values. Raises OSError."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(values), indent=1) + b"\n")
