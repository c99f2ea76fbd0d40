"""What an instructor prepares: surprises, and what a side is told, or not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from mirrordrill.drills.rehearse.console.pictures import live_timeline
from mirrordrill.drills.rehearse.console.views import engines, log_lines, participant
from mirrordrill.drills.rehearse.debrief.actions import ActionKind, kind_of, match_of, shown_words
from mirrordrill.drills.rehearse.debrief.compare import comparison
from mirrordrill.drills.rehearse.exercise import is_line_withheld, shown_output
from mirrordrill.drills.rehearse.quoting import quoted
from mirrordrill.drills.rehearse.recording import Recording, Tree
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.replay import line_said
from mirrordrill.drills.rehearse.roles import roles_of
from mirrordrill.drills.rehearse.shell.commands import Instructor
from mirrordrill.drills.rehearse.thinking import ThinkingTimes
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.drills.steps.library import load_shipped
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged


def words(rehearsal: Rehearsal) -> list[str]:
    """The recorded sentences, without the clock's."""
    said = [each.line.words for each in rehearsal.stage.lines]
    return [each for each in said if not each.startswith("the clock")]


def is_up(rehearsal: Rehearsal, host: str) -> bool:
    return rehearsal.stage.world.is_up(host)


def test_a_surprise_comes_at_its_moment_and_again_on_a_branch_from_before(
    rehearsal: Rehearsal, instructor: Instructor
) -> None:
    """In the middle of a sentence that waits, to the microsecond; and the replay comes to the same log."""
    assert instructor.types("surprise at 00:15:00: hosta loses power").is_good
    assert "1 at 00:15:00.000: hosta loses power" in instructor.types("surprises").text
    assert instructor.types("10 minutes pass").text == "it is 00:20:00.000"
    assert not is_up(rehearsal, "hosta")
    assert instructor.types("surprises").text == "no surprise waits"
    came = next(each for each in rehearsal.stage.lines if each.line.words == "hosta loses power")
    assert came.began_us == pytest.approx(15 * 60 * 1_000_000, abs=5)
    assert "hosta boot" in instructor.types("faults").text
    assert comparison(rehearsal).outcomes[0].is_same
    instructor.types("back 00:14:00 as again")
    assert is_up(rehearsal, "hosta")
    instructor.types("2 minutes pass")
    assert not is_up(rehearsal, "hosta")
    assert comparison(rehearsal).outcomes[1].is_same


def test_a_surprise_comes_while_a_sentence_waits_for_something_else(
    rehearsal: Rehearsal, instructor: Instructor
) -> None:
    """At its moment, not at the end of the sentence, which goes on with the time that is left; the replay agrees."""
    instructor.types("surprise in 1m: hosta, hostb halt")
    instructor.types("surprise in 3m: hostd loses power")
    assert instructor.types("oragrp comes online on hostc within 10 minutes").is_good
    came = next(each for each in rehearsal.stage.lines if each.line.words == "hosta, hostb halt")
    assert came.began_us == pytest.approx(11 * 60 * 1_000_000, abs=5)
    assert is_up(rehearsal, "hostd")
    assert rehearsal.stage.now_us < 13 * 60 * 1_000_000
    answer = instructor.types("oragrp comes online on hosta within 10 minutes")
    assert not answer.is_good
    assert not is_up(rehearsal, "hostd")
    assert rehearsal.stage.now_us == pytest.approx(came.ended_us + 10 * 60 * 1_000_000, abs=100_000_000)
    assert comparison(rehearsal).outcomes[0].is_same


SENTENCES_THAT_WAIT = (
    "hostc has sent failoverpprc for 1260",
    'the operator types "hagrp -wait oragrp State ONLINE -sys hostc -time 1800" on hostc',
    "the agent's online on hostc comes to send_line 3, or 30 minutes pass",
    "Then oragrp comes online on hostc within 20 minutes",
)


@pytest.mark.parametrize("sentence", SENTENCES_THAT_WAIT)
def test_a_surprise_comes_in_the_middle_of_a_sentence_that_does_something(
    rehearsal: Rehearsal, instructor: Instructor, sentence: str
) -> None:
    """At its moment, with those that it brings about; the sentence goes on behind it, and the replay agrees."""
    instructor.types("surprise in 1m: hosta, hostb halt")
    instructor.types("surprise 10s after hosta, hostb halt: hostd loses power")
    instructor.types("surprise in 2h: hosta, hostb boot")
    began_us = rehearsal.stage.now_us
    assert instructor.types(sentence).is_good
    came = {each.line.words: each.began_us for each in rehearsal.stage.lines}
    assert came["hosta, hostb halt"] == pytest.approx(began_us + 60_000_000, abs=5)
    assert came["hostd loses power"] == pytest.approx(came["hosta, hostb halt"] + 10_000_000, abs=20)
    assert rehearsal.stage.now_us > came["hostd loses power"]
    assert [each for each in words(rehearsal) if "begun" in each] == [
        f'it is begun that "{quoted(line_as_text(sentence))}", until 00:11:00.000000',
        *[each for each in words(rehearsal) if each.startswith("what was begun goes on until")],
        "what was begun ends",
    ]
    assert comparison(rehearsal).outcomes[0].is_same
    instructor.types("back 00:10:30 as again")
    instructor.types("2 minutes pass")
    assert not is_up(rehearsal, "hostd")
    assert comparison(rehearsal).outcomes[1].is_same


def line_as_text(sentence: str) -> str:
    line = line_said(sentence)
    return f"{line.kind.capitalize()} {line.words}"


def test_a_sentence_that_waits_in_a_surprise_stands_still_for_the_next_one(
    rehearsal: Rehearsal, instructor: Instructor
) -> None:
    """One in the other; what is not so in the end is a refusal, and the replay comes to the same log."""
    instructor.types("surprise in 1m: hostc has sent failoverpprc for 1260")
    instructor.types("surprise in 2m: hosta, hostb halt")
    answer = instructor.types('the operator types "hagrp -wait oragrp State ONLINE -sys hostd -time 600" on hostd')
    assert not answer.is_good
    assert words(rehearsal)[-1].startswith('it is tried that "When what was begun ends"')
    assert sum(each.startswith("it is begun that") for each in words(rehearsal)) == 2
    assert not is_up(rehearsal, "hosta")
    assert comparison(rehearsal).outcomes[0].is_same


def test_a_command_in_which_a_surprise_came_counts_as_that_command(
    rehearsal: Rehearsal, instructor: Instructor
) -> None:
    """In the plan and in what was done besides; what goes on behind the surprise is no action of its own."""
    switch = 'the operator types "hagrp -wait oragrp State ONLINE -sys hostb -time 300" on hostb'
    begun = ScheduledStep("when", f'it is begun that "{quoted(f"When {switch}")}", until 00:11:00.000000')
    assert match_of(begun) == match_of(ScheduledStep("when", switch))
    assert kind_of(begun) is kind_of(ScheduledStep("when", switch))
    assert shown_words(begun) == shown_words(ScheduledStep("when", switch))
    assert kind_of(ScheduledStep("when", "what was begun ends")) is ActionKind.TIME


def test_a_surprise_comes_after_what_it_waits_for(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """So long after a command or a decision; what was done before it does not count."""
    instructor.types("hostb loses power")
    instructor.types("surprise 30s after loses power: hosta loses power")
    instructor.types('surprise after decides at the gate "go?": hostd loses power')
    instructor.types("1 minute passes")
    assert is_up(rehearsal, "hosta")
    instructor.types("hostc loses power")
    assert is_up(rehearsal, "hosta")
    instructor.types("31 seconds pass")
    assert not is_up(rehearsal, "hosta")
    instructor.types("gate go? for Ann")
    assert is_up(rehearsal, "hostd")
    instructor.types("decide yes")
    instructor.types("1 second passes")
    assert not is_up(rehearsal, "hostd")
    assert comparison(rehearsal).outcomes[0].is_same


def test_a_cancelled_surprise_does_not_come(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """Neither here nor on a branch that has the cancellation."""
    instructor.types("surprise in 5m: hosta loses power")
    assert "cancelled" in instructor.types("cancel 1").text
    instructor.types("branch twin")
    instructor.types("10 minutes pass")
    assert is_up(rehearsal, "hosta")
    assert "does not wait" in instructor.types("cancel 1").text


def test_a_surprise_that_is_not_so_is_noted(rehearsal: Rehearsal, instructor: Instructor) -> None:
    """The rehearsal goes on."""
    instructor.types("surprise in 1m: oragrp comes online on hostd within 1 second")
    assert instructor.types("2 minutes pass").is_good
    assert any("surprise 1 did not come about" in each for each in words(rehearsal))
    assert rehearsal.stage.now_us == 12 * 60 * 1_000_000


def test_a_surprise_that_could_never_come_is_refused(instructor: Instructor) -> None:
    """With the right words."""
    assert "there is no host hostz" in instructor.types("surprise in 5m: hostz loses power").text
    assert "nearest" in instructor.types("surprise in 5m: hosta looses power").text
    assert "is over" in instructor.types("surprise at 00:01:00: hosta loses power").text
    assert "no time for a surprise" in instructor.types("surprise soon: hosta loses power").text
    assert "say when, and what" in instructor.types("surprise hosta loses power").text
    assert "sides: site-a, site-b, storage" in instructor.types("withhold everything").text
    assert "there is no side site-z" in instructor.types("tell site-z: hello").text


def test_a_side_is_not_shown_what_is_withheld_until_it_is_handed_out(
    rehearsal: Rehearsal, instructor: Instructor
) -> None:
    """Logs of the other side, older lines and lines about other things are shown; a branch has it as it was."""

    def logs(side: str) -> list[str]:
        role = next(each for each in roles_of(rehearsal.stage.world.site) if each.key == side)
        return [each for each in log_lines(rehearsal.stage, role) if "decided" in each]

    instructor.types("the operator switches oragrp to hostc")
    instructor.types("5 minutes pass")
    before = logs("site-b")
    assert before
    instructor.types("withhold logs about decided from site-b")
    instructor.types("the operator switches oragrp to hosta")
    instructor.types("5 minutes pass")
    instructor.types("the operator switches oragrp to hostc")
    instructor.types("5 minutes pass")
    assert logs("site-a")
    assert logs("site-b") == before
    instructor.types("branch twin")
    assert logs("site-b") == before
    assert "is shown all logs" in instructor.types("handout logs to site-b").text
    assert len(logs("site-b")) > len(before)
    assert "no logs is withheld" in instructor.types("handout logs to site-b").text
    instructor.types("tell site-b: site A does not answer")
    role = next(each for each in roles_of(rehearsal.stage.world.site) if each.key == "site-b")
    assert "site A does not answer" in str(participant(rehearsal, role)["told"])
    assert comparison(rehearsal).outcomes[1].is_same


def test_thinking_goes_on_after_a_killed_server(tmp_path: Path) -> None:
    """What was spent before is added; a decided gate is forgotten; a torn file loses the times only."""
    before = ThinkingTimes(tmp_path)
    before.follow(["declare?"])
    (tmp_path / "thinking.json").write_text('{"declare?": 90.0, "old?": 3}')
    after = ThinkingTimes(tmp_path)
    after.load()
    after.follow(["declare?"])
    assert 90.0 <= after.spent_s("declare?") < 91.0
    assert after.spent_s("old?") == 0.0
    after.save()
    assert "old" not in (tmp_path / "thinking.json").read_text()
    (tmp_path / "thinking.json").write_text('{"decl')
    torn = ThinkingTimes(tmp_path)
    torn.load()
    assert torn.spent_s("declare?") == 0.0


def test_what_is_withheld_is_missing_in_every_view_of_a_side(tmp_path: Path) -> None:
    """An alert on the page, in haalert and in the log of the engine; of all output, the page and its timeline, too."""
    load_shipped()
    rehearsal = Rehearsal(Recording(tmp_path), Options(), Tree('the example site "gco"', 0, "inprocess", "vcs41"))
    rehearsal.start([])
    instructor, drill, host = Instructor(rehearsal, "Ann"), rehearsal.stage.drill, "hosta"
    role = next(
        each for each in roles_of(rehearsal.stage.world.site) if host in each.hosts and each.key != "instructor"
    )

    def shown(words: str) -> str:
        return shown_output(drill, host, words, rehearsal.stage.world.operate(words.split(), host).output)

    def alerts() -> list[str]:
        return [alert for engine in engines(rehearsal.stage, role) for alert in engine.alerts]

    assert instructor.types(f"withhold alerts from {role.key}").is_good
    assert instructor.types('the operator types "haalert -testfd" on hosta').is_good
    instructor.types("1 second passes")
    raised = next(record for record in drill.log if isinstance(record.event, AlertChanged))
    assert not alerts()
    assert shown("haalert -list") == shown("haalert -display") == ""
    assert is_line_withheld(drill, host, raised.number, "an alert is raised")
    assert instructor.types(f"handout alerts to {role.key}").is_good
    assert alerts()
    assert raised.event.alert in shown("haalert -list")
    assert "AlertID" in shown("haalert -display")
    assert not is_line_withheld(drill, host, raised.number, "an alert is raised")
    assert instructor.types(f"withhold output from {role.key}").is_good
    assert participant(rehearsal, role)["engines"] == []
    assert participant(rehearsal, role)["silent_since"] == "00:10:01"
    assert "Nothing has come in since 00:10:01" in live_timeline(rehearsal, role)
    assert instructor.types(f"handout output to {role.key}").is_good
    assert participant(rehearsal, role)["engines"]
    rehearsal.recording.close()
    rehearsal.stage.world.close()
