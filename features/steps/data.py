"""What is expected of the data.

Every acknowledged write is counted, and so is every one that is missing where the application runs.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.lost_writes import LostWrites
from mirrordrill.drills.oracles.two_writers import TwoWriters
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import then


@then("no acknowledged write was lost", example="no acknowledged write was lost")
def no_lost_writes(drill: Drill) -> None:
    """Every write that was acknowledged until now is on the copy the application runs on (rule S2 of oracles.md)."""
    drill.observed(drill.expect_oracle(LostWrites))


@then("no two systems wrote to the volumes", example="no two systems wrote to the volumes")
def no_two_writers(drill: Drill) -> None:
    """No two systems have the volumes of one application open at the same time (rule S1 of oracles.md)."""
    drill.observed(drill.expect_oracle(TwoWriters))
