"""The monitor as a program: what it imports, what it says, what it costs to start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mirrordrill.agent.monitor import UNKNOWN, USAGE, main
from mirrordrill.agent.node import RealNode

ROOT = Path(__file__).resolve().parents[2]
MONITOR = ROOT / "agent" / "scripts" / "monitor"
HEAVY = frozenset(
    [
        "typing",
        "enum",
        "dataclasses",
        "re",
        "json",
        "subprocess",
        "logging",
        "pexpect",
        "ptyprocess",
        "pathlib",
        "socket",
        "shutil",
        "tempfile",
        "contextlib",
        "collections",
        "functools",
        "inspect",
        "threading",
        "signal",
        "select",
        "random",
    ]
)

PROBE = """
import sys
sys.path.insert(0, {root!r})
before = set(sys.modules)
from agent.monitor import main
code = main(["monitor", "ora_mmir"])
print(code, *sorted(set(sys.modules) - before))
"""


def environment(root: Path) -> dict[str, str]:
    return {"METROMIRROR_ROOT": str(root), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}


def lock(root: Path) -> Path:
    folder = root / "var/VRTSvcs/lock/MetroMirror"
    folder.mkdir(parents=True, mode=0o700)
    path = folder / "ora_mmir.lock"
    path.write_text("format = 1\n")
    path.chmod(0o600)
    return path


def test_the_monitor_imports_nothing_heavy(tmp_path: Path) -> None:
    """Its budget is twice the start of a bare interpreter, and every import is a part of it."""
    lock(tmp_path)
    probe = [sys.executable, "-I", "-S", "-c", PROBE.format(root=str(ROOT))]
    done = subprocess.run(probe, env=environment(tmp_path), capture_output=True, text=True, check=True)
    code, *modules = done.stdout.split()
    assert code == "110"
    assert not HEAVY & set(modules)
    ours = [each for each in modules if each.startswith("agent")]
    assert ours == ["agent", "agent.monitor", "agent.names", "agent.node", "agent.paths", "agent.state_files"]


def run_monitor(root: Path, *arguments: str) -> int:
    return subprocess.run([str(MONITOR), *arguments], env=environment(root), check=False).returncode


def test_the_script_tells_online_offline_and_unknown(tmp_path: Path) -> None:
    """110, 100, 99: from the lock file alone, with whatever attributes behind the name."""
    assert run_monitor(tmp_path, "ora_mmir", "nonsense") == 100
    path = lock(tmp_path)
    assert run_monitor(tmp_path, "ora_mmir") == 110
    path.unlink()
    path.symlink_to("/etc/hostname")
    (tmp_path / "var/VRTSvcs/log").mkdir()
    assert run_monitor(tmp_path, "ora_mmir") == 99
    assert run_monitor(tmp_path, "../ora_mmir") == 99
    assert run_monitor(tmp_path) == 99
    lines = (tmp_path / "var/VRTSvcs/log/MetroMirror_A.log").read_text().splitlines()
    assert len(lines) == 3
    assert "VCS ERROR V-16-20150-1003 MetroMirror:ora_mmir:monitor:" in lines[0]


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_who_asks_for_help_gets_it_and_no_error(word: str, capfd: pytest.CaptureFixture[str]) -> None:
    """The usage alone; to VCS the state would be unknown."""
    assert main(["monitor", word]) == UNKNOWN
    assert capfd.readouterr() == ("", USAGE)


def test_a_lock_of_another_boot_is_no_lock(tmp_path: Path) -> None:
    """An open that is killed leaves the lock of the boot before; nothing runs here, so nothing is online here."""
    path = lock(tmp_path)
    boot_id = tmp_path / "proc/sys/kernel/random/boot_id"
    boot_id.parent.mkdir(parents=True)
    boot_id.write_text("this-boot\n")
    for written, code in (("this-boot", 110), ("the-boot-before", 100)):
        path.write_text(f"# a lock\nformat = 1\nboot_id = {written}\n")
        assert run_monitor(tmp_path, "ora_mmir") == code


def test_the_script_is_found_through_links(tmp_path: Path) -> None:
    """An installation may link /opt/VRTSvcs/bin/MetroMirror to wherever the package lies."""
    link = tmp_path / "MetroMirror"
    link.symlink_to(MONITOR.parent)
    assert subprocess.run([str(link / "monitor"), "x"], env=environment(tmp_path), check=False).returncode == 100


@pytest.mark.parametrize(
    "script", sorted(path.relative_to(MONITOR.parent) for path in MONITOR.parent.rglob("*")), ids=str
)
def test_every_launcher_is_an_executable_that_python_can_read(script: Path) -> None:
    """No file extension but a virtual fire drill's, executable, and valid Python (the monitor, too, whose shell line is
    a string to Python)."""
    path = MONITOR.parent / script
    if path.is_file() and "__pycache__" not in path.parts:
        assert os.access(path, os.X_OK)
        assert path.suffix in ("", ".vfd")
        assert compile(path.read_text(), str(path), "exec")


def test_the_manuals_type_is_shipped_with_the_agent() -> None:
    """Attribute for attribute; further actions and attributes come on top, behind those of the manual."""
    text = (ROOT / "agent" / "MetroMirrorTypes.cf").read_text()
    for line in (
        "static keylist SupportedActions = { failback, ",
        "static int MonitorInterval = 300",
        "static int NumThreads = 1",
        "ArgList[] = { DSCliHome, HMC1, HMC2, User, PasswdFile, LocalStorageImageID, RemoteStorageImageID, VolIds, ",
        'str DSCliHome = "/opt/ibm/dscli"',
        "str VolIds{}",
        "temp str VCSResLock",
    ):
        assert line in text


def test_a_monitor_never_starts_another_program(tmp_path: Path) -> None:
    """Where the kernel keeps no boot id the lock's existence decides: `who -b` costs more than a whole monitor."""
    node = RealNode("ora_mmir", "online", {"METROMIRROR_ROOT": str(tmp_path)})
    node.write_state("ora_mmir.lock", "boot_id = of some other time\n")
    ran = subprocess.run(
        [str(MONITOR), "ora_mmir"], env={"PATH": os.environ["PATH"], "METROMIRROR_ROOT": str(tmp_path)}, check=False
    )
    assert ran.returncode == 110
