"""The one type of a message that a real program prints: number, text, severity, confidence.

Each room keeps its messages as constants of this type in its `messages` modules, and makes the printed line at its
edge: `vcs_line` of `simulator/vcs/messages.py` for the clusters.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageText:
    """A numbered message; `text` has a `{}` or a `{name}` for each value."""

    id: str
    text: str
    confidence: str
    """How sure number and text are: the mark of the reference document, or `own` for a number of our own."""
    severity: str = ""
    """For messages that carry one; the DS CLI has it in the last letter of the number."""

    def fill(self, *values: object, **fields: object) -> str:
        """The text with its values."""
        return self.text.format(*values, **fields)
