"""The index of a directory of reports: each run with its verdict, and recovery by kind of disruption over time.

Runs of one site make a series, in the order of the real time that their provenance tells; a report without one comes
before those that have it, in the order of names. Each run is compared with the one before it in its series.

Rule 1: nothing but the reports and what stands beside them is read, and no report is changed.
Rule 2: a report that cannot be read is told with its reason, and keeps no other from being listed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from mirrordrill.drills.measures.values import Count, Value
from mirrordrill.drills.report.codec import UnreadableReportError
from mirrordrill.drills.report.model import DisruptionStatistic, Report
from mirrordrill.drills.report.runs.comparison import differences
from mirrordrill.drills.report.runs.provenance import Provenance, provenance_of
from mirrordrill.drills.report.vocabulary import Code

FORMAT = "mirrordrill-index-1"
REPORT = "report.json"
LATEST = "latest"
"""The link to the directory of the latest run."""
COUNTER_EXAMPLES = "counter-example"
DIFFERENCES_TOLD = 100
"""So many differences of two runs are told; how many there are is told in any case."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Run(Value, frozen=True):
    """A report of the directory. `began` and `took_s` are null where nothing says who ran it and when."""

    folder: str
    """Where it lies, below the directory of the index."""
    report: str
    site: str
    began: str | None
    took_s: float | None
    user: str
    host: str
    notes: str
    exit_code: Code
    verdict: str
    drills: Count
    held: Count
    lost_writes: Count
    mirrordrill: str
    agent_sha256: str
    compared_with: str
    """The folder of the run before it on the same site; empty for the first one."""
    differs: Count
    differences: tuple[str, ...]
    disruptions: tuple[DisruptionStatistic, ...]


class UnreadReport(Value, frozen=True):
    """A report that could not be read."""

    folder: str
    reason: str


class Index(Value, frozen=True):
    """Every run of a directory, the latest last."""

    format: Annotated[str, Meta(pattern=f"^{FORMAT}$")]
    runs: tuple[Run, ...]
    unreadable: tuple[UnreadReport, ...]

    def series(self) -> dict[str, list[Run]]:
        """Site -> its runs, the latest last."""
        found: dict[str, list[Run]] = {}
        for run in self.runs:
            found.setdefault(run.site, []).append(run)
        return found


@dataclass(frozen=True, slots=True)
class ArchivedReport:
    """A report as it was read."""

    folder: str
    report: Report
    run: Provenance | None

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it stands among the others."""
        return self.run.when.astimezone(UTC) if self.run else LONG_AGO, self.folder

    @property
    def site(self) -> str:
        """The sites of its drills."""
        names = dict.fromkeys(drill.site.name for drill in self.report.drills if drill.site is not None)
        return ", ".join(names) or "no site"


def folders(directory: Path) -> Iterator[Path]:
    """The directories below this one that hold a report. Links are not followed: `latest` is one."""
    for root, below, files in os.walk(directory):
        below[:] = sorted(name for name in below if name != COUNTER_EXAMPLES)
        if REPORT in files:
            yield Path(root)


def index_of(directory: Path) -> Index:
    """Read every report below a directory."""
    found: list[ArchivedReport] = []
    unreadable: list[UnreadReport] = []
    for path in folders(directory):
        name = path.relative_to(directory).as_posix()
        try:
            found.append(one(path, name))
        except UnreadableReportError as wrong:
            unreadable.append(UnreadReport(name, str(wrong).removeprefix(f"{directory}/")))
    found.sort(key=lambda each: each.place)
    return Index(FORMAT, tuple(runs(found)), tuple(unreadable))


def one(path: Path, name: str) -> ArchivedReport:
    """The report in a directory. Raises UnreadableReportError."""
    from mirrordrill.drills.report.files import read_report

    report = read_report(path)
    return ArchivedReport(name, report, provenance_of(report, path))


def runs(found: Sequence[ArchivedReport]) -> Iterator[Run]:
    """Each of them, compared with the one before it on the same site."""
    series: dict[str, list[ArchivedReport]] = {}
    for each in found:
        series.setdefault(each.site, []).append(each)
    before = {id(later): earlier for its in series.values() for earlier, later in pairwise(its)}
    return (run_of(each, before.get(id(each))) for each in found)


def run_of(found: ArchivedReport, before: ArchivedReport | None) -> Run:
    """What the index says of a report."""
    report, run = found.report, found.run
    told = [each.sentence() for each in differences(before.report, report)] if before else []
    return Run(
        folder=found.folder,
        report=report.id,
        site=found.site,
        began=run.began if run else None,
        took_s=run.took_s if run else None,
        user=run.user if run else "",
        host=run.host if run else "",
        notes=run.notes if run else "",
        exit_code=report.exit_code,
        verdict=report.verdict,
        drills=len(report.drills),
        held=sum(drill.exit_code == 0 for drill in report.drills),
        lost_writes=sum(loss.writes for drill in report.drills for loss in drill.losses),
        mirrordrill=report.tool.version,
        agent_sha256=report.tool.agent_sha256,
        compared_with=before.folder if before else "",
        differs=len(told),
        differences=tuple(told[:DIFFERENCES_TOLD]),
        disruptions=report.disruptions,
    )


def as_json(index: Index) -> str:
    """The index as indented JSON with a line end."""
    return msgspec.json.format(msgspec.json.encode(index), indent=1).decode() + "\n"
