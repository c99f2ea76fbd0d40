"""Time that passes.

Simulated time: an hour costs what happens in it.
"""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when(
    "the application has been running for {duration_s:duration}",
    example="the application has been running for 10 minutes",
)
@when("{duration_s:duration} pass(es)", example="10 minutes pass")
def time_passes(drill: Drill, duration_s: float) -> None:
    """Let simulated time pass."""
    drill.observed(drill.world.advance(duration_s))
