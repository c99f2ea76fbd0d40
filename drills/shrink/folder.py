"""A counter-example as a directory that needs nothing else: one command shows the same to its reader.

It holds the schedule as run and what is left of it, both as features; event log, timeline and verdict of the last
run of what is left, with seed and versions; and copies of what the two features need: the files of a site of the
user's own, and the steps in the conftest.py that apply, with the modules beside them that they import.

Rule 1: the directory appears as a whole (`placing`), the verdict last.
Rule 2: the same counter-example gives the same files, byte for byte.
"""

from __future__ import annotations

import ast
import hashlib
import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mirrordrill.drills.output.atomic_directory import NewFile, write_directory
from mirrordrill.drills.report import model
from mirrordrill.drills.report.counter_examples import SHRUNK
from mirrordrill.drills.report.facts import tool
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.plugin import COUNTER_EXAMPLES
from mirrordrill.drills.run.results import meaning_of
from mirrordrill.drills.shrink.runs import conftests
from mirrordrill.drills.shrink.schedule import ScheduledStep, rendered, step_lines
from mirrordrill.drills.shrink.search import Shrunk
from mirrordrill.drills.sites.site_files import copied, files_of
from mirrordrill.drills.sites.site_mapping import safe_name
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.kernel.untrusted import below
from mirrordrill.simulator.site.settings import FILE_NAME, settings_file
from mirrordrill.simulator.site.site import load_site

SHRUNK_FILE, AS_RUN_FILE, VERDICT = "shrunk.feature", "as-run.feature", PurePosixPath("verdict.json")
SITE = PurePosixPath("site")
HERE = PurePosixPath()


@dataclass(frozen=True, slots=True)
class Written:
    """Where a counter-example lies below the directory that was asked for, and the command that replays it there."""

    folder: PurePosixPath
    feature: PurePosixPath
    replay: str


@dataclass(frozen=True, slots=True)
class Copies:
    """What the features need beside themselves, and the options that name it."""

    files: dict[PurePosixPath, Path]
    configurations: frozenset[PurePosixPath]
    """Those that are a main.cf, or a part of one."""
    options: tuple[tuple[str, PurePosixPath], ...]
    home: PurePosixPath
    """Where the features lie, so that the same conftest.py apply."""


def write(directory: Path, shrunk: Shrunk, options: Options) -> Written:
    """Write the counter-example below the directory. Raises OSError."""
    folder = PurePosixPath(COUNTER_EXAMPLES) / name_of(shrunk)
    copies = copies_of(shrunk, options)
    texts = {
        copies.home / SHRUNK_FILE: feature(shrunk, shrunk.lines, replay(shrunk, copies)),
        copies.home / AS_RUN_FILE: feature(shrunk, shrunk.schedule.lines, replay(shrunk, copies, AS_RUN_FILE)),
        PurePosixPath("events.jsonl"): "".join(line + "\n" for line in shrunk.seen.log),
        PurePosixPath("timeline.txt"): timeline_text(shrunk),
        VERDICT: verdict_text(shrunk, replay(shrunk, copies)),
    }
    files = {path: NewFile(text.encode()) for path, text in texts.items()}
    files |= {path: copied(file, is_main_cf=path in copies.configurations) for path, file in copies.files.items()}
    write_directory(below(directory, folder), files, VERDICT)
    return Written(folder, folder / copies.home / SHRUNK_FILE, replay(shrunk, copies, SHRUNK_FILE, folder))


def told_in_report(shrunk: Shrunk, written: Written) -> model.CounterExample:
    """The counter-example as a report tells it."""
    return model.CounterExample(
        kind=SHRUNK,
        told=f"{shrunk.sentence()}{'; ' * bool(shrunk.remark)}{shrunk.remark}",
        rule=shrunk.failure.name,
        reason=shrunk.failure.reason,
        steps=tuple(step_lines(shrunk.lines, "")),
        steps_left=len(shrunk.lines),
        steps_run=len(shrunk.schedule.lines),
        runs=shrunk.runs,
        is_minimal=shrunk.is_minimal,
        folder=str(written.folder),
        command=written.replay,
    )


def name_of(shrunk: Shrunk) -> str:
    """The feature's name, and what tells this counter-example from others of it."""
    what = (shrunk.drill.digest, shrunk.schedule.scenario, shrunk.drill.agent, shrunk.failure.name)
    return f"{safe_name(shrunk.schedule.path.stem)}-{hashlib.sha256(chr(0).join(what).encode()).hexdigest()[:12]}"


def replay(shrunk: Shrunk, copies: Copies, name: str = SHRUNK_FILE, above: PurePosixPath = HERE) -> str:
    """The command that runs a feature of the directory again, typed there or in one above."""
    words = ["mirrordrill", "run", str(above / copies.home / name)]
    words += [word for option, path in copies.options for word in (option, str(above / path))]
    words += ["--agent", shrunk.agent_mode.value] if shrunk.agent_mode is not AgentMode.IN_PROCESS else []
    words += ["--seed", str(shrunk.drill.seed)]
    words += ["--profile", shrunk.drill.profile] if shrunk.drill.profile != Options().profile else []
    return shlex.join(words)


def feature(shrunk: Shrunk, lines: tuple[ScheduledStep, ...], command: str) -> str:
    """One of the two features, with what it shows and how to run it as a comment."""
    about = (
        "SIMULATED  A counter-example, written by mirrordrill.",
        " ".join(shrunk.failure.sentence().split()),
        f"Replay: {command}",
    )
    return rendered(shrunk.schedule.feature, [(shrunk.schedule.scenario, lines)], shrunk.schedule.tags, about)


def timeline_text(shrunk: Shrunk) -> str:
    """The last run of what is left, for people."""
    head = ["SIMULATED", f"{shrunk.schedule.feature}: {shrunk.schedule.scenario}", shrunk.failure.sentence(), ""]
    return "\n".join([*head, *shrunk.seen.timeline]) + "\n"


def verdict_text(shrunk: Shrunk, command: str) -> str:
    """What came of it, with seed and versions, as JSON."""
    result, made_by = shrunk.seen.result, tool()
    code = result.exit_code()
    verdict = {
        "simulated": True,
        "feature": shrunk.schedule.feature,
        "scenario": shrunk.schedule.scenario,
        "exit_code": int(code),
        "verdict": meaning_of(code, (result,)),
        "failed": shrunk.failure.kind.value,
        "rule": shrunk.failure.name,
        "reason": shrunk.failure.reason,
        "steps_flown": len(shrunk.schedule.lines),
        "steps_left": len(shrunk.lines),
        "flights": shrunk.runs,
        "flights_allowed": shrunk.budget,
        "is_minimal": shrunk.is_minimal,
        "remark": shrunk.remark,
        "agent": shrunk.agent_mode.value,
        "seed": result.seed,
        "profile": result.profile,
        "log_sha256": result.digest,
        "log_sha256_as_flown": shrunk.drill.digest,
        "mirrordrill": made_by.version,
        "agent_sha256": made_by.agent_sha256,
        "python": made_by.python,
        "replay": command,
    }
    return json.dumps(verdict, indent=2, ensure_ascii=False) + "\n"


def copies_of(shrunk: Shrunk, options: Options) -> Copies:
    """The files of a site of the user's own, and the steps of their own."""
    own, captured = shrunk.seen.own_files
    files = options.site_files or own
    captures = options.captures if options.site_files or not own else captured
    settings = options.settings_file or (settings_file(files) if files else None)
    # An example site needs no copy; captures and a site.toml that were given for it do.
    site = load_site(files, "", captures, settings) if files else None
    found = files_of(site, captures, settings)
    home, steps = home_of(shrunk.schedule.path)
    named = [("--site", path) for path in found.main_files] + [("--capture", path) for path in found.captures]
    named += [("--site-toml", PurePosixPath(FILE_NAME))] if settings is not None else []
    beside = steps | {SITE / path: file for path, file in found.copies.items()}
    return Copies(
        beside,
        frozenset(SITE / path for path in found.configurations),
        tuple((option, SITE / path) for option, path in named),
        home,
    )


def home_of(feature_file: Path) -> tuple[PurePosixPath, dict[PurePosixPath, Path]]:
    """Where the features lie, and the steps of the user's own that apply there, by where they are copied to."""
    found = conftests(feature_file)
    if not found:
        return PurePosixPath(), {}
    top, home = found[0].parent, feature_file.absolute().parent
    files = (file for conftest in found for file in (conftest, *modules_beside(conftest)))
    return PurePosixPath(home.relative_to(top).as_posix()), {
        PurePosixPath(file.relative_to(top).as_posix()): file for file in files
    }


def modules_beside(file: Path) -> Iterator[Path]:
    """The modules in the same directory that a Python file imports, and those that these import."""
    known, waiting = {file}, [file]
    while waiting:
        for name in sorted(imported(waiting.pop())):
            module = file.parent / f"{name}.py"
            if module.is_file() and module not in known:
                known.add(module)
                waiting.append(module)
                yield module


def imported(file: Path) -> set[str]:
    """The first part of every name that a Python file imports; none of one that could not be imported itself."""
    names: set[str] = set()
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return names
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
