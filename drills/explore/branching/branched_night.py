"""Runs a night with its branches: at what it reaches, the process is forked, and the child goes on with other draws.

The way to the moment is run once. A child is a night of its own: its scenario is complete and, run from the start,
gives the same log without any fork. The parent waits for each child, takes in what it found, and goes on.

Rule 1: what is branched follows from the night, the energy that each mark has left, and from nothing else.
Rule 2: energy is spent, by mark: what every night reaches gets as many branches as what is reached once.
Rule 3: a branch may branch again, with half of what its parent has left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from mirrordrill.drills.explore.branching.reach import ReachWatch
from mirrordrill.drills.explore.drawing.branch import Cut, branch_night, branch_seed, cut_after
from mirrordrill.drills.explore.drawing.draw import Night
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets
from mirrordrill.drills.explore.drawing.vary import HAS_TIME
from mirrordrill.drills.explore.drawing.words import sentence_of
from mirrordrill.drills.explore.outcome import TWICE_EVERY, LogKeeper, NightOutcome, compared, outcome_of
from mirrordrill.drills.explore.workers.forked import ForkedChild, ResultPipe, fork
from mirrordrill.drills.run.direct import begin, carry_out, listed
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.pacing import Stopwatch
from mirrordrill.drills.shrink.schedule import WHEN, ScheduledStep
from mirrordrill.drills.steps.wording import duration_s

ENERGY = 16
"""A mark, or the level of a watermark, gets so many branches in a campaign."""
AT_ONCE = 2
"""So many at one moment."""
TREE = 14
"""A night has so many branches, those of its branches included."""


@dataclass(frozen=True, slots=True)
class NightBranch:
    """How a night leaves another one."""

    parent: int
    line: int
    after: str
    mark: str
    """What was reached there."""

    @property
    def cut(self) -> Cut:
        """Where."""
        return Cut(self.line, self.after)


@dataclass(frozen=True, slots=True)
class BranchedOutcome:
    """What came of a night, and which one it left."""

    outcome: NightOutcome
    branch: NightBranch | None = None
    """None for the night that was run from the start."""


def run_branching(
    night: Night, options: Options, facts: SiteTargets, profile: str, energy: Mapping[str, int]
) -> list[BranchedOutcome]:
    """Run a night with its branches, in a child of a single thread. Raises ForkFailedError."""
    child = fork()
    if isinstance(child, ResultPipe):
        BranchedNight(night, options, facts, profile, energy, child).run()
        child.fail()
    return msgspec.json.decode(child.result(), type=list[BranchedOutcome])


class BranchedNight:
    """One night under way; after a fork, in the child, the one that it goes on as."""

    def __init__(
        self,
        night: Night,
        options: Options,
        facts: SiteTargets,
        profile: str,
        energy: Mapping[str, int],
        pipe: ResultPipe | None = None,
    ) -> None:
        self._night = night
        self._options = options
        self._facts = facts
        self._profile = profile
        self._energy = defaultdict(lambda: ENERGY, energy)
        self._left = TREE
        self._reach = ReachWatch()
        self._keeper = LogKeeper()
        self._drill = Drill(options, "", "", "", self._keeper)
        self._watch = Stopwatch()
        self._found: list[BranchedOutcome] = []
        self._line = 0
        self._pipe = pipe
        self._branch: NightBranch | None = None
        self._is_observed = False

    def run(self) -> list[BranchedOutcome]:
        """Run it to its end: its outcome, and those of its branches. In a child this never comes back."""
        try:
            found = self._run()
        except BaseException:
            if self._pipe is not None:
                self._pipe.fail()
            raise
        if self._pipe is not None:
            self._pipe.end(msgspec.json.encode(found))
        return found

    def _run(self) -> list[BranchedOutcome]:
        begin(self._night.schedule(), self._drill)
        while self._line < len(self._night.lines):
            if self._pipe is not None:
                self._pipe.end_if_orphaned()
            line = self._night.lines[self._line]
            if not carry_out(self._drill, line, self._watched(line)):
                break
            self._observe()
            if line.kind == WHEN:
                self._branch_at(Cut(self._line, ""))
            self._line += 1
        result = self._drill.close()
        outcome = outcome_of(self._night, result, self._keeper.records, self._watch.total_s(), self._reach.levels())
        if self._night.seed % TWICE_EVERY == 0:
            outcome = compared(outcome, self._night, self._options)
        return [BranchedOutcome(outcome, self._branch), *self._found]

    def _observe(self) -> None:
        """As soon as there is a world, its log is read."""
        if self._drill.site is not None and not self._is_observed:
            self._is_observed = True
            for record in self._drill.log.since(0):
                self._reach.see(record)
            self._drill.log.observe(self._reach.see)

    def _watched(self, line: ScheduledStep) -> Callable[[], None] | None:
        """A step in which time passes may be left in its middle; all others at their end."""
        entry = sentence_of(line.words) if line.kind == WHEN else None
        if entry is None or entry.sentence.name != HAS_TIME:
            return None
        said = entry.sentence.values(line.words) or {}
        return lambda: self._pass(duration_s(said["duration_s"]))

    def _pass(self, duration_s: float) -> None:
        """Let time pass; in a branch, until it leaves the step."""
        world = self._drill.world
        began_s = world.kernel.now_s
        left_at: list[Cut] = []

        def ends() -> bool:
            cut = cut_after(self._line, world.kernel.now_s - began_s)
            if self._reach.news and cut.after_s < duration_s and self._branch_at(cut):
                left_at.append(cut)
            return bool(left_at)

        told = world.advance(duration_s, ends)
        for cut in left_at:
            world.kernel.env.run_to(began_s + cut.after_s)
            told = f"{cut.after} passed"
            self._drill.name_step(self._night.lines[self._line].words)
        self._drill.observed(told)

    def _branch_at(self, cut: Cut) -> bool:
        """Fork for what was reached and has energy left; whether this is a child now."""
        news, self._reach.news = self._reach.news, []
        if not self._night.begins <= cut.line < len(self._night.lines) - 1:
            return False
        for mark in news:
            for number in range(AT_ONCE):
                if self._left < 1 or self._energy[mark] < 1:
                    break
                self._left -= 1
                self._energy[mark] -= 1
                if self._forked(cut, mark, number):
                    return True
        return False

    def _forked(self, cut: Cut, mark: str, number: int) -> bool:
        seed = branch_seed(self._night.seed, cut, mark, number)
        night = branch_night(self._night, cut, self._facts, self._profile, seed)
        child = fork()
        if isinstance(child, ForkedChild):
            found = msgspec.json.decode(child.result(), type=list[BranchedOutcome])
            self._found += found
            for each in found[1:]:
                self._left -= 1
                self._energy[each.branch.mark if each.branch else ""] -= 1
            return False
        self._go_on_as(child, night, NightBranch(self._night.seed, cut.line, cut.after, mark))
        return True

    def _go_on_as(self, pipe: ResultPipe, night: Night, branch: NightBranch) -> None:
        """In the child: from here on it is another night."""
        self._pipe, self._night, self._branch = pipe, night, branch
        self._found, self._watch = [], Stopwatch()
        self._left //= 2
        drill, schedule = self._drill, night.schedule()
        drill.schedule, drill.scenario, drill.tags = schedule, schedule.scenario, schedule.tags
        del drill.steps[self._line + 1 :]
        for keyword, words, line in listed(schedule)[self._line + 1 :]:
            drill.add_step(keyword, words, line)
