"""The processes that run the nights of a campaign: this one, processes beside it, or the workers of a Dask cluster.

What is run depends on the order and on seeds alone. Workers that join, leave or are killed change who runs a night, and
nothing in what comes of it: Dask gives the nights of a worker that is gone to another one, and the results file takes
each night once.

Rule 1: the results file and the connection to the scheduler stay in the process that was started.
Rule 2: worlds want a process of their own: each thread, of ours or of a Dask worker, has a child that runs its nights
(`children`), and starts another one where that has died.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mirrordrill.drills.explore.workers.children import Children
from mirrordrill.drills.explore.workers.tasks import answer_of, question

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
    ask: Callable[[bytes], bytes]
    """Called with a question where the nights are run."""

    def submit(self, task: str, *arguments: object) -> Task:
        """Have a task of `tasks` carried out."""
        return Task(task, self.executor.submit(self.ask, question(task, arguments)))


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is being carried out."""

    name: str
    future: Future[bytes]

    def result(self) -> Any:
        """Wait for what it comes to. Raises TaskFailedError, ChildDiedError."""
        return answer_of(self.name, self.future.result())


@contextmanager
def workers(jobs: int, scheduler: str = "", *, is_forking: bool = False) -> Iterator[Workers | None]:
    """The workers of a campaign; None where this process runs the nights. Raises ClusterError.

    Nights that fork are never run by this process, which has the results file: by one other where `jobs` is 1.
    """
    if scheduler:
        with _cluster(scheduler) as found:
            yield found
        return
    if jobs <= 1 and not is_forking:
        yield None
        return
    pool, children = ThreadPoolExecutor(jobs), Children()
    try:
        yield Workers(pool, lambda: jobs, children.ask)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        children.close()
        pool.shutdown()


_OF_A_WORKER = Children()
"""Of a Dask worker, which is another process than the campaign."""


def ask_in_worker(asked: bytes) -> bytes:
    """Called by a Dask worker, in one of its threads."""
    return _OF_A_WORKER.ask(asked)


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
                yield Workers(executor, lambda: max(1, sum(client.nthreads().values())), ask_in_worker)
            finally:
                executor.shutdown(wait=False)
