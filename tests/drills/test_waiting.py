"""Every wait has an end: what reaches its bound says what it waited for, and the drill is undecided."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mirrordrill.drills.cli.main import app
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.steps.wording import PARAMETER_TYPES
from mirrordrill.simulator.kernel import waiting
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.kernel.waiting import DAY_S, LONGEST_WAIT_S, StandstillError, WaitEndedError, Waiting


def test_a_command_that_never_ends_is_given_up_and_named() -> None:
    """After seven days, although nothing else happens on the site."""
    kernel = Kernel()
    with pytest.raises(WaitEndedError, match=r"waited 7 days for `hares -action x` on hosta, which did not end"):
        Waiting(kernel).end_of(kernel.env.event(), "`hares -action x` on hosta")
    assert kernel.now_s <= 7 * DAY_S


@pytest.mark.parametrize("too_long_s", [LONGEST_WAIT_S + 1, 1e300, float("inf"), float("nan")])
def test_no_time_longer_than_a_year_passes_in_one_wait(too_long_s: float) -> None:
    """Not even a part of it."""
    kernel = Kernel()
    for wait in (
        lambda: Waiting(kernel).pass_time(too_long_s),
        lambda: Waiting(kernel).until(lambda: False, too_long_s),
        lambda: Waiting(kernel).event(kernel.env.event(), too_long_s),
    ):
        with pytest.raises(WaitEndedError, match="is longer than 366 days"):
            wait()
    assert kernel.now_s == 0


def ticking(kernel: Kernel, interval_s: float) -> Generator[Any, Any, None]:
    while True:
        yield kernel.env.timeout(interval_s)


def test_a_site_that_never_rests_ends_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated time passes, but so slowly that no year would ever end; one that stands still is a fault."""
    monkeypatch.setattr(waiting, "STEPS_BESIDES", 5000)
    monkeypatch.setattr(waiting, "STANDSTILL_STEPS", 5000)
    kernel = Kernel()
    kernel.env.process(ticking(kernel, 1e-6))
    with pytest.raises(WaitEndedError, match=r"simulator events in .* seconds: something on this site never rests"):
        Waiting(kernel).pass_time(DAY_S)
    still = Kernel()
    still.env.process(ticking(still, 0))
    with pytest.raises(StandstillError):
        Waiting(still).pass_time(DAY_S)


def test_who_waits_is_told_the_time_although_nothing_is_logged() -> None:
    """A year of quiet is half a minute of real time."""
    kernel, told = Kernel(), list[float]()
    kernel.env.process(ticking(kernel, 60))
    Waiting(kernel, watch=told.append).pass_time(30 * DAY_S)
    assert told == sorted(told)
    assert len(told) == 30 * 24 * 60 // waiting.TELL_STEPS


NINES = "9" * 5000
WORDS = [
    ("duration", f"{NINES[:400]} seconds"),
    ("duration", f"{NINES} days"),
    ("duration", "3650 days"),
    ("duration", "366 days and 0.1 seconds"),
    ("count", NINES),
    ("count", "1,000,000,000,001"),
    ("number", NINES),
    ("number", "1000000000000.5"),
    ("percent", "100.5 %"),
    ("percent", f"{NINES} %"),
]


@pytest.mark.parametrize(("kind", "text"), WORDS, ids=[f"{kind} {text:.12}" for kind, text in WORDS])
def test_a_number_in_a_step_has_a_bound_and_its_reason(kind: str, text: str) -> None:
    """In a sentence that a person can read."""
    with pytest.raises(UsageError, match="at most") as wrong:
        PARAMETER_TYPES[kind].read(text)
    assert len(str(wrong.value)) < 200


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("duration", "366 days", LONGEST_WAIT_S), ("count", "000,000,012", 12), ("percent", "100 %", 100.0)],
)
def test_what_lies_within_the_bounds_is_taken(kind: str, text: str, value: float) -> None:
    """The bounds themselves included."""
    assert PARAMETER_TYPES[kind].read(text) == value


def run(folder: Path, *steps: str) -> tuple[int, str]:
    lines = "".join(f"    When {step}\n" for step in steps)
    text = f'Feature: f\n  Scenario: s\n    Given the example site "rdc"\n{lines}'
    (folder / "own.feature").write_text(text)
    done = CliRunner().invoke(app, ["run", str(folder / "own.feature"), "--show", "summary"])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def test_a_drill_whose_wait_ends_is_undecided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links that flap every microsecond: exit 12, with what was waited for."""
    monkeypatch.setattr(waiting, "STEPS_BESIDES", 5000)
    arrays, tick = "IBM.2107-75FA120 and IBM.2107-75FA150", "0.000001 seconds"
    flap = f"the Metro Mirror links between {arrays} flap, {tick} down and {tick} up"
    code, said = run(tmp_path, "10 minutes pass", flap, "1 day passes", "1 minute passes")
    assert "undecided  waited for time to pass through" in said, said
    assert "never rests" in said
    assert code == 12


def test_a_drill_with_an_endless_duration_is_wrong(tmp_path: Path) -> None:
    """Exit 2, at once."""
    code, said = run(tmp_path, f"{NINES[:400]} seconds pass")
    assert code == 2
    assert "a step waits 366 days at most" in said
