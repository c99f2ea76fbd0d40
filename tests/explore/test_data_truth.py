"""The rules about data do not take the array's word: a reader looks at the volumes when an application opens them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import DrillResult, StepStatus, Verdict
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from tests.negative.sabotages import never_sends_the_last_write

SWITCH = (
    ("given", 'the example site "rdc"'),
    ("given", "every mirrored group is online"),
    ("when", "10 minutes pass"),
    ("when", "the operator switches oragrp to hostc"),
    ("then", "oragrp comes online on hostc within 5 minutes"),
)
WAIT = (*SWITCH[:3], ("when", "everything is repaired"), ("then", "every mirror is in sync, or it is said why not"))


def flown(words: Sequence[tuple[str, str]]) -> DrillResult:
    lines = numbered([ScheduledStep(kind, text) for kind, text in words])
    return run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))


def test_an_array_that_never_sends_the_last_write_is_found_by_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """No event of the array says so; the application opens its volumes and does not find the write."""
    assert next(oracle for oracle in flown(SWITCH).oracles if oracle.name == "S2").verdict is Verdict.HELD
    never_sends_the_last_write(monkeypatch)
    broken = next(oracle for oracle in flown(SWITCH).oracles if oracle.name == "S2")
    assert broken.verdict is Verdict.BROKEN
    assert broken.facts[0].what == "writes not found"


def test_a_pair_in_sync_with_other_contents_is_a_finding_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both arrays call it in sync; the two volumes are compared all the same."""
    assert flown(WAIT).steps[-1].status is StepStatus.HELD
    never_sends_the_last_write(monkeypatch)
    last = flown(WAIT).steps[-1]
    assert last.status is StepStatus.FAILED
    assert last.facts is not None
    assert last.facts.what == "contents differ"
