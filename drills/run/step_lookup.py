"""Which step functions can carry out a step of a drill, found quickly.

pytest-bdd asks pytest for the fixtures of each name, and then each fixture whether it knows the step: of all names,
twice for each step. That was a fifth of the time of a run. Here the steps are asked first, and pytest is asked only for
the names of those that know the step. The same definitions are found, in the same order.

Rule: features that are no drills are left to pytest-bdd.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from pytest_bdd.compat import get_fixture_names
from pytest_bdd.steps import StepNamePrefix, step_function_context_registry

from mirrordrill.drills.run.collection import FeatureFile

# `pytest_bdd.scenario` is also the name of a function, which hides the module.
_pytest_bdd = importlib.import_module("pytest_bdd.scenario")
_find_in_pytest_bdd: Callable[..., Iterable[Any]] = _pytest_bdd.find_fixturedefs_for_step


def find_fixturedefs_for_step(step: Any, fixturemanager: Any, node: pytest.Item) -> Iterable[Any]:
    """The fixtures of step definitions that know the step and are visible to the node."""
    if node.getparent(FeatureFile) is None:
        return _find_in_pytest_bdd(step=step, fixturemanager=fixturemanager, node=node)
    return _find(step, fixturemanager, node)


def _find(step: Any, fixturemanager: Any, node: pytest.Item) -> Iterable[Any]:
    contexts = list(step_function_context_registry.values())
    beginnings = tuple(
        f"{StepNamePrefix.step_def.value}_{context.type or '*'}_{context.parser.name}"
        for context in contexts
        if _knows(context, step)
    )
    for name in get_fixture_names(fixturemanager=fixturemanager):
        # Where a module has two steps with the same words, the name of the second one has a number at its end.
        if name.startswith(beginnings):
            for fixturedef in fixturemanager.getfixturedefs(name, node) or ():
                context = step_function_context_registry.get(fixturedef.func)
                if context is not None and _knows(context, step):
                    yield fixturedef


def _knows(context: Any, step: Any) -> bool:
    return context.type in {None, step.type} and context.parser.is_matching(step.name)


def install() -> None:
    """Let pytest-bdd look the steps of drills up here."""
    _pytest_bdd.find_fixturedefs_for_step = find_fixturedefs_for_step  # type: ignore[attr-defined]
