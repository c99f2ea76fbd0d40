"""What a rehearsal came to: decisions with what each side saw, the inevitability curve, tables."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from mirrordrill.drills.cli.serve import site_of
from mirrordrill.drills.rehearse.debrief import inevitability, what_if
from mirrordrill.drills.rehearse.debrief.debriefing import debrief
from mirrordrill.drills.rehearse.debrief.tables import as_cell
from mirrordrill.drills.rehearse.recording import Recording, Tree
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.steps.library import load_shipped

LINKS = "the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150"


def test_the_last_moment_at_which_lost_writes_could_have_been_saved(
    rehearsal: Rehearsal, instructor: Instructor, tmp_path: Path
) -> None:
    """The links come back after five minutes: from then on until the site is lost, resuming the pairs saves all."""
    instructor.types(f"{LINKS} are lost")
    instructor.types("5 minutes pass")
    instructor.types(f"{LINKS} are back")
    instructor.types("5 minutes pass")
    instructor.types("array IBM.2107-75FA120 is lost")
    instructor.types("hosta, hostb lose power")
    instructor.types("15 minutes pass")
    instructor.types("branch twin")
    told: list[str] = []
    (curve,) = debrief(rehearsal, tmp_path / "report", has_ended=True, progress=told.append).curves
    assert "branch main, ora_db on hostc: what could have saved its writes, moment 3 of " in " ".join(told)
    assert curve.lost == 60_000
    best = {each.at_us // 1_000_000: each for each in curve.best()}
    saved = [at_s for at_s, each in best.items() if not each.lost]
    assert max(saved) in range(19 * 60 + 45, 20 * 60)
    assert best[max(saved)].action == "resume the pairs of oragrp"
    tried = {(each.at_us // 1_000_000, each.action): each.lost for each in curve.attempts}
    assert 0 < tried[10 * 60 + 1, "stop oragrp"] < 2_000
    assert best[20 * 60 + 1].lost == curve.lost
    mended = f"{LINKS} are back, and its pairs are resumed"
    assert tried[10 * 60 + 1, mended] == 0
    assert (max(saved), mended) not in tried
    assert {action for _, action in tried} == {
        "stop oragrp", "resume the pairs of oragrp", "fail the pairs of oragrp back", "freeze the pairs of oragrp",
        "switch oragrp to hostc", "take oragrp over on hostc", mended,
    }  # fmt: skip
    said = " ".join(curve.sentences())
    assert "The last moment at which an action leaves none of its writes lost: 00:19:" in said
    assert re.search(
        r"From 00:(19:5\d|20:0[01]) on no action that was tried leaves fewer of them lost \(tried at ", said
    )
    rows = list(csv.reader((tmp_path / "report" / "inevitability.csv").read_text("utf-8").splitlines()))
    assert len(rows) == len(curve.attempts) + 1
    page = (tmp_path / "report" / "debriefing.html").read_text()
    assert "Inevitability curve: 60,000 lost writes" in page


def test_an_action_comes_to_the_same_in_a_fork_and_in_a_replay(
    rehearsal: Rehearsal, instructor: Instructor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where this process cannot be forked, in the middle of sentences that wait, and of `10 minutes pass`."""
    monkeypatch.setattr(inevitability, "POINTS", 3)
    for line in (f"{LINKS} are lost", "10 minutes pass", "array IBM.2107-75FA120 is lost", "hosta, hostb lose power"):
        instructor.types(line)
    assert instructor.types("Then oragrp comes online on hostc within 20 minutes").is_good
    (forked,) = debrief(rehearsal, tmp_path / "forked", has_ended=True).curves
    monkeypatch.setattr(what_if.threading, "active_count", lambda: 2)
    assert debrief(rehearsal, tmp_path / "replayed", has_ended=True).curves == (forked,)
    assert len({each.lost for each in forked.attempts}) > 3


def test_what_another_application_lost_is_no_loss_of_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two groups lose their writes in one night: for each of them, stopping it in time leaves none of its own lost."""
    monkeypatch.setattr(inevitability, "POINTS", 1)
    monkeypatch.setattr(inevitability, "BREAKS", 1)
    monkeypatch.setattr(inevitability, "_turning_point", lambda *_: [])
    load_shipped()
    text = (site_of(["rdc"]).files[0]).read_text()
    group = text[text.index("group oragrp") :]
    for old, new in (("oragrp", "paygrp"), ("ora_", "pay_"), ("1260", "1262"), ("1261", "1263")):
        group = group.replace(old, new)
    (tmp_path / "main.cf").write_text(f"{text}\n{group}")
    tree = Tree(f'the site "{tmp_path / "main.cf"}"', 0, "inprocess", "vcs41")
    rehearsal = Rehearsal(Recording(tmp_path), Options(), tree)
    rehearsal.start([])
    instructor = Instructor(rehearsal, "Ann")
    for line in (f"{LINKS} are lost", "1 minute passes", "array IBM.2107-75FA120 is lost", "hosta, hostb lose power"):
        assert instructor.types(line).is_good
    instructor.types("10 minutes pass")
    curves = debrief(rehearsal, tmp_path / "report", has_ended=True).curves
    rehearsal.recording.close()
    rehearsal.stage.world.close()
    assert len({curve.application for curve in curves}) > 1
    for curve in curves:
        stopped = [each.lost for each in curve.attempts if each.action.startswith("stop ")]
        assert curve.lost > 0
        assert min(stopped) == 0


def test_a_decision_stands_beside_what_was_true_and_what_each_side_saw(
    rehearsal: Rehearsal, instructor: Instructor, tmp_path: Path
) -> None:
    """Site B sees a healthy cluster while the pairs disagree; a branch does not tell its parent's decision again."""
    instructor.types("withhold logs from site-a")
    instructor.types(f"{LINKS} are lost")
    instructor.types("1 minute passes")
    instructor.types("gate stop? for Ann")
    instructor.types("decide no")
    instructor.types("branch twin")
    instructor.types('note =HYPERLINK("x") <b>')
    found = debrief(rehearsal, tmp_path / "report")
    (seen,) = found.decisions
    sides = dict(seen.sides)
    assert (seen.branch, seen.decision) == ("main", "no")
    assert any("THEY DISAGREE" in line for line in seen.true)
    assert "NOT SHOWN: logs withheld from site-a" in sides["Operator, site A"]
    assert any("all systems RUNNING" in line for line in sides["Operator, site B"])
    assert not any("Suspended" in line for line in sides["Operator, site B"])
    assert any("Suspended" in line for line in sides["Storage administrator"])
    kept = json.loads((tmp_path / "report" / "debriefing.json").read_text())
    assert kept["simulated"] is True
    assert kept["decisions"][0]["gate"] == "stop?"
    page = (tmp_path / "report" / "debriefing.html").read_text()
    assert "&lt;b&gt;" in page
    assert "This is computed when the rehearsal has ended." in page


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_cell_is_no_formula(text: str) -> None:
    """What people said is opened in a spreadsheet."""
    assert as_cell(text) == f"'{text}"
    assert as_cell("plain") == "plain"
