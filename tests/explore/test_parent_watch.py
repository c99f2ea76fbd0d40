"""Workers of a campaign that is killed with SIGKILL end with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PATIENCE_S = 20.0
EXPLORE = "explore --runs 5000 --jobs 2 --results r.sqlite --out small"
SWEEP = "sweep switch --jobs 2"


def alive_in(session: int) -> list[str]:
    """The processes of a session that have not ended, but for its leader."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z" and stat.parent.name != str(session):
                found.append(stat.parent.name)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("words", [EXPLORE, SWEEP], ids=["explore", "sweep"])
def test_no_worker_outlives_its_campaign(words: str, tmp_path: Path) -> None:
    """Two workers, in the middle of a task."""
    command = [sys.executable, "-m", "mirrordrill", *words.split()]
    campaign = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline_s = time.monotonic() + PATIENCE_S
        while len(alive_in(campaign.pid)) < 2:
            assert time.monotonic() < deadline_s
            assert campaign.poll() is None
            time.sleep(0.05)
        # A worker watches from the moment on at which it has started.
        time.sleep(1.0)
        campaign.kill()
        deadline_s = time.monotonic() + PATIENCE_S
        campaign.wait()
        while alive_in(campaign.pid):
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(campaign.pid, signal.SIGKILL)
