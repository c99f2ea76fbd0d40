"""A campaign on a real Dask scheduler and two workers on loopback: the same nights as on this machine alone.

Slow, and needs `mirrordrill[cluster]`: `tox -e cluster`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrordrill.drills.explore.campaign import CampaignOrder, CampaignTally, run_campaign
from mirrordrill.drills.explore.command import key_of
from mirrordrill.drills.explore.kept.store import Store
from mirrordrill.drills.explore.workers import ClusterError
from mirrordrill.drills.run.drill import Options

pytest.importorskip("distributed")
NIGHTS = 48
Nights = list[tuple[object, ...]]


class Cluster:
    """A scheduler and its workers, as processes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._scheduler = self._start("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        self.address = next(line.split()[-1] for line in self._scheduler.stderr or () if "Scheduler at:" in line)
        self.workers = [self._worker(), self._worker()]

    def _worker(self) -> subprocess.Popen[str]:
        return self._start("worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard")

    def _start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]]
        return subprocess.Popen(command, cwd=self._directory, stderr=subprocess.PIPE, text=True)

    def kill_a_worker(self) -> None:
        """As the kernel does, in the middle of a night."""
        os.kill(self.workers[0].pid, signal.SIGKILL)

    def close(self) -> None:
        """Everything ends."""
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.communicate()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    try:
        yield found
    finally:
        found.close()


def order(scheduler: str = "") -> CampaignOrder:
    return CampaignOrder("rdc", "mixed", Options(), 0, NIGHTS, None, scheduler=scheduler)


def nights(path: Path, asked: CampaignOrder, told: object = None) -> tuple[Nights, CampaignTally]:
    with Store(path) as store:
        tally = run_campaign(asked, store, store.campaign(key_of(asked)), told or (lambda *_: None))  # type: ignore[arg-type]
        return store.rows("SELECT seed, verdict, digest FROM night ORDER BY seed"), tally


def test_a_worker_that_is_killed_changes_nothing_in_the_results(tmp_path: Path, cluster: Cluster) -> None:
    """The same seeds with the same hashes as in one process; none is lost, and none is counted twice."""
    alone, _ = nights(tmp_path / "alone.sqlite", order())
    is_killed = []

    def kill_once(tally: CampaignTally, _: float) -> None:
        if tally.ran >= NIGHTS // 4 and not is_killed:
            is_killed.append(tally.ran)
            cluster.kill_a_worker()

    together, tally = nights(tmp_path / "cluster.sqlite", order(cluster.address), kill_once)
    assert together == alone
    assert is_killed
    assert (tally.ran, sum(tally.verdicts.values())) == (NIGHTS, NIGHTS)
    again, known = nights(tmp_path / "cluster.sqlite", order(cluster.address))
    assert (again, known.ran, known.known) == (alone, 0, NIGHTS)


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With its address."""
    with pytest.raises(ClusterError, match=r"there is no Dask scheduler at tcp://127\.0\.0\.1:1"):
        nights(tmp_path / "r.sqlite", order("tcp://127.0.0.1:1"))
