"""Long nights run with broken agents: of all that happens the few steps that matter are found, by name."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.shrink.failure import FailureKind
from mirrordrill.drills.shrink.runs import NotShrunkError, conftests
from mirrordrill.drills.shrink.search import Wanted, shrink, window_of
from mirrordrill.drills.steps.attempts import Attempts
from mirrordrill.simulator.agent_mode import AgentMode
from tests.features.own_directory import OWN_STEPS, RDC, own_site
from tests.negative import test_sabotaged_agents as broken
from tests.shrinking.nights import (
    BEGINS,
    COPY_PENDING,
    NEVER_ANSWERED,
    NOBODY_COMES,
    NOISE,
    SWITCHES,
    flown,
    shrunk,
    words,
)

Patch = pytest.MonkeyPatch
SITE = 'the example site "rdc"'


@dataclass(frozen=True)
class Row:
    sabotage: Callable[[Patch], None]
    night: str
    rule: str
    needed: tuple[str, ...]
    """Steps without which nothing is broken."""
    most: int
    """What is left has no more steps than that: these, the site, and how long it takes."""


SWITCH = "the operator switches oragrp to hostc"
TABLE = (
    Row(
        broken.takes_over_while_copy_pending,
        COPY_PENDING,
        "S4",
        (
            'a storage administrator types "pausepprc 1260:1260 1261:1261" on hosta',
            "copies between IBM.2107-75FA120 and IBM.2107-75FA150 get 1 tracks a second",
            'a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta',
            SWITCH,
        ),
        7,
    ),
    Row(broken.forgets_one_volume, SWITCHES, "S6", (SWITCH,), 4),
    Row(broken.locks_before_failing_over, SWITCHES, "S6", (SWITCH,), 4),
    Row(broken.goes_offline_by_doing_nothing, SWITCHES, "S11", (), 4),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.sabotage.__name__)
def test_the_steps_that_matter_are_found_in_a_long_night(row: Row, monkeypatch: Patch, tmp_path: Path) -> None:
    """Of some twenty steps with halts, waits, lost HMCs and switches; the rule is the same, and for the same reason."""
    row.sabotage(monkeypatch)
    found = shrunk(tmp_path, row.night)
    left = words(found)
    assert (FailureKind.RULE, row.rule) == (found.failure.kind, found.failure.name)
    assert left[0] == SITE
    assert [step for step in left if step in row.needed] == list(row.needed)
    assert len(left) <= row.most
    assert len(found.schedule.lines) >= 19
    assert found.is_minimal
    assert found.runs < 100


def test_the_same_night_is_shrunk_to_the_same_steps(monkeypatch: Patch, tmp_path: Path) -> None:
    """No chance in it, to the last byte of the log."""
    broken.takes_over_while_copy_pending(monkeypatch)
    first, second = shrunk(tmp_path, COPY_PENDING), shrunk(tmp_path, COPY_PENDING)
    assert first.lines == second.lines
    assert (first.runs, first.seen.log, first.failure) == (second.runs, second.seen.log, second.failure)


def test_an_agent_as_it_is_leaves_nothing_to_shrink(tmp_path: Path) -> None:
    """What was found above was the sabotage."""
    with pytest.raises(NotShrunkError, match="no rule was broken in it, and every step came about"):
        shrunk(tmp_path, SWITCHES)


def test_a_step_that_does_not_come_about_stays_the_last_one(tmp_path: Path) -> None:
    """With the time it was given, and for the same reason: that of three hosts two are down."""
    found = shrunk(tmp_path, NOBODY_COMES)
    assert found.failure.kind is FailureKind.STEP
    assert words(found)[-1] == "oragrp comes online on hostc within 30 minutes"
    assert set(words(found)) >= {"hostc halts", "hostd halts", "hosta, hostb lose power"}
    assert len(found.lines) <= 6
    assert "hosta UNKNOWN, hostb UNKNOWN, hostc UNKNOWN" in found.failure.reason
    assert found.seen.result.exit_code() is ExitCode.LIVENESS


def test_a_night_is_judged_behind_its_end_also_when_it_is_small(monkeypatch: Patch, tmp_path: Path) -> None:
    """Without repair and time, every command of this moment waits, and the small night would show another failure."""
    monkeypatch.setattr(Attempts, "_is_waiting", lambda *_: True)
    found = shrunk(tmp_path, NEVER_ANSWERED)
    assert words(found) == [
        SITE,
        'the operator begins "hagrp -switch oragrp -to hostc" on hosta',
        "everything is repaired",
        "the clusters are left alone for as long as their policies allow",
        "the operator follows the runbook",
        "every command was answered",
    ]


def test_a_budget_is_kept_and_what_is_left_still_fails(monkeypatch: Patch, tmp_path: Path) -> None:
    """Smaller than it was, and not said to be the smallest; the run that looks at what is left is one of them."""
    broken.forgets_one_volume(monkeypatch)
    found = shrunk(tmp_path, SWITCHES, Wanted(runs=8))
    assert not found.is_minimal
    assert found.runs == 8
    assert 4 <= len(found.lines) < len(found.schedule.lines)
    assert found.failure.name == "S6"
    assert "the 8 runs allowed were used up" in found.sentence()


STALE = (
    BEGINS
    + NOISE
    + """
    When the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
    And 1 hour passes
    And array IBM.2107-75FA120 is lost
    And hosta, hostb lose power
    Then oragrp comes online on hostc within 5 minutes
    And S2 is broken: exactly the writes acknowledged since the loss of the links are missing
    And no two systems wrote to the volumes
"""
)


def test_what_a_drill_declares_is_shrunk_when_that_is_asked_for(tmp_path: Path) -> None:
    """Without the steps that declare it, so that what is left ends as a broken rule does."""
    with pytest.raises(NotShrunkError):
        shrunk(tmp_path, STALE)
    found = shrunk(tmp_path, STALE, Wanted(with_declared=True))
    assert "the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost" in words(found)
    assert not any("is broken" in step for step in words(found))
    assert len(found.lines) <= 5
    assert found.seen.result.exit_code() is ExitCode.SAFETY
    assert found.drill.exit_code() is ExitCode.HELD


def test_a_rule_can_be_chosen_where_several_are_broken(monkeypatch: Patch, tmp_path: Path) -> None:
    """Else it is the one that broke first: what breaks later mostly follows from it."""
    broken.takes_over_while_copy_pending(monkeypatch)
    assert shrunk(tmp_path, COPY_PENDING, Wanted(rule="S2")).failure.name == "S2"
    with pytest.raises(NotShrunkError, match="S9 is not broken in it"):
        shrunk(tmp_path, COPY_PENDING, Wanted(rule="S9"))


def test_what_was_flown_as_processes_is_seen_to_fail_as_processes(tmp_path: Path) -> None:
    """The search is in process, the last run is not."""
    found = shrunk(tmp_path, STALE, Wanted(with_declared=True), Options(agent_mode=AgentMode.PROCESS))
    assert found.agent_mode is AgentMode.PROCESS
    assert found.seen.result.agent == "process"
    assert "seen to fail as real processes, too" in found.remark


def test_what_fails_in_process_only_is_said_to(monkeypatch: Patch, tmp_path: Path) -> None:
    """Here because the sabotage does not get into the processes."""
    broken.forgets_one_volume(monkeypatch)
    drill = flown(written(tmp_path, SWITCHES))
    found = shrink(replace(drill, agent="process"), Options())
    assert found.agent_mode is AgentMode.IN_PROCESS
    assert "as real processes, as the drill was run, it does not fail; in process it does" in found.remark


def written(folder: Path, text: str) -> Path:
    path = folder / "night.feature"
    path.write_text(text)
    return path


LUNCH = """
Feature: Lunch
  Background: our own site
    Given the site "../site/main.cf"
    And dbgrp is online on node1

  Scenario Outline: Nobody is there, and <host> is lost
    When 10 minutes pass
    And the operator switches dbgrp to node2
    Then dbgrp comes online on node2 within 5 minutes
    When the operator has lunch
    And node1, <host> halt
    And 5 minutes pass
    And the operator has lunch
    Then <host> is one of ours
    And no acknowledged write was lost

    Examples:
      | host |
      | dr1  |
"""


def test_steps_of_the_users_own_and_files_beside_the_feature_are_there_in_each_flight(tmp_path: Path) -> None:
    """In a directory outside the repository, with a conftest.py, and nothing of it is left behind."""
    own_site(tmp_path)
    (tmp_path / "drills" / "conftest.py").write_text(OWN_STEPS)
    path = tmp_path / "drills" / "lunch.feature"
    path.write_text(LUNCH)
    before = {each for each in tmp_path.rglob("*") if "__pycache__" not in each.parts}
    found = shrink(flown(path), Options())
    assert words(found) == ['the site "../site/main.cf"', "dr1 is one of ours"]
    assert "dr1 is theirs" in found.failure.reason
    assert {each for each in tmp_path.rglob("*") if "__pycache__" not in each.parts} == before


def test_a_step_of_the_users_own_may_be_what_matters(tmp_path: Path) -> None:
    """And its values are made milder like any other's."""
    own_site(tmp_path)
    (tmp_path / "drills" / "conftest.py").write_text(OWN_STEPS + AWAY)
    path = tmp_path / "drills" / "away.feature"
    path.write_text(
        LUNCH.replace("the operator has lunch", "the operator is away for 3 hours", 1).replace(
            "Then <host> is one of ours", "Then nobody was away for more than an hour"
        )
    )
    found = shrink(flown(path), Options())
    assert [line.kind for line in found.lines] == ["given", "when", "then"]
    assert words(found)[1] == "the operator is away for 1 hour"


AWAY = '''

AWAY = []


@pytest.fixture(autouse=True)
def _nobody_is_away():
    AWAY.clear()


@when("the operator is away for {away_s:duration}", example="the operator is away for 5 minutes")
def away(drill: Drill, away_s: float) -> None:
    """And whoever comes back finds what happened."""
    AWAY.append(away_s)
    drill.observed(drill.world.advance(away_s))


@then("nobody was away for more than an hour", example="nobody was away for more than an hour")
def nobody_was(drill: Drill) -> None:
    """Until now."""
    assert sum(AWAY) < 3600, f"{sum(AWAY):.0f} s"
'''


OBJECTIVE = (
    BEGINS.replace('the example site "rdc"', 'the site "site"')
    + NOISE
    + """
    When array IBM.2107-75FA120 is lost
    And hosta, hostb halt
    Then oragrp comes online on hostc within 5 minutes
    And no acknowledged write was lost
"""
)


def test_an_objective_that_is_missed_is_shrunk_too(tmp_path: Path) -> None:
    """Of site.toml: no step says a word of it."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "main.cf").write_text(RDC.read_text())
    (tmp_path / "site" / "site.toml").write_text("[objectives]\nrto_s = 10\n")
    found = shrunk(tmp_path, OBJECTIVE)
    assert (found.failure.kind, found.failure.name) == (FailureKind.OBJECTIVE, "RTO of oragrp")
    assert found.seen.result.exit_code() is ExitCode.LIVENESS
    assert {step.status for step in found.seen.result.steps} == {StepStatus.HELD}
    assert 2 < len(found.lines) <= 5


def test_a_step_that_fails_is_not_shrunk_to_a_rule_that_is_broken(tmp_path: Path) -> None:
    """What the drill declares is declared in what is left of it: it failed for a missed objective, not for the loss."""
    found = shrunk(
        tmp_path, STALE.replace("And no two systems wrote to the volumes", "And the RPO of oragrp is 0 writes")
    )
    assert (found.failure.kind, found.failure.name) == (FailureKind.STEP, "the RPO of oragrp is 0 writes")
    assert found.seen.result.exit_code() is ExitCode.LIVENESS
    assert words(found)[-2].startswith("S2 is broken: exactly the writes acknowledged since the loss of the links")


FICKLE = '''

from pathlib import Path

from mirrordrill.drills.run.expectations import ExpectationFailedError

FLAG = Path(__file__).resolve().with_name("flag")


@then("it is the first time", example="it is the first time")
def first_time(drill: Drill) -> None:
    """Or the second, or the tenth: not more often than the flag says."""
    left = int(FLAG.read_text())
    FLAG.write_text(str(left - 1))
    if left > 0:
        raise ExpectationFailedError("not yet")
'''


@pytest.mark.parametrize(
    ("often", "said"),
    [(1, "run alone and in process, it does not fail in the same way"), (3, "it does not fail in the same way each")],
)
def test_what_does_not_fail_again_is_not_shrunk_and_said_to_be_fickle(tmp_path: Path, often: int, said: str) -> None:
    """Chance in a step of the user's own: whatever is left of it would be a lie."""
    own_site(tmp_path)
    (tmp_path / "drills" / "conftest.py").write_text(OWN_STEPS + FICKLE)
    (tmp_path / "drills" / "flag").write_text(str(often))
    path = tmp_path / "drills" / "fickle.feature"
    path.write_text(LUNCH.partition("    When the operator has lunch")[0].replace("Scenario Outline", "Scenario"))
    with path.open("a") as out:
        out.write("    Then it is the first time\n")
    with pytest.raises(NotShrunkError, match=said):
        shrink(flown(path), Options())


def test_steps_above_and_beside_the_feature_are_both_there(tmp_path: Path) -> None:
    """The nearest conftest.py wins, as everywhere in pytest."""
    own_site(tmp_path)
    (tmp_path / "conftest.py").write_text(OWN_STEPS)
    (tmp_path / "drills" / "conftest.py").write_text(OWN_STEPS.replace("2700.0", "60.0").replace("theirs", "not ours"))
    path = tmp_path / "drills" / "lunch.feature"
    path.write_text(LUNCH)
    assert "dr1 is not ours" in shrink(flown(path), Options()).failure.reason
    assert [tmp_path / "conftest.py", tmp_path / "drills" / "conftest.py"] == conftests(path)


def test_a_place_where_nothing_can_be_written_is_told(tmp_path: Path, monkeypatch: Patch) -> None:
    """The candidates have to be where the steps apply."""
    own_site(tmp_path)
    (tmp_path / "drills" / "conftest.py").write_text(OWN_STEPS)
    path = tmp_path / "drills" / "lunch.feature"
    path.write_text(LUNCH)
    drill = flown(path)

    def read_only(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkdtemp", read_only)
    with pytest.raises(NotShrunkError, match=r"beside its feature, where the same conftest\.py applies: Permission"):
        shrink(drill, Options())


def test_a_changed_site_takes_the_settings_of_the_command_line(tmp_path: Path) -> None:
    """As a site does that nobody changed: what is shrunk and replayed must not be run on other numbers."""
    (tmp_path / "ours.toml").write_text("[objectives]\nrto_s = 10\n")
    changed = f"{SITE} with FailOverPolicy = RoundRobin of oragrp"
    text = OBJECTIVE.replace('the site "site"', changed)
    found = shrunk(tmp_path, text, options=Options(settings_file=tmp_path / "ours.toml"))
    assert found.failure.name == "RTO of oragrp"
    assert words(found)[0] == changed


TWO_SWITCHES = (
    BEGINS
    + """
    When the operator switches oragrp to hostc
    Then oragrp comes online on hostc within 10 minutes
    When 5 minutes pass
    And the operator switches oragrp to hosta
    And 10 minutes pass
    Then no pair-changing command was sent
"""
)


def test_what_counts_since_the_last_when_is_not_shown_with_an_earlier_one(tmp_path: Path) -> None:
    """Without the second `When`, the first switch would be blamed, which was in order."""
    found = shrunk(tmp_path, TWO_SWITCHES)
    assert found.lines[-1].words == "no pair-changing command was sent"
    assert window_of(found.lines) == window_of(found.schedule.lines)
    assert "hostc" not in found.failure.reason
