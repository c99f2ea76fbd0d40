"""How candidates are run: all of a round in one session of pytest, as a feature with a scenario for each.

The feature is written where the same conftest.py apply as to the drill itself: into a directory of its own beside the
drill's file where there are any, else below $TMPDIR. What a step names is looked for beside the drill's file, wherever
the candidates are.

Where no conftest.py applies and every step is a shipped one, pytest has nothing to add: they run without it.

Rule 1: candidates are run in process, with the site, seed and release of the drill.
Rule 2: nothing is left behind, however it ends.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from mirrordrill.drills.output import timeline
from mirrordrill.drills.run.collection import CANDIDATES
from mirrordrill.drills.run.direct import numbered, run_schedule, step_of
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import DrillResult, StepResult
from mirrordrill.drills.run.runner import Audience, RunRequest, run_once
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep, rendered
from mirrordrill.simulator.agent_mode import AgentMode

CONFTEST = "conftest.py"
ROUNDS = itertools.count(1)
"""No two features of a process have one name: pytest-bdd keeps what it has read by its path."""


class NotShrunkError(Exception):
    """A drill cannot be shrunk; the text says why."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of the last run of a schedule: its result, its log, its timeline, and files its site was in."""

    result: DrillResult
    log: tuple[str, ...]
    timeline: tuple[str, ...]
    own_files: tuple[tuple[Path, ...], tuple[Path, ...]]
    """The main.cf files and captures that a step named as the site."""


Judge = Callable[[Drill, DrillResult], DrillResult | None]
"""What a run that has ended counts as; None where it does not count."""


def as_it_is(_: Drill, result: DrillResult) -> DrillResult | None:
    """Each run counts as what it is."""
    return result


class Watcher:
    """Listens to runs, and counts them; `judge` says of each what it counts as."""

    def __init__(self, told: Callable[[int], None] = lambda _: None, judge: Judge = as_it_is) -> None:
        self.ran = 0
        self.seen: Seen | None = None
        self.judged: dict[str, DrillResult | None] = {}
        """What each counts as, by its name."""
        self._told = told
        self._judge = judge

    def drills_found(self, count: int) -> None:
        """So many are going to be run."""

    def drill_began(self, drill: Drill) -> None:
        """Before its first step."""

    def time_passes(self, drill: Drill, now_s: float) -> None:
        """At each event."""

    def step_ended(self, drill: Drill, step: StepResult) -> None:
        """After each step."""

    def drill_ended(self, drill: Drill, result: DrillResult) -> None:
        """One more was run."""
        self.ran += 1
        self._told(self.ran)
        judged = self.judged[result.scenario] = self._judge(drill, result)
        if judged is not None:
            self.see(drill, judged)

    def see(self, drill: Drill, result: DrillResult) -> None:
        """Look at a drill that has ended, while its world is still there."""


class Recorder(Watcher):
    """Keeps what there is to see of the last run."""

    def see(self, drill: Drill, result: DrillResult) -> None:
        """Keep its log, its timeline and its files."""
        lines = tuple(timeline.lines(drill.log))
        self.seen = Seen(result, tuple(drill.log.lines()), lines, drill.own_files)


class Range:
    """Where the candidates of one drill are run."""

    def __init__(
        self,
        schedule: Schedule,
        options: Options,
        told: Callable[[int], None] = lambda _: None,
        judge: Judge = as_it_is,
    ) -> None:
        self._schedule = schedule
        self._options = replace(options, agent_mode=AgentMode.IN_PROCESS, report=None, pace=None)
        self._folder: Path | None = None
        self._needs_pytest = bool(conftests(schedule.path)) or not is_shipped(schedule.lines)
        self._judge = judge
        self.watcher = Watcher(told, judge)

    def __enter__(self) -> Self:
        beside = self._schedule.path.parent if conftests(self._schedule.path) else None
        try:
            self._folder = Path(tempfile.mkdtemp(prefix=CANDIDATES if beside else "mirrordrill-", dir=beside))
        except OSError as failure:
            where = f"beside its feature, where the same {CONFTEST} applies" if beside else "for its candidates"
            raise NotShrunkError(f"nothing can be written {where}: {failure.strerror}") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def runs(self) -> int:
        """How many candidates were run."""
        return self.watcher.ran

    def run(self, candidates: Sequence[Sequence[ScheduledStep]]) -> list[DrillResult | None]:
        """What came of each; None for one that was not run, or does not count. Raises KeyboardInterrupt."""
        self.watcher.judged.clear()
        names = [f"candidate {number}" for number in range(1, len(candidates) + 1)]
        self._session(list(zip(names, candidates, strict=True)), self._options, self.watcher)
        return [self.watcher.judged.get(name) for name in names]

    def look_at(self, lines: Sequence[ScheduledStep], agent_mode: AgentMode) -> Seen | None:
        """Run one schedule and keep everything of it; None where it does not count. Raises KeyboardInterrupt."""
        recorder = Recorder(judge=self._judge)
        self._session([(self._schedule.scenario, lines)], replace(self._options, agent_mode=agent_mode), recorder)
        self.watcher.ran += recorder.ran
        return recorder.seen

    def _session(
        self, scenarios: Sequence[tuple[str, Sequence[ScheduledStep]]], options: Options, listener: Audience
    ) -> Sequence[DrillResult]:
        if not self._needs_pytest and options.agent_mode is AgentMode.IN_PROCESS:
            return [self._fly_directly(name, lines, options, listener) for name, lines in scenarios]
        assert self._folder is not None
        file = self._folder / f"round-{next(ROUNDS)}.feature"
        file.write_text(rendered(self._schedule.feature, scenarios, self._schedule.tags), encoding="utf-8")
        try:
            result = run_once([file], RunRequest(), options, listener, self._schedule.path)
        finally:
            file.unlink()
        if result.is_interrupted:
            raise KeyboardInterrupt
        return result.drills

    def _fly_directly(
        self, name: str, lines: Sequence[ScheduledStep], options: Options, listener: Audience
    ) -> DrillResult:
        its = self._schedule
        schedule = Schedule(its.feature, name, its.tags, numbered(lines), its.path)
        return run_schedule(schedule, Drill(options, "", "", "", listener, path=its.path))


def is_shipped(lines: Sequence[ScheduledStep]) -> bool:
    """Whether every step is a shipped one: then pytest has nothing to add."""
    try:
        return all(step_of(line.kind, line.words) for line in lines)
    except UsageError:
        return False


def conftests(feature: Path) -> list[Path]:
    """The conftest.py files that apply to a feature, the outermost first."""
    return [file for file in found_above(feature) if file.is_file()][::-1]


def found_above(feature: Path) -> Iterator[Path]:
    """Where a conftest.py may lie, the nearest place first; pytest looks at none in the root directory."""
    folders = feature.absolute().parents
    yield from (folder / CONFTEST for folder in folders if folder != Path(folder.anchor))
