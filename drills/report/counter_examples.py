"""What a report says of a counter-example before `shrink` has run: whether one is needed, and how to get it.

Rule 1: no file is named by where it lies on this machine, as in the whole of the report.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from mirrordrill.drills.report import model
from mirrordrill.drills.report.facts import short_names
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import MEANING, ExitCode
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.shrink.failure import Failure, failure_of
from mirrordrill.drills.sites.standard import features_folder

SHRUNK, NOT_SHRUNK, AS_DECLARED, NONE_NEEDED = "shrunk", "not shrunk", "as declared", "none needed"
"""What there can be of a counter-example."""
NOTHING_BROKEN = "none needed: no rule was broken"
CAST_IN = "mirrordrill-"
"""Shipped features are cast for a site in a temporary directory whose name begins so."""


def unshrunk(drill: Drill, result: DrillResult) -> model.CounterExample:
    """Why a drill was not shrunk."""
    failure = failure_of(result)
    if failure is not None:
        told = "not shrunk; the command looks for the few steps that matter"
        return _without_steps(NOT_SHRUNK, told, failure, result, command(drill))
    declared = failure_of(result, with_declared=True)
    if declared is not None:
        rules = ", ".join(oracle.name for oracle in result.declared_broken())
        told = f"the scenario itself is the example: it declares that {rules} must be broken; the command shrinks it"
        return _without_steps(AS_DECLARED, told, declared, result, command(drill))
    code = result.exit_code()
    told = NOTHING_BROKEN if code is ExitCode.HELD else f"{NOTHING_BROKEN}; {MEANING[code]}"
    return _without_steps(NONE_NEEDED, told, None, result, "")


def _without_steps(
    kind: str, told: str, failure: Failure | None, result: DrillResult, its_command: str
) -> model.CounterExample:
    return model.CounterExample(
        kind=kind,
        told=told,
        rule=failure.name if failure else "",
        reason=failure.reason if failure else "",
        steps=(),
        steps_left=len(result.steps),
        steps_run=len(result.steps),
        runs=0,
        is_minimal=False,
        folder="",
        command=its_command,
    )


def command(drill: Drill) -> str:
    """The command that shrinks the drill, typed where it was run."""
    words = ["mirrordrill", "shrink", name_of(drill)]
    words += ["-k", drill.schedule.test] if drill.schedule else []
    return shlex.join([*words, *options_of(drill.options)])


def name_of(drill: Drill) -> str:
    """A shipped feature by its name, another one by its path from where the drill was run."""
    if drill.path.is_relative_to(features_folder()) or is_cast(drill):
        return drill.path.stem
    return drill.file if Path(drill.shown_path).is_absolute() else drill.shown_path


def is_cast(drill: Drill) -> bool:
    """Whether it is a shipped feature with the names of another site, which is gone when the run is over."""
    shipped = {path.stem for path in features_folder().rglob("*.feature")}
    is_there = any(part.startswith(CAST_IN) for part in drill.path.parts)
    return is_there and bool(drill.options.site_files) and drill.path.stem in shipped


def options_of(options: Options) -> Iterator[str]:
    """Those that make the same run, where they are not the usual ones."""
    for option, files in (("--site", options.site_files), ("--capture", options.captures)):
        for name in short_names(list(files)):
            yield from (option, name)
    if options.settings_file is not None:
        yield from ("--site-toml", options.settings_file.name)
    if options.seed:
        yield from ("--seed", str(options.seed))
    if options.profile != Options().profile:
        yield from ("--profile", options.profile)
