"""Points of a situation by forks: the way to a port call is run once, and forked there for each of its points.

The process stands in the greenlet of the entry point that is about to make the call. The child meets the fault and
runs to the end; the parent goes on to the next call, while as many children run as there may be. What a child gives is
what a run from the start gives.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

import msgspec

from mirrordrill.drills.explore.workers.forked import ForkedChild, ResultPipe, fork
from mirrordrill.drills.sweep.sweep_run import Course, SweepRun
from mirrordrill.simulator.bridge.ports_tap import Injection, PortCall


def forked_runs(course: Course, points: Sequence[str], jobs: int) -> Iterator[SweepRun]:
    """Run every point, so many at a time; in order. In process only. Raises PointError, ForkFailedError."""
    results = _Forks(course, points, jobs).results()
    return (results[point] for point in points)


class _Forks:
    """The run that forks, and the children that have not given their results yet."""

    def __init__(self, course: Course, points: Sequence[str], jobs: int) -> None:
        self._course = course
        self._jobs = jobs
        self._wanted: dict[tuple[int, int], list[tuple[str, Injection]]] = defaultdict(list)
        """Invocation and ordinal -> what is to go wrong at that call."""
        for point in points:
            injection = course.points.parse(point)
            self._wanted[injection.call.invocation, injection.call.ordinal].append((point, injection))
        self._children: deque[tuple[str, ForkedChild]] = deque()
        self._results: dict[str, SweepRun] = {}
        self._here: tuple[ResultPipe, str, Injection] | None = None
        """In a child: the way of its result, and its point."""

    def results(self) -> dict[str, SweepRun]:
        """Run the situation; the result of each point. In a child this never comes back."""
        try:
            ended = self._course.run_forking(self._choose)
            if self._here is not None:
                pipe, point, injection = self._here
                pipe.end(msgspec.json.encode(self._course.judged(point, injection, ended)))
        except BaseException:
            if self._here is not None:
                self._here[0].fail()
            raise
        while self._children:
            self._take()
        return self._results

    def _choose(self, call: PortCall) -> Injection | None:
        for point, injection in self._wanted.pop((call.invocation, call.ordinal), ()):
            while len(self._children) >= self._jobs:
                self._take()
            child = fork()
            if isinstance(child, ResultPipe):
                self._here = child, point, injection
                self._wanted.clear()
                return injection
            self._children.append((point, child))
        return None

    def _take(self) -> None:
        point, child = self._children.popleft()
        self._results[point] = msgspec.json.decode(child.result(), type=SweepRun)
