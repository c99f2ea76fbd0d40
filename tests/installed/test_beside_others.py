"""mirrordrill is installed beside a project that has nothing to do with it: that project's tests go on as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installed.conftest import Installed

CUCUMBERS = """
@slow-cooker
Feature: Cucumbers
  Scenario: Some are eaten
    Given there are 5 cucumbers
    When I eat 3 cucumbers
    And 10 minutes pass
    Then there are 2 left
"""
CUCUMBER_STEPS = """
from pytest_bdd import given, parsers, scenarios, then, when

scenarios("features")


@given(parsers.parse("there are {n:d} cucumbers"), target_fixture="bowl")
def bowl(n): return {"n": n}


@when(parsers.parse("I eat {n:d} cucumbers"))
def eat(bowl, n): bowl["n"] -= n


@when("10 minutes pass")
def wait(): pass


@then(parsers.parse("there are {n:d} left"))
def left(bowl, n, request):
    assert bowl["n"] == n
    assert [mark.name for mark in request.node.iter_markers()].count("slow-cooker") == 1
"""
DRILL = """
Feature: A drill
  Scenario: The group migrates
    Given the example site "rdc"
    And oragrp is online on hosta
    When the operator switches oragrp to hostb
    Then oragrp comes online on hostb within 5 minutes
"""
LOADED = """
import sys


def test_nothing_of_the_simulator_is_loaded():
    ours = sorted(name for name in sys.modules if name.startswith("mirrordrill"))
    assert ours == [
        "mirrordrill",
        "mirrordrill.drills",
        "mirrordrill.drills.cli",
        "mirrordrill.drills.cli.choices",
        "mirrordrill.drills.run",
        "mirrordrill.drills.run.plugin",
        "mirrordrill.features",
        "mirrordrill.features.steps",
    ]
"""
BOUND_DRILL = """
from pytest_bdd import given, scenarios

scenarios("drills")


@given("a step of our own")
def own(drill): drill.observed("it is ours")
"""
ONE_TEST = "from {package} import answer\n\n\ndef test_it(): assert answer == 42\n"
INI = "[pytest]\naddopts = --strict-markers\nmarkers =\n    slow-cooker: takes its time\n"

PROJECTS: dict[str, tuple[dict[str, str], int]] = {
    "features as a package": (
        {"features/__init__.py": "answer = 42\n", "features/a.feature": DRILL, "test_it.py": "ONE features"},
        2,
    ),
    "a package agent": ({"agent/__init__.py": "answer = 42\n", "tests/test_it.py": "ONE agent"}, 1),
    "a package drills": ({"drills/__init__.py": "answer = 42\n", "tests/test_it.py": "ONE drills"}, 1),
    "a package simulator": ({"simulator/__init__.py": "answer = 42\n", "tests/test_it.py": "ONE simulator"}, 1),
    "drills beside cucumbers": (
        {"features/cucumbers.feature": CUCUMBERS, "test_cucumbers.py": CUCUMBER_STEPS, "drills/a.feature": DRILL},
        2,
    ),
    "cucumbers only": ({"features/cucumbers.feature": CUCUMBERS, "test_cucumbers.py": CUCUMBER_STEPS}, 1),
    "cucumbers that look into what is loaded": (
        {
            "features/cucumbers.feature": CUCUMBERS,
            "test_cucumbers.py": CUCUMBER_STEPS,
            "test_loaded.py": LOADED,
        },
        2,
    ),
    "a drill that a test module binds": (
        {
            "drills/a.feature": DRILL.replace("    And oragrp", "    And a step of our own\n    And oragrp"),
            "test_drills.py": BOUND_DRILL,
            "pytest.ini": "[pytest]\naddopts = --ignore=drills\n",
        },
        1,
    ),
    "an own fixture drill": (
        {
            "test_it.py": "import pytest\n\n\n@pytest.fixture\ndef drill(): return 42\n\n\n"
            "def test_it(drill): assert drill == 42\n"
        },
        1,
    ),
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in {"pytest.ini": INI, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("ONE "):
            text = "import sys\nsys.path.insert(0, '.')\n" + ONE_TEST.format(package=text.split()[1])
        path.write_text(text)


BY_NAME, BY_MODULE = ("pytest",), ("python", "-m", "pytest")
"""Two ways to start pytest: with and without the directory on the path."""


@pytest.mark.parametrize(
    ("name", "command"),
    [*((name, BY_NAME) for name in PROJECTS), *((name, BY_MODULE) for name in list(PROJECTS)[:5])],
)
def test_the_tests_of_another_project_pass(
    installed: Installed, tmp_path: Path, name: str, command: tuple[str, ...]
) -> None:
    """Whatever its packages are called, and whatever its own features say."""
    files, passed = PROJECTS[name]
    write(tmp_path, files)
    code, output = installed.run(tmp_path, *command, "-v")
    assert code == 0, output
    assert f"{passed} passed" in output


@pytest.mark.parametrize("plugin", ["pytest-bdd", "xdist", "mirrordrill-steps", "mirrordrill"])
def test_each_other_plugin_may_be_switched_off(installed: Installed, tmp_path: Path, plugin: str) -> None:
    """The project's own tests pass all the same."""
    write(tmp_path, PROJECTS["a package agent"][0])
    code, output = installed.run(tmp_path, "pytest", "-p", f"no:{plugin}")
    assert code == 0, output
    assert "1 passed" in output


def test_a_drill_without_pytest_bdd_says_what_it_needs(installed: Installed, tmp_path: Path) -> None:
    """It is not silently left out."""
    write(tmp_path, {"drills/a.feature": DRILL})
    code, output = installed.run(tmp_path, "pytest", "-p", "no:pytest-bdd")
    assert code == 2, output
    assert "INTERNALERROR" not in output
    assert "drills/a.feature:1: a drill needs pytest-bdd, which is switched off here" in output


def test_the_ini_option_makes_drills_of_all_features(installed: Installed, tmp_path: Path) -> None:
    """Of one that has forgotten its site, too, which then says so."""
    write(tmp_path, {"a.feature": "Feature: Lost\n  Scenario: Nowhere\n    When 10 minutes pass\n"})
    code, output = installed.run(tmp_path, "pytest")
    assert code == 5, output
    (tmp_path / "pytest.ini").write_text("[pytest]\nmirrordrill = true\n")
    code, output = installed.run(tmp_path, "pytest")
    assert code == 1, output
    assert "no site yet" in output
