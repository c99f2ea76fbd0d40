"""What counts as a failure, and as the same failure in another flight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.drills.run.declarations import NOT_AS_DECLARED
from mirrordrill.drills.run.objectives import Measure, Met, ObjectiveResult
from mirrordrill.drills.run.results import DrillResult, OracleResult, StepResult, StepStatus, Verdict
from mirrordrill.drills.shrink.failure import Failure, Kind, again, failure_of

HELD = StepResult("When", "5 minutes pass", 4, StepStatus.HELD, observed="5 minutes passed")
FAILED = StepResult("Then", "oragrp comes online", 5, StepStatus.FAILED, observed="not within 300 s")
S1 = OracleResult("S1", "one writer", Verdict.BROKEN, "event 30: hosta and hostb write")
S2 = OracleResult("S2", "nothing is lost", Verdict.BROKEN, "event 20: 7 writes are missing on hostc")
RTO = ObjectiveResult("oragrp", Measure.RTO, 10.0, "site.toml", Met.MISSED, 46.6, "outage at event 179: 46.6 s", 179)
FINE = DrillResult("A night", "One", "night.feature", "inprocess", 0, (HELD,), (), 0, 0, "")
LOST = Failure(Kind.RULE, "S2", S2.reason)
LATE = Failure(Kind.STEP, FAILED.words, FAILED.observed)


def with_(*parts: StepResult | OracleResult | ObjectiveResult) -> DrillResult:
    """A drill in which these were seen."""
    steps = tuple(part for part in parts if isinstance(part, StepResult))
    oracles = tuple(part for part in parts if isinstance(part, OracleResult))
    objectives = tuple(part for part in parts if isinstance(part, ObjectiveResult))
    return replace(FINE, steps=(HELD, *steps), oracles=oracles, objectives=objectives)


@pytest.mark.parametrize(
    ("flight", "found"),
    [
        (FINE, None),
        (with_(S1, S2), LOST),
        (with_(S1), Failure(Kind.RULE, "S1", S1.reason)),
        (with_(replace(S2, declared="so it must be")), None),
        (with_(replace(S2, declared="so it must be"), S1), Failure(Kind.RULE, "S1", S1.reason)),
        (with_(replace(S2, reason=f"{S2.reason}{NOT_AS_DECLARED} (7 are): 8")), LOST),
        (with_(replace(S2, verdict=Verdict.UNDECIDED)), None),
        (with_(FAILED, S2), LOST),
        (with_(FAILED), LATE),
        (with_(RTO), Failure(Kind.OBJECTIVE, "RTO of oragrp", RTO.reason)),
        (with_(FAILED, RTO), LATE),
        (with_(replace(RTO, met=Met.MET)), None),
    ],
)
def test_what_is_gravest_and_first_is_the_failure(flight: DrillResult, found: Failure | None) -> None:
    """A broken rule before a step, a step before an objective; of rules the one that broke first, undeclared."""
    assert failure_of(flight) == found


def test_what_is_declared_counts_where_that_is_asked_for_and_a_rule_may_be_chosen() -> None:
    """For hazards, which break several rules at once."""
    drill = with_(replace(S2, declared="so it must be"), S1)
    assert failure_of(drill, with_declared=True) == LOST
    assert failure_of(drill, with_declared=True, rule="S1") == Failure(Kind.RULE, "S1", S1.reason)
    assert failure_of(drill, with_declared=True, rule="S7") is None
    assert failure_of(with_(FAILED), rule="S2") is None


WRONG = [StepStatus.USAGE, StepStatus.FAULT, StepStatus.INTERRUPTED]


@pytest.mark.parametrize("status", WRONG)
def test_a_flight_that_is_wrong_itself_shows_nothing(status: StepStatus) -> None:
    """Whatever was broken in it by then: its steps name what is not there, or the harness failed."""
    drill = with_(S2, replace(FAILED, status=status))
    assert failure_of(drill, with_declared=True) is None
    assert again(LOST, drill) is None


@pytest.mark.parametrize(
    ("failure", "flight", "is_same"),
    [
        (LOST, with_(replace(S2, reason="event 2: 360,000 writes are missing on hostc")), True),
        (LOST, with_(replace(S2, declared="so it must be")), True),
        (LOST, with_(S1, S2, FAILED), True),
        (LOST, with_(replace(S2, reason="event 2: 7 writes are missing on hostd")), False),
        (LOST, with_(replace(S2, verdict=Verdict.HELD)), False),
        (LOST, with_(replace(S2, verdict=Verdict.UNDECIDED)), False),
        (LOST, with_(S1), False),
        (LOST, with_(FAILED), False),
        (LATE, with_(replace(FAILED, observed="not within 20 s")), True),
        (LATE, with_(replace(FAILED, observed="not within 300 s\nassert 0x7f == 0x8f")), True),
        (LATE, with_(replace(FAILED, observed="never")), False),
        (LATE, with_(replace(FAILED, words="webgrp comes online")), False),
        (LATE, with_(replace(FAILED, status=StepStatus.HELD)), False),
        (LATE, with_(FAILED, S1), False),
        (LATE, with_(FAILED, HELD), False),
        (
            Failure(Kind.OBJECTIVE, "RTO of oragrp", RTO.reason),
            with_(replace(RTO, reason="outage at event 2: 11 s")),
            True,
        ),
        (Failure(Kind.OBJECTIVE, "RTO of oragrp", RTO.reason), with_(replace(RTO, group="webgrp")), False),
        (Failure(Kind.OBJECTIVE, "RTO of oragrp", RTO.reason), with_(RTO, S1), False),
        (Failure(Kind.OBJECTIVE, "RTO of oragrp", RTO.reason), with_(RTO, FAILED), False),
    ],
)
def test_the_same_failure_is_known_again(failure: Failure, flight: DrillResult, is_same: bool) -> None:
    """The same rule for the same reason, or the same last step; never another rule, a graver thing, another name."""
    found = again(failure, flight)
    assert (found is not None) is is_same
    assert found is None or (found.kind, found.name) == (failure.kind, failure.name)
