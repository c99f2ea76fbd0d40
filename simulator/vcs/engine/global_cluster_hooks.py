"""What a group asks beyond its own cluster: the three points at which a global cluster has a say.

A cluster that has no remote clusters (`NO_GLOBAL_CLUSTER`) may bring everything online, waits for no other cluster, and
raises no alert when no system is left. The connector of a global cluster gives its engine other answers.

Rule: code that changes an answer touches the group (`Engine.touch` inside a message), so that it looks again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mirrordrill.simulator.vcs.engine.state.engine_state import GroupState, MoveCause


@dataclass(frozen=True, slots=True)
class GlobalClusterHooks:
    """The rest of the world, as far as one engine's groups ask for it."""

    online_refusal: Callable[[GroupState], str | None] = lambda _: None
    """Why this cluster may not bring the group online: it has no Authority, say. None where nothing forbids it."""
    holds_auto_start: Callable[[GroupState], bool] = lambda _: False
    """Whether the group's start with its cluster still waits for other clusters (AutoStartTimeout)."""
    no_target_left: Callable[[GroupState, MoveCause], None] = lambda *_: None
    """The group is offline, was to come online elsewhere, and no system of this cluster qualifies."""


NO_GLOBAL_CLUSTER = GlobalClusterHooks()
"""A cluster that has no others."""
