"""Files of ours that come back from elsewhere: a sentence with the path, exit code 2, nothing outside is touched."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mirrordrill.drills.cli.main import app
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.output.read_back import inside, whole_number
from mirrordrill.drills.rehearse.recording import TREE, Recording
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.shrink.folder import VERDICT
from mirrordrill.simulator.kernel.untrusted import OutsideError, below
from tests.fuzz.read_back import COUNTER_EXAMPLE, MAIN, REHEARSAL

DIGITS = "9" * 5000


def refused(*words: object) -> str:
    """What the command says where it ends with 2; anything else would be a traceback."""
    done = CliRunner().invoke(app, [str(word) for word in words], standalone_mode=False)
    code = done.return_value if done.exception is None else getattr(done.exception, "exit_code", None)
    assert code == 2, (code, done.exception, done.output)
    return done.output + str(getattr(done.exception, "message", ""))


def changed(document: dict[str, object], **values: object) -> bytes:
    """A document of ours with something else in it."""
    return json.dumps({**document, **values}).encode()


def branch(**values: object) -> list[dict[str, object]]:
    """The branches of a rehearsal with something else in the first one."""
    return [{"name": "main", "parent": "", "left_us": 0, "shared_lines": 0, **values}]


TREES = {
    "no file": None,
    "no JSON": b"{",
    "another kind of value": b"[]",
    "UTF-16": json.dumps(REHEARSAL).encode("utf-16-le"),
    "NUL": b"\0" + json.dumps(REHEARSAL).encode(),
    "nested without end": b'{"branches": ' + b"[" * 100_000,
    "a wrong type": changed(REHEARSAL, site=5),
    "a seed of 5,000 digits": json.dumps(REHEARSAL).replace('"seed": 7', f'"seed": {DIGITS}').encode(),
    "a seed below 0": changed(REHEARSAL, seed=-1),
    "an unknown agent mode": changed(REHEARSAL, agent="nobody"),
    "an unknown profile": changed(REHEARSAL, profile="vcs99"),
    "a branch that is a path": changed(REHEARSAL, branches=branch(name="../../x"), current="../../x"),
    "no branch": changed(REHEARSAL, branches=[]),
    "another branch": changed(REHEARSAL, current="nowhere"),
    "one name twice": changed(REHEARSAL, branches=branch() + branch()),
    "a parent that is not there": changed(REHEARSAL, branches=branch(parent="nobody")),
    "a plan elsewhere": changed(REHEARSAL, plan="../../../etc/passwd"),
    "too long": b" " * 5_000_000,
}


@pytest.mark.parametrize("content", TREES.values(), ids=TREES)
def test_a_rehearsal_that_is_none_is_not_continued(content: bytes | None, tmp_path: Path) -> None:
    """And nothing of it is changed."""
    folder = tmp_path / "recording"
    folder.mkdir()
    if content is not None:
        (folder / TREE).write_bytes(content)
    (folder / "main.feature").write_bytes(MAIN)
    said = refused("rehearse", "--resume", tmp_path, "--no-console")
    assert str(tmp_path) in said
    assert (folder / "main.feature").read_bytes() == MAIN


RECORDINGS = {
    "UTF-16": MAIN.decode().encode("utf-16"),
    "NUL": MAIN + b"\0\n",
    "empty": b"",
    "no feature": b"hello\n",
    "a step that there is not": MAIN + b"    When pigs fly\n",
}


@pytest.mark.parametrize("content", RECORDINGS.values(), ids=RECORDINGS)
def test_a_branch_that_is_none_is_not_continued(content: bytes, tmp_path: Path) -> None:
    """The file of a branch is what anybody may have edited."""
    folder = tmp_path / "recording"
    folder.mkdir()
    (folder / TREE).write_bytes(changed(REHEARSAL, plan="", branches=branch()))
    (folder / "main.feature").write_bytes(content)
    assert refused("rehearse", "--resume", tmp_path, "--no-console")


VERDICTS = {
    **{name: content for name, content in TREES.items() if content is None or name in {"no JSON", "UTF-16", "NUL"}},
    "another kind of value": b'"text"',
    "no command": changed(COUNTER_EXAMPLE, replay="rm -rf /"),
    "an open quote": changed(COUNTER_EXAMPLE, replay="mirrordrill run 'x"),
    "a feature elsewhere": changed(COUNTER_EXAMPLE, replay="mirrordrill run ../../x.feature"),
    "a site elsewhere": changed(COUNTER_EXAMPLE, replay="mirrordrill run x.feature --site /etc/passwd"),
    "an unknown option": changed(COUNTER_EXAMPLE, replay="mirrordrill run x.feature --report /tmp/x"),
    "an option alone": changed(COUNTER_EXAMPLE, replay="mirrordrill run x.feature --seed"),
    "a seed of 5,000 digits": changed(COUNTER_EXAMPLE, replay=f"mirrordrill run x.feature --seed {DIGITS}"),
    "a seed that is none": changed(COUNTER_EXAMPLE, replay="mirrordrill run x.feature --seed one"),
    "an unknown agent mode": changed(COUNTER_EXAMPLE, replay="mirrordrill run x.feature --agent nobody"),
    "an unknown profile": changed(COUNTER_EXAMPLE, replay="mirrordrill run x.feature --profile vcs99"),
    "a feature that is not there": changed(COUNTER_EXAMPLE, replay="mirrordrill run x.feature"),
}


@pytest.mark.parametrize("content", VERDICTS.values(), ids=VERDICTS)
def test_a_counter_example_that_is_none_is_not_run(content: bytes | None, tmp_path: Path) -> None:
    """What it names lies in its folder."""
    if content is not None:
        (tmp_path / VERDICT).write_bytes(content)
    assert str(tmp_path) in refused("replay", tmp_path)


def no_database(path: Path) -> None:
    """A file of another kind."""
    path.write_bytes(b"x" * 5000)


def pipe(path: Path) -> None:
    """A program that opens it waits for ever."""
    os.mkfifo(path)


def strange_table(path: Path) -> None:
    """A database of ours with a trigger in it."""
    with Store(path):
        pass
    with sqlite3.connect(path) as database:
        database.execute("CREATE TRIGGER t AFTER INSERT ON night BEGIN DELETE FROM night; END")
    database.close()


def wrong_values(path: Path) -> None:
    """Texts where numbers belong."""
    with Store(path):
        pass
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO outage VALUES ('x', 'y', x'00ff', 1, 0, 'never', 'never', 'many')")
    database.close()


@pytest.mark.parametrize("make", [no_database, pipe, strange_table, wrong_values, Path.mkdir])
def test_a_results_file_that_is_none_is_told(make: Callable[[Path], None], tmp_path: Path) -> None:
    """To whoever asks it a question, and to a campaign that was to go on in it."""
    path = tmp_path / "r.sqlite"
    make(path)
    assert str(path) in refused("results", "rto", "rpo", "--results", path)
    if make is not wrong_values:
        assert str(path) in refused("explore", "--runs", 1, "--results", path)


def test_a_report_that_is_a_pipe_or_a_device_is_refused(tmp_path: Path) -> None:
    """The command does not wait, and no memory is filled."""
    os.mkfifo(tmp_path / "report.json")
    assert "is not a regular file" in refused("report", tmp_path)
    assert "/dev/zero" in refused("report", "/dev/zero")


def test_a_feature_that_is_a_pipe_is_refused(tmp_path: Path) -> None:
    """By whatever reads features."""
    path = tmp_path / "x.feature"
    os.mkfifo(path)
    for words in (["run"], ["list"], ["check"], ["explore", "--runs", "1", "--results", tmp_path / "r"]):
        assert "x.feature" in refused(*words, path)
    assert "x.feature" in refused("rehearse", "--dir", tmp_path / "new", "--plan", path, "--no-console")


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "", "x\0y", "circle", "out"])
def test_what_is_read_back_names_nothing_outside(name: str, tmp_path: Path) -> None:
    """Not by a name, and not by a link; a link in a circle is none either."""
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "out").symlink_to("/etc")
    with pytest.raises(OutsideError):
        below(tmp_path, name)
    with pytest.raises(UsageError):
        inside(tmp_path, name)


@pytest.mark.parametrize("text", ["-1", "", "1.0", "1e3", DIGITS, "٣", " 1", "1_000", "1" * 19])
def test_a_number_has_digits_and_a_bound(text: str) -> None:
    """Python takes more for a number, and stops at 4,300 digits with an error of its own."""
    with pytest.raises(UsageError) as told:
        whole_number(text, "the seed")
    assert len(str(told.value)) < 200


def test_a_number_is_read() -> None:
    """With zeros in front, too."""
    assert whole_number("0007", "the seed") == 7
    assert whole_number("9" * 18, "the seed") == 10**18 - 1


def test_a_recording_is_read_as_it_is_now(tmp_path: Path) -> None:
    """pytest-bdd remembers features; a recording grows."""
    recording = Recording(tmp_path)
    recording.folder.mkdir()
    path = recording.path("main")
    path.write_bytes(MAIN)
    assert len(recording.lines("main")) == 4
    path.write_bytes(MAIN + b"    When 1 minute passes\n    When the clo\xc3")
    assert [line.words for line in recording.lines("main")][-1] == "1 minute passes"
