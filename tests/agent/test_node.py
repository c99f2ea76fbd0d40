"""The real node, in a directory that stands for its machine."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from mirrordrill.agent.entrypoints import run
from mirrordrill.agent.lock import Lock
from mirrordrill.agent.monitor import monitor
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


READ_ONLY = OSError(30, "Read-only file system")


def make_read_only(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing below /var can be written or removed."""
    unlink, opened, mkdir = os.unlink, os.open, os.mkdir
    var = str(root / "var")

    def refuse(path: object) -> None:
        if str(path).startswith(var):
            raise READ_ONLY

    monkeypatch.setattr(os, "unlink", lambda path: (refuse(path), unlink(path))[1])
    monkeypatch.setattr(os, "mkdir", lambda path, mode=0o777: (refuse(path), mkdir(path, mode))[1])

    def open_it(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            refuse(path)
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", open_it)


@pytest.mark.parametrize("has_run", [True, False])
def test_a_lock_that_cannot_be_removed_counts_no_more(
    root: Path, monkeypatch: pytest.MonkeyPatch, has_run: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    """/var was remounted read-only: offline and clean give the group away, and the monitor says so."""
    if has_run:
        (root / "run").mkdir()
    node = RealNode("ora_mmir", "offline", {"METROMIRROR_ROOT": str(root)})
    lock = Lock("ora_mmir", "hostc", "0b0e-1", "online", ("1260",))
    node.write_state("ora_mmir.lock", lock.text())
    with monkeypatch.context() as patch:
        make_read_only(root, patch)
        assert monitor(node, "ora_mmir") == 110
        assert run("offline", ["ora_mmir"], node) == 0
        assert monitor(node, "ora_mmir") == 100
        assert not node.remove_state("ora_mmir.lock")
        assert run("open", ["ora_mmir"], node) == 0
        assert run("clean", ["ora_mmir", "4"], node) == 0
        assert monitor(node, "ora_mmir") == 100
        with pytest.raises(OSError, match="Read-only"):
            node.write_state("ora_mmir.lock", lock.text())
    assert "cannot be removed; a note outside of /var" in capfd.readouterr().err
    assert (root / "var" / STATE[4:] / "ora_mmir.lock").exists()
    # The file system is mended: the same lock, written anew by an online, is a lock again.
    node.write_state("ora_mmir.lock", lock.text())
    assert monitor(node, "ora_mmir") == 110
    assert node.remove_state("ora_mmir.lock")
    assert list(root.rglob("MetroMirror.void/*")) == []


def test_a_lock_that_can_neither_be_removed_nor_read_counts_as_removed_until_one_is_written(
    root: Path, node: RealNode
) -> None:
    """A disk that fails does not keep the group here; and no write that fails brings the old lock back."""
    node.write_state("ora_mmir.mirror", "as it was seen last\n")
    path = root / STATE / "ora_mmir.lock"
    path.mkdir()
    assert monitor(node, "ora_mmir") == 99
    assert run("offline", ["ora_mmir"], node) == 0
    assert monitor(node, "ora_mmir") == 100
    assert run("clean", ["ora_mmir", "1"], node) == 0
    with pytest.raises(OSError, match="directory"):
        node.write_state("ora_mmir.lock", "boot_id = 0b0e-1\n")
    assert monitor(node, "ora_mmir") == 100
    path.rmdir()
    node.write_state("ora_mmir.lock", "boot_id = 0b0e-1\n")
    assert monitor(node, "ora_mmir") == 110
    assert list(root.rglob("MetroMirror.void/*")) == []


@pytest.mark.parametrize("what", ["another text", "open to all", "a link"])
def test_a_note_that_is_not_about_this_very_lock_takes_nothing_away(root: Path, node: RealNode, what: str) -> None:
    """Nobody but the agent can make a node lose sight of a running application."""
    node.write_state("ora_mmir.lock", "boot_id = 0b0e-1\n")
    folder = root / "etc/VRTSvcs/MetroMirror.void"
    folder.mkdir(mode=0o700)
    note = folder / "ora_mmir.lock"
    if what == "a link":
        note.symlink_to(root / STATE / "ora_mmir.lock")
    else:
        note.write_text("boot_id = 0b0e-1\n" if what == "open to all" else "boot_id = 0b0e-0\n")
        note.chmod(0o666 if what == "open to all" else 0o600)
    assert node.has_state("ora_mmir.lock")
    assert monitor(node, "ora_mmir") == 110


def test_the_directory_is_looked_at_when_a_file_is_opened(root: Path, node: RealNode) -> None:
    """One that others may write can hold anybody's lock."""
    node.write_state("ora_mmir.lock", "boot_id = 0b0e-1\n")
    (root / STATE).chmod(0o777)
    assert monitor(node, "ora_mmir") == 99
    with pytest.raises(PermissionError, match="may be written by others"):
        node.read_state("ora_mmir.lock")


@pytest.mark.parametrize("make", [make_link, make_directory, make_fifo])
def test_the_log_is_never_written_through_a_link_and_never_lost(
    root: Path, node: RealNode, make: object, capfd: pytest.CaptureFixture[str]
) -> None:
    """What cannot be logged is said on standard error, with the reason."""
    make(root / "var/VRTSvcs/log/MetroMirror_A.log")
    node.log(Severity.WARNING, 1104, "1261 in no pair")
    assert "1104 MetroMirror:ora_mmir:online:1261 in no pair" in capfd.readouterr().err


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_a_moment_of_boot_does_not_depend_on_the_callers_zone_and_language(
    root: Path, node: RealNode, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """`hastop -force`, a change of TZ in the environment of VCS, `hastart`: the same boot."""
    (root / "proc/sys/kernel/random/boot_id").unlink()
    asked: list[dict[str, str]] = []

    def who(argv: list[str], *, env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(env)
        return subprocess.CompletedProcess(argv, 0, "         system boot  2026-11-28 12:00\n")

    monkeypatch.setattr(subprocess, "run", who)
    monkeypatch.setenv("TZ", zone)
    assert node.boot_id() == "system-boot-2026-11-28-12:00"
    assert asked == [{"LC_ALL": "C", "TZ": "UTC0"}]


def test_a_wait_on_a_full_disk_leaves_no_file_behind(
    node: RealNode, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note is a courtesy; what could be written of it goes."""

    def full(_before: str, _after: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mirrordrill.agent.node.os.rename", full)
    with node.waiting("an answer", 1.0):
        assert list((root / STATE).iterdir()) == []
    assert list((root / STATE).iterdir()) == []


def test_a_full_disk_says_which_file_it_did_not_take(node: RealNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel names no file when it refuses what is written to one that is open."""

    def is_full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", is_full)
    with pytest.raises(OSError, match=r"No space left on device: '.*/ora_mmir\.memory'"):
        node.write_state("ora_mmir.memory", "record = x\n")
