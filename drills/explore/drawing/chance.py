"""Seeded chance of nights: the one file of the drills that draws, and only before a night is run."""

from __future__ import annotations

import random

Chance = random.Random
"""A stream of draws. What it gives follows from its seed alone, in any process, under any PYTHONHASHSEED."""


def chance_of(*names: object) -> Chance:
    """The stream of these names."""
    return Chance("/".join(map(str, names)))
