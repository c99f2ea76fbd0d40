"""Who ran the drills of a report and when, and the index of many reports: what an archive of drills is kept by."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from mirrordrill.drills.report.codec import UnreadableReportError, as_json
from mirrordrill.drills.report.files import read_report, write_report
from mirrordrill.drills.report.model import Report
from mirrordrill.drills.report.runs import provenance
from mirrordrill.drills.report.runs.index import index_of
from mirrordrill.drills.report.runs.provenance import read_provenance, without_secrets, write_provenance
from tests.report.flights import UP, write_feature
from tests.report.pages import everything, parse, targets, text_of


def typed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a directory."""
    command = [sys.executable, "-m", "mirrordrill", *words]
    environment = {**os.environ, "COLUMNS": "120", "NO_COLOR": "1", "MIRRORDRILL_TOKEN": "s3cret-token"}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)


def kept(folder: Path, report: Report, name: str, began: str, notes: str = "") -> Report:
    """A report in the archive, as a run at that time would have left it."""
    run = provenance.provenance(report, began, 12.3, notes)
    (folder / name).mkdir(parents=True)
    write_provenance(folder / name, run)
    write_report(report, folder / name)
    return report


def slower(report: Report, factor: int) -> Report:
    """The same with outages so many times as long."""
    drills = tuple(
        replace(drill, outages=tuple(replace(each, rto_us=(each.rto_us or 0) * factor) for each in drill.outages))
        for drill in report.drills
    )
    statistics = tuple(
        replace(kind, rto_s=kind.rto_s and replace(kind.rto_s, median=replace(kind.rto_s.median, value=90.0 * factor)))
        for kind in report.disruptions
    )
    return replace(report, drills=drills, disruptions=statistics)


@pytest.fixture
def archive(tmp_path: Path, disaster: Path) -> Path:
    """Three runs of one site, the middle one slower, in directories whose names do not tell their order."""
    report = read_report(disaster)
    kept(tmp_path, report, "zz-first", "2026-01-31T23:30:00+01:00")
    kept(tmp_path, slower(report, 2), "b", "2026-01-31T22:45:00+00:00", "<b>quarter</b> & \x1b[31mmore")
    kept(tmp_path, report, "a", "2026-07-01T08:00:00+02:00")
    return tmp_path


def test_a_run_tells_who_ran_it_and_when_beside_a_report_that_does_not(tmp_path: Path) -> None:
    """The JSON of two runs is the same, byte for byte; page, text and provenance say whose run it was."""
    write_feature(tmp_path, UP)
    (tmp_path / "notes.txt").write_text("Change 4711\npassword: hunter2\n")
    for name, notes in (("one", "notes.txt"), ("two", "said by hand")):
        done = typed(tmp_path, "run", "own.feature", "--report", name, "--notes", notes)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "one/report.json").read_bytes() == (tmp_path / "two/report.json").read_bytes()
    run = read_provenance(tmp_path / "one")
    assert run is not None
    assert run.report == read_report(tmp_path / "one").id
    assert abs((datetime.now().astimezone() - run.when).total_seconds()) < 600
    assert run.user == provenance.user()
    assert run.host
    assert run.notes == "Change 4711\npassword: ****"
    page = text_of(parse((tmp_path / "one/report.html").read_text()))
    assert f"Run {run.began.replace('T', ' ')} by {run.user} on {run.host}" in page
    assert "Change 4711 password: ****" in page
    assert "Note: Change 4711" in (tmp_path / "one/report.txt").read_text()
    assert "said by hand" in (tmp_path / "two/report.html").read_text()


def test_no_secret_and_no_path_gets_into_the_provenance(tmp_path: Path) -> None:
    """Neither the environment nor the command line is kept."""
    write_feature(tmp_path, UP)
    assert typed(tmp_path, "run", "own.feature", "--report", "out").returncode == 0
    text = (tmp_path / "out/provenance.json").read_text()
    assert "s3cret" not in text
    assert str(tmp_path) not in text


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("password: hunter2", "password: ****"),
        ("the token is abc, and more", "the token is **** and more"),
        ("PW=x", "PW=****"),
        ("dscli -user admin -passwd geheim lssi", "dscli -user admin -passwd **** lssi"),
        ("quarterly drill", "quarterly drill"),
    ],
)
def test_what_looks_like_a_password_in_notes_is_masked(notes: str, expected: str) -> None:
    """People write down what they should not."""
    assert without_secrets(notes) == expected


def test_notes_without_a_report_are_wrong_usage(tmp_path: Path) -> None:
    """And so is a text that is no note any more."""
    assert "--report" in typed(tmp_path, "run", "migration", "--notes", "x").stderr
    (tmp_path / "long").write_text("x" * 20_001)
    done = typed(tmp_path, "run", "migration", "--report", "out", "--notes", "long")
    assert done.returncode == 2
    assert "at most 20,000" in done.stderr


def test_the_provenance_of_a_former_run_is_not_shown(archive: Path, migration: Path) -> None:
    """Whose report it is says its id."""
    write_report(read_report(migration), archive / "a")
    assert 'class="run"' not in (archive / "a/report.html").read_text()


def test_a_damaged_provenance_is_told(archive: Path) -> None:
    """Never a traceback, and never a report without the heading that it had."""
    (archive / "a/provenance.json").write_text('{"format": 1}')
    with pytest.raises(UnreadableReportError, match=r"provenance\.json"):
        read_provenance(archive / "a")
    done = typed(archive, "report", "a", "--html", "again.html")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_runs_stand_in_the_order_of_real_time_and_are_compared(archive: Path) -> None:
    """Whatever their directories are called, and in whatever zone they ran."""
    runs = index_of(archive).runs
    assert [run.folder for run in runs] == ["zz-first", "b", "a"]
    assert [run.compared_with for run in runs] == ["", "zz-first", "b"]
    assert runs[0].differs == 0
    assert any("RTO of oragrp" in line for line in runs[1].differences)
    assert runs[1].differs == runs[2].differs


def test_the_index_is_printed_and_written(archive: Path) -> None:
    """A table for the terminal; page, JSON and CSV for others; a link that always leads to the latest run."""
    done = typed(archive, "report", "--index", ".")
    assert done.returncode == 0, done.stderr
    rows = [line.split()[0] for line in done.stdout.splitlines() if "HELD" in line]
    assert rows == ["zz-first", "b", "a"]
    assert (archive / "latest").resolve() == (archive / "a").resolve()
    assert typed(archive, "report", "--compare", "latest", "a").stdout == "the two reports say the same\n"
    page = parse((archive / "index.html").read_text())
    assert [each for each in targets(page) if each.endswith("/report.html")] == [
        f"{name}/report.html" for name in ("a", "a", "b", "zz-first")
    ]
    assert "<b>quarter</b> & \\x1b[31mmore" in text_of(page)
    assert everything(page, "script") == []
    table = list(csv.DictReader((archive / "index.csv").read_text().splitlines()))
    lost = [row for row in table if row["disruption"] == "site lost"]
    assert [row["folder"] for row in lost] == ["zz-first", "b", "a"]
    assert lost[1]["rto_s_median"] == "180.000"
    assert json.loads((archive / "index.json").read_text())["runs"][1]["folder"] == "b"


def test_the_trend_shows_each_run_that_has_a_figure(archive: Path) -> None:
    """A point for each, the slower one higher; pictures say their figures in words, too."""
    assert typed(archive, "report", "--index", ".").returncode == 0
    page = parse((archive / "index.html").read_text())
    [lost] = [each for each in everything(page, "svg") if "RTO, site lost" in text_of(each)]
    [first, second, third] = [float(each.attrib["cy"]) for each in everything(lost, "circle")]
    assert second < first == third
    assert "180.0 s" in text_of(lost)


def test_writing_the_index_again_changes_nothing(archive: Path) -> None:
    """And the link is not read as a run of its own."""
    names = ("index.html", "index.json", "index.csv")
    assert typed(archive, "report", "--index", ".").returncode == 0
    first = [(archive / name).read_bytes() for name in names]
    assert typed(archive, "report", "--index", ".").returncode == 0
    assert [(archive / name).read_bytes() for name in names] == first


def test_a_report_that_cannot_be_read_keeps_no_other_from_the_index(archive: Path) -> None:
    """It is told with its reason; one without provenance comes first, and its time is not known."""
    (archive / "broken").mkdir()
    (archive / "broken/report.json").write_text("no json")
    (archive / "b/provenance.json").unlink()
    done = typed(archive, "report", "--index", ".")
    assert done.returncode == 0
    assert "broken: left out" in done.stderr
    index = index_of(archive)
    assert [(run.folder, run.began is None) for run in index.runs] == [("b", True), ("zz-first", False), ("a", False)]
    assert "broken" in text_of(parse((archive / "index.html").read_text()))


def test_a_report_of_a_version_that_told_no_kinds_is_read(archive: Path) -> None:
    """An archive is older than the tool."""
    document = json.loads((archive / "a/report.json").read_text())
    del document["disruptions"]
    for drill in document["drills"]:
        for outage in drill["outages"]:
            del outage["disruption"]
    (archive / "a/report.json").write_text(json.dumps(document))
    assert index_of(archive).runs[-1].disruptions == ()
    assert {each.disruption for drill in read_report(archive / "a").drills for each in drill.outages} == {"other"}


def test_what_is_no_archive_is_told(tmp_path: Path, migration: Path) -> None:
    """No directory, an empty one, something else with the name of the link."""
    assert "no such directory" in typed(tmp_path, "report", "--index", "nowhere").stderr
    assert typed(tmp_path, "report", "--index", ".").returncode == 2
    (tmp_path / "run").mkdir()
    (tmp_path / "run/report.json").write_text(as_json(read_report(migration)))
    (tmp_path / "latest").write_text("mine")
    done = typed(tmp_path, "report", "--index", ".")
    assert done.returncode == 0
    assert "latest is no link" in done.stderr
    assert (tmp_path / "latest").read_text() == "mine"
