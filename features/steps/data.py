"""Expected of the data: no write lost, or exactly what is declared.

Every acknowledged write is counted, and so is every one that is missing where the application runs. A drill that ends
green where data is lost would be a lie: a feature says which rule is broken and how; the drill holds only if exactly
that is broken, and the report shows it as BROKEN.
"""

from __future__ import annotations

from mirrordrill.drills.oracles.lost_writes import LostWrites
from mirrordrill.drills.oracles.two_writers import TwoWriters
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.expectations import ExpectationFailedError
from mirrordrill.drills.run.results import OracleResult
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


@then(
    "no two systems wrote to the volumes in the whole site",
    example="no two systems wrote to the volumes in the whole site",
    former=("no two systems wrote to any volumes",),
)
def no_two_writers_anywhere(drill: Drill) -> None:
    """The same for the groups that the drill does not name, too."""
    drill.observed(drill.expect_oracle(TwoWriters, everywhere=True))


@then(
    "S2 is broken: exactly the writes acknowledged since {moment} are missing",
    example="S2 is broken: exactly the writes acknowledged since the loss of the links are missing",
)
def exactly_lost(drill: Drill, moment: str) -> None:
    """No acknowledged write is missing but those since that moment, and all of them are; counted write by write."""
    words = f"exactly the writes acknowledged since {moment} are missing"
    drill.observed(drill.declare_broken("S2", words, drill.exactly_lost(moment)))


@then(
    "S2 is broken: exactly the writes to {volume} acknowledged since {moment} are missing",
    example="S2 is broken: exactly the writes to 1260 acknowledged since the loss of 1260 are missing",
)
def exactly_lost_of_one(drill: Drill, volume: str, moment: str) -> None:
    """The same, where one volume of several is older than the others."""
    words = f"exactly the writes to {volume} acknowledged since {moment} are missing"
    drill.observed(drill.declare_broken("S2", words, drill.exactly_lost(moment, volume)))


@then(
    '{rule} is broken, for "{text}"',
    example='S1 is broken, for "ora_db is open on hosta and hostb"',
)
def broken_because(drill: Drill, rule: str, text: str) -> None:
    """The rule is broken, and these words stand in what its oracle says of it."""

    def judge(result: OracleResult) -> str:
        if not says(result.reason, text):
            raise ExpectationFailedError(f"{rule} is broken for another reason: {result.reason}")
        return result.reason

    drill.observed(drill.declare_broken(rule, text, judge))


def says(reason: str, text: str) -> bool:
    """Whether a reason has these words, whichever of two names that stand beside an `and` comes first."""
    before, _, names = text.rpartition(" on ")
    one, _, other = names.partition(" and ")
    return text in reason or bool(other and f"{before} on {other} and {one}" in reason)
