"""The pytest plugin: which files are drills, and what a drill can be told on pytest's command line.

Works in any directory where mirrordrill is installed: `pytest my_drills/` collects `.feature` files without any Python
beside them. Other projects have `.feature` files, too, which pytest-bdd binds from Python. A file is a drill where the
ini option `mirrordrill` says that all of them are (`mirrordrill run` sets it), or where the file itself names a site.

Rule 1: pytest loads it wherever mirrordrill is installed, so it imports next to nothing. What runs drills
(`drill_hooks/`), and with it the simulator and the steps, is loaded when the first drill is met.
Rule 2: a feature that is no drill is left to pytest-bdd: it is not collected, and its tags are not touched.
"""

from __future__ import annotations

import argparse
import importlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from mirrordrill.drills.cli.choices import AGENT_MODES, PROFILES

DRILL_HOOKS = "mirrordrill.drills.run.drill_hooks"
"""The plugin that runs drills, by the name under which it is registered. The steps follow it."""
ASKED_FOR = "mirrordrill"
"""The ini option by which a project says that all of its `.feature` files are drills."""
COUNTER_EXAMPLES = "counter-example"
"""What is below directories of this name fails, and is known to: it is run when it is named, and not when a directory
above it is."""
LARGEST_FEATURE_BYTES = 4_000_000
"""A hundred times the longest feature that ships, and more than ten thousand short drills."""
BOTH = "both"
"""The value of `--agent` with which every drill is run in process and as processes."""
CARRIED_RESULT = "mirrordrill_result"
"""What the report of a drill brings from one of xdist's workers."""
CARRIED_STEPS = "mirrordrill_steps"
ONE_AT_A_TIME = threading.RLock()
"""xdist's controller hears each of its workers in a thread of its own."""
NAMES_A_SITE = re.compile(
    r"""^[ \t]*\S+[ \t]+the[ ](?:example[ ])?site[ ]"[^"]*"(?:[ ](?:with|as[ ]captured[ ]in)[ ].*)?[ \t]*$""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
"""The step with which a drill begins, whatever the keywords are called in the language of the feature."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a drill can be told on pytest's command line."""
    group = parser.getgroup("mirrordrill", "Metro Mirror failover drills")
    group.addoption(
        "--drill-site", action="append", default=[], metavar="MAIN.CF", help="the site: one main.cf per cluster"
    )
    group.addoption(
        "--drill-capture",
        action="append",
        default=[],
        metavar="FILE",
        help="output of lspprc, lspprcpath, lssi, lsfbvol",
    )
    group.addoption(
        "--drill-site-toml", default=None, metavar="FILE", help="the site.toml, if it is not beside the main.cf"
    )
    group.addoption(
        "--drill-agent",
        choices=[*AGENT_MODES, BOTH],
        default=AGENT_MODES[0],
        help="run the agent inside the simulator, as real processes, or both",
    )
    group.addoption("--drill-seed", type=seed, default=0, metavar="N", help="the seed of all chance in the simulation")
    group.addoption("--drill-report", default=None, metavar="DIR", help="write report.html, .txt, .json and the logs")
    group.addoption("--drill-notes", default="", metavar="TEXT", help="what the heading of the report shall note")
    group.addoption(
        "--drill-pace", type=pace, default=None, metavar="X", help="let X simulated seconds pass in each real one"
    )
    parser.addini(ASKED_FOR, "every .feature file is a drill, not only those that name a site", "bool", default=False)
    group.addoption("--drill-profile", choices=list(PROFILES), default=PROFILES[0], help="the VCS release to play")


def pace(text: str) -> float:
    """Simulated seconds in each real one. Raises ArgumentTypeError for what is no such factor."""
    return _number("--pace", text)


def seed(text: str) -> int:
    """The seed of all chance. Raises ArgumentTypeError for what is none."""
    return int(_number("--seed", text))


def _number(option: str, text: str) -> float:
    """The value of an option, within its bounds. Raises ArgumentTypeError."""
    # Beside the tests of others nothing of the simulator is loaded.
    from mirrordrill.simulator.catalogues.bounds import OPTIONS

    found = OPTIONS[option].number(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not {OPTIONS[option].words()}")
    return found


def pytest_configure(config: pytest.Config) -> None:
    """Where drills are asked for, what runs them is there from the beginning; a report tells of none, too."""
    if config.getini(ASKED_FOR) or config.getoption("--drill-report"):
        load(config)


def load(config: pytest.Config) -> Any:
    """Let pytest know what runs drills, and the steps; the module `drill_hooks`. A second call changes nothing."""
    with ONE_AT_A_TIME:
        hooks = config.pluginmanager.get_plugin(DRILL_HOOKS)
        if hooks is None:
            hooks = importlib.import_module(DRILL_HOOKS)
            config.pluginmanager.register(hooks, DRILL_HOOKS)
        return hooks


def is_drill(config: pytest.Config, path: Path) -> bool:
    """Whether a feature file is a drill: the project says so, or the file names a site."""
    return bool(config.getini(ASKED_FOR)) or names_a_site(path)


def names_a_site(path: Path) -> bool:
    """Whether a step of the feature file names a site."""
    try:
        # A pipe or a device would never end.
        if not path.is_file() or path.stat().st_size > LARGEST_FEATURE_BYTES:
            return False
        return NAMES_A_SITE.search(path.read_bytes().decode("utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The feature file of a drill is a module of scenarios."""
    if file_path.suffix == ".feature" and is_drill(parent.config, file_path):
        return cast(pytest.Collector, load(parent.config).FeatureFile.from_parent(parent, path=file_path))
    return None


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Counter-examples are run when they are named."""
    if collection_path.name != COUNTER_EXAMPLES or not any(collection_path.rglob("*.feature")):
        return None
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_report_from_serializable(config: pytest.Config, data: dict[str, Any]) -> None:
    """xdist's controller collects no drill: it hears of drills when a worker's report has the result of one."""
    if CARRIED_RESULT in data or CARRIED_STEPS in data:
        load(config)


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The drill of this scenario: world, expectations, oracles."""
    yield from load(request.config).opened(request)


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_before_scenario(request: pytest.FixtureRequest, feature: Any, scenario: Any) -> None:
    """A drill begins. One that a test module binds from Python may be the first that is met."""
    path = Path(feature.filename)
    # What was collected here is a drill, whether or not its file can still be read.
    if request.node.path == path or names_a_site(path):
        load(request.config).begin(request, feature, scenario)
