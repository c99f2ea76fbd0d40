"""Runs feature files through pytest with our plugin, and hears how it went from the listener, not from pytest's
output.

What pytest itself prints is kept back and shown only when it could not even begin: then it is all there is to tell.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pytest

from mirrordrill.drills.cli import listing
from mirrordrill.drills.output.faults import sentence_of
from mirrordrill.drills.output.whole_files import unwritten
from mirrordrill.drills.run.collection import features_below
from mirrordrill.drills.run.drill import Listener, Options
from mirrordrill.drills.run.drill_hooks import LISTENER, STANDS_FOR
from mirrordrill.drills.run.exit_codes import ExitCode, worst
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.plugin import ASKED_FOR
from mirrordrill.drills.run.pytest_outcomes import RESULTS, UNWRITTEN
from mirrordrill.drills.run.results import DrillResult
from mirrordrill.drills.sites.standard import features_folder, mapped_drills, role_lines
from mirrordrill.simulator.kernel.untrusted import below, is_text
from mirrordrill.simulator.site.site import load_site

NOT_NEEDED = (
    "anyio",
    "platformdirs",
    "cacheprovider",
    "hypothesispytest",
    "xdist",
    "xdist.looponfail",
    "unraisableexception",
    "threadexception",
)
"""Plugins that cost a run more than its drills: time to import what no drill uses, or a collection of all garbage."""

NO_DRILL = "there is no drill for this site"

NOT_SHOWN = ("", "passed")
"""What pytest's terminal calls reports of phases and of tests of which it has nothing to say."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Which drills are run, and what pytest is to write about them."""

    names: tuple[str, ...] = ()
    """Names of shipped features, files or directories; none for the standard set."""
    keyword: str = ""
    tags: tuple[str, ...] = ()
    first_only: bool = False
    """Stop at the first drill that does not hold."""
    junit: Path | None = None
    cucumber: Path | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """All drills of a run, and its exit code."""

    drills: Sequence[DrillResult]
    exit_code: ExitCode
    complaint: str = ""
    """What there is to say where no drill could begin."""
    skipped: int = 0
    """Drills that say of themselves that they are not to be run."""
    is_interrupted: bool = False
    """Whether the user ended it; a verdict that was known by then stands."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The feature files to run, and what is to be said about their choice."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


class Audience(Listener, Protocol):
    """Who listens to a whole run."""

    def drills_found(self, count: int) -> None:
        """So many drills are going to be run."""


class Session:
    """The pytest plugin of one run: introduces the listener and fetches the results."""

    def __init__(self, listener: Audience | None, stands_for: Path | None = None) -> None:
        self._listener = listener
        self._stands_for = stands_for
        self._config: pytest.Config | None = None
        self._count: int | None = None
        self.complaints: list[str] = []
        self.fault = ""
        """What kept pytest from going on, in one sentence."""
        self.is_interrupted = False
        self.is_cut_short = False
        """Whether it was interrupted before every drill had come to its end."""
        self.skipped = 0

    @property
    def drills(self) -> Sequence[DrillResult]:
        """What came of the drills, however the session ended."""
        found = None if self._config is None else self._config.stash.get(RESULTS, None)
        return () if found is None else found

    @property
    def unwritten(self) -> tuple[str, ...]:
        """What could not be written, a sentence for each."""
        found: list[str] = [] if self._config is None else self._config.stash.get(UNWRITTEN, [])
        return tuple(dict.fromkeys(found))

    @property
    def is_complete(self) -> bool:
        """Whether every drill came to its end: what ends the session after that does not change a verdict."""
        ended = [each for each in self.drills if each.exit_code() is not ExitCode.INTERRUPTED]
        return bool(self._count) and len(ended) == self._count

    def interrupted(self) -> None:
        """Note it at once: what pytest does after it brings the drill that was under way to an end, too."""
        self.is_interrupted = True
        self.is_cut_short = self.is_cut_short or not self.is_complete

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Introduce the listener."""
        self._config = config
        if self._listener is not None:
            config.stash[LISTENER] = self._listener
        if self._stands_for is not None:
            config.stash[STANDS_FOR] = self._stands_for

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be run says why."""
        if report.failed:
            self.complaints.append(str(report.longrepr))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell how many drills there are."""
        self._count = len(session.items)
        if self._listener is not None:
            self._listener.drills_found(len(session.items))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what is skipped: it is never taken for held. A report that is not going to be shown is let go of."""
        self.skipped += report.skipped
        terminal = None if self._config is None else self._config.pluginmanager.getplugin("terminalreporter")
        if terminal is not None:
            # pytest keeps all reports for a summary that we do not show.
            for outcome in NOT_SHOWN:
                terminal.stats.pop(outcome, None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """The user has seen enough; pytest says the same of a session that cannot begin."""
        if not isinstance(excinfo.value, pytest.Session.Interrupted):
            self.interrupted()

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Something failed outside of every drill: a file of the run cannot be written, or we are at fault."""
        self.fault = self.fault or sentence_of(excinfo.value)


def find_features(names: Sequence[str]) -> list[Path]:
    """The feature files meant by names (`migration`), files or directories; all shipped ones where nothing is named.

    Raises UsageError for what is none of these, and for a directory without any.
    """
    if not names:
        return feature_files([features_folder()])
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_file() and path.suffix != ".feature":
            raise UsageError(f"{name} is no .feature file; a main.cf is named with --site, a capture with --capture")
        own = feature_files([path.resolve()]) if path.exists() else []
        if path.exists() and not own:
            raise UsageError(f"there is no .feature file in {name}")
        found += own or [shipped_feature(name)]
    for file in found:
        require_runnable(file)
    return list(dict.fromkeys(found))


def require_runnable(file: Path) -> None:
    """Raise UsageError for what pytest would silently not find: it takes a part of such a path for a test's name."""
    if not file.is_file():
        raise UsageError(f"{file} is not a regular file")
    for sign in (sign for sign in ("[", "::") if sign in str(file)):
        raise UsageError(f"{file} has {sign} in its path, which pytest takes for the choice of a test: rename it")


def shipped_feature(name: str) -> Path:
    """The shipped feature of that name. Raises UsageError with those that there are."""
    shipped = {path.stem: path for path in feature_files([features_folder()])}
    if name not in shipped:
        raise UsageError(f"there is no drill, file or directory {name!r}; shipped drills: {', '.join(sorted(shipped))}")
    return shipped[name]


def feature_files(paths: Sequence[Path]) -> list[Path]:
    """The feature files among these files and below these directories, by path."""
    found = (features_below(path) if path.is_dir() else [path] for path in paths)
    return list(dict.fromkeys(file for files in found for file in files))


@contextlib.contextmanager
def prepared(order: RunRequest, options: Options) -> Iterator[Prepared]:
    """The files to run; shipped ones are cast with the names of the site that was given.

    Raises UsageError for a name that means nothing, ConfigError for a wrong site.
    """
    files = find_features(order.names)
    for file in files if order.junit else ():
        if not is_text(str(file)):
            raise UsageError(f"{file} has bytes in its name that are no UTF-8, which JUnit XML cannot have: rename it")
    own = [file for file in files if features_folder() not in file.parents]
    shipped = [file for file in files if file not in own]
    if not options.site_files or not shipped:
        yield Prepared(tuple(files))
        return
    site = load_site(options.site_files, "", options.captures, options.settings_file)
    chosen = [file for file in shipped if any(listing.chosen([listing.listed(file)], order.tags))]
    only_standard = not (order.names or order.tags or order.keyword)
    cast = mapped_drills(site, chosen, only_standard=only_standard)
    with tempfile.TemporaryDirectory(prefix="mirrordrill-") as folder:
        for path, text in cast.texts.items():
            place = below(Path(folder), path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        more = (
            ("`--tag hazard` runs what goes wrong beyond the manual, cast for this site, too",) if only_standard else ()
        )
        told = (*role_lines(site), *cast.remarks, *more)
        yield Prepared((*own, *(Path(folder) / path for path in cast.texts)), told)


def run(names: Sequence[str], options: Options, listener: Audience | None) -> RunResult:
    """Run features by name, file or directory.

    Raises UsageError for a name that means nothing, ConfigError for a wrong site.
    """
    order = RunRequest(tuple(names))
    with prepared(order, options) as chosen:
        return run_drills(chosen.files, order, options, listener)


def run_drills(
    files: Sequence[Path], order: RunRequest, options: Options, listener: Audience | None, *, twice: bool = False
) -> RunResult:
    """Run every scenario of the features; `twice` to see that the same seed gives the same log."""
    result = run_once(files, order, options, listener)
    if options.report is not None and result.exit_code is ExitCode.HARNESS:
        # pytest may have failed although every drill held, and only the runner knows that nothing else was in it.
        result = written_anew(result, options.report)
    if not twice or result.is_interrupted:
        return result
    again = run_once(files, replace(order, junit=None, cucumber=None), replace(options, report=None), None)
    if [drill.digest for drill in again.drills] == [drill.digest for drill in result.drills]:
        return result
    told = replace(result, exit_code=worst([result.exit_code, ExitCode.NOT_DETERMINISTIC]))
    return told if options.report is None else written_anew(told, options.report)


def written_anew(result: RunResult, directory: Path) -> RunResult:
    """Write the report of a run again: it came to something else than pytest could know."""
    from mirrordrill.drills.report.collect import assemble
    from mirrordrill.drills.report.files import write_report

    try:
        write_report(assemble(result.drills, result.exit_code), directory)
    except OSError as failure:
        complaint = "\n".join(dict.fromkeys(filter(None, (*result.complaint.split("\n"), unwritten(failure)))))
        return replace(result, exit_code=worst([result.exit_code, ExitCode.HARNESS]), complaint=complaint)
    return result


def run_once(
    files: Sequence[Path],
    order: RunRequest,
    options: Options,
    listener: Audience | None,
    stands_for: Path | None = None,
) -> RunResult:
    """One pytest session over the features, which may stand for another: what steps name is then looked for there."""
    if not files:
        return RunResult((), ExitCode.USAGE, NO_DRILL)
    session = Session(listener, stands_for)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        words = [*map(str, files), f"--rootdir={root_of(files)}", *pytest_options(order, options)]
        try:
            status = pytest.main(words, plugins=[session])
        except KeyboardInterrupt:  # before or after what pytest looks after itself
            session.interrupted()
            status = pytest.ExitCode.INTERRUPTED
        except Exception:
            # pytest describes the place of an interruption, and fails where the code that was interrupted has no line.
            if not session.is_interrupted:
                raise
            status = pytest.ExitCode.INTERRUPTED
    if session.is_cut_short:
        return RunResult(session.drills, ExitCode.INTERRUPTED, is_interrupted=True)
    if session.fault:
        return RunResult(session.drills, ExitCode.HARNESS, session.fault)
    if session.unwritten:
        return RunResult(session.drills, ExitCode.HARNESS, "\n".join(session.unwritten), session.skipped)
    if session.complaints:
        return RunResult((), ExitCode.USAGE, "\n".join(session.complaints))
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        return RunResult((), ExitCode.USAGE, no_drill(order))
    if not session.drills:
        code = ExitCode.HARNESS if status == pytest.ExitCode.INTERNAL_ERROR else ExitCode.USAGE
        return RunResult((), code, said.getvalue() if not session.skipped else "every drill is skipped")
    code = worst([drill.exit_code() for drill in session.drills])
    if code is ExitCode.HELD and status != pytest.ExitCode.OK and not session.is_interrupted:
        return RunResult(session.drills, ExitCode.HARNESS, said.getvalue())
    return RunResult(session.drills, code, "", session.skipped, session.is_interrupted)


def no_drill(order: RunRequest) -> str:
    """Why nothing was run: what was chosen, in the words of the command line."""
    chosen = [*([f"-k {order.keyword!r}"] if order.keyword else []), *(f"--tag {tag!r}" for tag in order.tags)]
    return f"no drill fits {' and '.join(chosen)}" if chosen else "there is no drill in what was named"


def root_of(files: Sequence[Path]) -> Path:
    """What the names of drills in reports are relative to: where the run was started, else what all files share."""
    here = Path.cwd()
    if all(file.is_relative_to(here) for file in files):
        return here
    return Path(os.path.commonpath([file.parent.parent for file in files]))


def pytest_options(order: RunRequest, options: Options) -> list[str]:
    """What the run is, in the words of pytest's command line; nothing of the directory's own settings counts."""
    chosen = [
        *(["-k", order.keyword] if order.keyword else []),
        *(["-m", listing.marker_expression(order.tags)] if order.tags else []),
        *(["--exitfirst"] if order.first_only else []),
        *([f"--junitxml={order.junit.resolve()}"] if order.junit else []),
        *([f"--cucumberjson={order.cucumber.resolve()}"] if order.cucumber else []),
    ]
    ran = [
        f"--drill-agent={options.agent_mode.value}",
        f"--drill-seed={options.seed}",
        f"--drill-profile={options.profile}",
        *([f"--drill-pace={options.pace}"] if options.pace is not None else []),
        *(f"--drill-site={path.resolve()}" for path in options.site_files),
        *(f"--drill-capture={path.resolve()}" for path in options.captures),
        *([f"--drill-site-toml={options.settings_file.resolve()}"] if options.settings_file else []),
        *([f"--drill-report={options.report.resolve()}"] if options.report else []),
        *([f"--drill-notes={options.notes}"] if options.notes else []),
    ]
    without = [word for name in NOT_NEEDED for word in ("-p", f"no:{name}")]
    quietly = [
        "-c",
        os.devnull,
        "-o",
        f"{ASKED_FOR}=true",
        "-W",
        "ignore",
        "--assert=plain",
        # The other styles parse the source of a step that failed, which takes longer than the drill itself.
        "--tb=native",
        "-q",
        "--capture=no",
    ]
    return [*chosen, *ran, *without, *quietly]
