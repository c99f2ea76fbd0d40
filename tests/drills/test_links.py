"""Which links are followed: those that the user named, but not those of others, and never at a name of ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import typer

from mirrordrill.drills.cli.preconditions import require_place
from mirrordrill.drills.explore.kept.results import export
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.output.whole_files import ASIDE, write_whole
from mirrordrill.drills.rehearse.debrief.tables import write_csv, write_json

OF_OTHERS = "a link of another user, in a directory where others may write"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A file that must stay as it is."""
    file = tmp_path / "kept"
    file.write_text("kept")
    return file


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A directory like /tmp."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    return folder


def test_a_file_that_the_user_named_may_be_a_link(tmp_path: Path, kept: Path) -> None:
    """`--events LINK` writes where it leads; the link stays."""
    link = tmp_path / "link"
    link.symlink_to(kept)
    require_place("--events", link)
    write_whole(link, ["new"], is_named=True)
    assert link.is_symlink()
    assert kept.read_text() == "new"


def test_a_link_that_leads_nowhere_is_neither_removed_nor_filled(tmp_path: Path) -> None:
    """The look before a run took the link away, and left an empty file."""
    link = tmp_path / "link"
    link.symlink_to("later")
    require_place("--events", link)
    assert link.is_symlink()
    assert not link.exists()


def test_a_name_of_ours_is_never_followed(tmp_path: Path, kept: Path) -> None:
    """`report.json`, a table, a page: the link is replaced by the file."""
    folder = tmp_path / "out"
    folder.mkdir()
    with Store(tmp_path / "nights.sqlite") as store:
        for name, write in {
            "report.json": lambda path: write_whole(path, ["new"]),
            "actions.csv": lambda path: write_csv(path, ["a"], [["=b"]]),
            "debriefing.json": lambda path: write_json(path, {"a": 1}),
            "night.csv": lambda _: export(store, folder),
        }.items():
            (folder / name).symlink_to(kept)
            write(folder / name)
            assert (folder / name).is_file()
            assert not (folder / name).is_symlink()
    assert kept.read_text() == "kept"
    assert (folder / "actions.csv").read_bytes() == b"a\r\n'=b\r\n"


@pytest.mark.parametrize("is_named", [False, True])
def test_what_is_written_aside_is_a_new_file(tmp_path: Path, kept: Path, *, is_named: bool) -> None:
    """Its name can be guessed: a link there led root to any file."""
    (tmp_path / ASIDE.format(name="log")).symlink_to(kept)
    write_whole(tmp_path / "log", ["new"], is_named=is_named)
    assert (tmp_path / "log").read_text() == "new"
    assert kept.read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "log"]


def test_a_pipe_of_a_name_of_ours_is_not_waited_for(tmp_path: Path) -> None:
    """It is replaced, too."""
    os.mkfifo(tmp_path / "report.json")
    write_whole(tmp_path / "report.json", ["new"])
    assert (tmp_path / "report.json").read_text() == "new"


def test_a_pipe_that_the_user_named_is_opened_once(tmp_path: Path) -> None:
    """To look whether it can be written would be its end for its reader."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    require_place("--events", pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, ["new"], is_named=True)
    assert os.read(reader, 10) == b"new"
    os.close(reader)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a link of another user")
def test_a_link_of_another_user_in_a_shared_directory_is_refused(shared: Path, kept: Path) -> None:
    """`/tmp/log` that an other user has put there; one of the directory's owner is followed."""
    link = shared / "log"
    link.symlink_to(kept)
    os.lchown(link, 12345, 12345)
    with pytest.raises(typer.BadParameter, match=OF_OTHERS):
        require_place("--events", link)
    with pytest.raises(OSError, match=OF_OTHERS):
        write_whole(link, ["new"], is_named=True)
    assert kept.read_text() == "kept"
    os.chown(shared, 12345, 12345)
    write_whole(link, ["new"], is_named=True)
    assert kept.read_text() == "new"
