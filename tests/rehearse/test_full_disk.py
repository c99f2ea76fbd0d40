"""What a rehearsal does while nothing can be written: it stays where it was, loses nothing, and says what to do."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mirrordrill.drills.rehearse.opening import RehearseOptions, conclude, rehearse_words
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.run.exit_codes import ExitCode


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows beyond a few bytes; the system says so as it says that a disk is full, by another number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("typed", ["back 00:10:00", "branch other", "go other"])
def test_a_branch_that_cannot_be_written_is_not_entered(
    rehearsal: Rehearsal, instructor: Instructor, typed: str
) -> None:
    """The rehearsal stays in its branch, which goes on to be recorded when there is room."""
    for line in ("branch other", "go main", "hosta loses power", "10 minutes pass"):
        assert instructor.types(line).is_good
    if typed == "branch other":
        typed = "branch another"
    before = list(rehearsal.tree.branches)
    with full_disk():
        refused = instructor.types(typed)
        assert not refused.is_good
        assert "cannot write" in refused.text
        assert "the rehearsal stays where it was" in refused.text
    assert (rehearsal.tree.current, rehearsal.tree.branches) == ("main", before)
    assert sorted(path.stem for path in rehearsal.recording.folder.glob("*.feature")) == ["main", "other"]
    assert instructor.types("hostb loses power").is_good
    assert rehearsal.recording.problem == ""
    assert rehearsal.recording.path("main").read_text().rstrip().endswith("When hostb loses power")
    assert rehearsal.recording.load().current == "main"
    assert instructor.types(typed).is_good


def test_the_end_says_which_lines_are_not_on_the_disk(
    rehearsal: Rehearsal, instructor: Instructor, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is lost that is not shown: added to the recording, these lines make it whole."""
    with full_disk():
        assert instructor.types("hosta loses power").is_good
        assert conclude(rehearsal) is ExitCode.HARNESS
    told = capsys.readouterr().out
    path = rehearsal.recording.path("main")
    assert "Traceback" not in told
    assert "there is no debriefing of this end" in told
    _, _, missing = told.partition(f"{path} lacks what was done last, and ends before these lines:\n")
    assert [line.strip() for line in missing.splitlines()][1] == "When hosta loses power"
    assert f"add them to its end, and `mirrordrill rehearse --resume {path.parent.parent}`" in told


def test_a_whole_recording_without_a_report_is_debriefed_later(
    rehearsal: Rehearsal, instructor: Instructor, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the report is missing, and the end says how to have it."""
    assert instructor.types("hosta loses power").is_good
    (rehearsal.recording.folder.parent / "report").write_text("a file where its directory would be")
    assert conclude(rehearsal) is ExitCode.HARNESS
    told = capsys.readouterr().out
    assert ": there is no debriefing of this end" in told
    assert "the recording is complete; `mirrordrill rehearse --resume " in told


def test_no_room_for_the_programs_is_no_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 14, with what could not be written."""
    with full_disk():
        code = rehearse_words(RehearseOptions(("rdc",), directory=tmp_path / "night", has_console=False))
    assert code is ExitCode.HARNESS
    assert "cannot " in capsys.readouterr().err
