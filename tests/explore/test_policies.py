"""Groups that the policy in force keeps where they are: what is said of them, and in which order they are started."""

from __future__ import annotations

from pathlib import Path

from mirrordrill.drills import sites
from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep

NIGHT = """
given the example site "two-groups"
given every mirrored group is online
when {what}
when 1 hour passes
when everything is repaired
when the clusters are left alone for as long as their policies allow
then every group is online on one side, or it is said why not
when the operator follows the runbook
then every group is online on one side
"""
REQUIRES = "\trequires group webgrp online global firm\n\n\tora_lsnr requires ora_db\n"
SWITCH = """
when the operator switches every group that is in sync to the other side
then every group that was switched is online there, and its mirror is in sync
"""

EXAMPLES = Path(sites.__file__).resolve().parent


def result_of(
    folder: Path,
    what: str,
    *,
    ora: str = "",
    web: str = "",
    start: str = "hosta",
    requires: bool = True,
    then: str = "",
) -> DrillResult:
    """The night on two-groups, with attributes in its groups, and oragrp requiring webgrp."""
    text = (EXAMPLES / "two-groups" / "main.cf").read_text(encoding="utf-8")
    for line, attribute in (("AutoStartList = { hosta }\n", ora), ("AutoStartList = { hostc }\n", web)):
        text = text.replace(line, f"{line}\t{attribute}\n")
    text = text.replace("\tora_lsnr requires ora_db\n", REQUIRES) if requires else text
    text = text.replace("AutoStartList = { hosta }", f"AutoStartList = {{ {start} }}")
    site = folder / "main.cf"
    site.write_text(text, encoding="utf-8")
    return run_on((site,), what, then)


def run_on(site: tuple[Path, ...], what: str, then: str = "") -> DrillResult:
    steps = [line.split(" ", 1) for line in (NIGHT.format(what=what) + then).splitlines() if line]
    lines = numbered([ScheduledStep(keyword, words) for keyword, words in steps])
    return run_schedule(Schedule("f", "s", (), lines), Drill(Options(site_files=site), "", "", ""))


def said(result: DrillResult, words: str = "or it is said why not") -> str:
    return next(step.observed for step in result.steps if words in step.words)


def test_what_was_told_when_a_group_began_to_go_is_a_reason_and_its_child_is_started_first(tmp_path: Path) -> None:
    """The engine says that the group stays, and takes it offline in the seconds after; nothing is said later."""
    result = result_of(tmp_path, "web_app fails on hostc", ora="AutoFailOver = 0", web="AutoFailOver = 0")
    assert "Group oragrp stays where it is: its AutoFailOver is 0" in said(result)
    assert result.exit_code() is ExitCode.HELD


def test_a_fault_that_vcs_may_not_act_on_is_a_reason_and_what_it_left_on_its_way_is_flushed(tmp_path: Path) -> None:
    """FaultPropagation 0: what stands on the mirror waits for it for ever, and is in the way on the next system."""
    switch = 'the operator tries "hagrp -switch oragrp -to hostc" on hosta'
    silent = f"HMC ds8000e.example.com falls silent\nwhen HMC ds8000f.example.com falls silent\nwhen {switch}"
    result = result_of(tmp_path, silent, ora="FaultPropagation = 0", requires=False)
    assert "oragrp is not online: FaultPropagation is 0, and FAULTED is ora_mmir on hostc" in said(result)
    assert result.exit_code() is ExitCode.HELD


def test_what_waits_for_a_resource_whose_fault_was_cleared_has_that_as_its_reason(tmp_path: Path) -> None:
    """FaultPropagation 0: cleared, and not started, ora_mmir keeps everything waiting for ever, as the fault did."""
    switch = 'the operator tries "hagrp -switch oragrp -to hostc" on hosta'
    clear = 'when 30 minutes pass\nwhen the operator tries "hagrp -clear oragrp" on hostc'
    silent = f"HMC ds8000e.example.com falls silent\nwhen HMC ds8000f.example.com falls silent\nwhen {switch}\n{clear}"
    result = result_of(tmp_path, silent, ora="FaultPropagation = 0", requires=False)
    assert "FaultPropagation is 0, and FAULTED is ora_mmir on hostc (cleared)" in said(result)
    assert result.exit_code() is ExitCode.HELD


def test_a_group_that_waits_for_one_that_stands_on_it_has_the_reason_of_that_one(tmp_path: Path) -> None:
    """oragrp goes because webgrp goes, and its mirror waits for a person: ManageFaults NONE."""
    lost = "the agent's state files on hosta are lost\nwhen 4 minutes pass\nwhen web_app fails on hostc"
    result = result_of(tmp_path, lost, ora="ManageFaults = NONE")
    assert "webgrp is not online: oragrp stands on it: ora_mmir on hosta waits for an administrator" in said(result)
    assert {step.status for step in result.steps} == {StepStatus.HELD}


def test_a_part_that_is_left_in_the_other_cluster_is_taken_offline_before_the_group_starts(
    tmp_path: Path,
) -> None:
    """FaultPropagation 0: ora_ip is up on hostc, and no cluster starts a group of which a part is up elsewhere."""
    files = []
    for name in ("clusa", "clusb"):
        text = (EXAMPLES / "gco" / name / "main.cf").read_text(encoding="utf-8")
        files.append(tmp_path / name / "main.cf")
        files[-1].parent.mkdir()
        files[-1].write_text(text.replace("\tClusterFailOver", "\tFaultPropagation = 0\n\tClusterFailOver"), "utf-8")
    switch = 'the operator tries "hagrp -switch oragrp -to hostc -clus clusb" on hosta'
    silent = f"HMC ds8000e.example.com falls silent\nwhen HMC ds8000f.example.com falls silent\nwhen {switch}"
    result = run_on(tuple(files), silent)
    assert "FAULTED is ora_mmir on hostc" in said(result)
    assert "oragrp came online on hosta" in said(result, "follows the runbook")
    assert result.exit_code() is ExitCode.HELD


def test_a_group_that_people_start_waits_for_them_when_its_cluster_has_started_anew(tmp_path: Path) -> None:
    """AutoStart 0: nothing is told when all hosts boot. While a part of the cluster runs VCS fails the group over."""
    boots = "hosta, hostb, hostc, hostd lose power\nwhen hosta, hostb, hostc, hostd come back"
    result = result_of(tmp_path, boots, ora="AutoStart = 0", requires=False)
    assert "oragrp is not online: hosta has started since, and main.cf leaves it to people" in said(result)
    assert result.exit_code() is ExitCode.HELD


def test_a_group_that_vcs_starts_once_its_child_is_up_is_not_flushed_under_way(tmp_path: Path) -> None:
    """Mixed 23 of a site of other people: flushed and started elsewhere at once, it was up on two systems."""
    off = "hosta, hostb, hostc, hostd lose power\nwhen hosta, hostb, hostc, hostd come back"
    result = result_of(tmp_path, off, web="AutoStart = 0", start="hostb")
    assert "oragrp is not online: it requires webgrp: hosta has started since" in said(result)
    assert result.exit_code() is ExitCode.HELD


def test_people_start_a_group_once_it_is_probed(tmp_path: Path) -> None:
    """Where no other group starts with the cluster the command came before the engine, and nothing was online ever."""
    text = (EXAMPLES / "rdc" / "main.cf").read_text(encoding="utf-8")
    start = "AutoStartList = { hosta }\n"
    site = tmp_path / "main.cf"
    site.write_text(text.replace(start, f"{start}\tAutoStart = 0\n"), encoding="utf-8")
    assert run_on((site,), "5 minutes pass").exit_code() is ExitCode.HELD


def test_a_group_that_is_online_but_waits_for_an_administrator_can_be_switched_after_the_runbook(
    tmp_path: Path,
) -> None:
    """ManageFaults NONE: online for VCS an hour after its array was lost, as it told; switches are refused."""
    lost = "array IBM.2107-75FA120 is lost"
    result = result_of(tmp_path, lost, ora="ManageFaults = NONE", requires=False, then=SWITCH)
    assert "oragrp to host" in said(result, "switches every group")
    assert result.exit_code() is ExitCode.HELD
