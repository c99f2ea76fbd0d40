"""The shapes of attributes."""

from __future__ import annotations

import enum


class AttributeDimension(enum.Enum):
    """The shape of an attribute (vcs.md 2.1)."""

    SCALAR = "scalar"
    VECTOR = "vector"
    KEYLIST = "keylist"
    ASSOCIATION = "association"
