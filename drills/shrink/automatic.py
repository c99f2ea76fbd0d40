"""Counter-examples for a report: every drill in which a rule was broken, or a step did not come about, is shrunk.

A run of many drills may fail in all of them, so that there is a budget of runs for the whole run, too. What is left
over then says so, and how to shrink it.

Rule 1: a drill that holds, or is broken as it declares, costs nothing.
Rule 2: the report that was written already stays as it is until there is something to add to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from mirrordrill.drills.report.collect import assemble
from mirrordrill.drills.report.files import write_report
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.shrink.failure import Failure, failure_of
from mirrordrill.drills.shrink.folder import Written, told_in_report, write
from mirrordrill.drills.shrink.output import ShrinkOutput
from mirrordrill.drills.shrink.runs import NotShrunkError
from mirrordrill.drills.shrink.search import DEFAULT, Shrunk, Wanted, shrink

RUN_FLIGHTS = 1000
"""So many runs are spent on all drills of a run together."""
UNSHRUNK_CODES = {ExitCode.INTERRUPTED, ExitCode.NOT_DETERMINISTIC, ExitCode.HARNESS}
"""After these nothing is shrunk: the user has seen enough, or nothing can be shown by running again."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a drill that failed: what is left of it, and where that was written; or why nothing is."""

    shrunk: Shrunk | None = None
    written: Written | None = None
    why_not: str = ""

    @property
    def runs(self) -> int:
        """How many it cost; one, at most, where nothing came of it."""
        return self.shrunk.runs if self.shrunk else 1


def add_counter_examples(drills: Sequence[DrillResult], code: ExitCode, options: Options, output: ShrinkOutput) -> None:
    """Shrink what failed and was not declared, and write the report of the run anew with what was found."""
    if options.report is not None and code not in UNSHRUNK_CODES:
        found = shrink_all(drills, options, output, DEFAULT, RUN_FLIGHTS, [options.report])
        write_with(drills, found, code, options.report)


def shrink_all(
    drills: Sequence[DrillResult],
    options: Options,
    output: ShrinkOutput,
    wanted: Wanted,
    all_runs: int,
    directories: Sequence[Path],
) -> list[Found | None]:
    """Shrink each drill that failed, no more runs for all of them together than that, and write what is left below
    each of the directories. None for a drill in which nothing failed."""
    found: list[Found | None] = []
    seen: list[tuple[int, Failure]] = []
    alike: dict[int, list[int]] = {}
    for number, drill in enumerate(drills, start=1):
        its = None
        failure = failure_of(drill, wanted.rule, with_declared=wanted.with_declared)
        earlier = next((at for at, other in seen if failure is not None and other.is_same(failure)), None)
        if earlier is not None:
            its = Found(why_not=f"it fails as drill {earlier} of this run does, whose counter-example stands for both")
            alike.setdefault(earlier, []).append(number)
        elif failure is not None:
            seen.append((number, failure))
            its = one(drill, options, output, replace(wanted, runs=min(wanted.runs, all_runs)), directories)
            all_runs -= its.runs
        found.append(its)
    for first, others in alike.items():
        output.alike(first, others)
    return found


def one(
    drill: DrillResult, options: Options, output: ShrinkOutput, wanted: Wanted, directories: Sequence[Path]
) -> Found:
    """One drill, shrunk, told and written."""
    output.begins(drill)
    try:
        if wanted.runs < 1:
            raise NotShrunkError("the runs allowed for this run are used up")
        shrunk = shrink(drill, options, wanted, output.goes_on)
        output.found(shrunk)
        written = None
        for directory in directories:
            written = write(directory, shrunk, options)
            output.written(directory, written)
    except NotShrunkError as why:
        return not_found(str(why), output)
    except OSError as failure:
        # Where it could not be written is told on the terminal, and is no business of a report.
        return not_found(f"what is left cannot be written: {failure.strerror}", output)
    finally:
        output.ends()
    return Found(shrunk, written)


def not_found(why: str, output: ShrinkOutput) -> Found:
    """Nothing came of a drill, and that is told."""
    output.not_found(why)
    return Found(why_not=why)


def write_with(drills: Sequence[DrillResult], found: Sequence[Found | None], code: ExitCode, directory: Path) -> None:
    """Write the report of the run anew, with the counter-examples, where there is anything to say of them."""
    told = [reported(drill, its) for drill, its in zip(drills, found, strict=True)]
    if told != list(drills):
        write_report(assemble(told, code), directory)


def reported(drill: DrillResult, found: Found | None) -> DrillResult:
    """The drill with what its report says of the counter-example."""
    if drill.report is None or found is None:
        return drill
    if found.shrunk is not None and found.written is not None:
        example = told_in_report(found.shrunk, found.written)
    else:
        told = f"not shrunk: {found.why_not}"
        example = msgspec.structs.replace(drill.report.counter_example, told=told)
    return replace(drill, report=msgspec.structs.replace(drill.report, counter_example=example))
