"""The pytest plugin: collects `.feature` files without any Python beside them and flies each scenario in a world of
its own.

Works in any directory where mirrordrill is installed: `pytest my_drills/`, with `-k`, markers, `--lf` and JUnit XML
as in any pytest suite. `mirrordrill run` uses the same plugin and listens to it.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from pytest_bdd import scenario as bind_scenario
from pytest_bdd.feature import get_feature

from drills.drill import Drill, Listener, Options
from drills.expect import ExpectationFailedError, UsageError
from drills.library import entry_of, no_such_step
from drills.result import DrillResult, StepStatus
from drills.sites import SiteError
from drills.wording import KINDS
from simulator.config.problems import ConfigError
from simulator.world import Arm, NotFlownError, UnknownNameError

LISTENER = pytest.StashKey[Listener]()
RESULTS: pytest.StashKey[list[DrillResult]] = pytest.StashKey()
BOTH = "both"
WRONG_USAGE = (UsageError, SiteError, ConfigError, NotFlownError, UnknownNameError)
"""Errors that say: the feature, the site or the command line is wrong."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a drill can be told on pytest's command line."""
    group = parser.getgroup("mirrordrill", "Metro Mirror failover drills")
    group.addoption("--site", action="append", default=[], metavar="MAIN.CF", help="the site: one main.cf per cluster")
    group.addoption(
        "--site-capture",
        action="append",
        default=[],
        metavar="FILE",
        help="output of lspprc, lspprcpath, lssi, lsfbvol",
    )
    group.addoption("--site-toml", default=None, metavar="FILE", help="the site.toml, if it is not beside the main.cf")
    group.addoption(
        "--agent",
        choices=[*(arm.value for arm in Arm), BOTH],
        default=Arm.IN_PROCESS.value,
        help="fly the agent inside the simulator, as real processes, or both",
    )
    group.addoption("--drill-seed", type=int, default=0, metavar="N", help="the seed of all chance in the simulation")
    group.addoption("--vcs-profile", default="vcs41", help="the VCS release to play: vcs41, vcs5 or vcs7")


def pytest_configure(config: pytest.Config) -> None:
    """Results are kept where a runner can find them."""
    config.stash[RESULTS] = []
    config.pluginmanager.register(Tags(config), "mirrordrill-tags")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A feature file is a module of scenarios."""
    if file_path.suffix == ".feature":
        return cast(pytest.Collector, FeatureFile.from_parent(parent, path=file_path))
    return None


class FeatureFile(pytest.Module):
    """A `.feature` file seen as a test module: one test per scenario, bound to whatever steps are registered."""

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        feature = get_feature(str(self.path.parent), self.path.name)
        for name in feature.scenarios:
            setattr(module, python_name(name), self._test_of(name))
        return module

    def _test_of(self, name: str) -> Callable[..., None]:
        @bind_scenario(self.path.name, name, features_base_dir=str(self.path.parent))
        def test() -> None:
            pass  # the steps are the test

        return cast(Callable[..., None], pytest.mark.usefixtures("drill")(test))


def python_name(scenario_name: str) -> str:
    """`The group migrates, and home again` -> `test_the_group_migrates_and_home_again`."""
    return "test_" + re.sub(r"\W+", "_", scenario_name).strip("_").lower()


class Tags:
    """Makes a marker of every Gherkin tag; nobody has to register one first, not even under `--strict-markers`."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_bdd_apply_tag(self, tag: str, function: Any) -> bool:
        """`@chapter-4` is the marker chapter_4."""
        marker = tag.replace("-", "_")
        self._config.addinivalue_line("markers", f"{marker}: a tag of a feature")
        getattr(pytest.mark, marker)(function)
        return True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With `--agent both` every scenario is flown twice."""
    if "drill" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--agent")
        arms = [arm for arm in Arm if chosen in {arm.value, BOTH}]
        metafunc.parametrize("drill", arms, indirect=True, ids=[arm.value for arm in arms])


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Iterator[Drill]:
    """The drill of this scenario: world, expectations, oracles."""
    config = request.config
    options = Options(
        arm=getattr(request, "param", Arm.IN_PROCESS),
        seed=config.getoption("--drill-seed"),
        site_files=tuple(Path(name) for name in config.getoption("--site")),
        captures=tuple(Path(name) for name in config.getoption("--site-capture")),
        settings_file=Path(named) if (named := config.getoption("--site-toml")) else None,
        profile=config.getoption("--vcs-profile"),
    )
    drill = Drill(options, "", request.node.name, "", config.stash.get(LISTENER, None))
    try:
        yield drill
    finally:
        result = drill.close()
        config.stash[RESULTS].append(result)
    broken = [f"{oracle.name}: {oracle.reason}" for oracle in result.oracles if not oracle.is_in_order]
    if broken and all(step.status is StepStatus.HELD for step in result.steps):
        # A step that failed has failed the test already, and cut short what the oracles could see.
        pytest.fail("; ".join(broken), pytrace=False)


def the_drill(request: pytest.FixtureRequest) -> Drill:
    """The drill of the scenario that a hook is called for."""
    return cast(Drill, request.getfixturevalue("drill"))


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Any, scenario: Any) -> None:
    """Name the drill and list its steps."""
    drill = the_drill(request)
    drill.feature, drill.scenario, drill.file = feature.name, scenario.name, feature.rel_filename
    drill.description = "\n".join(filter(None, (feature.description.strip(), scenario.description.strip())))
    drill.tags = tuple(sorted(feature.tags | scenario.tags))
    drill.begin([(step.keyword, step.name, step.line_number) for step in scenario.steps])


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Any) -> None:
    """A step begins."""
    the_drill(request).begin_step(step.type)


def pytest_bdd_before_step_call(request: pytest.FixtureRequest, step: Any, step_func: Any, step_func_args: Any) -> None:
    """Names in a step are looked up in the site before the step sees them."""
    entry = entry_of(step_func, step.type, step.name)
    for place, kind in (entry.sentence.places if entry else {}).items():
        if KINDS[kind].is_named:
            # pytest-bdd calls the step with this very dict.
            step_func_args[place] = the_drill(request).names.meant(kind, step_func_args[place])


def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    """A step held."""
    the_drill(request).end_step(StepStatus.HELD)


def pytest_bdd_step_error(request: pytest.FixtureRequest, exception: Exception) -> None:
    """A step did not hold: whose fault that is follows from the error."""
    the_drill(request).end_step(status_of(exception), str(exception) or type(exception).__name__)


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Any) -> None:
    """A step that nobody knows."""
    drill = the_drill(request)
    drill.begin_step(step.type)
    drill.end_step(StepStatus.USAGE, no_such_step(step.type, step.name))


def status_of(exception: Exception) -> StepStatus:
    """An expectation that did not hold, a wrong feature, or a fault of the harness."""
    if isinstance(exception, ExpectationFailedError):
        return StepStatus.FAILED
    return StepStatus.USAGE if isinstance(exception, WRONG_USAGE) else StepStatus.FAULT


def results(config: pytest.Config) -> list[DrillResult]:
    """What came of every drill of this session."""
    return config.stash[RESULTS]
