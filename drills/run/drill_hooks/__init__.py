"""What pytest does with drills: runs each scenario in a world of its own, with `-k`, markers, `--lf` and JUnit XML as
in any pytest suite. `mirrordrill run` uses the same hooks and listens to them.

`plugin.py` registers this module when the first drill is met.

Rule: it acts on drills and on nothing else. Hooks of other plugins are optional: each of those may be switched off.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from mirrordrill.drills.output.faults import raised
from mirrordrill.drills.output.kept_results import KeptResults
from mirrordrill.drills.run.collection import FeatureFile, apply_tag, is_binding, shown_path
from mirrordrill.drills.run.drill import Drill, Listener, Options
from mirrordrill.drills.run.drill_hooks import step_lookup
from mirrordrill.drills.run.expectations import ExpectationFailedError, UsageError
from mirrordrill.drills.run.objectives import Met
from mirrordrill.drills.run.plugin import BOTH
from mirrordrill.drills.run.pytest_outcomes import DRILL, RESULTS, UNWRITTEN, Outcomes, is_worker, keep
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.shrink.schedule import schedule_of
from mirrordrill.drills.sites import SiteError
from mirrordrill.drills.steps.library import entry_of, no_such_step
from mirrordrill.drills.steps.wording import PARAMETER_TYPES
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.kernel.untrusted import visible
from mirrordrill.simulator.kernel.waiting import WaitEndedError
from mirrordrill.simulator.world import NotSimulatedError, UnknownNameError

LISTENER = pytest.StashKey[Listener]()
SLOW_LOOKUP = pytest.StashKey[str | None]()
"""Why steps are not looked up the fast way."""
STANDS_FOR = pytest.StashKey[Path]()
"""The feature in whose place another one is run: what a step names is looked for beside it."""
IN_PROCESS_ONLY = "inprocess"
"""The tag of a scenario that real processes cannot run: it is run in process whatever was chosen, and its result says
so."""
WRONG_USAGE = (UsageError, SiteError, ConfigError, NotSimulatedError, UnknownNameError)
"""Errors that say: the feature, the site or the command line is wrong."""
BELOW = {"datatable": "a table", "docstring": "a text"}
ROOMS = tuple(f"mirrordrill.{room}." for room in ("agent", "simulator", "drills", "features"))
of_another_plugin = pytest.hookimpl(optionalhook=True)


def pytest_configure(config: pytest.Config) -> None:
    """Results are kept where a runner can find them."""
    config.stash[RESULTS] = KeptResults()
    config.stash[SLOW_LOOKUP] = step_lookup.install()
    config.stash[UNWRITTEN] = []
    config.pluginmanager.register(Outcomes(config), "mirrordrill-outcomes")
    if config.getoption("--drill-report") and not is_worker(config):
        from mirrordrill.drills.report.writer import ReportWriter  # costs a run without a report nothing

        config.pluginmanager.register(ReportWriter(config), "mirrordrill-report")


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """The outcome of a drill is never taken for that of a test on real arrays."""
    if not any(item.getparent(FeatureFile) for item in items):
        return []
    site = ", ".join(config.getoption("--drill-site")) or "as each feature says"
    how = f"agent {config.getoption('--drill-agent')}, seed {config.getoption('--drill-seed')}"
    slow = config.stash[SLOW_LOOKUP]
    return [
        f"mirrordrill: SIMULATED; {how}, {config.getoption('--drill-profile')}, site {site}",
        *([] if slow is None else [f"mirrordrill: {slow}"]),
    ]


@of_another_plugin
def pytest_bdd_apply_tag(tag: str, function: Any) -> bool | None:
    """A tag of a drill is a marker."""
    if not is_binding():
        return None
    apply_tag(tag, function)
    return True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """With `--drill-agent both` every scenario is run twice."""
    if metafunc.definition.getparent(FeatureFile):
        chosen = metafunc.config.getoption("--drill-agent")
        agent_modes = [agent_mode for agent_mode in AgentMode if chosen in {agent_mode.value, BOTH}]
        if metafunc.definition.get_closest_marker(IN_PROCESS_ONLY):
            agent_modes = [AgentMode.IN_PROCESS]
        metafunc.parametrize("drill", agent_modes, indirect=True, ids=[agent_mode.value for agent_mode in agent_modes])


def only_mode(config: pytest.Config) -> AgentMode:
    """How a scenario is run that was bound from Python. Raises UsageError where it was to be run both ways."""
    chosen = config.getoption("--drill-agent")
    if chosen == BOTH:
        raise UsageError("a scenario that is bound from Python is run one way: choose one with --drill-agent")
    return AgentMode(chosen)


def opened(request: pytest.FixtureRequest) -> Iterator[Drill]:
    """The drill of a scenario, as the fixture `drill` yields it."""
    config = request.config
    options = Options(
        agent_mode=getattr(request, "param", None) or only_mode(config),
        seed=config.getoption("--drill-seed"),
        site_files=tuple(Path(name) for name in config.getoption("--drill-site")),
        captures=tuple(Path(name) for name in config.getoption("--drill-capture")),
        settings_file=Path(named) if (named := config.getoption("--drill-site-toml")) else None,
        profile=config.getoption("--drill-profile"),
        pace=config.getoption("--drill-pace"),
    )
    drill = request.node.stash[DRILL] = Drill(options, "", request.node.name, "", config.stash.get(LISTENER, None))
    if directory := config.getoption("--drill-report"):
        from mirrordrill.drills.report.collect import with_report

        drill.finish = partial(with_report, Path(directory))
    try:
        yield drill
    finally:
        keep(request.node, drill.close())
        if drill.unwritten:
            config.stash[UNWRITTEN].extend(drill.unwritten)
            pytest.fail("; ".join(drill.unwritten), pytrace=False)


def drill_of(request: pytest.FixtureRequest) -> Drill | None:
    """The drill of the scenario that a hook is called for; None for a scenario that is no drill."""
    return cast("Drill | None", request.node.stash.get(DRILL, None))


def begin(request: pytest.FixtureRequest, feature: Any, scenario: Any) -> None:
    """A scenario that is a drill begins: name the drill and list its steps."""
    drill = cast(Drill, request.getfixturevalue("drill"))
    drill.feature, drill.scenario, drill.file = feature.name, scenario.name, visible(feature.rel_filename)
    drill.description = "\n\n".join(filter(None, (feature.description.strip(), scenario.description.strip())))
    drill.tags = tuple(sorted(feature.tags | scenario.tags | (scenario.rule.tags if scenario.rule else set())))
    drill.schedule = schedule_of(feature, scenario, drill.tags, request.node.originalname)
    drill.path = request.config.stash.get(STANDS_FOR, None) or Path(feature.filename)
    drill.shown_path = visible(shown_path(request.config, drill.path))
    drill.begin([(step.keyword, step.name, step.line_number) for step in scenario.steps])


@of_another_plugin
def pytest_bdd_after_scenario(request: pytest.FixtureRequest) -> None:
    """The verdicts. A step that failed has failed the test already, and cut short what the oracles could see."""
    if (drill := drill_of(request)) is None:
        return
    if isinstance(sys.exception(), pytest.skip.Exception):
        drill.end_step(StepStatus.NOT_EXECUTED, str(sys.exception()))
    result = drill.close()
    amiss = [f"{oracle.name}: {oracle.reason}" for oracle in result.oracles if not oracle.is_in_order]
    amiss += [each.sentence() for each in result.objectives if each.met in {Met.MISSED, Met.UNDECIDED}]
    if amiss and all(step.status is StepStatus.HELD for step in result.steps):
        pytest.fail("; ".join(amiss), pytrace=False)


@of_another_plugin
def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Any) -> None:
    """A step begins."""
    if drill := drill_of(request):
        drill.begin_step(step.type)


@of_another_plugin
def pytest_bdd_before_step_call(request: pytest.FixtureRequest, step: Any, step_func: Any, step_func_args: Any) -> None:
    """Names in a step are looked up in the site before the step sees them; nothing below it is ignored."""
    if (drill := drill_of(request)) is None:
        return
    if step.datatable is not None and "datatable" not in step_func_args:
        raise UsageError(f"`{step.name}` takes no table")
    if step.docstring is not None and "docstring" not in step_func_args:
        raise UsageError(f"`{step.name}` takes no text below it")
    entry = entry_of(step_func, step.type, step.name)
    for place, kind in (entry.sentence.places if entry else {}).items():
        if PARAMETER_TYPES[kind].is_named:
            # pytest-bdd calls the step with this very dict.
            step_func_args[place] = drill.names.meant(kind, step_func_args[place])


@of_another_plugin
def pytest_bdd_after_step(request: pytest.FixtureRequest) -> None:
    """A step held."""
    if drill := drill_of(request):
        drill.end_step(StepStatus.HELD)


@of_another_plugin
def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Any, step_func: Any, exception: BaseException) -> None:
    """A step did not hold: whose fault that is follows from the error."""
    if (drill := drill_of(request)) is None:
        return
    if isinstance(exception, pytest.FixtureLookupError) and exception.argname in BELOW:
        exception = UsageError(f"`{step.name}` needs {BELOW[exception.argname]} below it")
    facts = exception.facts if isinstance(exception, ExpectationFailedError) else None
    status, said = status_of(exception), str(exception)
    if status is StepStatus.FAULT or not said:
        file = Path(inspect.unwrap(step_func).__code__.co_filename)
        said = raised(exception, file, visible(shown_path(request.config, file)))
    drill.end_step(status, said, facts)


@of_another_plugin
def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Any) -> None:
    """An unknown step."""
    if (drill := drill_of(request)) is None:
        return
    drill.begin_step(step.type)
    drill.end_step(StepStatus.USAGE, no_such_step(step.type, step.name))


def status_of(exception: BaseException) -> StepStatus:
    """An expectation that did not hold, a wrong feature, or a fault of the harness.

    An assertion, or `pytest.fail`, in a step of the user's own is an expectation; in our own code it is a fault.
    """
    if isinstance(exception, ExpectationFailedError | pytest.fail.Exception):
        return StepStatus.FAILED
    if isinstance(exception, AssertionError) and not is_ours(exception):
        return StepStatus.FAILED
    if isinstance(exception, WaitEndedError):
        return StepStatus.UNDECIDED
    return StepStatus.USAGE if isinstance(exception, WRONG_USAGE) else StepStatus.FAULT


def is_ours(exception: BaseException) -> bool:
    """Whether our own code raised it."""
    place = exception.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and str(place.tb_frame.f_globals.get("__name__")).startswith(ROOMS)


def results(config: pytest.Config) -> KeptResults:
    """What came of every drill of this session, on whichever worker it was run."""
    return config.stash[RESULTS]
