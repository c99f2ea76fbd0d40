"""Text that a page can hold, whatever the names of a site are."""

from __future__ import annotations

import re

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""Characters that XML forbids, that are invisible, or that would turn the reading direction of what follows."""


def clean(text: str) -> str:
    r"""The text with everything that is no printable character as `\x07`."""
    return FORBIDDEN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
