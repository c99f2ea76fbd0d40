"""Enumerations that tables of a simulation are keyed by."""

from __future__ import annotations

import enum


class TableKey(enum.Enum):
    """An enumeration whose members are hashed by what they are, not by name.

    There is one object for each member, and `enum.Enum` compares them so; but it hashes their names, in Python, at each
    look into a table, some thousand times in a drill.
    """

    __hash__ = object.__hash__
