"""What a group asks beyond its own cluster: the three points at which a global cluster has a say.

A cluster of its own decides alone (`ALONE`): it may bring everything online, waits for nobody, and when no system is
left there is nobody else to ask. Who connects it to other clusters gives its engine other answers.

Rule: whoever changes an answer touches the group (`Engine.touch` inside a message), so that it looks again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mirrordrill.simulator.vcs.engine.engine_state import Cause, GroupBoard


@dataclass(frozen=True, slots=True)
class GlobalClusterHooks:
    """The rest of the world, as far as one engine's groups ask for it."""

    why_not_here: Callable[[GroupBoard], str | None] = lambda _: None
    """Why this cluster may not bring the group online: it has no Authority, say. None where nothing forbids it."""
    holds_auto_start: Callable[[GroupBoard], bool] = lambda _: False
    """Whether the group's start with its cluster still waits for other clusters (AutoStartTimeout)."""
    no_target_left: Callable[[GroupBoard, Cause], None] = lambda *_: None
    """The group is offline, was to come online elsewhere, and no system of this cluster qualifies."""


ALONE = GlobalClusterHooks()
"""A cluster that has no others."""
