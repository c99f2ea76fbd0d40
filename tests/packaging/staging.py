"""A node in a directory, with VCS's commands as scripts that say what they are told to say; and packages to install."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOM = PROJECT / "packaging"
# The agent stands alone beside the installer, as on a cluster node.
sys.path[:0] = [str(ROOM), str(ROOM.parent)]

from deploy.release import write_manifest  # noqa: E402 - the path has to be known first

FOLDER = "opt/VRTSvcs/bin/MetroMirror"
TYPES = "etc/VRTSvcs/conf/MetroMirrorTypes.cf"
STATE = "var/VRTSvcs/lock/MetroMirror"
BARE_PYTHON = f"{sys.base_prefix}/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
"""The running interpreter outside of its virtual environment."""
NO_ENGINE = "VCS ERROR V-16-1-10600 Cannot connect to VCS engine"
HA_COMMAND = f"""#!/bin/sh
answers=$(cd "${{0%/*}}/../../.." && pwd)/answers
cat "$answers/${{0##*/}} $*" 2>/dev/null || {{ echo "{NO_ENGINE}"; exit 1; }}
"""

Tree = dict[str, tuple[int, str]]


def bare_pythons() -> list[str]:
    """The running interpreter and the oldest that the agent supports, if this machine has one."""
    oldest = shutil.which("python3.8")
    kept = sorted(str(path) for path in Path.home().glob(".pyenv/versions/3.8.*/bin/python3.8"))
    return list(dict.fromkeys([BARE_PYTHON, *([oldest] if oldest and "shims" not in oldest else kept)]))


def build(folder: Path, **environment: str) -> str:
    """`make package`, into a folder."""
    program = [sys.executable, str(ROOM / "build.py"), "--out", str(folder)]
    return subprocess.run(
        program, env={**os.environ, **environment}, capture_output=True, text=True, check=True, cwd="/"
    ).stdout


def variant(package: Path, target: Path, version: str, changes: dict[str, str]) -> Path:
    """The package as another version would be, with some files of its release written anew."""
    shutil.copytree(package, target)
    for name, text in changes.items():
        (target / "release" / name).write_text(text)
    (target / "release/MANIFEST").unlink()
    write_manifest(target / "release", version)
    return target


def older(package: Path, target: Path) -> Path:
    text = (package / "release/agent/actions.py").read_text()
    changes = {"agent/actions.py": text + '\nACTIONS["antique"] = ACTIONS["status"]\n', "agent/antique.py": "\n"}
    return variant(package, target, "0.0.9", changes)


def tree(root: Path) -> Tree:
    """Everything below the root but its look-alike VCS: mode and content. Of compiled modules, only that they exist."""
    found: Tree = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = (0, f"-> {path.readlink()}")
        elif path.is_dir():
            found[name] = (path.stat().st_mode, "")
        else:
            data = b"" if path.suffix == ".pyc" else path.read_bytes()
            found[name] = (path.stat().st_mode, hashlib.sha256(data).hexdigest())
    return found


class StagedNode:
    """A machine in a directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / FOLDER
        for name in ("opt", "etc", "var/VRTSvcs/log"):
            (root / name).mkdir(parents=True)
        self.write("proc/uptime", "1000.00 0.00\n")
        self.write("proc/sys/kernel/random/boot_id", "boot-1\n")

    def write(self, name: str, text: str, mode: int = 0o644) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def write_state(self, name: str, text: str) -> Path:
        """A state file as the agent would have left it."""
        (self.root / STATE).mkdir(parents=True, exist_ok=True)
        (self.root / STATE).chmod(0o700)
        return self.write(f"{STATE}/{name}", text, 0o600)

    def install_vcs(self, *programs: str) -> None:
        """VCS is on this node, called hosta; its engine does not answer until it is told what to say."""
        self.write("etc/VRTSvcs/conf/sysname", "hosta\n")
        for name in ("hares", "hagrp", "hasys", *programs):
            self.write(f"opt/VRTSvcs/bin/{name}", HA_COMMAND, 0o755)
        for name in ("answers", "var/VRTSvcs/lock"):
            (self.root / name).mkdir()

    def answer(self, command: str, text: str) -> None:
        (self.root / "answers" / command).write_text(text)

    def run_engine(self, group: str, resource: str) -> None:
        """The engine answers: one resource on hosta and hostb, and the states on hosta. Shapes: vcs.md section 5."""
        self.answer("hasys -state hosta", "RUNNING\n")
        self.answer("hares -list Type=MetroMirror", "ora_mmir             hosta\nora_mmir             hostb\n")
        self.answer("hares -value ora_mmir State hosta", resource + "\n")
        self.answer("hares -value ora_mmir Group", "oragrp\n")
        self.answer("hagrp -value oragrp State hosta", group + "\n")

    def install(self, package: Path, *arguments: str, python: str = BARE_PYTHON) -> subprocess.CompletedProcess[str]:
        return run([str(package / "install"), "--root", str(self.root), *arguments], PYTHON=python)

    def uninstall(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """With what was installed, as an administrator would a year later."""
        return run([str(self.folder / ".agent/setup"), "--root", str(self.root), "--uninstall", *arguments])

    def enter(self, entry: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an entry point in the empty environment that VCS guarantees."""
        return run([str(self.folder / entry), *arguments], METROMIRROR_ROOT=str(self.root))

    def tree(self) -> Tree:
        return tree(self.root)


def run(argv: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with next to no environment, somewhere else."""
    values = {"PATH": "/usr/bin:/bin", **environment}
    return subprocess.run(
        argv, env=values, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd="/"
    )
