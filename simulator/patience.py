"""How long a person at a simulated site waits, and what ends a wait that would have no end."""

from __future__ import annotations

STANDSTILL_STEPS = 1_000_000
"""So many simulator events without any time passing mean that no time will ever pass again."""
PATIENCE_S = 7 * 86_400.0
"""Simulated time that a person waits for the answer of a command: `-wait` without `-time` may wait for ever."""


class EndlessCommandError(Exception):
    """A command had not ended when its user lost patience; the text says which."""


class StandstillError(Exception):
    """Simulated time does not move any more although things keep happening: a fault of the harness."""
