"""mirrordrill installed from a wheel, beside nothing of this checkout."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("agent", "bench", "drills", "features", "simulator", "src", "LICENSE", "README.md", "pyproject.toml")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A directory of this session, the same for all of its workers."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def wheel(shared_folder: Path) -> Path:
    """The wheel, built once in a session from a copy of the sources."""
    folder = shared_folder / "wheel"
    with (shared_folder / "wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            copied = copy_of_sources(shared_folder / "sources")
            built = shared_folder / "wheel.part"
            subprocess.run([sys.executable, "-c", BUILD, built], cwd=copied, check=True, capture_output=True)
            built.rename(folder)
    (found,) = folder.glob("*.whl")
    return found


def copy_of_sources(folder: Path) -> Path:
    """What a wheel is built from, without anything that an earlier build has left behind."""
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=left_out)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


class Installed:
    """A virtual environment with the wheel in it; what mirrordrill depends on is that of the running interpreter."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.site_packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))

    def run(self, folder: Path, *command: str | Path) -> tuple[int, str]:
        """Run a program of the environment in a directory; exit code and output."""
        program, *arguments = map(str, command)
        environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTEST_ADDOPTS")}
        done = subprocess.run(
            [self.programs / program, *arguments],
            cwd=folder,
            env={
                **environment,
                "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
                "COLUMNS": "200",
                # It came with the tests of this repository, and takes longer to load than a drill to run.
                "PYTEST_ADDOPTS": "-p no:hypothesispytest",
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
def installed(wheel: Path, shared_folder: Path) -> Installed:
    """An environment in which the wheel was installed, once in a session."""
    folder = shared_folder / "environment"
    complete = shared_folder / "environment.complete"
    with (shared_folder / "environment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            install(wheel, folder)
            complete.touch()
    return Installed(folder)


def install(wheel: Path, folder: Path) -> None:
    """Make an environment with the wheel in it, and pytest, xdist and pytest-bdd beside it."""
    venv.create(folder, with_pip=False, symlinks=True)
    found = Installed(folder)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", folder / "bin" / "python"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", wheel], check=True, capture_output=True)
    # A directory that a .pth file names is searched for packages, after the environment's own; .pth files in it, such
    # as the one of an editable install of this checkout, are not read. It is named last: pip takes a mirrordrill that
    # lies there, as under tox, for one that is installed already.
    (found.site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (found.programs / "pytest").write_text(f"#!{folder}/bin/python\nimport pytest\nraise SystemExit(pytest.main())\n")
    (found.programs / "pytest").chmod(0o755)
