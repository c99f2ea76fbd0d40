"""Worlds that are kept ready for a step back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from mirrordrill.drills.cli.serve import site_of
from mirrordrill.drills.rehearse.branches import checkpoints
from mirrordrill.drills.rehearse.debrief.compare import comparison
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.simulator.bridge.served.served_site import SimulationPace, SiteServer


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks lie close together."""
    monkeypatch.setattr(checkpoints, "RECORDS", 40)


def make_all(rehearsal: Rehearsal) -> int:
    """Build what is missing; how many lines that took."""
    count = 0
    while rehearsal.checkpoints.work(rehearsal.stage):
        count += 1
        assert count < 5000
    return count


def night(instructor: Instructor) -> None:
    """Four switches."""
    for host in ("hostc", "hosta", "hostc", "hosta"):
        assert instructor.types(f"the operator switches oragrp to {host}").is_good
        assert instructor.types("5 minutes pass").is_good


@pytest.mark.usefixtures("often")
def test_a_step_back_goes_on_from_the_nearest_checkpoint(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """And comes to the log that a replay from the beginning comes to."""
    night(instructor)
    assert make_all(rehearsal) > 0
    assert make_all(rehearsal) == 0
    ready = len(rehearsal.checkpoints)
    assert ready >= 4
    kept = rehearsal.checkpoints.take([each.line for each in rehearsal.stage.lines])
    assert kept is not None
    assert len(kept.lines) >= len(rehearsal.stage.lines) - 2
    kept.world.close()
    assert instructor.types("back -12m as other").is_good
    assert len(rehearsal.checkpoints) == ready - 2
    assert rehearsal.stage.drill.scenario == "other"
    assert instructor.types("array IBM.2107-75FA120 is lost").is_good
    assert instructor.types("5 minutes pass").is_good
    rehearsal.stage.world.settle()
    live = rehearsal.stage.drill.log.digest()
    assert comparison(rehearsal).outcomes[1].digest == live
    assert "array IBM.2107-75FA120 is lost" in rehearsal.recording.path("other").read_text()


@pytest.mark.usefixtures("often")
def test_a_checkpoint_of_another_branch_is_not_taken(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """Only what has carried out the same lines is the same world."""
    night(instructor)
    make_all(rehearsal)
    instructor.types("back -16m as other")
    instructor.types("hosta loses power")
    instructor.types("10 minutes pass")
    make_all(rehearsal)
    kept = rehearsal.checkpoints.take(rehearsal.recording.lines("main"))
    assert kept is None or all(each.line.words != "hosta loses power" for each in kept.lines)
    assert instructor.types("go main").is_good
    rehearsal.stage.world.settle()
    assert comparison(rehearsal).outcomes[0].digest == rehearsal.stage.drill.log.digest()


def test_there_are_never_more_than_so_many(
    rehearsal: Rehearsal, instructor: Instructor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks move apart as the log grows."""
    monkeypatch.setattr(checkpoints, "RECORDS", 5)
    for _ in range(3):
        night(instructor)
        make_all(rehearsal)
        assert 3 < len(rehearsal.checkpoints) <= checkpoints.MOST
    rehearsal.checkpoints.close()
    assert not len(rehearsal.checkpoints)


def test_a_server_at_which_nothing_happens_rests(rehearsal: Rehearsal, tmp_path: Path) -> None:
    """After a turn, the next one is due when the next event is: nothing stands in the queue that is over."""
    with closing(SiteServer(rehearsal.stage.inputs, tmp_path / "socket", SimulationPace(60.0))) as server:
        for _ in range(3):
            server.turn(0.001)
        env = rehearsal.stage.world.kernel.env
        assert env.now > 600
        assert env.peek() > env.now
        assert (server.rest_s() or 0.0) > 0.0


def test_scripts_of_a_site_are_not_run_again_where_no_person_asked_for_it(
    rehearsal: Rehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint is a world in which they would run a second time: a site that names any has none."""
    trigger = tmp_path / "triggers" / "postonline"
    trigger.parent.mkdir()
    trigger.write_text("#!/bin/sh\nexit 0\n")
    trigger.chmod(0o755)
    settings = tmp_path / "site.toml"
    settings.write_text('[triggers]\nscripts = "triggers"\n')
    main_cf = tmp_path / "main.cf"
    main_cf.write_text(site_of(["rdc"]).files[0].read_text())
    scripted = site_of([str(main_cf)], (), settings)
    assert [checkpoints.runs_scripts(site) for site in (scripted, rehearsal.stage.world.site)] == [True, False]
    monkeypatch.setattr(rehearsal.stage.world, "site", scripted)
    assert make_all(rehearsal) == 0
