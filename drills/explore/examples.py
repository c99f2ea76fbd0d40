"""Counter-examples of a campaign: the first night of each kind of failure, made small by the shrinker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from mirrordrill.drills.explore.drawing.draw import Night
from mirrordrill.drills.explore.outcome import LIVENESS, LogKeeper, with_hazards_declared
from mirrordrill.drills.run.direct import run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.shrink.failure import failure_of
from mirrordrill.drills.shrink.folder import write
from mirrordrill.drills.shrink.runs import NotShrunkError
from mirrordrill.drills.shrink.search import Wanted, shrink

RUNS = 150
"""So many runs are spent on one counter-example."""


@dataclass(frozen=True, slots=True)
class Example:
    """A counter-example that was written."""

    folder: str
    steps: int
    flown_steps: int
    runs: int

    def told(self) -> str:
        """`9 of 31 steps after 44 runs, in out/counter-example/...`."""
        return f"{self.steps} of {self.flown_steps} steps after {self.runs} runs; mirrordrill replay {self.folder}"


def without_declared(result: DrillResult, rule: str) -> DrillResult | None:
    """The run, unless the rule that is looked for is broken as declared in it."""
    return None if any(each.name == rule and each.declared for each in result.oracles) else result


def shrink_failure(night: Night, options: Options, key: tuple[str, str, str], out: Path) -> Example | str:
    """Make the night small as long as the same rule is broken, or the same step fails; why not, where it cannot be.

    Where no declared hazard explains the failure, none explains that of the small night either.
    """
    rule, keeper = "" if key[0] == LIVENESS else key[0], LogKeeper()
    schedule = replace(night.schedule(), path=out / f"{night.profile}-{night.seed}.feature")
    result = run_schedule(schedule, Drill(options, "", "", "", keeper, path=schedule.path))
    judged = with_hazards_declared(result, keeper.records)
    is_open = not rule or failure_of(judged, rule) is not None

    def judge(drill: Drill, found: DrillResult) -> DrillResult | None:
        return without_declared(with_hazards_declared(found, drill.log.since(0)), rule)

    wanted = Wanted(RUNS, rule=rule, judge=judge) if is_open else Wanted(RUNS, rule=rule)
    try:
        shrunk = shrink(judged if is_open else result, options, wanted)
        written = write(out, shrunk, options)
    except NotShrunkError as why:
        return f"not shrunk: {why}"
    except OSError as failure:
        return f"cannot be written: {failure.strerror}"
    folder = str(out / written.folder)
    return Example(folder, len(shrunk.lines), len(schedule.lines), shrunk.runs)
