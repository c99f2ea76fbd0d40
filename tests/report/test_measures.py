"""What a recovery is measured by, on whole worlds: where the parts of an outage begin and end, and what was lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mirrordrill.drills.measures.values import PHASES, Outage
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.objectives import Measure, Met
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.run.runner import RunRequest, prepared, run_drills
from mirrordrill.drills.sites import FOLDER, find_site
from mirrordrill.simulator.config.problems import ConfigError
from tests.negative.sabotages import believes_its_own_array
from tests.report.flights import DISASTER, FIVE_MINUTES, LINKS_LOST, MIGRATION, SITE_LOST, STALE, UP, fly


def seconds(outage: Outage) -> dict[str, float]:
    return {phase.name: phase.took_us / 1e6 for phase in outage.phases()}


def test_the_parts_of_a_recovery_follow_each_other_and_add_up(tmp_path: Path) -> None:
    """Every second between the last write and the first one after belongs to exactly one part."""
    result, code = fly(tmp_path, UP + SITE_LOST)
    [outage] = result.measured.outages
    assert ExitCode.HELD is code
    assert list(PHASES) == [phase.name for phase in outage.phases()]
    assert outage.rto_us == sum(phase.took_us for phase in outage.phases())
    assert (
        outage.is_planned,
        outage.from_host,
        outage.to_host,
        outage.lost_writes,
        outage.rpo_us,
    ) == (False, "hosta", "hostc", 0, 0)
    assert outage.cause.what == "array 75FA120: lost"
    # 16 s without heartbeats, 5 s until the membership is stable; the last is the listener above the database.
    assert tuple(seconds(outage)[name] for name in ("notice", "decide", "verify")) == (21.0, 0.0, 2.0)


def test_a_stale_target_costs_the_writes_since_the_links_were_lost(tmp_path: Path) -> None:
    """The recovery point is counted in writes and in seconds, on each copy, and says when the loss began."""
    result, code = fly(tmp_path, STALE)
    [outage] = result.measured.outages
    [loss] = result.measured.losses
    assert ExitCode.SAFETY is code
    assert (30_000, (loss,)) == (outage.lost_writes, outage.losses)
    assert outage.rpo_us is not None
    assert 299.9 < outage.rpo_us / 1e6 <= 300.0
    assert [(each.copy, each.writes) for each in loss.copies] == [
        ("IBM.2107-75FA150/1260", 15_000),
        ("IBM.2107-75FA150/1261", 15_000),
    ]
    assert loss.until_us == outage.began.time_us
    [exposed, _after] = result.measured.exposures
    assert ("hosta", exposed.began.time_us) == (exposed.host, loss.from_us - 10_000)


def test_a_global_cluster_notices_by_its_silence_and_decides_when_the_operator_does(tmp_path: Path) -> None:
    """The connection is silent for a minute; the operator takes ten to declare the disaster."""
    lost = UP.replace('"rdc"', '"gco"') + SITE_LOST.partition("    Then")[0] + "    And 10 minutes pass"
    declared = (
        '\n    And the operator types "haclus -declare disaster -clus clusa -failover" on hostc\n    And 2 minutes pass'
    )
    result, _code = fly(tmp_path, lost + declared)
    [outage] = result.measured.outages
    assert (seconds(outage)["notice"], seconds(outage)["decide"]) == (60.0, 540.0)
    assert (outage.to_host, outage.lost_writes) == ("hostc", 0)
    assert outage.noticed is not None
    assert "cluster clusa LOST_CONN" in outage.noticed.what


def test_a_switch_to_another_cluster_is_planned_although_its_command_is_told_after_its_effect(tmp_path: Path) -> None:
    """A command enters the log when it was answered; between clusters that is later than what it did."""
    up = UP.replace('"rdc"', '"gco"')
    switched = (
        '\n    And the operator types "hagrp -switch oragrp -to hostc -clus clusb" on hosta\n    And 5 minutes pass'
    )
    result, _code = fly(tmp_path, up + switched)
    [outage] = result.measured.outages
    assert (outage.is_planned, outage.cause.what) == (True, "hosta: hagrp -switch oragrp -to hostc -clus clusb")
    assert (seconds(outage)["notice"], seconds(outage)["decide"]) == (0.0, 0.0)
    assert outage.to_host == "hostc"


def test_each_move_is_an_outage_of_its_own_however_late_its_writes_are_told(tmp_path: Path) -> None:
    """A healthy stream tells its writes when something changes: here when the next move begins, ten minutes later."""
    result, _code = fly(tmp_path, MIGRATION)
    outages = result.measured.outages
    assert [(each.from_host, each.to_host) for each in outages] == [
        ("hosta", "hostb"),
        ("hostb", "hostc"),
        ("hostc", "hosta"),
    ]
    assert all(each.is_planned and 30e6 < (each.rto_us or 0) < 45e6 for each in outages)


HEARTBEATS_LOST = """
    Given the example site "rdc"
    And oragrp is online on hosta
    When all heartbeats between hosta, hostb and hostc, hostd are lost
    And 5 minutes pass"""


def test_in_a_partition_the_service_goes_on_and_there_is_no_outage(tmp_path: Path) -> None:
    """The agent asks the far array before it reverses the copy; hosta keeps its volumes."""
    result, _code = fly(tmp_path, HEARTBEATS_LOST)
    assert result.measured.outages == ()


def test_in_a_partition_the_start_was_decided_before_the_service_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An agent that asks only its own array takes the volumes away: nothing was left to decide or to do."""
    believes_its_own_array(monkeypatch)
    result, _code = fly(tmp_path, HEARTBEATS_LOST)
    outage = result.measured.outages[0]
    parts = seconds(outage)
    assert (parts["decide"], parts["act"]) == (0.0, 0.0)
    assert outage.to_host == "hostc"
    # What hosta wrote between the failover and the failback, and in no other place.
    assert outage.lost_writes == 255
    assert sum(parts.values()) * 1e6 == pytest.approx(outage.rto_us)


def test_a_switch_is_a_planned_outage_with_nothing_to_notice_or_decide(tmp_path: Path) -> None:
    """The operator knows already; it begins when the group leaves ONLINE, before the last write."""
    switch = "\n    And the operator switches oragrp to hostc\n    Then oragrp comes online on hostc within 5 minutes"
    result, _code = fly(tmp_path, UP + switch)
    [outage] = result.measured.outages
    assert outage.is_planned
    assert outage.cause.what == "hosta: hagrp -switch oragrp -to hostc"
    assert (seconds(outage)["notice"], seconds(outage)["decide"]) == (0.0, 0.0)
    assert outage.lost_writes == 0
    assert not result.measured.exposures


def test_an_outage_that_does_not_end_has_no_figure(tmp_path: Path) -> None:
    """Nobody may read a zero where nothing was measured."""
    lost = "\n    And hosta, hostb, hostc, hostd halt\n    And 10 minutes pass"
    result, _code = fly(tmp_path, UP + lost)
    [outage] = result.measured.outages
    assert (outage.rto_us, outage.rpo_us, outage.lost_writes) == (None, None, None)
    assert [phase.name for phase in outage.phases()] == []


def test_home_again_is_measured_until_the_mirror_is_in_sync(tmp_path: Path) -> None:
    """The manual's way back after a disaster."""
    result, code = fly(tmp_path, DISASTER)
    assert ExitCode.HELD is code
    [trip] = result.measured.returns
    assert (trip.home, trip.away, trip.copied_tracks) == ("IBM.2107-75FA120", "IBM.2107-75FA150", 8192)
    assert trip.mirrored is not None
    assert trip.returned is not None
    assert trip.safe is not None
    assert trip.left.time_us < trip.mirrored.time_us < trip.returned.time_us <= trip.safe.time_us
    # Away from home nothing mirrored the application until it was stopped for the failback.
    [exposed] = result.measured.exposures
    assert ("hostc", trip.left) == (exposed.host, exposed.began)
    assert exposed.ended is not None
    assert "stops after" in exposed.ended.what


@pytest.mark.parametrize(
    ("flown", "step", "status"),
    [
        (UP + SITE_LOST, "the RTO of oragrp is within 1 minutes", StepStatus.HELD),
        (UP + SITE_LOST, "the RTO of oragrp is within 46 seconds", StepStatus.FAILED),
        (UP + SITE_LOST, "the RPO of oragrp is 0 writes", StepStatus.HELD),
        (STALE, "the RPO of oragrp is 29999 writes", StepStatus.FAILED),
        (STALE, "the RPO of oragrp is 30000 writes", StepStatus.HELD),
        (STALE, "the RPO of oragrp is within 299 seconds", StepStatus.FAILED),
        (STALE, "the RPO of oragrp is within 300 seconds", StepStatus.HELD),
        (UP + LINKS_LOST + FIVE_MINUTES, "the RTO of oragrp is within 1 minutes", StepStatus.USAGE),
    ],
)
def test_an_objective_in_a_step_is_held_to_what_was_measured(
    tmp_path: Path, flown: str, step: str, status: StepStatus
) -> None:
    """A figure just above the limit fails, one just below it holds; without an outage there is none."""
    result, _code = fly(tmp_path, f"{flown}\n    And {step}")
    assert result.steps[-1].status is status


BACK_LATER = """
    When 1 hour passes
    And hosta, hostb, hostc, hostd boot
    Then oragrp comes online on hosta within 10 minutes"""
STAYS_DOWN = "\n    Then oragrp does not come online on hosta, hostb, hostc, hostd within 5 minutes"


@pytest.mark.parametrize(
    ("limits", "flown", "met", "code"),
    [
        ("rto_s = 60\nrpo_s = 0", UP + SITE_LOST, [Met.MET, Met.MET], ExitCode.HELD),
        ("rto_s = 46", UP + SITE_LOST, [Met.MISSED], ExitCode.LIVENESS),
        ("rto_s = 60\nrpo_writes = 30000", STALE, [Met.MET, Met.MET], ExitCode.SAFETY),
        ("rto_s = 60", UP, [Met.NOT_TESTED], ExitCode.HELD),
        ("rto_s = 1\n[objectives.oragrp]\nrto_s = 60\nrpo_s = 0", UP + SITE_LOST, [Met.MET, Met.MET], ExitCode.HELD),
        ("rto_s = 60", UP + "\n    And hosta, hostb, hostc, hostd halt", [Met.UNDECIDED], ExitCode.UNDECIDED),
        (
            "rto_s = 60",
            UP + "\n    And hosta, hostb, hostc, hostd halt" + FIVE_MINUTES,
            [Met.MISSED],
            ExitCode.LIVENESS,
        ),
        (
            "rto_s = 60\nrpo_s = 0",
            UP + "\n    And hosta, hostb, hostc, hostd halt" + STAYS_DOWN,
            [Met.NOT_TESTED, Met.NOT_TESTED],
            ExitCode.HELD,
        ),
        (
            "rto_s = 300",
            UP + "\n    And hosta halts\n    Then oragrp comes online on hostb within 5 minutes",
            [Met.MET],
            ExitCode.HELD,
        ),
        (
            "rto_s = 600",
            UP + "\n    And hosta, hostb, hostc, hostd halt" + STAYS_DOWN + BACK_LATER,
            [Met.MET],
            ExitCode.HELD,
        ),
        (
            "rto_s = 30",
            UP + "\n    And hosta, hostb, hostc, hostd halt" + STAYS_DOWN + BACK_LATER,
            [Met.MISSED],
            ExitCode.LIVENESS,
        ),
        (
            "rto_s = 60",
            UP + "\n    And hosta halts\n    Then oragrp does not come online on hostc, hostd within 5 minutes",
            [Met.MET],
            ExitCode.HELD,
        ),
    ],
)
def test_the_objectives_of_a_site_are_judged_in_every_drill(
    tmp_path: Path, limits: str, flown: str, met: list[Met], code: ExitCode
) -> None:
    """A missed objective ends like a step that did not come about; one that nothing tested claims nothing."""
    toml = tmp_path / "site.toml"
    toml.write_text(f"[objectives]\n{limits}\n")
    options = Options(site_files=(FOLDER / "rdc" / "main.cf",), settings_file=toml)
    result, ended = fly(tmp_path, flown, options)
    assert met == [objective.met for objective in result.objectives]
    assert code is ended
    assert all(objective.measure in Measure for objective in result.objectives)
    assert all(re.fullmatch(r"site\.toml:\d", objective.set_by) for objective in result.objectives)


def test_objectives_of_a_group_that_is_not_there_are_refused_with_their_line(tmp_path: Path) -> None:
    """A misspelt group would never miss its objectives."""
    toml = tmp_path / "site.toml"
    toml.write_text("[objectives]\nrto_s = 60\n\n[objectives.oragpr]\nrto_s = 30\n")
    with pytest.raises(ConfigError) as refused:
        find_site("rdc", settings_file=toml)
    [problem] = refused.value.problems
    assert (
        f"{Path(problem.position.file).name}:{problem.position.line}",
        problem.message.partition("but ")[2],
    ) == ("site.toml:4", "there is no such group")
    assert "oragrp" in problem.hint


PAYMENTS = Path(__file__).resolve().parents[1] / "pages" / "sites" / "pay" / "main.cf"


def test_an_objective_waits_for_the_first_write_of_a_group_that_is_online(tmp_path: Path) -> None:
    """Applications write seldom there: where the last step holds as soon as the group is online, none has written."""
    toml = tmp_path / "site.toml"
    toml.write_text("[objectives]\nrto_s = 900\n")
    options = Options(site_files=(PAYMENTS,), settings_file=toml)
    order = RunRequest(("resources",))
    with prepared(order, options) as chosen:
        found = run_drills(chosen.files, order, options, None).drills
    drills = [drill for drill in found if "rpt_app fails, and the group fails over" in drill.scenario]
    assert drills
    assert [drill.exit_code() for drill in drills] == [ExitCode.HELD] * len(drills)
    assert {each.met for drill in drills for each in drill.objectives if each.group == "rpt_sg"} == {Met.MET}
