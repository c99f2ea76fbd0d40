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
    """Every write to the groups that the drill names is on the copy that the application runs on (rule S2)."""
    drill.observed(drill.expect_oracle(LostWrites))


@then("no acknowledged write was lost in the whole site", example="no acknowledged write was lost in the whole site")
def no_lost_writes_anywhere(drill: Drill) -> None:
    """The same for the groups that the drill does not name, too."""
    drill.observed(drill.expect_oracle(LostWrites, everywhere=True))


@then("no two systems wrote to the volumes", example="no two systems wrote to the volumes")
def no_two_writers(drill: Drill) -> None:
    """No two systems have the volumes of one application open at the same time (rule S1 of oracles.md)."""
    drill.observed(drill.expect_oracle(TwoWriters))


@then("no two systems wrote to any volumes", example="no two systems wrote to any volumes")
def no_two_writers_anywhere(drill: Drill) -> None:
    """The same for the groups that the drill does not name, too."""
    drill.observed(drill.expect_oracle(TwoWriters, everywhere=True))
