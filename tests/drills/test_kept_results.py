"""The results of a run: kept outside of memory, the same when they are looked at, and none lost to a full disk."""

from __future__ import annotations

import errno
import gc
import os
import tempfile
import tracemalloc
from pathlib import Path
from typing import IO

import pytest

from mirrordrill.drills.output.kept_results import KeptResults
from mirrordrill.drills.run import runner
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult, StepResult

FEATURE = "Feature: tiny\n"
SCENARIO = """  Scenario: number {number}
    Given the example site "rdc"
    When 1 minute passes
    Then {what}
"""
TRUE, FALSE = "oragrp stays online on hosta for 1 minute", "oragrp comes online on hostd within 5 minutes"


class Recorder:
    """Remembers what it was told, and how many of pytest's reports there were at each moment."""

    def __init__(self) -> None:
        self.results: list[DrillResult] = []
        self.reports: list[int] = []

    def drills_found(self, count: int) -> None:
        """Nothing to remember."""

    def drill_began(self, drill: Drill) -> None:
        """Count what pytest keeps."""
        self.reports.append(sum(isinstance(each, pytest.TestReport) for each in gc.get_objects()))

    def time_passes(self, drill: Drill, now_s: float) -> None:
        """Nothing to remember."""

    def step_ended(self, drill: Drill, step: StepResult) -> None:
        """Nothing to remember."""

    def drill_ended(self, drill: Drill, result: DrillResult) -> None:
        """Remember it."""
        self.results.append(result)


def feature(folder: Path, *what: str) -> Path:
    """A feature with a scenario for each of these expectations."""
    path = folder / "tiny.feature"
    path.write_text(FEATURE + "".join(SCENARIO.format(number=at, what=each) for at, each in enumerate(what)))
    return path


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[DrillResult]:
    """Results of three drills, one of which failed, with what a report says of them."""
    folder = tmp_path_factory.mktemp("told")
    recorder = Recorder()
    runner.run([str(feature(folder, TRUE, FALSE, TRUE))], Options(report=folder / "out"), recorder)
    assert len(recorder.results) == 3
    return recorder.results


@pytest.mark.parametrize("in_memory_bytes", [0, 50_000, 1 << 20])
def test_what_is_kept_is_what_came(told: list[DrillResult], in_memory_bytes: int) -> None:
    """In memory, in the file, or partly: in the same order, as often as it is looked at, by number or by slice."""
    kept = KeptResults(in_memory_bytes)
    for result in told * 2:
        kept.append(result)
    assert list(kept) == told * 2
    assert list(kept) == told * 2
    assert (kept[1], kept[-1], kept[:2], len(kept)) == (told[1], told[2], told[:2], 6)


def test_a_full_disk_loses_no_result(told: list[DrillResult], monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written stays in memory, also where the disk is full in the middle of a result."""

    class FullDisk:
        def __init__(self, file: IO[bytes]) -> None:
            self._file, self._room = file, 40_000

        def write(self, text: bytes) -> int:
            if not self._room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            taken = self._file.write(text[: self._room])
            self._room -= taken
            return taken

        def seek(self, place: int) -> int:
            return self._file.seek(place)

        def read(self, length: int) -> bytes:
            return self._file.read(length)

        def close(self) -> None:
            self._file.close()

    made = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **words: FullDisk(made(**words)))
    kept = KeptResults(0)
    for result in told * 3:
        kept.append(result)
    assert list(kept) == told * 3


def test_results_take_no_memory_worth_the_name(told: list[DrillResult]) -> None:
    """200 results of 10 KiB and more each: less than a quarter of a KiB of memory for each."""
    kept = KeptResults(0)
    kept.append(told[0])
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(200):
            kept.append(told[0])
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (after - before) / 200 < 256
    assert kept[200] == told[0]


def test_a_run_keeps_no_report_of_a_drill_that_held(tmp_path: Path) -> None:
    """pytest would keep three of each drill until the end; one that failed may be told."""
    recorder = Recorder()
    result = runner.run([str(feature(tmp_path, FALSE, *[TRUE] * 12))], Options(), recorder)
    assert result.exit_code is ExitCode.LIVENESS
    assert list(result.drills) == recorder.results
    first, last = recorder.reports[1], recorder.reports[-1]
    assert last <= first + 3


def test_a_directory_whose_name_is_no_text_holds_drills_like_any_other(tmp_path: Path) -> None:
    """Linux takes any bytes for a name; they are shown as escapes, and found again."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/sit\xe9"))
    folder.mkdir()
    result = runner.run([str(feature(folder, TRUE))], Options(report=tmp_path / "out"), None)
    assert result.exit_code is ExitCode.HELD, result.complaint
    [drill] = result.drills
    assert drill.schedule is not None
    assert drill.schedule.path == folder / "tiny.feature"
    assert (tmp_path / "out" / "report.json").exists()
