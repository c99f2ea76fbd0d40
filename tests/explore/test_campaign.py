"""Campaigns: kept as they come, resumed where they stopped, the same on one processor and on two."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import typer

import mirrordrill.agent.entrypoints
import mirrordrill.drills.explore.examples
from mirrordrill.drills.cli import choices
from mirrordrill.drills.explore.campaign import CampaignOrder, run_campaign
from mirrordrill.drills.explore.command import key_of
from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.profiles import NAMES
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.examples import Example, shrink_failure
from mirrordrill.drills.explore.kept.results import QUESTIONS, export, share
from mirrordrill.drills.explore.kept.store import Store, StoreError
from mirrordrill.drills.explore.outcome import NightVerdict, run_night
from mirrordrill.drills.explore.replay import replay
from mirrordrill.drills.explore.start import require_motion
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.shrink.folder import SHRUNK_FILE
from mirrordrill.drills.sites import FOLDER, find_site
from mirrordrill.simulator.array.events import ManagementChanged
from mirrordrill.simulator.kernel.events import Record
from tests.explore.interrupted import interrupt_at
from tests.negative import test_sabotaged_agents as broken

Nights = list[tuple[object, ...]]
TARGETS = targets_of(find_site("rdc"), "rdc")


def nights(store: Store) -> Nights:
    return store.rows("SELECT seed, verdict, digest FROM night ORDER BY seed")


def flown(path: Path, runs: int, jobs: int = 1, profile: str = "mild") -> Nights:
    order = CampaignOrder("rdc", profile, Options(), 0, runs, None, jobs)
    with Store(path) as store:
        run_campaign(order, store, store.campaign(key_of(order)))
        return nights(store)


def test_a_campaign_that_was_interrupted_goes_on_and_flies_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the fourth night: three are kept; afterwards the set is that of a campaign that was left alone."""
    seen = interrupt_at(monkeypatch, 4)
    with pytest.raises(KeyboardInterrupt):
        flown(tmp_path / "r.sqlite", 6)
    with Store(tmp_path / "r.sqlite") as store:
        assert [row[0] for row in nights(store)] == [0, 1, 2]
    whole = flown(tmp_path / "r.sqlite", 6)
    assert Counter(seen) == {0: 1, 1: 1, 2: 1, 3: 2, 4: 1, 5: 1}
    monkeypatch.undo()
    assert whole == flown(tmp_path / "other.sqlite", 6)


def test_two_processes_give_what_one_gives(tmp_path: Path) -> None:
    """Workers change nothing in the results."""
    assert flown(tmp_path / "one.sqlite", 9, profile="people") == flown(tmp_path / "two.sqlite", 9, 2, "people")


def test_a_killed_campaign_keeps_whole_nights_or_none(tmp_path: Path) -> None:
    """kill -9 in the middle: no night is there in part."""
    command = [sys.executable, "-m", "mirrordrill", "explore", "--runs", "500", "--results", "r.sqlite"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as going:
        while going.poll() is None and not _some_nights(tmp_path / "r.sqlite"):
            pass
        going.kill()
    with Store(tmp_path / "r.sqlite") as store:
        known = {row[0] for row in nights(store)}
        assert known
        assert {row[0] for row in store.rows("SELECT DISTINCT seed FROM strike")} <= known


def _some_nights(path: Path) -> bool:
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            return bool(db.execute("SELECT count(*) FROM night").fetchone()[0])
    except sqlite3.Error:
        return False


def test_some_nights_are_flown_twice_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A night whose second log differs is not deterministic, whatever else it shows."""
    night = draw_night(TARGETS, "mild", 20)
    outcome, _ = run_night(night, Options())
    assert outcome.was_flown_twice
    assert outcome.verdict is not NightVerdict.NOT_DETERMINISTIC
    digests = iter("ab")
    monkeypatch.setattr("mirrordrill.simulator.kernel.events.EventLog.digest", lambda _: next(digests), raising=True)
    assert run_night(night, Options())[0].verdict is NightVerdict.NOT_DETERMINISTIC


@pytest.mark.parametrize(("site", "is_enough"), [("rdc", False), ("two-groups", True)])
def test_a_site_on_which_everything_is_frozen_is_refused_with_file_and_line(
    tmp_path: Path, site: str, *, is_enough: bool
) -> None:
    """Each of its nights was undecided, and nothing said why."""
    text = (FOLDER / site / "main.cf").read_text("utf-8")
    file = tmp_path / "main.cf"
    file.write_text(text.replace("AutoStartList = ", "Frozen = 1\n\t\tAutoStartList = ", 1), "utf-8")
    refused = pytest.raises(typer.BadParameter, match=r"no night can show anything: .* is frozen \(.*main\.cf:\d+\)")
    with contextlib.nullcontext() if is_enough else refused:
        require_motion(Options(site_files=(file,)), "")


def test_a_failure_is_made_small_and_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a counter-example gives the identical log; with another agent it does not."""
    true = mirrordrill.agent.entrypoints.judge_monitor
    monkeypatch.setattr(mirrordrill.agent.entrypoints, "judge_monitor", lambda *_: 110)
    night = draw_night(TARGETS, "mild", 1)
    outcome, _ = run_night(night, Options())
    failure = next(failure for failure in outcome.failures if failure.oracle == "S7")
    found = shrink_failure(night, Options(), failure.key, tmp_path)
    assert isinstance(found, Example)
    assert found.steps < found.flown_steps / 3
    replayed = replay(Path(found.folder))
    assert (replayed.is_identical, replayed.code) == (True, ExitCode.HELD)
    monkeypatch.setattr(mirrordrill.agent.entrypoints, "judge_monitor", true)
    assert replay(Path(found.folder)).code is ExitCode.NOT_DETERMINISTIC


def test_a_small_night_counts_only_while_no_declared_hazard_explains_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a loss that nothing explains is handed over as one that is known; here it counts with a lost management."""

    def explained_without_it(result: DrillResult, records: Sequence[Record]) -> DrillResult:
        if any(isinstance(each.event, ManagementChanged) for each in records):
            return result
        return replace(result, oracles=tuple(replace(each, declared="a hazard") for each in result.oracles))

    broken.forgets_one_volume(monkeypatch)
    monkeypatch.setattr(mirrordrill.drills.explore.examples, "with_hazards_declared", explained_without_it)
    night = draw_night(TARGETS, "mild", 5)
    found = shrink_failure(night, Options(), ("S6", "", ""), tmp_path)
    assert isinstance(found, Example)
    assert "the management of IBM.2107-75FA120 is lost" in Path(found.folder, SHRUNK_FILE).read_text()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "cannot read {file}: No such file or directory"),
        ("{}", "{file} cannot be read: Object missing required field `replay`"),
        ("[", "{file} cannot be read: Expected `object`, got `array`"),
    ],
)
def test_a_folder_that_is_no_counter_example_is_told_without_an_error_number(
    text: str | None, why: str, tmp_path: Path
) -> None:
    """What is missing, in the words of the system."""
    if text is not None:
        (tmp_path / "verdict.json").write_text(text)
    with pytest.raises(UsageError) as told:
        replay(tmp_path)
    because = why.format(file=tmp_path / "verdict.json")
    assert str(told.value) == f"{tmp_path} is no folder of a counter-example: {because}"


def test_the_results_answer_every_question_and_are_exported(tmp_path: Path) -> None:
    """Each question has as many cells as headings; each table is a CSV file with as many rows."""
    flown(tmp_path / "r.sqlite", 3, profile="rolling")
    with Store(tmp_path / "r.sqlite") as store:
        for question in QUESTIONS:
            assert all(len(row) == len(question.headings) for row in question.answer(store)), question.name
        written = {path.stem: path.read_text().splitlines() for path in export(store, tmp_path / "csv")}
        assert len(written["night"]) == 1 + 3
        assert written["night"][0].startswith("campaign,seed,")


def test_a_file_that_is_no_results_file_is_refused(tmp_path: Path) -> None:
    """Nothing of it is changed."""
    (tmp_path / "r.sqlite").write_text("a letter\n" * 200)
    with pytest.raises(StoreError):
        Store(tmp_path / "r.sqlite")
    assert (tmp_path / "r.sqlite").read_text().startswith("a letter")


def test_a_share_has_its_interval() -> None:
    """Wilson's, which does not say that what was never seen cannot be."""
    assert share(0, 100) == "0.0 % (0.0 to 3.7)"
    assert share(50, 100) == "50.0 % (40.4 to 59.6)"


def test_the_choices_of_the_command_line_are_those_of_the_room() -> None:
    """`--help` names what there is without loading it."""
    assert choices.NIGHT_PROFILES == NAMES
    assert tuple(question.name for question in QUESTIONS) == choices.QUESTIONS
