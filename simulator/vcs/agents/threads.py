"""The worker threads of one agent: as many entry points at a time as NumThreads, the rest first come, first served.

There is one pool per type and system, for an agent is one process per type and system. With NumThreads 1, which is what
MetroMirror has, a slow entry point of one resource keeps all others of its type waiting.

Rule 1: an entry point that is over when `start` returns costs no simulated event: a healthy monitor is that cheap.
Rule 2: a clean runs in the thread of what it cleans up after, so an urgent job goes in front of all that wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import simpy

from mirrordrill.simulator.vcs.ports import AgentRunner, Call, EntryPointOutcome, MonitorDependency, Running


class Job:
    """An entry point to be run for a resource, any number of times."""

    __slots__ = ("call", "ended", "limit_s", "started")

    def __init__(
        self,
        call: Call,
        limit_s: float,
        ended: Callable[[EntryPointOutcome | None], None],
        started: Callable[[], None] | None = None,
    ) -> None:
        self.call = call
        self.limit_s = limit_s
        self.ended = ended
        """Told the outcome, or None when the time was up and it was killed."""
        self.started = started


class ThreadPool:
    """Runs jobs, at most `threads` at a time."""

    def __init__(self, env: simpy.Environment, runner: AgentRunner, threads: int) -> None:
        self._env = env
        self._runner = runner
        self._free = threads
        self._waiting: deque[Job] = deque()
        self._under_way: dict[Job, Running] = {}
        self._stands_still = False
        self._missed: list[tuple[Job, Running, simpy.Event]] = []
        self.at_leisure = MonitorDependency()
        """Disturbed when a job that comes would have to wait."""

    def submit(self, job: Job, *, urgent: bool = False) -> None:
        """Run the job as soon as a thread is free."""
        if self._free and not self._waiting and not self._stands_still:
            self._start(job)
        elif urgent:
            self._waiting.appendleft(job)
        else:
            self._waiting.append(job)

    @property
    def starts_at_once(self) -> bool:
        """Whether a job that comes now does not have to wait."""
        return bool(self._free and not self._waiting and not self._stands_still)

    def kill_all(self) -> tuple[Job, ...]:
        """The agent is gone: kill what runs, forget what waits, call back none. Returns the jobs that were running."""
        killed = tuple(self._under_way)
        for running in self._under_way.values():
            running.kill()
        self._free += len(killed)
        self._under_way.clear()
        self._waiting.clear()
        self._missed.clear()
        return killed

    def pause(self) -> None:
        """The system hangs: nothing starts, and the agent does not notice what ends or is overdue."""
        self._stands_still = True
        self.at_leisure.disturb()

    def resume(self) -> None:
        """Notice now what was missed, then start what waits."""
        self._stands_still = False
        missed, self._missed = self._missed, []
        for job, running, done in missed:
            self._over(job, running, done)
        self._start_waiting()

    def _start(self, job: Job) -> None:
        if job.started is not None:
            job.started()
        running = self._runner.start(job.call)
        if isinstance(running, EntryPointOutcome):
            job.ended(running)
            return
        done = running.done
        if done.triggered:
            job.ended(done.value)
            return
        self._free -= 1
        self._under_way[job] = running
        if not self._free:
            self.at_leisure.disturb()

        def over(_: simpy.Event) -> None:
            if self._stands_still:
                self._missed.append((job, running, done))
            else:
                self._over(job, running, done)

        limit = self._env.timeout(job.limit_s)
        assert done.callbacks is not None
        assert limit.callbacks is not None
        done.callbacks.append(over)
        limit.callbacks.append(over)

    def _over(self, job: Job, running: Running, done: simpy.Event) -> None:
        # Whichever comes second, the end or the limit, finds the entry point no longer under way.
        if self._under_way.get(job) is running:
            if not done.triggered:
                running.kill()
            self._finish(job, done.value if done.triggered else None)

    def _finish(self, job: Job, outcome: EntryPointOutcome | None) -> None:
        del self._under_way[job]
        # The thread is not free before the resource had its chance to go on in it (Rule 2).
        job.ended(outcome)
        self._free += 1
        self._start_waiting()

    def _start_waiting(self) -> None:
        while self._free and self._waiting and not self._stands_still:
            self._start(self._waiting.popleft())
