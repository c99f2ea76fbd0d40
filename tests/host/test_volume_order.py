"""Applications find their data whatever the order of VolIds on a system: it is a list of volumes, no layout.

Where a system lacks a volume its disk group is not imported; a volume more has nothing on it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import Verdict
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from mirrordrill.drills.sites import FOLDER

STEPS = (
    ("given", 'the example site "rdc"'),
    ("given", "every mirrored group is online"),
    ("when", "the application has been running for 10 minutes"),
    ("when", "the operator switches oragrp to hostc"),
    ("when", "10 minutes pass"),
    ("when", "the operator switches oragrp to hostb"),
    ("when", "10 minutes pass"),
)
TURNED = """VolIds @hosta = { 1260, 1261 }
\t\tVolIds @hostb = { 1261, 1260 }
\t\tVolIds @hostc = { 1261, 1260 }
\t\tVolIds @hostd = { 1260, 1261 }"""


@pytest.mark.parametrize("volumes", ["VolIds = { 1260, 1261 }", "VolIds = { 1261, 1260 }", TURNED])
def test_the_order_of_volumes_loses_no_write(tmp_path: Path, volumes: str) -> None:
    """S2 is about what the arrays hold, and pairs are the same in any order."""
    text = (FOLDER / "rdc" / "main.cf").read_text()
    assert "VolIds = { 1260, 1261 }" in text
    file = tmp_path / "main.cf"
    file.write_text(text.replace("VolIds = { 1260, 1261 }", volumes))
    lines = numbered([ScheduledStep(keyword, words) for keyword, words in STEPS])
    result = run_schedule(Schedule("f", "s", (), lines), Drill(Options(site_files=(file,)), "", "", ""))
    assert [oracle.name for oracle in result.oracles if oracle.verdict is Verdict.BROKEN] == []
    assert [step.observed for step in result.steps if step.status.value != "held"] == []


@pytest.mark.parametrize("system", ["hostc", "hosta"])
def test_a_disk_group_is_not_imported_where_volids_lacks_a_volume(tmp_path: Path, system: str) -> None:
    """And what is wrong with a site is no fault of the harness: VolIds of one system names one volume of two."""
    text = (FOLDER / "rdc" / "main.cf").read_text()
    file = tmp_path / "main.cf"
    file.write_text(
        text.replace("VolIds = { 1260, 1261 }", f"VolIds = {{ 1260, 1261 }}\n\t\tVolIds @{system} = {{ 1260 }}")
    )
    steps = (*STEPS[:4], ("then", "oragrp does not come online on hostc within 20 minutes"))
    lines = numbered([ScheduledStep(keyword, words) for keyword, words in steps])
    result = run_schedule(Schedule("f", "s", (), lines), Drill(Options(site_files=(file,)), "", "", ""))
    assert [step.status.value for step in result.steps] == ["held"] * 5
