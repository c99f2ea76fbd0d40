"""Two reports side by side, and the outages as a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from msgspec.structs import replace

from mirrordrill.drills.report.codec import as_json
from mirrordrill.drills.report.files import read_report
from mirrordrill.drills.report.outage_table import COLUMNS, render_csv
from mirrordrill.drills.report.runs.comparison import differences
from tests.commands import mirrordrill


def test_a_report_does_not_differ_from_itself(disaster: Path) -> None:
    """Nothing is said of what is the same."""
    report = read_report(disaster)
    assert list(differences(report, report)) == []


def test_what_differs_is_named_with_its_drill(disaster: Path, tmp_path: Path) -> None:
    """A longer outage, a drill that is gone; the command says so with exit code 1."""
    after = read_report(disaster)
    first, last = after.drills
    outage = first.outages[0]
    assert outage.rto_us is not None
    before = replace(
        after,
        drills=(replace(first, outages=(replace(outage, rto_us=outage.rto_us + 1_000_000), *first.outages[1:])),),
    )
    found = [(each.drill, each.what) for each in differences(before, after)]
    assert [
        (f"{first.feature}: {first.scenario}", f"RTO of {outage.group}, outage 1"),
        (f"{last.feature}: {last.scenario}", "drill"),
    ] == found
    (tmp_path / "before.json").write_text(as_json(before))
    command = ["report", "--compare", str(tmp_path / "before.json"), str(disaster)]
    done = mirrordrill(*command)
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert [line.strip().partition(": ")[0] for line in lines if line.startswith("  ")] == [what for _, what in found]
    assert lines[0] == found[0][0][:100].rstrip()
    assert max(map(len, lines)) <= 100


def test_the_table_has_a_row_for_each_outage_and_no_formula(disaster: Path) -> None:
    """A spreadsheet computes nothing that stands in a feature."""
    report = read_report(disaster)
    rows = list(csv.reader(io.StringIO((disaster / "report.csv").read_text())))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == 1 + sum(len(drill.outages) for drill in report.drills)
    assert rows[1][COLUMNS.index("rto_s")] == f"{report.drills[0].outages[0].rto_us / 1e6:.3f}"
    hostile = replace(report, drills=(replace(report.drills[0], scenario="=cmd()"),))
    assert list(csv.reader(io.StringIO(render_csv(hostile))))[1][2] == "'=cmd()"
