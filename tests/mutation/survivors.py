"""Mutants of the sample that no drill and no night can kill, and why."""

from __future__ import annotations

WHY: dict[tuple[str, str, str], str] = {}
"""Module, function and change of a mutant -> why no run can tell it from the agent as it is, or which would."""


def why_it_survives(module: str, function: str, change: str) -> str:
    """The reason; empty where none is known."""
    return WHY.get((module, function, change), "")
