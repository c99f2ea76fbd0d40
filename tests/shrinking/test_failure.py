"""What counts as a failure, and as the same failure in another run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mirrordrill.drills.run.facts import Facts, Figure
from mirrordrill.drills.run.objectives import Measure, Met, ObjectiveResult
from mirrordrill.drills.run.results import DrillResult, OracleResult, StepResult, StepStatus, Verdict
from mirrordrill.drills.shrink.failure import Failure, FailureKind, again, failure_of

HELD = StepResult("When", "5 minutes pass", 4, StepStatus.HELD, observed="5 minutes passed")
FAILED = StepResult("Then", "oragrp comes online", 5, StepStatus.FAILED, observed="not within 300 s")


def missing(system: str, writes: int, *volumes: str) -> Facts:
    """Acknowledged writes that are missing on volumes which a system opens."""
    names = {"application": "ora_db", "array": "A", "system": system}
    figures: dict[str, Figure] = {"writes": writes, "copies": tuple(f"A/{volume}" for volume in volumes)}
    return Facts("writes missing", {**names}, figures)


TWO = Facts("two writers", {"application": "ora_db", "systems": ("hosta", "hostb")}, {"exposed_s": 2.0, "writes": 7})
S1 = OracleResult("S1", "one writer", Verdict.BROKEN, 30, (TWO,))
S2 = OracleResult("S2", "nothing is lost", Verdict.BROKEN, 20, (missing("hostc", 7, "1260", "1261"),))
RTO = ObjectiveResult("oragrp", Measure.RTO, 10.0, "site.toml", Met.MISSED, 46.6, 181, outage=179)
FINE = DrillResult("A night", "One", "night.feature", "inprocess", 0, (HELD,), (), 0, 0, "")
LOST = Failure(FailureKind.RULE, "S2", S2.facts, S2.reason)
LATE = Failure(FailureKind.STEP, FAILED.words, (), FAILED.observed)
BROKEN_S1 = Failure(FailureKind.RULE, "S1", S1.facts, S1.reason)
TOO_LATE = Failure(FailureKind.OBJECTIVE, "RTO of oragrp", (RTO.facts,), RTO.reason)


def stays_down(within_s: float, seen: str) -> StepResult:
    """A group that is not online where it is expected, with what is seen instead as values."""
    facts = Facts("not online", {"group": "oragrp", "host": "hosta", "seen": seen}, {"within_s": within_s})
    return replace(FAILED, observed=facts.text(), facts=facts)


NOBODY = Failure(FailureKind.STEP, FAILED.words, (stays_down(300, "hosta OFFLINE").facts or TWO,), "")


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
        (with_(S1), BROKEN_S1),
        (with_(replace(S2, declared="so it must be")), None),
        (with_(replace(S2, declared="so it must be"), S1), BROKEN_S1),
        (with_(replace(S2, otherwise="(7 are): 8")), LOST),
        (with_(replace(S2, verdict=Verdict.UNDECIDED)), None),
        (with_(FAILED, S2), LOST),
        (with_(FAILED), LATE),
        (with_(RTO), TOO_LATE),
        (with_(FAILED, RTO), LATE),
        (with_(replace(RTO, met=Met.MET)), None),
    ],
)
def test_what_is_gravest_and_first_is_the_failure(flight: DrillResult, found: Failure | None) -> None:
    """A broken rule before a step, a step before an objective; of rules the one that broke first, undeclared."""
    failure = failure_of(flight)
    assert failure == found
    assert failure is None or found is None or failure.reason == found.reason


def test_what_is_declared_counts_where_that_is_asked_for_and_a_rule_may_be_chosen() -> None:
    """For hazards, which break several rules at once."""
    drill = with_(replace(S2, declared="so it must be"), S1)
    assert failure_of(drill, with_declared=True) == LOST
    assert failure_of(drill, with_declared=True, rule="S1") == BROKEN_S1
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
        (LOST, with_(replace(S2, event=2, facts=(missing("hostc", 360_000, "1261"),))), True),
        (LOST, with_(replace(S2, declared="so it must be")), True),
        (LOST, with_(S1, S2, FAILED), True),
        (LOST, with_(replace(S2, facts=(missing("hostd", 7, "1260", "1261"),))), False),
        (LOST, with_(replace(S2, verdict=Verdict.HELD)), False),
        (LOST, with_(replace(S2, verdict=Verdict.UNDECIDED)), False),
        (LOST, with_(S1), False),
        (LOST, with_(FAILED), False),
        (LATE, with_(replace(FAILED, observed="not within 299 s")), True),
        (LATE, with_(replace(FAILED, observed="not within 300 s\nassert 0x7f == 0x8f")), True),
        (NOBODY, with_(stays_down(20, "hosta OFFLINE")), True),
        (NOBODY, with_(stays_down(300, "hosta FAULTED")), False),
        (NOBODY, with_(FAILED), False),
        (LATE, with_(replace(FAILED, observed="never")), False),
        (LATE, with_(replace(FAILED, observed="not within 300 s on node2")), False),
        (LATE, with_(replace(FAILED, words="webgrp comes online")), False),
        (LATE, with_(replace(FAILED, status=StepStatus.HELD)), False),
        (LATE, with_(FAILED, S1), False),
        (LATE, with_(FAILED, HELD), False),
        (
            TOO_LATE,
            with_(replace(RTO, measured=11.0, outage=2, event=4)),
            True,
        ),
        (TOO_LATE, with_(replace(RTO, measured=None, waited_s=11.0)), False),
        (TOO_LATE, with_(replace(RTO, group="webgrp")), False),
        (TOO_LATE, with_(RTO, S1), False),
        (TOO_LATE, with_(RTO, FAILED), False),
    ],
)
def test_the_same_failure_is_known_again(failure: Failure, flight: DrillResult, is_same: bool) -> None:
    """The same rule for the same reason, or the same last step; never another rule, a graver thing, another name."""
    found = again(failure, flight)
    assert (found is not None) is is_same
    assert found is None or (found.kind, found.name) == (failure.kind, failure.name)
