"""Which step functions can carry out a step of a drill, found quickly.

pytest-bdd asks pytest for the fixtures of each name, and then each fixture whether it knows the step: of all names,
twice for each step. That was a fifth of the time of a run. Here the steps are asked first, and pytest is asked only for
the names of those that know the step. The same definitions are found, in the same order.

Rule 1: features that are no drills are left to pytest-bdd.
Rule 2: this saves time and decides nothing. The names of pytest-bdd that it needs are private: a release without one of
them looks all steps up by itself, and the head of the run says so.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest

from mirrordrill.drills.run.collection import FeatureFile
from mirrordrill.drills.run.expectations import UsageError


class _PytestBddNames:
    """What is used of pytest-bdd. Raises ImportError or AttributeError for a release that lacks a name."""

    def __init__(self) -> None:
        # `pytest_bdd.scenario` is also the name of a function, which hides the module.
        self.scenario = importlib.import_module("pytest_bdd.scenario")
        self.find: Callable[..., Iterable[Any]] = self.scenario.find_fixturedefs_for_step
        compat = importlib.import_module("pytest_bdd.compat")
        self.fixture_names: Callable[..., Iterable[str]] = compat.get_fixture_names
        steps = importlib.import_module("pytest_bdd.steps")
        self.contexts: Mapping[Any, Any] = steps.step_function_context_registry
        self.prefix: str = steps.StepNamePrefix.step_def.value


def install() -> str | None:
    """Let pytest-bdd look the steps of drills up here. Why that is not possible, if it is not."""
    try:
        names = _PytestBddNames()
    except (ImportError, AttributeError) as lacking:
        return f"steps are looked up by pytest-bdd alone, which takes longer: {lacking}"
    # Once in a process: a run inside another one finds it installed.
    if not isinstance(names.find, _StepLookup):
        names.scenario.find_fixturedefs_for_step = _StepLookup(names)  # type: ignore[attr-defined]  # mypy knows no module that is imported by its name
    return None


def functions(step: Any, item: pytest.Item) -> Iterator[Callable[..., Any]]:
    """The functions that can carry out a step of a drill, as pytest-bdd finds them, those beside the drill first.

    Raises UsageError for a release of pytest-bdd in which they cannot be looked up without a run.
    """
    with _needed_names():
        scenario = importlib.import_module("pytest_bdd.scenario")
        contexts = importlib.import_module("pytest_bdd.steps").step_function_context_registry
        find, manager = scenario.find_fixturedefs_for_step, item.session._fixturemanager
    for fixturedef in find(step=step, fixturemanager=manager, node=item):
        yield contexts[fixturedef.func].step_func


def scenario_of(item: pytest.Function) -> Any:
    """The scenario, or the outline, that a drill was bound to. Raises UsageError likewise."""
    with _needed_names():
        return importlib.import_module("pytest_bdd.scenario").scenario_wrapper_template_registry[item.obj]


@contextlib.contextmanager
def _needed_names() -> Iterator[None]:
    try:
        yield
    except (ImportError, AttributeError) as lacking:
        raise UsageError(f"this release of pytest-bdd cannot be asked for steps without a run: {lacking}") from None


class _StepLookup:
    """Stands in place of pytest-bdd's function."""

    def __init__(self, names: _PytestBddNames) -> None:
        self._names = names

    def __call__(self, step: Any, fixturemanager: Any, node: pytest.Item) -> Iterable[Any]:
        """The fixtures of step definitions that know the step and are visible to the node."""
        if node.getparent(FeatureFile) is None:
            return self._names.find(step=step, fixturemanager=fixturemanager, node=node)
        return self._find(step, fixturemanager, node)

    def _find(self, step: Any, fixturemanager: Any, node: pytest.Item) -> Iterable[Any]:
        beginnings = tuple(
            f"{self._names.prefix}_{context.type or '*'}_{context.parser.name}"
            for context in list(self._names.contexts.values())
            if _knows(context, step)
        )
        for name in self._names.fixture_names(fixturemanager=fixturemanager):
            # Where a module has two steps with the same words, the name of the second one has a number at its end.
            if name.startswith(beginnings):
                for fixturedef in fixturemanager.getfixturedefs(name, node) or ():
                    context = self._names.contexts.get(fixturedef.func)
                    if context is not None and _knows(context, step):
                        yield fixturedef


def _knows(context: Any, step: Any) -> bool:
    return context.type in {None, step.type} and context.parser.is_matching(step.name)
