"""Flies feature files through pytest with our plugin, and hears how it went from the listener, not from pytest's
output.

What pytest itself prints is kept back and shown only when it could not even begin: then it is all there is to tell.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from drills.drill import Listener, Options
from drills.expect import UsageError
from drills.plugin import LISTENER, results
from drills.report.collect import assemble
from drills.report.files import write_report
from drills.result import DrillResult, ExitCode, worst


@dataclass(frozen=True, slots=True)
class RunResult:
    """All drills of a run, and its exit code."""

    drills: tuple[DrillResult, ...]
    exit_code: ExitCode
    complaint: str = ""
    """What pytest said where no drill could begin."""


class Session:
    """The pytest plugin of one run: introduces the listener and fetches the results."""

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self.drills: tuple[DrillResult, ...] = ()

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Introduce the listener."""
        if self._listener is not None:
            config.stash[LISTENER] = self._listener

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Fetch the results, however the session ended."""
        self.drills = tuple(results(config))


def features_folder() -> Path:
    """Where the shipped features are. Found, not imported: drills know nothing of the features that use them."""
    spec = importlib.util.find_spec("features")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def find_features(names: Sequence[str]) -> list[Path]:
    """The feature files meant by names (`migration`), files or directories; all shipped ones where nothing is named.

    Raises UsageError for what is none of these.
    """
    folder = features_folder()
    found: list[Path] = [] if names else [folder]
    for name in names:
        path = Path(name)
        shipped = next(folder.rglob(f"{name}.feature"), None) if name.replace("_", "").isalnum() else None
        if path.is_dir() and not any(path.rglob("*.feature")):
            raise UsageError(f"there is no .feature file in {name}")
        if path.is_file() and path.suffix != ".feature":
            raise UsageError(f"{name} is no .feature file; a main.cf is named with --site, a capture with --capture")
        if path.exists():
            found.append(path.resolve())
        elif shipped is not None:
            found.append(shipped)
        else:
            known = ", ".join(sorted(path.stem for path in folder.rglob("*.feature")))
            raise UsageError(f"there is no drill, file or directory {name!r}; shipped drills: {known}")
    return found


def feature_files(paths: Sequence[Path]) -> list[Path]:
    """The feature files among these files and below these directories, by path."""
    found = (sorted(path.rglob("*.feature")) if path.is_dir() else [path] for path in paths)
    return list(dict.fromkeys(file for files in found for file in files))


def run(names: Sequence[str], options: Options, listener: Listener, twice: bool = False) -> RunResult:
    """Fly every scenario of the named features; `twice` to see that the same seed gives the same log.

    Raises UsageError for a name that means nothing.
    """
    result = run_once(names, options, listener)
    if not twice or result.exit_code is ExitCode.INTERRUPTED:
        return result
    again = run_once(names, replace(options, report=None), None)
    if [drill.digest for drill in again.drills] == [drill.digest for drill in result.drills]:
        return result
    code = worst([result.exit_code, ExitCode.NOT_DETERMINISTIC])
    if options.report is not None:
        write_report(assemble(result.drills, code), options.report)
    return RunResult(result.drills, code)


def run_once(names: Sequence[str], options: Options, listener: Listener | None) -> RunResult:
    """One pytest session over the named features."""
    session = Session(listener)
    arguments = [
        *(str(path) for path in find_features(names)),
        f"--agent={options.arm.value}",
        f"--drill-seed={options.seed}",
        f"--vcs-profile={options.profile}",
        *(f"--site={path.resolve()}" for path in options.site_files),
        *(f"--site-capture={path.resolve()}" for path in options.captures),
        *([f"--site-toml={options.settings_file.resolve()}"] if options.settings_file else []),
        *([f"--drill-report={options.report.resolve()}"] if options.report else []),
        *(
            "-c",
            os.devnull,
            "-p",
            "no:cacheprovider",
            "-W",
            "ignore",
            "--assert=plain",
            "--tb=short",
            "-q",
            "--capture=no",
        ),
    ]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = pytest.main(arguments, plugins=[session])
    if status == pytest.ExitCode.INTERRUPTED:
        return RunResult(session.drills, ExitCode.INTERRUPTED)
    if not session.drills:
        code = ExitCode.USAGE if status != pytest.ExitCode.INTERNAL_ERROR else ExitCode.HARNESS
        return RunResult((), code, said.getvalue())
    code = worst([drill.exit_code() for drill in session.drills])
    if code is ExitCode.HELD and status != pytest.ExitCode.OK:
        return RunResult(session.drills, ExitCode.HARNESS, said.getvalue())
    return RunResult(session.drills, code)
