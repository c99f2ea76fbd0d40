"""What is wrong with played resources: entry points that hang, or end without any effect.

A trouble belongs to one entry point of one resource on one host. It is there until it is mended, whatever becomes of
the host meanwhile: a broken script is still broken after a reboot.

Rule: a trouble changes what an entry point does, never what is online. What is online changes by itself or not.
"""

from __future__ import annotations

import enum


class EntryPointTrouble(enum.Enum):
    """What an entry point does instead of its work."""

    HANGS = "hangs"
    """It does not end; it is killed at its time limit."""
    HAS_NO_EFFECT = "has no effect"
    """It ends and has done nothing; a clean says that it failed, a monitor that it does not know."""


class Troubles:
    """All of them."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str, str], EntryPointTrouble] = {}
        self.are_none = True
        """Whether nothing is wrong anywhere: asked before every monitor."""

    def begin(self, host: str, resource: str, entry: str, trouble: EntryPointTrouble) -> None:
        """From now on, for whatever starts later."""
        self._of[host, resource, entry] = trouble
        self.are_none = False

    def end(self, host: str, resource: str) -> None:
        """All is well with the resource there."""
        self._of = {key: trouble for key, trouble in self._of.items() if key[:2] != (host, resource)}
        self.are_none = not self._of

    def of(self, host: str, resource: str, entry: str) -> EntryPointTrouble | None:
        """What is wrong with an entry point that starts now."""
        return self._of.get((host, resource, entry))
