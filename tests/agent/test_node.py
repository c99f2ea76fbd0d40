"""The real node, in a directory that stands for its machine."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from mirrordrill.agent.node import RealNode
from mirrordrill.agent.ports import Severity

STATE = "var/VRTSvcs/lock/MetroMirror"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in {
        "proc/uptime": "1000.50 0.00\n",
        "proc/sys/kernel/random/boot_id": "0b0e-1\n",
        "etc/VRTSvcs/conf/sysname": "hostc\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    (tmp_path / "var/VRTSvcs/log").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def node(root: Path) -> RealNode:
    return RealNode("ora_mmir", "online", {"METROMIRROR_ROOT": str(root)})


def test_the_node_is_what_its_files_say(node: RealNode) -> None:
    """Name, uptime and boot id below the root."""
    assert (node.system, node.uptime_s(), node.boot_id()) == ("hostc", 1000.5, "0b0e-1")


def test_without_its_files_a_node_still_has_a_name_and_an_even_clock(tmp_path: Path) -> None:
    """AIX, HP-UX and Solaris have no /proc/uptime."""
    node = RealNode("ora_mmir", "online", {"METROMIRROR_ROOT": str(tmp_path), "VCS_HOST": "hostd"})
    assert node.system == "hostd"
    assert 0 <= node.uptime_s() <= node.uptime_s()


def test_state_comes_back_as_it_was(node: RealNode, root: Path) -> None:
    """Written whole, for its owner only, nothing left beside it; removed once."""
    assert not node.has_state("ora_mmir.lock")
    assert node.read_state("ora_mmir.lock") is None
    for text in ("one\n", "two\n"):
        node.write_state("ora_mmir.lock", text)
        assert node.read_state("ora_mmir.lock") == text
    assert [path.name for path in (root / STATE).iterdir()] == ["ora_mmir.lock"]
    assert stat.S_IMODE((root / STATE / "ora_mmir.lock").stat().st_mode) == 0o600
    assert stat.S_IMODE((root / STATE).stat().st_mode) == 0o700
    assert node.remove_state("ora_mmir.lock")
    assert not node.remove_state("ora_mmir.lock")


def test_vcs_log_moves_state_and_log(root: Path) -> None:
    """The directories that VCS names in the environment are honoured, below the root."""
    node = RealNode("ora_mmir", "online", {"METROMIRROR_ROOT": str(root), "VCS_LOG": "/elsewhere"})
    (root / "elsewhere/log").mkdir(parents=True)
    node.write_state("x", "x")
    node.log(Severity.INFO, 1, "hello")
    assert (root / "elsewhere/lock/MetroMirror/x").exists()
    assert (root / "elsewhere/log/MetroMirror_A.log").exists()


def make_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def make_dangling_link(path: Path) -> None:
    path.symlink_to("/nowhere")


def make_directory(path: Path) -> None:
    path.mkdir()


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_writable_by_all(path: Path) -> None:
    path.write_text("x")
    path.chmod(0o666)


def make_huge(path: Path) -> None:
    path.write_text("x" * 100_000)
    path.chmod(0o600)


@pytest.mark.parametrize("make", [make_link, make_dangling_link, make_directory, make_fifo, make_writable_by_all])
def test_a_state_file_that_is_not_the_agents_own_is_an_error_not_an_absence(
    node: RealNode, root: Path, make: object
) -> None:
    """Neither online nor offline follows from it."""
    node.write_state("other", "x")
    make(root / STATE / "ora_mmir.lock")
    for look in (node.has_state, node.read_state):
        with pytest.raises(OSError):  # noqa: PT011 - which of its kinds depends on the system
            look("ora_mmir.lock")


def test_a_huge_state_file_is_not_read(node: RealNode, root: Path) -> None:
    """The agent never writes one."""
    node.write_state("other", "x")
    make_huge(root / STATE / "ora_mmir.lock")
    with pytest.raises(OSError, match="larger"):
        node.read_state("ora_mmir.lock")


def test_a_file_of_another_user_is_not_trusted(node: RealNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is a directory of another user written into."""
    node.write_state("ora_mmir.lock", "x")
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(PermissionError, match="belongs to"):
        node.read_state("ora_mmir.lock")
    with pytest.raises(PermissionError, match="belongs to"):
        node.write_state("ora_mmir.lock", "y")


def test_removing_a_link_leaves_what_it_points_to(node: RealNode, root: Path) -> None:
    """open may clear away a link that somebody put there."""
    node.write_state("target", "x")
    (root / STATE / "ora_mmir.lock").symlink_to(root / STATE / "target")
    assert node.remove_state("ora_mmir.lock")
    assert node.read_state("target") == "x"


@pytest.mark.parametrize("obstacle", ["file", "link", "open to all"])
def test_a_state_directory_that_is_not_the_agents_own_is_not_written_into(
    node: RealNode, root: Path, obstacle: str
) -> None:
    """A link to somewhere else, a file, a directory that anybody may write: OSError, and nothing is written."""
    folder = root / STATE
    folder.parent.mkdir(parents=True)
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    if obstacle == "file":
        folder.write_text("")
    elif obstacle == "link":
        folder.symlink_to(elsewhere)
    else:
        folder.mkdir()
        folder.chmod(0o777)
    with pytest.raises(OSError):  # noqa: PT011 - which of its kinds depends on the obstacle
        node.write_state("ora_mmir.lock", "x")
    assert list(elsewhere.iterdir()) == []


def test_a_write_that_fails_leaves_the_old_text(node: RealNode, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full disk, I/O error: all or nothing."""
    node.write_state("ora_mmir.journal", "old\n")

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        node.write_state("ora_mmir.journal", "new\n")
    assert node.read_state("ora_mmir.journal") == "old\n"
    assert [path.name for path in (root / STATE).iterdir()] == ["ora_mmir.journal"]


def test_a_write_is_synced_before_and_behind_the_rename(node: RealNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power failure leaves the old text or the new one, and once this returned, the new one."""
    node.write_state("ora_mmir.journal", "old\n")
    done: list[str] = []
    fsync, rename = os.fsync, os.rename
    kind = {True: "directory", False: "file"}
    monkeypatch.setattr(
        os, "fsync", lambda handle: (done.append(kind[stat.S_ISDIR(os.fstat(handle).st_mode)]), fsync(handle))
    )
    monkeypatch.setattr(os, "rename", lambda old, new: (done.append("rename"), rename(old, new)))
    node.write_state("ora_mmir.journal", "new\n")
    assert done == ["file", "rename", "directory"]


def test_a_log_line_has_vcs_own_format_and_a_full_log_hurts_nobody(node: RealNode, root: Path) -> None:
    """`YYYY/MM/DD hh:mm:ss VCS SEVERITY V-16-category-id Type:Resource:entry:text`."""
    node.log(Severity.WARNING, 1104, "1261 in no pair")
    line = (root / "var/VRTSvcs/log/MetroMirror_A.log").read_text()
    assert line[4] == line[7] == "/"
    assert line[19:] == " VCS WARNING V-16-20150-1104 MetroMirror:ora_mmir:online:1261 in no pair\n"
    (root / "var/VRTSvcs/log/MetroMirror_A.log").unlink()
    (root / "var/VRTSvcs/log").rmdir()
    assert node.log(Severity.WARNING, 1104, "lost") is None


def test_facts_of_a_file_are_told_below_the_root(node: RealNode, root: Path) -> None:
    """What verify has to know of the password file."""
    assert node.inspect_file("/opt/ibm/dscli/ds_pwfile") is None
    path = root / "opt/ibm/dscli/ds_pwfile"
    path.parent.mkdir(parents=True)
    path.write_text("secret")
    path.chmod(0o640)
    facts = node.inspect_file("/opt/ibm/dscli/ds_pwfile")
    assert facts is not None
    assert (facts.is_regular, facts.mode, facts.owner_uid) == (True, 0o640, os.getuid())


def test_a_pause_ends_when_uptime_says_so_and_leaves_a_note_meanwhile(node: RealNode, root: Path) -> None:
    """Ten minutes of uptime pass in a moment where the uptime jumps; the note says who waits, until when, for what."""
    notes: list[str] = []

    def jump() -> None:
        note = root / STATE / "ora_mmir.online.waiting"
        notes.append(note.read_text())
        (root / "proc/uptime").write_text("1600.50 0.00\n")

    timer = threading.Timer(0.1, jump)
    timer.start()
    node.pause(600, "a copy to this array")
    timer.join()
    who, kind = f"pid = {os.getpid()}", "kind = pause"
    assert notes == [f"{who}\n{kind}\nuntil_uptime_s = 1600.500\nfor = a copy to this array\n"]
    assert list((root / STATE).iterdir()) == []
