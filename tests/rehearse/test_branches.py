"""Steps back, and branches."""

from __future__ import annotations

import re

import pytest

from mirrordrill.drills.rehearse.console.pictures import RAIL_NAME_MAX, RAILS_WIDTH, rails
from mirrordrill.drills.rehearse.debrief.compare import comparison
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.shell.commands import COMMANDS, Instructor


def test_the_same_minute_is_lived_through_twice(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """Two branches from one moment, side by side; the one that was left is as it was."""
    assert instructor.types("5 minutes pass").is_good
    assert instructor.types("array IBM.2107-75FA120 is lost").is_good
    assert instructor.types("hosta, hostb halt").is_good
    assert instructor.types("30 minutes pass").is_good
    assert instructor.types("back -31m as calm").text.startswith("branch calm: it is 00:14:00")
    assert rehearsal.stage.now_us == 14 * 60 * 1_000_000
    assert instructor.types("31 minutes pass").is_good
    main, calm = comparison(rehearsal).outcomes
    assert main.rto
    assert not calm.rto
    assert calm.is_same
    assert instructor.types("go main").is_good
    assert comparison(rehearsal).outcomes[0].digest == main.digest
    assert "* main" in instructor.types("branches").text
    assert "calm  left main at 00:14:00.000" in instructor.types("branches").text


def test_a_branch_lasts_until_it_was_left(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """Time passes after the last thing that was done, by the clock and without a line: it is part of the branch."""
    instructor.types("array IBM.2107-75FA120 is lost")
    instructor.types("hosta, hostb lose power")
    pass_by_the_clock(rehearsal, 20 * 60)
    left_us = rehearsal.stage.now_us
    instructor.types("back 00:10:00 as calm")
    main, calm = comparison(rehearsal).outcomes
    assert 0 <= main.until_us - left_us <= 1
    assert [sentence.endswith(" s") for sentence in main.rto] == [True]
    assert calm.rto == ()
    pass_by_the_clock(rehearsal, 60)
    instructor.types("go main")
    assert rehearsal.stage.now_us == main.until_us
    calm_until_us = comparison(rehearsal).outcomes[1].until_us
    assert 0 <= calm_until_us - 11 * 60 * 1_000_000 <= 1


def pass_by_the_clock(rehearsal: Rehearsal, seconds: float) -> None:
    """As a server does that no one types at."""
    env = rehearsal.stage.world.kernel.env
    env.run_to(env.now + seconds)


def test_a_moment_inside_a_step_is_reached_only_where_the_step_waits(
    rehearsal: Rehearsal, instructor: Instructor
) -> None:
    """Passing minutes can be cut; a command that an operator waited for cannot."""
    instructor.types("10 minutes pass")
    instructor.types("back 00:12:00")
    assert rehearsal.stage.now_us == 12 * 60 * 1_000_000
    instructor.types("the operator switches oragrp to hostc")
    instructor.types("oragrp comes online on hostc within 5 minutes")
    told = instructor.types("back 00:12:20").text
    assert "00:12:00" in told
    assert "the beginning of" in told


def test_writes_on_a_lost_array_are_not_passed_over(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """No application has missed them yet, for none has opened the other copy: they are out of reach all the same."""
    instructor.types("the Metro Mirror links between IBM.2107-75FA120 and IBM.2107-75FA150 are lost")
    instructor.types("1 minute passes")
    assert "out of reach" not in comparison(rehearsal).text()
    instructor.types("array IBM.2107-75FA120 is lost")
    (main,) = comparison(rehearsal).outcomes
    assert (main.lost_writes, main.stranded_writes) == (0, 6_000)
    assert re.search(r"^out of reach +6,000$", comparison(rehearsal).text(), re.MULTILINE)
    instructor.types("array IBM.2107-75FA120 is back")
    (main,) = comparison(rehearsal).outcomes
    assert (main.lost_writes, main.stranded_writes) == (0, 0)


def test_the_last_thing_done_is_taken_back(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """With what was done before it at the same moment kept; a branch from here keeps all."""
    instructor.types("hosta loses power")
    instructor.types("array IBM.2107-75FA120 is lost")
    assert instructor.types("back 1").is_good
    words = [each.line.words for each in rehearsal.stage.lines]
    assert "hosta loses power" in words
    assert "array IBM.2107-75FA120 is lost" not in words
    instructor.types("branch twin")
    assert instructor.rehearsal.stopped_because.startswith("began the branch twin at 00:")
    assert "hosta loses power" in [each.line.words for each in rehearsal.stage.lines]
    assert "1 things were done" in instructor.types("back 7").text
    instructor.types("back 00:10:00")
    assert "hosta loses power" not in [each.line.words for each in rehearsal.stage.lines]


def test_a_fault_is_undone_by_its_number(instructor: Instructor) -> None:
    """The sentence that takes back what was said, with the names that were said."""
    instructor.types("array IBM.2107-75FA120 is lost")
    instructor.types("hosta loses power")
    assert "array IBM.2107-75FA120 is back" in instructor.types("faults").text
    instructor.types("branch twin")
    assert "array IBM.2107-75FA120 is back" in instructor.types("faults").text
    assert instructor.types("undo 1").is_good
    assert "array IBM.2107-75FA120" not in instructor.types("faults").text


def test_what_is_wrong_is_told_with_what_would_be_right(instructor: Instructor) -> None:
    """Wrong sentences get the nearest steps, wrong commands the nearest command, wrong moments those that there are."""
    assert "nearest: `When {hosts} lose(s) power`" in instructor.types("hosta looses power").text
    assert "`resume`?" in instructor.types("resumee").text
    assert "is no moment of this branch: 00:10:00.000000 to" in instructor.types("back 23:00:00").text
    assert "is no moment" in instructor.types("back yesterday").text
    assert "no name for a branch" in instructor.types("branch ../../etc").text
    assert "there is no branch nowhere" in instructor.types("go nowhere").text
    assert "steps" in instructor.types("help").text


def test_every_command_has_help_and_refuses_nonsense_without_a_traceback(instructor: Instructor) -> None:
    """A command is never the end of a rehearsal, but `quit`."""
    for name in COMMANDS:
        assert name in instructor.types(f"help {name}").text
        if name not in {"quit", "report"}:
            assert isinstance(instructor.types(f"{name} \x00 ' \" nonsense").text, str)


def test_gates_and_notes_keep_who_and_what(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """A decision waits for its person, and is kept with the thinking time."""
    assert instructor.types("gate declare a disaster? for the duty manager").text == "waits for the duty manager"
    assert "waits already" in instructor.types("gate declare a disaster? for nobody").text
    assert instructor.types("decide yes, declare").text.startswith("Ann: yes, declare (after")
    assert "waiting: none" in instructor.types("decide again").text
    assert next(each.line.words for each in rehearsal.stage.lines if "gate" in each.line.words) == (
        'the gate "declare a disaster?" waits for "the duty manager"'
    )


@pytest.mark.parametrize(
    ("typed", "what", "person"),
    [
        ("declare it or wait for the network team? for the duty manager",
         "declare it or wait for the network team?", "the duty manager"),
        ("resume? for the head of support for storage", "resume?", "the head of support for storage"),
        ("go for a switch for Ann", "go for a switch", "Ann"),
    ],
)  # fmt: skip
def test_a_gate_whose_question_has_a_for_waits_for_the_right_person(
    instructor: Instructor, rehearsal: Rehearsal, typed: str, what: str, person: str
) -> None:
    """The person stands behind the question mark; without one, behind the last `for`."""
    assert instructor.types(f"gate {typed}").text == f"waits for {person}"
    assert rehearsal.stage.drill.programs.gates == {what: person}


def test_no_word_of_the_branches_is_cut_or_runs_into_a_rail(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """A time has room for its half at the right end; a name that is too long is cut short, and whole in the title."""
    half_of_a_time = 8 * 7 / 2
    name = "the-same-night-with-the-links-lost-first"
    for line in ("5 minutes pass", "hosta halts", f"back 1 as {name}", "hosta halts", "20 minutes pass"):
        instructor.types(line)
    drawn = str(rails(rehearsal))
    places = [float(x) for x in re.findall(r'class="time" x="([0-9.]+)"', drawn)]
    assert places, drawn
    assert max(places) + half_of_a_time <= RAILS_WIDTH
    names = re.findall(r'class="branch"[^>]*>([^<]+)<', drawn)
    assert any(each.endswith("…") for each in names)
    assert all(len(each.removeprefix("* ")) <= RAIL_NAME_MAX for each in names)
    assert f"<title>{name} until" in drawn
