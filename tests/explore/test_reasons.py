"""What an operator was told of a group that is not online, and what no word excuses: the shrunk nights of each kind."""

from __future__ import annotations

import pytest

from mirrordrill.drills.run.direct import numbered, run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.results import DrillResult, StepStatus
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep

SAID = "then every group is online on one side, or it is said why not"
BEGINS = """
given the example site "rdc"
given every mirrored group is online
"""
RUNBOOK = f"""
when everything is repaired
{SAID}
when the operator follows the runbook
then every group is online on one side
then no alarm is repeated for ever
"""
SWITCHED = "when the operator switches every group that is in sync to the other side"
CROSSED = "then every group that was switched is online there"


def result_of(text: str) -> DrillResult:
    steps = [line.split(" ", 1) for line in text.split("\n") if line]
    lines = numbered([ScheduledStep(keyword, words) for keyword, words in steps])
    return run_schedule(Schedule("f", "s", (), lines), Drill(Options(), "", "", ""))


def observed(result: DrillResult, words: str) -> str:
    """What the first step with these words observed."""
    return next(step.observed for step in result.steps if words.endswith(step.words))


CUT_SHORT = """
when the operator begins "hagrp -switch oragrp -to hostc" on hosta
when the agent's online on hostc comes to send_line 8, or 15 minutes pass
{strikes}when the agent's online on hostc is killed, if it is under way
when 1 hour passes
"""


def test_a_clean_that_waits_for_a_person_is_a_reason_and_the_runbook_does_what_it_asks_for() -> None:
    """The account is locked: no clean logs in again before an operator has run verify, and each says so."""
    strikes = "when the account admin on IBM.2107-75FA150 is locked\n"
    result = result_of(BEGINS + CUT_SHORT.format(strikes=strikes) + RUNBOOK)
    assert "hostc clean: ERROR: not safe to fault: the DS CLI refused the user" in observed(result, SAID)
    assert "after verify" in observed(result, "when the operator follows the runbook")
    assert result.exit_code() is ExitCode.HELD


def test_a_clean_whose_state_files_cannot_be_read_logs_in_once_more_and_then_waits_for_a_person() -> None:
    """The note that the account was refused is kept outside of /var then: five more logins would have locked it."""
    strikes = "when the account admin on IBM.2107-75FA150 is locked\n"
    before = CUT_SHORT.format(strikes=strikes) + "when the agent's state directory on hostc cannot be read\n"
    result = result_of(BEGINS + before + "when 2 hours pass" + RUNBOOK)
    assert "hostc clean: ERROR: not safe to fault: the DS CLI refused the user" in observed(result, SAID)
    assert result.exit_code() is ExitCode.HELD


def test_a_clean_that_never_succeeds_is_a_reason_and_the_runbook_ends_it() -> None:
    """Half of the set was failed over, and the online that would carry it on was killed (docs/messages.md 1201)."""
    first = "when of the next failoverpprc from hostc only 1260 are carried out"
    result = result_of(BEGINS + first + CUT_SHORT.format(strikes="") + RUNBOOK)
    assert "not safe to fault: mixed set: 1260 writable" in observed(result, SAID)
    assert result.exit_code() is ExitCode.HELD


def test_a_clean_that_fails_without_a_word_of_the_agent_is_none() -> None:
    """The group is on its way for ever, and what keeps it there is no refusal of the agent's clean."""
    before = """
when ora_vol fails on hosta
when the clean of ora_vol on hosta has no effect
when 1 hour passes
when the side of hostc is repaired
"""
    result = result_of(BEGINS + before + SAID)
    assert result.exit_code() is ExitCode.LIVENESS
    assert result.steps[-1].observed.startswith("oragrp is not online, and nothing says why")


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (
            """
when the operator tries "hagrp -switch oragrp -to hostc" on hosta
when 9 seconds pass
when the operator tries "hagrp -flush oragrp -sys hostc" on hosta
""",
            "an operator ended its way: `hagrp -flush oragrp -sys hostc` on hosta",
        ),
        (
            """
when LLT link link1 of hosta is pulled
when 5 minutes pass
when hosta loses power
when 10 minutes pass
when LLT link link1 of hosta is plugged in again
when hosta comes back
""",
            "Group oragrp is autodisabled on system hosta",
        ),
        (
            """
when the operator tries "hagrp -switch oragrp -to hostb" on hosta
when 5 minutes pass
when the agent's state files on hostb are lost
when the engine on hostb is killed
""",
            "hostb open: WARNING: the agent's files of this resource are gone",
        ),
    ],
    ids=["a switch that was flushed", "a system that was lost in jeopardy", "state files that were lost"],
)
def test_what_was_told_when_the_group_went_is_a_reason(before: str, told: str) -> None:
    """Nothing is said after the repair; the log has said it when it happened."""
    result = result_of(BEGINS + before + "when 10 minutes pass" + RUNBOOK)
    assert told in observed(result, SAID)
    assert {step.status for step in result.steps} == {StepStatus.HELD}


def test_a_flush_of_a_group_that_was_going_nowhere_is_no_reason() -> None:
    """Nor is a flush by the runbook, which comes after the repair: only what ended a move says why there is none."""
    before = """
when ora_vol fails on hosta
when the clean of ora_vol on hosta has no effect
when 1 hour passes
when the side of hostc is repaired
when the operator tries "hagrp -flush oragrp -sys hosta" on hosta
"""
    result = result_of(BEGINS + before + SAID)
    assert "an operator ended its way" not in result.steps[-1].observed


def test_what_the_last_engine_began_is_under_way_no_more() -> None:
    """hosta loses the race for the coordinator disks while it fails the group over; GAB waits for the others."""
    before = """
given the example site "fenced"
given every mirrored group is online
when the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost
when 40 seconds pass
when hostb loses power
when 3 seconds pass
when array IBM.2107-75FA120 is lost
when 1 hour passes
when the side of hosta is repaired
when 1 hour passes
"""
    result = result_of(before + SAID + RUNBOOK)
    assert "GAB waits for 4 systems, 2 are there" in observed(result, SAID)
    assert result.exit_code() is ExitCode.HELD


def test_the_runbook_mends_a_mirror_that_shows_its_loss_with_the_first_write() -> None:
    """An administrator failed the target over while the group was offline; its source says Full Duplex until then, a
    moment after the group is online."""
    before = """
given the example site "sfrac"
given every mirrored group is online
when the operator tries "hagrp -offline racgrp -any" on hosta
when 5 minutes pass
when a storage administrator tries "failoverpprc 1360:1360 1361:1361" on hostc
"""
    # The agent asked the far array, and tells of it, although all volumes are sources in sync here.
    told = 'then the log of hosta says "1360 1361 Suspended (Host Source): nothing that is written here is mirrored"'
    result = result_of(before + RUNBOOK + f"then every mirror is in sync, or it is said why not\n{told}")
    assert result.steps[-2].observed == "rac_mmir: in sync"
    assert result.exit_code() is ExitCode.HELD


def test_a_command_that_waits_to_be_late_is_repaired_before_the_group_is_sent() -> None:
    """The fault stands until everything is repaired, and not until it has struck."""
    late = "when the next failbackpprc from hostc reaches the array 1 hour late\nwhen everything is repaired\n"
    result = result_of(BEGINS + late + f"{SWITCHED}\n{CROSSED}, and its mirror is in sync")
    assert result.exit_code() is ExitCode.HELD
    assert result.steps[-1].observed == "oragrp is online on hostc"


def test_memories_that_contradict_each_other_since_long_before_the_switch_are_a_reason() -> None:
    """A zombie wrote its memory for a moment, died, and told of it when it was booted; no person has decided since."""
    before = """
given the example site "fenced"
given every mirrored group is online
when the operator begins "hagrp -switch oragrp -to hostc" on hosta
when the agent's online on hostc comes to expect 2, or 15 minutes pass
when hostc hangs, if it runs
when 33 seconds pass
when hostc comes back
when 25 minutes pass
when the operator tries "hagrp -switch oragrp -to hosta" on hostd
when 25 minutes pass
when everything is repaired
when HMC ds8000c.example.com falls silent
when HMC ds8000d.example.com falls silent
"""
    result = result_of(before + f"{SWITCHED}\n{CROSSED} and in sync, or memories contradict each other")
    assert result.steps[-1].observed == "two systems remember different onlines of oragrp"
    strict = result_of(before + f"{SWITCHED}\n{CROSSED}, and its mirror is in sync")
    assert strict.steps[-1].status is StepStatus.FAILED


def test_a_failover_that_waited_is_over_when_the_group_is_found_where_it_was() -> None:
    """It faulted on hostb while nothing was known of hosta; a switch that an operator asks for later is carried out."""
    steps = """
when HMC ds8000c.example.com falls silent
when HMC ds8000d.example.com refuses connections
when hosta hangs, if it runs
when 42 seconds pass
when hosta comes back
when 10 minutes pass
when everything is repaired
when the operator tries "hagrp -switch oragrp -to hostc" on hosta
when 10 minutes pass
then every group is online on one side
"""
    assert result_of(BEGINS + steps).steps[-1].observed == "oragrp is online on hostc"


def test_a_global_group_that_is_up_in_part_is_completed_there_by_an_operator() -> None:
    """Its engine died on the way, and left it PARTIAL; as in a group of one cluster that is no hindrance."""
    steps = """
given the example site "gco"
given every mirrored group is online
when the operator begins "hagrp -switch oragrp -to hostd -clus clusb" on hosta
when the agent's online on hostd comes to log 2, or 10 minutes pass
when the engine on hostd is killed
when 10 minutes pass
when the operator tries "hagrp -online oragrp -sys hostd" on hostd
when 10 minutes pass
when everything is repaired
then every group is online on one side
"""
    assert result_of(steps).steps[-1].observed == "oragrp is online on hostd"


def test_what_people_froze_is_unfrozen_by_an_engine_that_the_runbook_has_just_started() -> None:
    """The command is typed when the engine answers; frozen, the group could not be sent anywhere."""
    steps = """
when the operator tries "hagrp -freeze oragrp" on hosta
when the operator tries "hastop -local -force" on hostd
when 10 minutes pass
when everything is repaired
when the operator follows the runbook
"""
    result = result_of(BEGINS + steps + f"{SWITCHED}\n{CROSSED}, and its mirror is in sync")
    assert result.steps[-1].observed == "oragrp is online on hostc"
