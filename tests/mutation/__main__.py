"""What the drills see of mutants of the agent: `python -m tests.mutation --nights 100`.

Each mutant is judged in a child of its own: first by the shipped drills that need no pytest, on every example site,
then by nights of the profile mixed; by those alone in which the agent as it is comes to the changed statement, for no
other can differ. It is killed by the first of them that comes to something else than with the agent as it is: another
set of broken rules that no hazard explains, a step that fails, a run without end. What the agent as it is comes to is
kept in a file (`--known`), and so are survivors and what killed the others: a later call appends what is missing, and
judges survivors by the nights that they have not seen.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets, targets_of
from mirrordrill.drills.explore.drawing.vary import schedules_in
from mirrordrill.drills.explore.outcome import run_night
from mirrordrill.drills.run.direct import run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.sites import find_site
from tests.mutation.mutants import Mutant, put_in, sample
from tests.mutation.reach import Line, Reach, statement_of

SEED = 16
"""Of the sample: the same in every later run."""
FEATURES = Path(__file__).resolve().parents[2] / "features"
SITE = "rdc"
WITHOUT_END_S = 30
"""Of processor time; a night takes a fraction of a second."""
Outcome = tuple[str, ...]
Job = tuple[str, Callable[[], Outcome]]


class AsItIs(NamedTuple):
    """What a run comes to with the agent as it is, and which statements of the agent it comes to."""

    outcome: Outcome
    lines: frozenset[Line]


class NeverEndsError(Exception):
    """A run was stopped."""


@functools.cache
def _targets() -> SiteTargets:
    return targets_of(find_site(SITE), SITE)


def _night(seed: int) -> Outcome:
    night = draw_night(_targets(), "mixed", seed)
    outcome, _ = run_night(night, Options(), is_once_enough=True)
    return tuple(sorted({failure.oracle for failure in outcome.failures if not failure.hazard}))


def jobs(nights: int) -> Iterator[Job]:
    """What each mutant is judged by, in this order."""
    for path in sorted(FEATURES.rglob("*.feature")):
        yield from _drills(path)
    yield from ((f"night {seed}", lambda seed=seed: _night(seed)) for seed in range(nights))


def _drills(path: Path) -> Iterator[Job]:
    try:
        found = list(schedules_in(path))
    except UsageError:
        return
    for schedule in found:

        def run(schedule: object = schedule) -> Outcome:
            result = run_schedule(schedule, Drill(Options(), "", "", ""))  # type: ignore[arg-type]
            broken = {each.name for each in result.oracles if each.verdict is Verdict.BROKEN}
            return (*sorted(broken), *(step.status.value for step in result.steps))

        yield f"{path.stem}: {schedule.scenario}", run


def known_of(wanted: Sequence[Job], file: Path) -> dict[str, AsItIs]:
    """What the agent as it is does in each run: read, or run now and appended."""
    rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    known = {
        row["run"]: AsItIs(tuple(row["outcome"]), frozenset((m, line) for m, line in row["lines"])) for row in rows
    }
    missing = [job for job in wanted if job[0] not in known]
    reach = Reach() if missing else None
    with file.open("a") as out:
        for name, run in missing:
            assert reach is not None
            reach.taken()
            found = AsItIs(run(), reach.taken())
            known[name] = found
            out.write(json.dumps({"run": name, "outcome": found.outcome, "lines": sorted(found.lines)}) + "\n")
            out.flush()
    return known


def judged(mutant: Mutant, runs: Sequence[tuple[Job, Outcome]]) -> str:
    """What kills a mutant; empty where it survives."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _in_child(mutant, runs, write)
    os.close(write)
    with os.fdopen(read) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    return said if os.waitstatus_to_exitcode(status) == 0 else f"the process ended with {status}"


def _in_child(mutant: Mutant, runs: Sequence[tuple[Job, Outcome]], write: int) -> NoReturn:
    put_in(mutant)
    os.write(write, _killer(runs).encode())
    os._exit(0)


def _killer(runs: Sequence[tuple[Job, Outcome]]) -> str:
    for (name, run), true in runs:
        try:
            seen = _bounded(run)
        except NeverEndsError:
            return f"{name}: without end"
        except Exception as failure:
            return f"{name}: {type(failure).__name__}"
        if seen != true:
            return f"{name}: {' '.join(sorted(set(seen) - set(true))) or 'other steps'}"
    return ""


def _bounded(run: Callable[[], Outcome]) -> Outcome:
    def stop(*_: object) -> None:
        raise NeverEndsError

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, WITHOUT_END_S)
    try:
        return run()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def main() -> None:
    """Judge what the file does not know yet, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=150, help="so many mutants")
    parser.add_argument("--nights", type=int, default=500, help="so many nights for each at most")
    parser.add_argument("--out", type=Path, default=Path("mutants.jsonl"), help="results, read and appended to")
    parser.add_argument("--known", type=Path, default=Path("as-it-is.jsonl"), help="runs of the agent as it is")
    parser.add_argument("--part", default="1/1", help="the K-th of N parts of the sample: 1/2")
    asked = parser.parse_args()
    part, parts = map(int, asked.part.split("/"))
    there = [json.loads(line) for line in asked.out.read_text().splitlines()] if asked.out.exists() else []
    last = {each["mutant"]: each for each in there}
    every = list(jobs(asked.nights))
    known = known_of(every, asked.known)
    with asked.out.open("a") as out:
        for mutant in sample(SEED, asked.sample)[part - 1 :: parts]:
            before = last.get(mutant.name)
            if before is not None and (before["killed_by"] or before["nights"] >= asked.nights):
                continue
            place = statement_of(mutant.module, mutant.line)
            seen = 0 if before is None else before["nights"]
            todo = every if before is None else [job for job in every if _is_night_from(job[0], seen)]
            runs = [(job, known[job[0]].outcome) for job in todo if place in known[job[0]].lines]
            last[mutant.name] = {
                **{"mutant": mutant.name, "line": mutant.line, "function": mutant.function, "change": mutant.change},
                **{"killed_by": judged(mutant, runs), "nights": asked.nights, "runs": len(runs)},
            }
            out.write(json.dumps(last[mutant.name]) + "\n")
            out.flush()
    _tell(list(last.values()))


def _is_night_from(name: str, first: int) -> bool:
    kind, _, seed = name.partition(" ")
    return kind == "night" and int(seed) >= first


def _tell(rows: list[dict[str, Any]]) -> None:
    of = Counter(row["mutant"].split()[0] for row in rows)
    killed = Counter(row["mutant"].split()[0] for row in rows if row["killed_by"])
    lines = [f"{module}: {killed[module]} of {of[module]} killed" for module in sorted(of)]
    lines.append(f"all: {killed.total()} of {of.total()} killed, sample of seed {SEED}")
    lines += [
        f"survives {r['runs']} runs: {r['mutant']} {r['function']}:{r['line']}  {r['change']}"
        for r in rows
        if not r["killed_by"]
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
