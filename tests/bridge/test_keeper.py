"""A simulator that is killed with SIGKILL leaves no entry point that waits for ever, and no directory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mirrordrill.simulator.bridge.programs import keeper

PATIENCE_S = 20.0


def becomes_true(condition: Callable[[], object]) -> bool:
    """Whether it does in real time: what is looked at are real processes."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.01)
    return True


def started(**environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "600"], env={"PATH": os.environ["PATH"], **environment})


def keep(socket: str, word: bytes, *folders: Path) -> None:
    command = [sys.executable, "-IS", keeper.__file__, socket, *map(str, folders)]
    subprocess.run(command, input=word, check=True)


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no other system tells the environment of processes")


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A socket that has too long a path is put somewhere else."""
    with tempfile.TemporaryDirectory(prefix="keeper-", dir="/tmp") as folder:
        yield Path(folder)


def test_a_run_that_is_killed_leaves_nothing(short_path: Path) -> None:
    """Entry points measure time by a host that is gone, so none of them would ever end by itself."""
    command = [sys.executable, "-m", "mirrordrill", "run", "processes", "--agent", "process", "--show", "summary"]
    environment = {**os.environ, "TMPDIR": str(short_path)}
    drills = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        assert becomes_true(lambda: list(short_path.glob("mirrordrill-*/simulator.sock")))
        [socket] = map(str, short_path.glob("mirrordrill-*/simulator.sock"))
        assert becomes_true(lambda: keeper.entry_points(socket))
    finally:
        os.killpg(drills.pid, signal.SIGKILL)
        drills.wait()
    assert becomes_true(lambda: not keeper.entry_points(socket))
    assert becomes_true(lambda: not list(short_path.iterdir()))


def test_only_entry_points_of_that_simulator_die(tmp_path: Path) -> None:
    """A shell that knows where the site is, and the entry point of another site, live on."""
    folder = tmp_path / "mirrordrill-x"
    folder.mkdir()
    socket = str(folder / "simulator.sock")
    ours = started(MIRRORDRILL_SOCKET=socket, MIRRORDRILL_PROCESS="1")
    others = [
        started(MIRRORDRILL_SOCKET=socket),
        started(MIRRORDRILL_SOCKET=f"{socket}2", MIRRORDRILL_PROCESS="1"),
    ]
    try:
        keep(socket, b"cleaned up", folder)
        assert ours.poll() is None
        assert folder.exists()
        keep(socket, b"", folder)
        assert ours.wait(PATIENCE_S) == -signal.SIGKILL
        assert [other.poll() for other in others] == [None, None]
        assert not folder.exists()
    finally:
        for process in (ours, *others):
            process.kill()
            process.wait()
