"""Every kind of the registry can be drawn, struck and undone, on some example site."""

from __future__ import annotations

import pytest

from mirrordrill.drills.explore.drawing.chance import chance_of
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets, targets_of
from mirrordrill.drills.explore.drawing.strikes import draw_strike, kinds_of, strike_at
from mirrordrill.drills.faults import FaultKind, catalogue
from mirrordrill.drills.faults.resources import ENTRY_HAS_NO_EFFECT
from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from mirrordrill.drills.sites import example_sites, find_site

TARGETS = {name: targets_of(find_site(name), name) for name in example_sites()}
WITHOUT_SITE = {"preonline trigger refuses", "preonline trigger hangs"}
"""No example site has a group with a preonline trigger."""


def targets_with(kind: FaultKind) -> SiteTargets | None:
    return next((each for each in TARGETS.values() if kind in kinds_of(each)), None)


@pytest.mark.parametrize("kind", catalogue(), ids=lambda kind: kind.name)
def test_a_kind_is_struck_and_undone(kind: FaultKind) -> None:
    """What a generator makes of the registry's example is a step that can be carried out, and so is its undo."""
    targets = targets_with(kind)
    if targets is None:
        assert kind.name in WITHOUT_SITE
        return
    strike = draw_strike(kind, targets, chance_of(kind.name))
    assert strike is not None
    words = [("given", f'the example site "{targets.example}"'), ("when", "2 minutes pass")]
    words += [(strike.keyword, strike.words), ("when", "2 minutes pass")]
    words += [(strike.keyword, strike.undo)] if strike.undo else []
    words += [("when", "everything is repaired")]
    lines = numbered([ScheduledStep(keyword, text) for keyword, text in words])
    result = run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))
    assert [step.observed for step in result.steps if step.status is not StepStatus.HELD] == []


def test_a_changed_password_locks_who_tries_again_and_again() -> None:
    """The password files do not follow: what logs in is refused, and the old password helps again."""
    words = (
        'the example site "rdc"',
        "every mirrored group is online",
        "the password of admin on IBM.2107-75FA150 is changed at the array",
        'the operator begins "hagrp -switch oragrp -to hostc" on hosta',
        "20 minutes pass",
        "everything is repaired",
        "the clusters are left alone for as long as their policies allow",
        "every group is online on one side, or it is said why not",
    )
    kinds = ("given", "given", "when", "when", "when", "when", "when", "then")
    lines = numbered([ScheduledStep(kind, text) for kind, text in zip(kinds, words, strict=True)])
    result = run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))
    assert [step.status for step in result.steps] == [StepStatus.HELD] * len(words)


def test_what_is_broken_on_a_host_is_mended_on_that_host() -> None:
    """The step takes several hosts, its undo one: `crm_db is repaired on offline` spoilt a night."""
    targets = TARGETS["rdc"]
    strike = strike_at(ENTRY_HAS_NO_EFFECT, ("offline", "ora_db", "hostb"), targets, chance_of("undo"))
    assert strike.words == "the offline of ora_db on hostb has no effect"
    assert strike.undo == "ora_db is repaired on hostb"
