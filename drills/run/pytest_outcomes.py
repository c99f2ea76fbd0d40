"""How the outcome of a drill gets through pytest: into its reports, from xdist's workers to their controller.

A drill that failed is told as its steps with what was seen, not as a traceback of the code that looked. A fault of the
harness, or of a step of the user's own, keeps its traceback: there it is what helps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Sequence

import pytest
from pytest_bdd.reporting import ReportContext, test_report_context_registry

from mirrordrill.drills.output.kept_results import KeptResults, packed, unpacked
from mirrordrill.drills.run.collection import FeatureFile
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.run.plugin import BOTH, CARRIED_RESULT, CARRIED_STEPS
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.simulator.agent_mode import AgentMode
from mirrordrill.simulator.kernel.untrusted import visible

DRILL = pytest.StashKey[Drill]()
RESULT = pytest.StashKey[DrillResult]()
RESULTS = pytest.StashKey[KeptResults]()
UNWRITTEN: pytest.StashKey[list[str]] = pytest.StashKey()
"""What could not be written, a sentence for each file."""
TOLD_BY_STEPS = frozenset({StepStatus.FAILED, StepStatus.USAGE, StepStatus.UNDECIDED})


def keep(item: pytest.Item, result: DrillResult) -> None:
    """A drill has ended: its result goes with the test's reports, and what people look for into its properties."""
    item.stash[RESULT] = result
    if not is_worker(item.config):
        item.config.stash[RESULTS].append(result)
    item.user_properties += [
        ("mirrordrill.verdict", result.exit_code().name),
        ("mirrordrill.agent", result.agent),
        ("mirrordrill.seed", result.seed),
        ("mirrordrill.simulated_s", f"{result.simulated_us / 1_000_000:.3f}"),
        ("mirrordrill.events", result.events),
        ("mirrordrill.log_sha256", result.digest),
    ]


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of xdist's workers."""
    return hasattr(config, "workerinput")


class Outcomes:
    """The pytest plugin that writes outcomes into reports and reads those of workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let go of the drill when it is over: pytest keeps its items, and a drill has its world and its whole log."""
        outcome = yield
        if DRILL in item.stash:
            del item.stash[DRILL]
        if RESULT in item.stash:
            del item.stash[RESULT]
        return outcome

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Tell a failed drill by its steps, and let the result travel with the last report."""
        report = yield
        drill = item.stash.get(DRILL, None)
        if drill is None or item.getparent(FeatureFile) is None:
            return report
        if call.when == "call" and report.failed and is_told_by_steps(drill):
            report.longrepr = "\n".join(story(drill, str(call.excinfo.value) if call.excinfo else ""))
        if is_worker(self._config):
            pack(report, item, call.when)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A report that comes from a worker brings the drill's result, and the steps for cucumber's JSON."""
        if is_worker(self._config):
            return
        carried = getattr(report, CARRIED_RESULT, None)
        if carried is not None:
            self._config.stash[RESULTS].append(unpacked(carried))
        if (steps := getattr(report, CARRIED_STEPS, None)) is not None:
            test_report_context_registry[report] = ReportContext(scenario=steps[0], name=steps[1])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A drill that was run both ways and has two logs is a failure, whatever the verdicts say."""
        if not is_worker(self._config) and (differing(self._compared()) or self._config.stash[UNWRITTEN]):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many drills have the same log both ways, and which have not."""
        unwritten: list[str] = self._config.stash[UNWRITTEN]
        for sentence in dict.fromkeys(unwritten):
            terminalreporter.write_line(f"mirrordrill: {visible(sentence)}", red=True)
        both = run_in_both_modes(self._compared())
        if not both:
            return
        different = differing(self._compared())
        for name in different:
            terminalreporter.write_line(f"mirrordrill: NOT THE SAME LOG in process and as processes: {name}", red=True)
        same = sum(sum(logs[0].values()) for name, logs in both.items() if name not in different)
        terminalreporter.write_line(f"mirrordrill: {same} drills wrote the same log in process and as processes")

    def _compared(self) -> Sequence[DrillResult]:
        """The results that may differ by how the agent was run."""
        results = self._config.stash[RESULTS]
        return results if self._config.getoption("--drill-agent") == BOTH else ()


Logs = tuple[Counter[str], Counter[str]]


def run_in_both_modes(results: Iterable[DrillResult]) -> dict[str, Logs]:
    """The hashes of the logs of each drill that was run in process and as processes, by its name.

    The rows of an outline may share a name, so there may be several.
    """
    found: dict[str, Logs] = {}
    for result in results:
        logs = found.setdefault(f"{result.file}: {result.scenario}", (Counter(), Counter()))
        logs[result.agent == AgentMode.PROCESS.value][result.digest] += 1
    return {name: logs for name, logs in found.items() if all(logs)}


def differing(results: Iterable[DrillResult]) -> list[str]:
    """The drills whose logs depend on how the agent was run."""
    return [name for name, (inside, outside) in run_in_both_modes(results).items() if inside != outside]


def pack(report: pytest.TestReport, item: pytest.Item, phase: str | None) -> None:
    """Put into a worker's report what would not survive the way: pytest-bdd 9 leaves its steps behind."""
    if phase == "teardown" and (result := item.stash.get(RESULT, None)):
        setattr(report, CARRIED_RESULT, packed(result).decode())
    if (context := test_report_context_registry.get(report)) is not None:
        setattr(report, CARRIED_STEPS, (context.scenario, context.name))


def is_told_by_steps(drill: Drill) -> bool:
    """Whether the drill itself says what went wrong: no traceback is needed then."""
    statuses = {step.status for step in drill.steps}
    return StepStatus.FAULT not in statuses and (bool(statuses & TOLD_BY_STEPS) or statuses == {StepStatus.HELD})


def story(drill: Drill, verdict: str) -> list[str]:
    """What went wrong in a line, for pytest's summary; then the steps of the drill with what was seen where it did."""
    what = [f"{drill.shown_path}: BROKEN {verdict}"]
    steps: list[str] = []
    for step in drill.steps:
        steps.append(f"  {step.status.value:<12}  {step.keyword} {step.words}")
        if step.status in TOLD_BY_STEPS:
            # What is wrong with a feature names its line already.
            place = "" if step.status is StepStatus.USAGE else f" ({drill.shown_path}:{step.line})"
            steps += [f"{'':<14}  {line}" for line in f"{step.observed}{place}".splitlines()]
            what = [f"{drill.shown_path}:{step.line}: {step.status.value} {step.observed}".partition("\n")[0]]
    return [*what, f"SIMULATED  {drill.feature}: {drill.scenario}", *steps]
