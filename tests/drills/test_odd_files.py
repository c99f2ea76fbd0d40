"""Pipes, devices, links that lead nowhere and names that are no text, where a file is expected: one clear sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from mirrordrill.drills.cli.main import app
from mirrordrill.drills.cli.preconditions import require_files
from mirrordrill.drills.explore.kept.store import Store, StoreError
from mirrordrill.drills.gherkin.feature_file import NotRunnableError, parse
from mirrordrill.drills.gherkin.form import WrongLine
from mirrordrill.drills.rehearse.debrief.plan import runbook
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.runner import RunRequest, find_features, prepared
from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.config.loader import Unreadable, read_text
from tests.commands import mirrordrill

FEATURE = 'Feature: f\n  Scenario: s\n    Given the example site "rdc"\n    When 1 minute passes\n'


@pytest.mark.parametrize("name", ["a[1].feature", "a::b.feature", "d[1]/a.feature", "d::e/a.feature"])
def test_a_path_that_pytest_would_not_find_is_refused(name: str, tmp_path: Path) -> None:
    """It takes a part of it for the name of a test, and ran nothing without a word of why."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(FEATURE)
    with pytest.raises(UsageError, match="which pytest takes for the choice of a test: rename it"):
        find_features([str(tmp_path / name)])


def test_a_feature_that_is_no_file_is_named(tmp_path: Path) -> None:
    """A pipe would be waited for, and a device has no end; below a directory, too."""
    os.mkfifo(tmp_path / "pipe.feature")
    (tmp_path / "device.feature").symlink_to("/dev/zero")
    for name in ("pipe.feature", "device.feature", ""):
        with pytest.raises(UsageError, match=r"(pipe\.feature|device\.feature|zero) is not a regular file"):
            find_features([str(tmp_path / name)])


def test_junit_xml_cannot_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    """pytest ended in a fault of the harness after the drill had been run; without it the drill runs."""
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.feature"))
    file.write_text(FEATURE)
    with prepared(RunRequest((str(file),)), Options()) as found:
        assert found.files == (file,)
    order = RunRequest((str(file),), junit=tmp_path / "junit.xml")
    with pytest.raises(UsageError, match="no UTF-8, which JUnit XML cannot have"), prepared(order, Options()):
        pass


@pytest.mark.parametrize("kind", ["pipe", "directory", "link"])
def test_a_site_toml_that_is_no_file_is_not_passed_over(kind: str, tmp_path: Path) -> None:
    """What stands in it would not count, and nothing would say so."""
    (tmp_path / "main.cf").write_text(find_site("rdc").files[0].read_text())
    place = tmp_path / "site.toml"
    {"pipe": os.mkfifo, "directory": os.mkdir, "link": lambda path: path.symlink_to("nowhere")}[kind](place)
    done = CliRunner().invoke(app, ["check", str(tmp_path / "main.cf")])
    assert done.exit_code == 1, done.output
    assert "site.toml" in done.output
    assert "is not a regular file" in done.output or "No such file" in done.output


@pytest.mark.skipif(not Path("/proc/self/pagemap").exists(), reason="only Linux has such files")
def test_a_file_of_the_kernel_that_has_no_end_is_read_no_further_than_others() -> None:
    """It calls itself regular, and empty: half a terabyte was read into memory."""
    endless = Path("/proc/self/pagemap")
    with pytest.raises(Unreadable, match="has more than 1,000 bytes; no file of this kind"):
        read_text(endless, 1000)
    with pytest.raises(UsageError, match="no file of this kind has more"):
        runbook(endless, find_site("rdc"))


def test_a_file_that_calls_itself_regular_and_waits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`run --site-toml /proc/kmsg` took it for an empty file, and waited for ever when it read it once more; so did
    `--results`.
    """
    os.mkfifo(waits := tmp_path / "kmsg")
    writer = os.open(waits, os.O_RDWR)
    with monkeypatch.context() as kernel:
        kernel.setattr(Path, "is_file", lambda _: True)
        with pytest.raises(Unreadable, match="kmsg waits for what is still to come; name a file that is whole"):
            read_text(waits)
        with pytest.raises(StoreError, match="kmsg is no results file: it waits for what is still to come"):
            Store(waits)
    os.close(writer)


def test_links_in_a_circle_are_wrong_usage_for_results(tmp_path: Path) -> None:
    """`explore --results` ended as on a full disk, with 14."""
    (tmp_path / "circle").symlink_to("circle")
    for name in ("circle", "circle/nights.db"):
        done = mirrordrill("explore", "--site", "rdc", "--runs", "1", "--results", str(tmp_path / name))
        assert done.returncode == 2
        assert "symbolic links" in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    "words", [["check"], ["report", "--index"], ["faults", "--results"], ["run", "--site"], ["rehearse"]]
)
def test_a_name_that_is_longer_than_any_is_wrong_usage(words: list[str]) -> None:
    """One short sentence; the harness took the blame for it."""
    done = mirrordrill(*words, "x" * 5000)
    assert done.returncode in {1, 2}, done.stderr[:500]
    assert "harness" not in done.stdout + done.stderr
    assert "cannot go on" not in done.stdout + done.stderr


@pytest.mark.parametrize("option", ["--dir", "--resume"])
def test_a_rehearsal_in_what_is_no_directory_is_wrong_usage(tmp_path: Path, option: str) -> None:
    """It was told as a recording that cannot be written, with the exit code of a full disk."""
    (tmp_path / "file").touch()
    done = mirrordrill("rehearse", *(["rdc"] if option == "--dir" else []), "--no-console", option, tmp_path / "file")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_there_and_no_file_is_not_called_missing(tmp_path: Path) -> None:
    """`no such file` is said of what is not there."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "link")
    for name, said in (("pipe", "is not a regular file"), ("link", "is not a regular file"), ("none", "no such file")):
        with pytest.raises(typer.BadParameter, match=said):
            require_files("--site-toml", [tmp_path / name])


def test_a_feature_with_much_that_is_wrong_is_told_in_lines_that_a_person_reads(tmp_path: Path) -> None:
    """Found by the fuzzer: hundreds of scenarios of one name, and a keyword of thousands of characters."""
    long = f"    Given x\n    Wh{'9' * 9000}n y\n"
    (tmp_path / "own.feature").write_text("Feature: f\n" + f"  Scenario: s\n{long}" * 90)
    with pytest.raises(NotRunnableError) as wrong:
        parse(tmp_path / "own.feature")
    told = wrong.value.at("own.feature")
    assert told.count("\n") <= 20
    assert max(map(len, told.split("\n"))) < 500
    assert "Wh999" in told or "more of such lines" in told
    many = NotRunnableError(*(WrongLine(at, "x" * 9000) for at in range(1, 100)))
    assert many.at("f").endswith("f: and 79 more of such lines")
    assert len(many.at("f")) < 10_000
