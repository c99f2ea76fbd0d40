"""Reads drills without running them: every step that does not exist, and every name that the site does not have.

Steps are looked up as in a run, those of the user's own conftest.py included. The step that names the site is carried
out as far as reading it; no cluster is started, no time passes, and no other step is called.

Rule: everything that is wrong is told at once, each with its line. What only a run can know (a moment that never comes,
a command that is refused) is left to a run.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mirrordrill.drills.gherkin.feature_file import NotRunnableError, parse
from mirrordrill.drills.output.text import source_lines
from mirrordrill.drills.run.collection import FeatureFile
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.drill_hooks import step_lookup
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.plugin import NAMES_A_SITE
from mirrordrill.drills.run.runner import RunRequest, pytest_options, root_of
from mirrordrill.drills.sites import SiteError
from mirrordrill.drills.steps.library import (
    SHIPPED,
    StepEntry,
    entry_elsewhere,
    entry_of,
    no_such_step,
    own_steps_forgotten,
)
from mirrordrill.drills.steps.names import SiteNames
from mirrordrill.drills.steps.tables import TableHeadError
from mirrordrill.drills.steps.wording import PARAMETER_TYPES
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.config.problems import ConfigError, Problem, error, in_order
from mirrordrill.simulator.site.site import Site
from mirrordrill.simulator.world import World

BEGINS = 'begin with `Given the site "main.cf"` or `Given the example site "rdc"`'
BELOW = {"datatable": "a table", "docstring": "a text"}


@dataclass(frozen=True, slots=True)
class DryRun:
    """What was read, and what is wrong with it."""

    drills: int
    problems: tuple[Problem, ...]
    without_site: int
    """Drills whose site a step of the user's own opens: their steps are known, their names could not be looked up."""


class _Reading(Drill):
    """A drill whose site is read and never started."""

    def _start(self, site: Site) -> None:
        if self._world is not None:
            raise UsageError(f"this scenario has its site already: {self._world.site.name}")
        self._world = World(site, seed=self.options.seed, profile=self.options.profile)


@dataclass(slots=True, eq=False)
class _Session:
    """The pytest plugin that reads each drill where a run would run it."""

    options: Options
    shown: Mapping[Path, str]
    drills: int = 0
    without_site: int = 0
    problems: list[Problem] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected says why."""
        if report.failed:
            self.complaints.append(str(report.longrepr))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Read what would be run."""
        for item in session.items:
            if isinstance(item, pytest.Function) and item.getparent(FeatureFile):
                self.drills += 1
                try:
                    self.problems += self._read(item)
                except UsageError as wrong:
                    self.complaints.append(str(wrong))
                    break
        return True

    def _read(self, item: pytest.Function) -> Iterator[Problem]:
        callspec = getattr(item, "callspec", None)
        row = callspec.params.get("_pytest_bdd_example", {}) if callspec else {}
        scenario = step_lookup.scenario_of(item).render(row)
        reading = _Reading(self.options, scenario.feature.name, scenario.name, scenario.feature.rel_filename)
        reading.path = item.path
        try:
            names_none = True
            for step in scenario.steps:
                names_none = names_none and not NAMES_A_SITE.search(f"Given {step.name}")
                for line, told in self._wrong(reading, step, item):
                    yield error(place_of(item.path, self.shown[item.path], line), told)
            if reading.site is None and names_none:
                if self._opens_no_site(scenario, item):
                    place = place_of(item.path, self.shown[item.path], scenario.line_number)
                    yield error(place, f"no step of this drill names its site: {BEGINS}")
                else:
                    self.without_site += 1
        finally:
            if reading.site is not None:
                reading.world.close()

    def _opens_no_site(self, scenario: Any, item: pytest.Function) -> bool:
        """Whether all steps are shipped ones, or are none: a step of the user's own may open the site."""
        found = (next(step_lookup.functions(step, item), None) for step in scenario.steps)
        return all(function is None or function.__module__.startswith(SHIPPED) for function in found)

    def _wrong(self, reading: Drill, step: Any, item: pytest.Function) -> Iterator[tuple[int, str]]:
        """What is wrong with a step and with the table below it: line and sentence."""
        function = next(step_lookup.functions(step, item), None)
        if function is None:
            yield step.line_number, no_such_step(step.type, step.name, has_values=False)
            # Its names are read under a wrong keyword, too: both faults are told at once.
            entry = entry_elsewhere(step.name)
        else:
            entry = entry_of(function, step.type, step.name)
        if entry is None:  # a step of plain pytest-bdd: its places are its own
            return
        function = entry.function
        values, unread = entry.sentence.read_places(step.name)
        values = values or {}
        yield from ((step.line_number, told) for told in (*unread, *misplaced(entry, step)))
        try:
            if not unread and function.__module__.startswith(SHIPPED) and NAMES_A_SITE.search(f"Given {step.name}"):
                function(reading, **values)
        except ConfigError as failure:
            yield from ((step.line_number, str(problem)) for problem in failure.problems)
            return
        except (UsageError, SiteError) as wrong:
            yield step.line_number, str(wrong)
            return
        if reading.site is not None:
            yield from ((step.line_number, told) for told in unknown_names(reading.names, entry, values))
            yield from wrong_rows(reading.names, entry, step)


def misplaced(entry: StepEntry, step: Any) -> Iterator[str]:
    """A table or a text that stands below a step that takes none."""
    for name, what in BELOW.items():
        if getattr(step, name) is not None and name not in entry.parameters:
            yield f"`{step.name}` takes no {what.split()[1]}"
        if getattr(step, name) is None and name in entry.required:
            yield f"`{step.name}` needs {what} below it"


def unknown_names(names: SiteNames, entry: StepEntry, values: Mapping[str, Any]) -> Iterator[str]:
    """Each name of a step that the site does not have; a value that could not be read is no name."""
    for place, kind in entry.sentence.places.items():
        if PARAMETER_TYPES[kind].is_named and place in values:
            several = values[place] if isinstance(values[place], tuple) else (values[place],)
            for name in several:
                try:
                    names.find(kind if isinstance(values[place], str) else kind[:-1], name)
                except UsageError as wrong:
                    yield str(wrong)


def wrong_rows(names: SiteNames, entry: StepEntry, step: Any) -> Iterator[tuple[int, str]]:
    """What is wrong with the table below a step, row by row; what is wrong with its head once."""
    if entry.read_table is None or step.datatable is None:
        return
    head, *body = step.datatable.rows
    for row in body or (head,):
        try:
            entry.read_table([cells(head), *([cells(row)] if body else [])], names)
        except TableHeadError as wrong:
            yield head.location.line, str(wrong)
            return
        except UsageError as wrong:
            yield row.location.line, str(wrong)


def cells(row: Any) -> list[str]:
    """The cells of a row of a table."""
    return [cell.value for cell in row.cells]


def place_of(path: Path, shown: str, number: int) -> Position:
    """The first word of a line."""
    lines = source_lines(path)
    line = lines[number - 1] if number <= len(lines) else ""
    return Position(shown, number, 1 + len(line) - len(line.lstrip()))


def dry_run(files: Sequence[Path], options: Options) -> DryRun:
    """Read these features. Raises UsageError where pytest cannot begin: a conftest.py that fails."""
    here = Path.cwd()
    shown = {path: str(path.relative_to(here)) if path.is_relative_to(here) else str(path) for path in files}
    problems, readable = [], []
    for path in files:
        try:
            parse(path)
        except NotRunnableError as wrong:
            problems += [error(place_of(path, shown[path], fault.line), fault.what) for fault in wrong.faults]
        else:
            readable.append(path)
    session = _Session(options, shown)
    if readable:
        said = io.StringIO()
        words = [*map(str, readable), f"--rootdir={root_of(readable)}", *pytest_options(RunRequest(), options)]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), own_steps_forgotten():
            code = pytest.main(words, plugins=[session])
        if session.complaints or code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            raise UsageError("\n".join(session.complaints) or said.getvalue().strip())
    return DryRun(session.drills, in_order([*problems, *session.problems]), session.without_site)
