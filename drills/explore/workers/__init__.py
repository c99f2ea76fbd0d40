"""The processes that run the nights of a campaign: this one, processes beside it, or the workers of a Dask cluster.

What is run depends on the order and on seeds alone. Workers that join, leave or are killed change who runs a night, and
nothing in what comes of it: Dask gives the nights of a worker that is gone to another one, and the results file takes
each night once.

Rule 1: the results file and the connection to the scheduler stay in the process that was started.
Rule 2: a Dask worker has threads, and worlds want a process of their own: each thread has a child that runs its nights
(`night_child`), and starts another one where that has died.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mirrordrill.drills.explore.workers.night_child import in_child
from mirrordrill.drills.explore.workers.parent_watch import end_with_parent

LOSSES_MAX = 20
"""A chunk whose workers have died so often is given up: it may be what kills them."""
CONNECT_S = 10
MISSING = "a campaign on a cluster needs Dask distributed: pip install 'mirrordrill[cluster]'"


class ClusterError(Exception):
    """The scheduler cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Where nights can be run."""

    executor: Executor
    count: Callable[[], int]
    """How many run at a time, now: workers of a cluster come and go."""
    call: Callable[..., Any]
    """Called with a function and its arguments where the nights are run."""

    def submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        """Have a function called."""
        return self.executor.submit(self.call, function, *arguments)


def called_here(function: Callable[..., Any], *arguments: object) -> object:
    """In a process that runs nothing else."""
    return function(*arguments)


@contextmanager
def workers(jobs: int, scheduler: str) -> Iterator[Workers | None]:
    """The workers of a campaign; None where this process runs the nights. Raises ClusterError."""
    if scheduler:
        with _cluster(scheduler) as found:
            yield found
        return
    if jobs <= 1:
        yield None
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), end_with_parent)
    try:
        yield Workers(pool, lambda: jobs, called_here)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _cluster(scheduler: str) -> Iterator[Workers]:
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise ClusterError(MISSING) from None
    settings = {"distributed.scheduler.allowed-failures": LOSSES_MAX, "distributed.logging.distributed": "error"}
    with dask.config.set(settings):
        connect: Callable[..., Any] = Client
        try:
            client = connect(scheduler, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as failure:
            raise ClusterError(f"there is no Dask scheduler at {scheduler}: {failure}") from None
        with client:
            executor = client.get_executor(pure=False, retries=LOSSES_MAX)
            try:
                yield Workers(executor, lambda: max(1, sum(client.nthreads().values())), in_child)
            finally:
                executor.shutdown(wait=False)
