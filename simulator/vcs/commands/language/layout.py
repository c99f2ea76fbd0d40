"""Columns as the `ha` commands print them: left-aligned, padded; a value too long for its column pushes the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

OBJECT_WIDTHS = (12, 21, 10)
"""`#Group Attribute System Value`, as hagrp and hares print it."""
SYSTEM_WIDTHS = (10, 23)
"""`#System Attribute Value`."""
CLUSTER_WIDTHS = (24,)
"""`#Attribute Value`."""


def row(widths: Sequence[int], *values: str) -> str:
    """One line: every value but the last padded to its width, one blank between two."""
    padded = [value.ljust(width) for value, width in zip(values, widths, strict=False)]
    return " ".join((*padded, *values[len(widths) :])).rstrip()


def padded(widths: Sequence[int], *values: str) -> str:
    """One line of `hastatus -sum`: every value padded to its width and followed by a blank, the last one too."""
    return "".join(f"{value.ljust(width)} " for value, width in zip(values, widths, strict=False))


def table(widths: Sequence[int], header: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """A header marked with `#`, and its rows."""
    return (row(widths, "#" + header[0], *header[1:]), *(row(widths, *values) for values in rows))


def bars(words: Iterable[str]) -> str:
    """A group's state as `-state` and `-value` print it: `|STARTING|PARTIAL|`."""
    return f"|{'|'.join(words)}|"


def flag(value: bool) -> str:  # noqa: FBT001 - it formats the value
    """A boolean attribute."""
    return "1" if value else "0"


def pairs(values: Iterable[tuple[str, object]]) -> str:
    """An association: keys and values in turn, separated by tabs."""
    return "\t".join(f"{key}\t{value}" for key, value in values)
