"""How pytest finds drills: a `.feature` file is a test module, a scenario a test, a tag a marker. No Python beside it.

Which files are drills, `plugin.py` says.

Rule 1: nothing that is written in a drill is lost silently: two scenarios of one name are an error, not one test.
Rule 2: what is wrong with a file is told with its line, never with a traceback.
"""

from __future__ import annotations

import difflib
import os
import re
import types
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, cast

import pytest
from pytest_bdd import scenario as bind_scenario
from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.feature import features as parsed_features
from pytest_bdd.gherkin_parser import Child, GherkinDocument
from pytest_bdd.parser import Feature, FeatureParser

from mirrordrill.drills.run.plugin import COUNTER_EXAMPLES, LARGEST_FEATURE_BYTES
from mirrordrill.simulator.config.loader import Unreadable, read_text

CANDIDATES = ".mirrordrill-"
"""What the names of directories begin with in which candidates for a counter-example are run. pytest looks into no
directory whose name begins with a dot."""
HEAD = re.compile(r"\s*([A-Za-z][A-Za-z ]{2,20}):")
HEADS = (
    "Feature",
    "Rule",
    "Background",
    "Scenario",
    "Scenario Outline",
    "Scenario Template",
    "Example",
    "Examples",
    "Scenarios",
)
"""What a part of a feature begins with."""
PYTHON_KEEPS = re.compile(r"\W+")
MOST_LINES = 200_000
"""Of one feature: such a file is read within half a minute."""
MOST_DRILLS = 20_000
"""Of one feature, each row of its examples counted: a day of runs."""
LONGEST_SHOWN = 60
LONGEST_LINE = 100_000
"""Characters: a step is read by people, and compared with every sentence that there is."""
_IS_BINDING: ContextVar[bool] = ContextVar("is_binding", default=False)


def is_binding() -> bool:
    """Whether a drill is being bound to its steps: the tags that pytest-bdd applies now are those of a drill."""
    return _IS_BINDING.get()


@contextmanager
def _binding() -> Iterator[None]:
    token = _IS_BINDING.set(True)
    try:
        yield
    finally:
        _IS_BINDING.reset(token)


class FeatureFile(pytest.Module):
    """A `.feature` file seen as a test module: one test per scenario, bound to whatever steps are registered."""

    def _getobj(self) -> types.ModuleType:
        if not self.config.pluginmanager.hasplugin("pytest-bdd"):
            raise self._wrong(1, "a drill needs pytest-bdd, which is switched off here (-p no:pytest-bdd)")
        feature = self._parsed()
        declare_tags(self.config, tags_of(feature))
        module = types.ModuleType(self.path.stem)
        names: Counter[str] = Counter()
        for name in feature.scenarios:
            test = python_name(name)
            names[test] += 1
            setattr(module, test if names[test] == 1 else f"{test}_{names[test]}", self._test_of(name))
        return module

    def _parsed(self) -> Feature:
        try:
            return parse(self.path)
        except GherkinParseError as wrong:
            raise self._wrong(wrong.line, f"{wrong.message}: `{wrong.line_content.strip()}`") from None
        except NotRunnableError as wrong:
            raise self._wrong(wrong.line, str(wrong)) from None
        except UnicodeDecodeError:
            raise self._wrong(1, "this is not UTF-8 text") from None

    def _wrong(self, line: int, what: str) -> pytest.Collector.CollectError:
        return self.CollectError(f"{shown_path(self.config, self.path)}:{line}: {what}")

    def _test_of(self, name: str) -> Callable[..., None]:
        with _binding():

            @bind_scenario(self.path.name, name, features_base_dir=str(self.path.parent))
            def test() -> None:
                pass  # the steps are the test

        return cast(Callable[..., None], pytest.mark.usefixtures("drill")(test))


class NotRunnableError(Exception):
    """A feature that can be read, but not be run as it stands: two scenarios of one name, or one without a step."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


class StrictParser(FeatureParser):
    """Sees the scenarios of one name before they are put into a dictionary by it."""

    def _parse_feature_file(self) -> GherkinDocument:
        try:
            document = super()._parse_feature_file()
        except KeyError:
            raise GherkinParseError("there is no feature in this file", 1, "", self.abs_filename) from None
        described = {line.strip() for line in document.feature.description.splitlines()}
        described |= descriptions(document.feature.children)
        for line, told in misspelt(Path(self.abs_filename).read_text("utf-8"), described):
            raise NotRunnableError(line, told)
        lines: dict[str, int] = {}
        for name, line in scenario_lines(document.feature.children):
            if name in lines:
                raise NotRunnableError(
                    line, f"a second scenario is called {name!r}; the first stands in line {lines[name]}"
                )
            lines[name] = line
        return document


def misspelt(text: str, described: set[str]) -> Iterator[tuple[int, str]]:
    """Lines that Gherkin takes for a description although they were meant as the head of a scenario."""
    for number, line in enumerate(text.split("\n"), start=1):
        found = HEAD.match(line)
        if found is None or found[1] in HEADS or line.strip() not in described:
            continue
        if told := no_keyword(line):
            yield number, told


def no_keyword(line: str) -> str:
    """What a line that begins like the head of a part was to begin with; empty for any other line."""
    found = HEAD.match(line)
    meant = difflib.get_close_matches(found[1].title(), HEADS, n=1, cutoff=0.8) if found else []
    if found is None or not meant or found[1] in HEADS:
        return ""
    return f"`{found[1]}:` is no keyword; did you mean `{meant[0]}:`?"


def descriptions(children: list[Child]) -> set[str]:
    """The lines of what scenarios, backgrounds and rules say of themselves."""
    found: set[str] = set()
    for child in children:
        part = child.scenario or child.rule or child.background
        if part is not None:
            found |= {line.strip() for line in part.description.splitlines()}
        if child.rule:
            found |= descriptions(child.rule.children)
    return found


def scenario_lines(children: list[Child]) -> Iterator[tuple[str, int]]:
    """Name and line of every scenario, those of rules included."""
    for child in children:
        if child.scenario:
            yield child.scenario.name, child.scenario.location.line
        elif child.rule:
            yield from scenario_lines(child.rule.children)


def parse(path: Path) -> Feature:
    """Read a feature file and keep it where pytest-bdd looks for it. Raises GherkinParseError and NotRunnableError."""
    found = parsed_features.get(str(path))
    if found is None:
        try:
            check_size(read_text(path, LARGEST_FEATURE_BYTES))
            found = StrictParser(str(path.parent), path.name).parse()
        except Unreadable as wrong:
            raise NotRunnableError(max(wrong.line, 1), wrong.message) from None
        except GherkinParseError as wrong:
            if told := no_keyword(wrong.line_content):
                raise NotRunnableError(wrong.line, told) from None
            raise
        except OSError as wrong:
            raise NotRunnableError(1, f"cannot read {path}: {wrong.strerror or wrong}") from None
        except (RecursionError, ValueError) as wrong:
            raise NotRunnableError(1, f"this is no feature that can be read: {wrong}") from None
        check_scenarios(found)
        parsed_features[str(path)] = found
    return found


def check_size(text: str) -> None:
    """Refuse a text that would be read for minutes. Raises NotRunnableError with the line that is too much."""
    if (lines := text.count("\n")) > MOST_LINES:
        raise NotRunnableError(MOST_LINES, f"the file has {lines:,} lines, and {MOST_LINES:,} are read: divide it")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            told = f"the line has {len(line):,} characters, and {LONGEST_LINE:,} are read"
            raise NotRunnableError(number, f"{told}: `{line.strip()[:LONGEST_SHOWN]}...`")


def check_scenarios(feature: Feature) -> None:
    """Refuse a scenario without a step, and more drills than are run in a day. Raises NotRunnableError."""
    drills = 0
    for scenario in feature.scenarios.values():
        if not scenario.steps:
            raise NotRunnableError(scenario.line_number, f"the scenario {scenario.name!r} has no step")
        drills += sum(len(each.examples) for each in scenario.examples) or 1
        if drills > MOST_DRILLS:
            told = f"the file has more than {MOST_DRILLS:,} drills, each row of examples counted: divide it"
            raise NotRunnableError(scenario.line_number, told)


def tags_of(feature: Feature) -> set[str]:
    """Every tag of a feature, its rules, scenarios and examples."""
    tags = set(feature.tags)
    for scenario in feature.scenarios.values():
        tags |= scenario.tags | (scenario.rule.tags if scenario.rule else set())
        tags = tags.union(*(examples.tags for examples in scenario.examples))
    return tags


def marker_name(tag: str) -> str:
    """`@chapter-4` is the marker chapter_4: `-m` could not say the other one."""
    return tag.replace("-", "_")


def declare_tags(config: pytest.Config, tags: set[str]) -> None:
    """Make markers of tags; none has to be registered first, not even under `--strict-markers`."""
    for name in sorted({name for tag in tags for name in (tag, marker_name(tag))}):
        config.addinivalue_line("markers", f"{name}: a tag of a feature")


def apply_tag(tag: str, function: Any) -> None:
    """Mark a test with a tag."""
    getattr(pytest.mark, marker_name(tag))(function)


def python_name(scenario_name: str) -> str:
    """`The group migrates, and home again` -> `test_the_group_migrates_and_home_again`."""
    return "test_" + PYTHON_KEEPS.sub("_", scenario_name).strip("_").lower()


def features_below(folder: Path) -> list[Path]:
    """The feature files in a directory and below it, by path, without counter-examples and without candidates for
    one, which another run may be running there at this moment."""
    found = ((path, path.relative_to(folder).parts) for path in sorted(folder.rglob("*.feature")))
    return [
        path
        for path, parts in found
        if COUNTER_EXAMPLES not in parts and not any(part.startswith(CANDIDATES) for part in parts)
    ]


def shown_path(config: pytest.Config, path: Path) -> str:
    """A file by its path from the directory that pytest was started in."""
    here = config.invocation_params.dir
    return os.path.relpath(path, here) if path.is_relative_to(here) else str(path)
