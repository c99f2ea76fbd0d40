"""A name from outside never becomes a path that leaves its directory, and a directory is shared with nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.sites import find_site
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.bridge import private_directory
from mirrordrill.simulator.kernel.untrusted import LONGEST_FILE_NAME, OutsideError, below
from mirrordrill.simulator.world import World

NAMES = [
    "..",
    "../x",
    "a/../../x",
    "/etc/passwd",
    "",
    ".",
    "a\0b",
    "\ud800",
    "x" * (LONGEST_FILE_NAME + 1),
    "../../x/..",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_path_below_a_root_cannot_leave_it(name: str, tmp_path: Path) -> None:
    """Alone and behind another name; the error shows nothing that moves a cursor."""
    for names in ((name,), ("hosts", name), ("hosts", name, "log")):
        with pytest.raises(OutsideError, match="would lie outside of"):
            below(tmp_path, *names)


@pytest.mark.parametrize("name", ["hosta", "75FA120.profile", "drill.2/engine_A.log", "..hidden", "a b", "\u00fcber"])
def test_plain_names_are_left_as_they_are(name: str, tmp_path: Path) -> None:
    """Dots inside a name are part of it."""
    assert below(tmp_path, "hosts", name) == tmp_path / "hosts" / name


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    """One that stays inside is."""
    (tmp_path / "root" / "inside").mkdir(parents=True)
    (tmp_path / "root" / "out").symlink_to(tmp_path)
    (tmp_path / "root" / "in").symlink_to("inside")
    assert below(tmp_path / "root", "in", "file").resolve() == tmp_path / "root" / "inside" / "file"
    with pytest.raises(OutsideError):
        below(tmp_path / "root", "out", "file")


def test_a_world_that_cannot_be_built_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where its hosts are directories already, or only one of them is."""
    monkeypatch.setattr(private_directory.tempfile, "tempdir", str(tmp_path))
    calls = iter(range(100))

    def install(root: Path) -> None:
        if next(calls) == 1:
            raise OSError("no room")
        root.mkdir(exist_ok=True)

    with pytest.raises(OSError, match="no room"):
        World(find_site("rdc"), agent_mode=AgentMode.PROCESS, install_agent=install)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr("mirrordrill.simulator.world.WideAreaNet", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        World(find_site("rdc"), agent_mode=AgentMode.PROCESS)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_others_may_replace_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short one for a socket, too: its owner, its mode, and that of the directory above."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(PermissionError, match="other users may replace"):
        private_directory.private_directory(shared)
    shared.chmod(0o1777)
    assert private_directory.private_directory(shared).parent == shared
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    monkeypatch.setattr(private_directory, "SHORT", shared)
    assert private_directory.socket_directory(deep).parent == shared
    shared.chmod(0o777)
    with pytest.raises(PermissionError):
        private_directory.socket_directory(deep)
    (shared / "own").mkdir(mode=0o755)
    with pytest.raises(PermissionError, match="this user alone"):
        private_directory.require_private(shared / "own")
