"""The score of a rehearsal: what can be counted of what people did, each with the lines that show it.

A score is no mark. It says where to look: steps left out or out of order, decisions that were taken before any command
had asked, or while something was withheld, actions that the plan does not know, times against objectives.

Rule 1: only what is in the recording, or was measured, is counted.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mirrordrill.drills.history.state_changes import StateChange
from mirrordrill.drills.rehearse.branch_world import RecordedLine
from mirrordrill.drills.rehearse.branches.lines import lines_before
from mirrordrill.drills.rehearse.debrief.actions import (
    DECISION,
    SAID,
    TYPED,
    ActionKind,
    Mirrors,
    command_of,
    kind_of,
    match_of,
    mirrors_of,
    plain_command,
    shown_words,
)
from mirrordrill.drills.rehearse.debrief.compare import outage_text
from mirrordrill.drills.rehearse.debrief.plan import PlanStatus, compare_plan
from mirrordrill.drills.rehearse.moments import clock_text
from mirrordrill.drills.rehearse.quoting import unquoted
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.replay import begun_line
from mirrordrill.drills.run.objectives import ObjectiveResult
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.simulator.vcs.events import CommandGiven

PEOPLES = frozenset({ActionKind.CHANGE, ActionKind.LOOK, ActionKind.DECISION, ActionKind.GATE})


@dataclass(frozen=True, slots=True)
class Score:
    """What was counted. Without a plan there is nothing to leave out, and no action that it does not know."""

    has_plan: bool
    planned: int
    done: int
    in_order: int
    left_out: tuple[str, ...]
    besides: tuple[str, ...]
    """Commands of people that no step of the plan asks for, and that do more than ask."""
    before_information: tuple[str, ...]
    """Decisions that were taken before any command had asked, or while something was withheld."""
    objectives: tuple[str, ...]
    """Each objective of the site, met or missed, or the length of each outage where the site has none."""
    has_objectives: bool = False

    def rows(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """What was counted, how much, and the lines behind it."""
        if self.has_plan:
            yield "steps of the plan done", f"{self.done} of {self.planned}, {self.in_order} in order", ()
            yield "steps left out", str(len(self.left_out)), self.left_out
            yield "actions that the plan does not know", str(len(self.besides)), self.besides
        yield "decisions before information", str(len(self.before_information)), self.before_information
        if self.has_objectives:
            yield "objectives", str(len(self.objectives)), self.objectives
        else:
            yield "outages (site.toml has no objectives)", str(len(self.objectives)), self.objectives

    def text(self) -> str:
        """`3 of 4 steps done, 3 in order, 1 left out; 2 actions that the plan does not know; ...`."""
        plan = (
            f"{self.done} of {self.planned} steps done, {self.in_order} in order, {len(self.left_out)} left out; "
            f"{len(self.besides)} actions that the plan does not know; "
        )
        blind = f"{len(self.before_information)} decisions before information"
        return f"{plan if self.has_plan else ''}{blind}"


def score(
    plan: Sequence[ScheduledStep],
    recorded: Sequence[RecordedLine],
    first: int = 0,
    objectives: Sequence[str] = (),
    *,
    has_objectives: bool = False,
    mirrors: Mirrors = (),
    given: Sequence[StateChange[CommandGiven]] = (),
) -> Score:
    """Count; lines before `first` brought the site up. Of the commands that were given, some were refused."""
    steps = [step for step in compare_plan(plan, recorded, mirrors) if kind_of(step.line) in PEOPLES]
    known = {match_of(line, mirrors) for line in plan}
    besides = [
        f"{clock_text(each.began_us)[:-7]}  {shown_words(each.line)}"
        + (" (refused)" if is_refused(each, given) else "")
        for each in recorded[first:]
        if kind_of(each.line) is ActionKind.CHANGE and match_of(each.line, mirrors) not in known
    ]
    done = [step for step in steps if step.status in {PlanStatus.DONE, PlanStatus.LATE}]
    return Score(
        bool(plan),
        len(steps),
        len(done),
        sum(step.status is PlanStatus.DONE for step in done),
        tuple(shown_words(step.line) for step in steps if step.status is PlanStatus.LEFT_OUT),
        tuple(besides) if plan else (),
        tuple(before_information(recorded[first:])),
        tuple(objectives),
        has_objectives,
    )


def is_refused(recorded: RecordedLine, given: Sequence[StateChange[CommandGiven]]) -> bool:
    """Whether VCS refused the command of a line: the first one with these words that ended from then on."""
    line = begun_line(recorded.line)
    typed, command = TYPED.fullmatch(line.words) or SAID.fullmatch(line.words), command_of(line.words)
    if typed is None or command is None:
        return False
    first = bisect.bisect_left(given, recorded.began_us, key=lambda each: each.time_us)
    for each in itertools.islice(given, first, None):
        if each.event.system == typed["at"] and plain_command(each.event.command) == command:
            return each.event.exit_code != 0
    return False


def live_score(rehearsal: Rehearsal) -> Score:
    """The score of the current branch until now."""
    stage = rehearsal.stage
    outages = [outage_text(each) for each in stage.drill.measured_until_now().outages]
    judged = stage.drill.objectives_until_now()
    return score(
        rehearsal.plan, stage.lines, lines_before(stage.lines), objective_lines(judged, outages),
        has_objectives=bool(judged), mirrors=mirrors_of(stage.world.site),
        given=stage.drill.whole_history.state.cluster_commands,
    )  # fmt: skip


def before_information(recorded: Sequence[RecordedLine]) -> Iterator[str]:
    """Each decision that was taken before any command asked what had happened, or while something was withheld."""
    has_happened = False
    withheld: list[str] = []
    for each in recorded:
        words, kind = each.line.words, kind_of(each.line)
        if " is not shown the " in words:
            withheld.append(unquoted(words).replace('"', ""))
        elif " is shown the " in words:
            withheld = [kept for kept in withheld if not same_information(kept, words)]
        elif kind is ActionKind.FAULT:
            has_happened = True
        elif kind is ActionKind.LOOK:
            has_happened = False
        elif kind is ActionKind.DECISION:
            found = DECISION.fullmatch(words)
            assert found is not None
            why = ["no command had asked since the last thing that happened"] if has_happened else []
            why += withheld
            if why:
                yield f"{clock_text(each.began_us)[:-7]}  {unquoted(found['gate'])} ({'; '.join(why)})"


def same_information(withheld: str, words: str) -> bool:
    """Whether the sentence hands out what another one withheld."""
    return withheld.partition(" about ")[0] == unquoted(words).replace('"', "").replace(" is shown ", " is not shown ")


def objective_lines(judged: Sequence[ObjectiveResult], outages: Sequence[str]) -> list[str]:
    """Each objective with its verdict; where the site has none, the outages as they were measured."""
    return [f"{each.met.value}: {each.sentence()}" for each in judged] or list(outages)


def score_lines(found: Score) -> Iterator[str]:
    """All of it as text."""
    for what, amount, lines in found.rows():
        yield f"{what}: {amount}".rstrip(": ")
        yield from (f"    {line}" for line in lines)
