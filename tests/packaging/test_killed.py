"""The installer killed at every moment: `kill -9` after each single change that it makes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from deploy.release import write_manifest

from tests.packaging.staging import BARE_PYTHON

KILLER = Path(__file__).resolve().with_name("killer.py")


def small_release(folder: Path, version: str, *names: str) -> Path:
    """As many files as it takes to be interrupted in the middle."""
    for name in ("agent/__init__.py", "agent/MetroMirrorTypes.cf", *names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name} of {version}\n")
    write_manifest(folder, version)
    return folder


@pytest.mark.parametrize(("what", "moments_min"), [("install", 60), ("uninstall", 25)])
def test_an_installer_may_be_killed_at_any_moment(what: str, moments_min: int, package: Path, tmp_path: Path) -> None:
    """After a killed upgrade every entry point starts a complete release, and the next run ends in the same tree as one
    that was never disturbed; a killed removal is completed by the next one."""
    new = small_release(tmp_path / "new", "2.0", "pexpect/__init__.py", "agent/added.py")
    old = small_release(tmp_path / "old", "1.0", "pexpect/__init__.py", "agent/gone.py")
    places = [str(package / "release"), str(new), str(old), str(tmp_path / "work")]
    argv = [BARE_PYTHON, "-I", "-S", "-B", str(KILLER), *places, what]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    *wrongs, moments = done.stdout.splitlines()
    assert wrongs == []
    assert int(moments) >= moments_min
