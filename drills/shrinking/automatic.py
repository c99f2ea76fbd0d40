"""Counter-examples for a report: every drill in which a rule was broken, or a step did not come about, is shrunk.

A run of many drills may fail in all of them, so that there is a budget of flights for the whole run, too. What is left
over then says so, and how to shrink it.

Rule 1: a drill that holds, or is broken as it declares, costs nothing.
Rule 2: the report that was written already stays as it is until there is something to add to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from drills.drill import Options
from drills.report.collect import assemble
from drills.report.files import write_report
from drills.result import DrillResult, ExitCode
from drills.shrinking.failure import failure_of
from drills.shrinking.flights import NotShrunkError
from drills.shrinking.folder import Written, told_in_report, write
from drills.shrinking.search import DEFAULT, Shrunk, Wanted, shrink
from drills.shrinking.telling import Teller

RUN_FLIGHTS = 1000
"""So many flights are spent on all drills of a run together."""
UNSHRUNK_CODES = {ExitCode.INTERRUPTED, ExitCode.NOT_DETERMINISTIC, ExitCode.HARNESS}
"""After these nothing is shrunk: somebody has seen enough, or nothing can be shown by flying again."""


Found = Shrunk | NotShrunkError | None
"""What came of a drill: what is left of it, why nothing is, or None where nothing failed in it."""


def add_counter_examples(drills: Sequence[DrillResult], code: ExitCode, options: Options, teller: Teller) -> None:
    """Shrink what failed and was not declared, and write the report of the run anew with what was found."""
    if options.report is not None and code not in UNSHRUNK_CODES:
        found = shrink_all(drills, options, teller, DEFAULT, RUN_FLIGHTS)
        write_with(drills, found, code, options, teller)


def shrink_all(
    drills: Sequence[DrillResult], options: Options, teller: Teller, wanted: Wanted, all_flights: int
) -> list[Found]:
    """Shrink each drill that failed; no more flights for all of them together than that."""
    found: list[Found] = []
    for drill in drills:
        if failure_of(drill, wanted.with_declared, wanted.rule) is None:
            found.append(None)
            continue
        found.append(one(drill, options, teller, replace(wanted, flights=min(wanted.flights, all_flights))))
        all_flights -= found[-1].flights if isinstance(found[-1], Shrunk) else 1
    return found


def write_with(
    drills: Sequence[DrillResult], found: Sequence[Found], code: ExitCode, options: Options, teller: Teller
) -> None:
    """Write the report of the run anew, with the counter-examples, where there is anything to say of them."""
    assert options.report is not None
    pairs = zip(drills, found, strict=True)
    told = [reported(drill, its, options.report, options, teller) for drill, its in pairs]
    if told != list(drills):
        write_report(assemble(told, code), options.report)


def one(drill: DrillResult, options: Options, teller: Teller, wanted: Wanted) -> Shrunk | NotShrunkError:
    """One drill, shrunk and told; or why that cannot be."""
    teller.begins(drill)
    try:
        if wanted.flights < 1:
            raise NotShrunkError("the flights for this run are used up")
        found = shrink(drill, options, wanted, told=teller.goes_on)
    except NotShrunkError as why:
        teller.not_found(str(why))
        return why
    finally:
        teller.ends()
    teller.found(found)
    return found


def reported(drill: DrillResult, found: Found, directory: Path, options: Options, teller: Teller) -> DrillResult:
    """The drill with what its report says of the counter-example, which is written below the directory."""
    if drill.report is None or found is None:
        return drill
    if isinstance(found, Shrunk):
        example = told_in_report(found, kept(found, directory, options, teller))
    else:
        example = replace(drill.report.counter_example, told=f"not shrunk: {found}")
    return replace(drill, report=replace(drill.report, counter_example=example))


def kept(found: Shrunk, directory: Path, options: Options, teller: Teller) -> Written:
    """Write the counter-example below the directory, and say where."""
    written = write(directory, found, options)
    teller.written(directory, written)
    return written
