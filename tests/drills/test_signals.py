"""A signal ends every command with 128 and its number before the verdict is known, and changes nothing afterwards.

The signal is raised by what the command itself calls, so that it comes at the same moment in every run.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter

import mirrordrill.drills.cli.init
import mirrordrill.drills.cli.listing
import mirrordrill.drills.cli.step_catalogue
import mirrordrill.drills.explore.start
import mirrordrill.drills.report.files
import mirrordrill.simulator.config.loader
from mirrordrill.drills.cli import check
from mirrordrill.drills.cli.console import Reporter
from mirrordrill.drills.cli.ending import ENDING, run_command
from mirrordrill.drills.cli.main import app
from mirrordrill.drills.explore import command as explore_command
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.explore.replay import Replayed
from mirrordrill.drills.output.streams import PatientStream
from mirrordrill.drills.report.runs import index_command
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.runner import run
from mirrordrill.drills.shrink import command as shrink_command
from mirrordrill.drills.sweep import campaign as sweep_campaign
from mirrordrill.drills.sweep import command as sweep_command
from mirrordrill.simulator.world import World

RDC = Path(__file__).resolve().parents[2] / "drills/sites/rdc/main.cf"
BAD = """Feature: bad
  Scenario: never
    Given the example site "rdc"
    When 1 minute passes
    Then oragrp comes online on hostd within 2 minutes
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drill that fails, a report of one, and its counter-example."""
    folder = tmp_path_factory.mktemp("ended")
    (folder / "bad.feature").write_text(BAD)
    (folder / "bad.cf").write_text("cluster c (\n")
    run([str(folder / "bad.feature")], Options(report=folder / "report"), None)
    run(["migration"], Options(report=folder / "other"), None)
    assert command("shrink", folder / "bad.feature", "--out", folder / "small", "--runs", 4) == 0
    assert command("explore", "--runs", 1, "--results", folder / "kept.sqlite") == 0
    return folder


def command(*words: object) -> int:
    """The exit code of a command line of this process, whose signals and streams are as they were afterwards."""
    line = [str(word) for word in words]
    before = {number: signal.getsignal(number) for number in (*ENDING, signal.SIGALRM)}
    streams, hook = (sys.stdout, sys.stderr), sys.unraisablehook
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    try:
        return run_command(lambda: app(line, standalone_mode=False), lambda error: tell_usage(error))
    finally:
        sys.stdout, sys.stderr = streams
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def tell_usage(error: Exception) -> None:
    """What is wrong with a command line."""
    sys.stderr.write(f"{error}\n")


def raising(number: int, then: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is called as `then` is, at the moment in which the signal arrives."""

    def called(*words: Any, **named: Any) -> Any:
        signal.raise_signal(number)
        return then(*words, **named)

    return called


WORLDS = (World, "start")
BEFORE = {
    "run {bad} --show summary": WORLDS,
    "run {bad} --show summary --no-shrink --report {new}": WORLDS,
    "shrink {bad} --runs 3": WORLDS,
    "sweep switch --every 50": WORLDS,
    "explore --runs 2 --results {new}": WORLDS,
    "replay {small}": WORLDS,
    "rehearse rdc --no-console --dir {new}": WORLDS,
    "serve rdc --dir {new}": WORLDS,
    "check {rdc}": (mirrordrill.simulator.config.loader, "read_text"),
    "report {report}": (mirrordrill.drills.report.files, "from_json"),
    "report {report} --html {new}": (mirrordrill.drills.report.files, "page_of"),
    "report {report} --compare {report}": (mirrordrill.drills.report.files, "from_json"),
    "list": (mirrordrill.drills.cli.listing, "read_feature"),
    "results --results {kept}": (Store, "rows"),
    "results --results {kept} --csv {new}": (mirrordrill.drills.explore.start, "export"),
    "faults --results {kept}": (Store, "rows"),
    "init {new} --site {rdc}": (mirrordrill.drills.cli.init, "plan"),
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("words", BEFORE)
def test_before_the_verdict_a_signal_is_130_or_143(
    words: str, number: signal.Signals, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the command was about."""
    owner, name = BEFORE[words]
    monkeypatch.setattr(owner, name, raising(number, getattr(owner, name)))
    assert command(*filled(words, folder, tmp_path)) == 128 + number


def filled(words: str, folder: Path, new: Path) -> list[str]:
    """The command line with its paths."""
    small = next(folder.glob("small/counter-example/*/verdict.json"), folder).parent
    places = {
        "bad": folder / "bad.feature",
        "small": small,
        "report": folder / "report",
        "other": folder / "other",
        "runs": folder,
        "empty": new,
        "rdc": RDC,
        "kept": folder / "kept.sqlite",
    }
    return words.format(new=new / "new", bad_cf=folder / "bad.cf", **places).split()


AFTER = {
    "run {bad} --show summary": (Reporter, "tell_end", 11),
    "shrink {bad} --runs 3": (shrink_command, "told_end", 0),
    "sweep switch --every 50": (sweep_command, "endings", 0),
    "sweep switch --point 2:after:killed": (sweep_campaign, "exit_code", 0),
    "explore --runs 2 --profile mild --results {new}": (explore_command, "summary", 0),
    "replay {small}": (Replayed, "lines", 0),
    "check {bad_cf}": (check, "show_problems", 1),
    "check {rdc}": (check, "show_problems", 0),
    "report {report}": (PatientStream, "write", 0),
    "report {report} --compare {report}": (mirrordrill.drills.report.files, "say", 0),
    "report {report} --compare {other}": (mirrordrill.drills.report.files, "say_folded", 1),
    "report --index {runs}": (index_command, "table", 0),
    "report --index {empty}": (index_command, "say", 2),
    "list": (mirrordrill.drills.cli.listing, "show", 0),
    "list --tag nosuch": (sys.modules[__name__], "tell_usage", 2),
    "steps loses power": (mirrordrill.drills.cli.step_catalogue, "show_line", 0),
    "results --results {kept}": (mirrordrill.drills.explore.start, "Table", 0),
    "results --results {kept} --csv {new}": (mirrordrill.drills.explore.start, "Text", 0),
    "results --results {bad}": (sys.modules[__name__], "tell_usage", 2),
    "faults --results {kept}": (mirrordrill.drills.explore.start, "Text", 0),
    "init {new} --site {rdc}": (mirrordrill.drills.cli.init, "say", 0),
}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("words", AFTER)
def test_after_the_verdict_a_signal_changes_nothing(
    words: str, number: signal.Signals, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It arrives while the command begins to tell what came of it."""
    owner, name, code = AFTER[words]
    monkeypatch.setattr(owner, name, raising(number, getattr(owner, name)))
    assert command(*filled(words, folder, tmp_path)) == code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_failures_are_made_small_leaves_the_verdict_of_the_nights(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The nights are kept; that is said."""
    monkeypatch.setattr(explore_command, "make_small", raising(number, explore_command.make_small))
    words = "explore --runs 2 --profile mild --results {new} --out {new}.out"
    assert command(*filled(words, tmp_path, tmp_path)) == 0
    assert "interrupted; the results file has what the nights came to" in capsys.readouterr().out


def test_what_pytest_cannot_describe_is_an_interruption_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks for the line of what was interrupted, and some code has none."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def fail(*_: object) -> None:
        raise TypeError("unsupported operand type(s) for -: 'NoneType' and 'int'")

    monkeypatch.setattr(World, "start", interrupt)
    monkeypatch.setattr(TerminalReporter, "pytest_keyboard_interrupt", fail)
    result = run(["migration"], Options(), None)
    assert result.exit_code is ExitCode.INTERRUPTED
    assert result.is_interrupted
