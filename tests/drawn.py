"""How many examples a property is tried with.

A property is a promise of our code, not of the interpreter: one interpreter draws all of the examples, and the others
draw a part of them (tox.ini sets the share), which is enough to run every line.
"""

from __future__ import annotations

import os

SHARE = float(os.environ.get("MIRRORDRILL_EXAMPLES", "1"))
BY_DEFAULT = 100
"""Hypothesis's own number."""


def share_of(examples: int) -> int:
    """The number of examples on this interpreter."""
    return max(1, round(examples * SHARE))
