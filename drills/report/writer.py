"""The pytest plugin that writes the report when a session ends, however it ended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from mirrordrill.drills.output.whole_files import unwritten
from mirrordrill.drills.report.collect import assemble
from mirrordrill.drills.report.files import write_report
from mirrordrill.drills.report.runs.provenance import now, provenance, write_provenance
from mirrordrill.drills.run.exit_codes import ExitCode, worst
from mirrordrill.drills.run.pacing import Stopwatch
from mirrordrill.drills.run.pytest_outcomes import RESULTS, UNWRITTEN
from mirrordrill.drills.run.results import DrillResult

ENDINGS = {
    pytest.ExitCode.INTERRUPTED: ExitCode.INTERRUPTED,
    pytest.ExitCode.INTERNAL_ERROR: ExitCode.HARNESS,
}
"""Endings of a session that are told even where every drill that was run held."""


class ReportWriter:
    """Writes into the directory that `--drill-report` names."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._directory = Path(config.getoption("--drill-report"))
        self._began = now()
        self._watch = Stopwatch()
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as wrong:
            # Found out now, not after an hour of running.
            said = f"--drill-report: cannot make the directory {self._directory}: {wrong.strerror}"
            raise pytest.UsageError(said) from None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int | pytest.ExitCode) -> None:
        """Every drill has ended by now, a drill that was interrupted too."""
        kept = self._config.stash[RESULTS]
        drills: Sequence[DrillResult] = kept
        if self._config.pluginmanager.hasplugin("dsession"):
            # Workers end in any order; a report of the same drills is the same.
            drills = sorted(kept, key=place)
        codes = [drill.exit_code() for drill in drills]
        if exitstatus in ENDINGS:
            codes.append(ENDINGS[pytest.ExitCode(exitstatus)])
        try:
            report = assemble(drills, worst(codes))
            run = provenance(report, self._began, self._watch.total_s(), self._config.getoption("--drill-notes"))
            write_provenance(self._directory, run)
            write_report(report, self._directory)
        except OSError as failure:
            self._config.stash[UNWRITTEN].append(unwritten(failure))
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def place(drill: DrillResult) -> tuple[str, int, str, str]:
    """Where a drill stands among others: by file, line, and what was made of its outline."""
    return drill.file, drill.steps[0].line if drill.steps else 0, drill.scenario, drill.agent
