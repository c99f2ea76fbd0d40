"""What a whole run spends on counter-examples, and what its report says of each drill."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.run.runner import RunRequest, RunResult, run_once
from mirrordrill.drills.shrink.automatic import add_counter_examples, shrink_all
from mirrordrill.drills.shrink.output import ShrinkOutput
from mirrordrill.drills.shrink.search import DEFAULT
from tests.features.own_directory import BEGINS as TROUBLE
from tests.features.own_directory import own_site
from tests.features.test_at_a_terminal import ESCAPES, SHOW_CURSOR, at_a_terminal
from tests.negative import test_sabotaged_agents as broken
from tests.shrinking.nights import BEGINS, COPY_PENDING, NOBODY_COMES, NOISE, SWITCHES

CALM = BEGINS + "    When 10 minutes pass\n    Then no acknowledged write was lost\n"


def flown(folder: Path, *texts: str) -> RunResult:
    """Features run for a report."""
    for number, text in enumerate(texts):
        (folder / f"{number}.feature").write_text(text)
    files = sorted(folder.glob("*.feature"))
    return run_once(files, RunRequest(), Options(report=folder / "out"), None)


def teller() -> tuple[ShrinkOutput, io.StringIO]:
    """Somebody who tells, and what is told."""
    told = io.StringIO()
    return ShrinkOutput(Console(file=told, width=200)), told


def test_a_sabotaged_agent_is_shrunk_into_the_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of three drills two fail; each has its own counter-example, the third needs none, and the exit code stays."""
    broken.takes_over_while_copy_pending(monkeypatch)
    # How much noise a search gets rid of is the business of test_shrink.py.
    result = flown(tmp_path, COPY_PENDING.replace(NOISE, ""), CALM, NOBODY_COMES.replace(NOISE, ""))
    voice, told = teller()
    add_counter_examples(result.drills, result.exit_code, Options(report=tmp_path / "out"), voice)
    report = read_report(tmp_path / "out" / "report.json")
    examples = [drill.counter_example for drill in report.drills]
    assert [example.kind for example in examples] == ["shrunk", "none needed", "shrunk"]
    assert [example.rule for example in examples] == ["S4", "", "oragrp comes online on hostc within 30 minutes"]
    assert report.exit_code == result.exit_code is ExitCode.SAFETY
    assert 'And a storage administrator types "resumepprc 1260:1260 1261:1261" on hosta' in examples[0].steps
    assert all((tmp_path / "out" / example.folder / "verdict.json").is_file() for example in examples if example.folder)
    assert told.getvalue().count("shrinking  A long night") == 2


def test_a_run_has_a_budget_and_what_is_left_over_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where everything fails, nobody waits for hours."""
    broken.forgets_one_volume(monkeypatch)
    drills = flown(tmp_path, SWITCHES, SWITCHES, NOBODY_COMES).drills
    voice, told = teller()
    found = shrink_all(drills, Options(), voice, DEFAULT, 12, [])
    first, second, third = [each for each in found if each is not None]
    assert first.shrunk is not None
    assert not first.shrunk.is_minimal
    assert first.shrunk.runs == 12
    # One cause is shrunk once, whatever is left of the budget.
    assert second.why_not == "it fails as drill 1 of this run does, whose counter-example stands for both"
    assert third.why_not == "the runs allowed for this run are used up"
    assert told.getvalue().count("not shrunk: the runs allowed for this run are used up") == 1


@pytest.mark.parametrize("code", [ExitCode.INTERRUPTED, ExitCode.NOT_DETERMINISTIC, ExitCode.HARNESS])
def test_nothing_is_shrunk_where_flying_again_shows_nothing(
    code: ExitCode, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Somebody has seen enough, the same seed gave another log, or the harness is at fault."""
    broken.forgets_one_volume(monkeypatch)
    drills: tuple[DrillResult, ...] = flown(tmp_path, SWITCHES).drills
    before = (tmp_path / "out" / "report.json").read_bytes()
    voice, told = teller()
    add_counter_examples(drills, code, Options(report=tmp_path / "out"), voice)
    assert told.getvalue() == ""
    assert (tmp_path / "out" / "report.json").read_bytes() == before


def test_a_terminal_shows_how_the_search_goes(tmp_path: Path) -> None:
    """Runs that grow in number, steps that grow fewer, and the cursor back in the end."""
    own_site(tmp_path)
    more = "    When 10 minutes pass\n" * 12 + "    Then dbgrp comes online on dr1 within 1 minute\n"
    (tmp_path / "drills" / "a.feature").write_text(TROUBLE + more)
    output = at_a_terminal(tmp_path, "shrink", "drills")
    seen = [tuple(map(int, found)) for found in re.findall(r"\[(\d+) runs\] (\d+) steps left", ESCAPES.sub("", output))]
    assert len(seen) >= 2
    assert sorted(flights for flights, _ in seen) == [flights for flights, _ in seen]
    assert sorted((left for _, left in seen), reverse=True) == [left for _, left in seen]
    assert output.rindex(SHOW_CURSOR) > output.rindex("runs]")
    assert "2 of 15 steps are left" in ESCAPES.sub("", output).replace("\r\n", " ")
