"""Runs a broken agent in a child, and compares what each run comes to with what the agent as it is comes to."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from tests.mutation.reach import Line, Reach
from tests.mutation.runs import Job, Seen

WITHOUT_END_S = 30
"""Of processor time; a night takes a fraction of a second."""


class AsItIs(NamedTuple):
    """What a run comes to with the agent as it is, which statements of the agent it comes to, and what it costs."""

    seen: Seen
    lines: frozenset[Line]
    cost_s: float


class NeverEndsError(BaseException):
    """A run was stopped. Nothing that an agent or a simulator catches."""


def known_of(wanted: Sequence[Job], file: Path) -> dict[str, AsItIs]:
    """What the agent as it is does in each run: read, or run now, in a child, and appended."""
    there = _read(file)
    missing = [job for job in wanted if job.name not in there]
    if not missing:
        return there
    child = os.fork()
    if child == 0:
        _learn(missing, file)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"the agent as it is could not be run: {status}")
    return _read(file)


def _read(file: Path) -> dict[str, AsItIs]:
    rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return {
        row["run"]: AsItIs(
            Seen(tuple(row["outcome"]), row["digest"]), frozenset((m, line) for m, line in row["lines"]), row["cost"]
        )
        for row in rows
    }


def _learn(missing: Sequence[Job], file: Path) -> NoReturn:
    """Marks slow the agent down and cannot be taken out again: hence a child."""
    reach = Reach()
    with file.open("a") as out:
        for job in missing:
            began_s = time.process_time()
            seen = job.run()
            row = {"run": job.name, "outcome": seen.outcome, "digest": seen.digest}
            row |= {"lines": sorted(reach.taken()), "cost": round(time.process_time() - began_s, 3)}
            out.write(json.dumps(row) + "\n")
            out.flush()
    os._exit(0)


def judged(break_it: Callable[[], None], runs: Sequence[tuple[Job, Seen]]) -> dict[str, Any]:
    """What tells a broken agent from the true one (empty where nothing does), and how many runs had another log."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        break_it()
        os.write(write, json.dumps(_killer(runs)).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status):
        return {"killed_by": f"the process ended with {status}", "by": "", "runs": 0, "changed": 0, "changed_in": []}
    found: dict[str, Any] = json.loads(said)
    return found


def _killer(runs: Sequence[tuple[Job, Seen]]) -> dict[str, Any]:
    changed: list[str] = []
    for number, (job, true) in enumerate(runs, start=1):
        seen, why = _tried(job.run)
        if seen is not None and seen.outcome != true.outcome:
            why = " ".join(sorted(set(seen.outcome) ^ set(true.outcome))) or "other steps"
        if seen is None or seen.digest != true.digest:
            changed.append(job.name)
        if why:
            return _told(f"{job.name}: {why}", job.name, number, changed)
    return _told("", "", len(runs), changed)


def _told(killed_by: str, by: str, runs: int, changed: Sequence[str]) -> dict[str, Any]:
    return {"killed_by": killed_by, "by": by, "runs": runs, "changed": len(changed), "changed_in": changed[:5]}


def _tried(run: Callable[[], Seen]) -> tuple[Seen | None, str]:
    try:
        return _bounded(run), ""
    except NeverEndsError:
        return None, "without end"
    except Exception as failure:
        return None, type(failure).__name__


def _bounded(run: Callable[[], Seen]) -> Seen:
    def stop(*_: object) -> None:
        raise NeverEndsError

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, WITHOUT_END_S)
    try:
        return run()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
