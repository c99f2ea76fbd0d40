"""How pytest finds drills: a `.feature` file is a test module, a scenario a test, a tag a marker. No Python beside it.

Which files are drills, `plugin.py` says.

Rule: what is wrong with a file is told with its lines, never with a traceback.
"""

from __future__ import annotations

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
from pytest_bdd.parser import Feature

from mirrordrill.drills.gherkin.feature_file import NotRunnableError, parse
from mirrordrill.drills.run.plugin import COUNTER_EXAMPLES

CANDIDATES = ".mirrordrill-"
"""What the names of directories begin with in which candidates for a counter-example are run. pytest looks into no
directory whose name begins with a dot."""
PYTHON_KEEPS = re.compile(r"\W+")
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
            told = "a drill needs pytest-bdd, which is switched off here (-p no:pytest-bdd)"
            raise self.CollectError(f"{shown_path(self.config, self.path)}:1: {told}")
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
        except NotRunnableError as wrong:
            raise self.CollectError(wrong.at(shown_path(self.config, self.path))) from None

    def _test_of(self, name: str) -> Callable[..., None]:
        with _binding():

            @bind_scenario(self.path.name, name, features_base_dir=str(self.path.parent))
            def test() -> None:
                pass  # the steps are the test

        return cast(Callable[..., None], pytest.mark.usefixtures("drill")(test))


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
    # What disappears meanwhile (another run's files, a process in /proc) is left out; rglob would raise.
    walked = (Path(root, name) for root, below, files in os.walk(folder) for name in (*below, *files))
    named = (path for path in walked if path.name.endswith(".feature"))
    found = ((path, path.relative_to(folder).parts) for path in sorted(named))
    return [
        path
        for path, parts in found
        if COUNTER_EXAMPLES not in parts and not any(part.startswith(CANDIDATES) for part in parts)
    ]


def shown_path(config: pytest.Config, path: Path) -> str:
    """A file by its path from the directory that pytest was started in."""
    here = config.invocation_params.dir
    return os.path.relpath(path, here) if path.is_relative_to(here) else str(path)
