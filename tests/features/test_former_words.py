"""A step that was worded anew is still read in its former words, and drills run with either to the same log."""

from __future__ import annotations

import pytest

from mirrordrill.drills.cli.step_catalogue import catalogue
from mirrordrill.drills.run.direct import run_schedule
from mirrordrill.drills.run.drill import Drill, Options
from mirrordrill.drills.run.results import StepStatus
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep
from mirrordrill.drills.steps.library import STEPS, load_shipped
from mirrordrill.drills.steps.wording import Sentence

REWORDED = [pytest.param(entry, former, id=former) for entry in load_shipped() for former in entry.sentence.former]


@pytest.mark.parametrize(("entry", "former"), REWORDED)
def test_former_words_are_read_by_the_same_step_only(entry, former) -> None:  # type: ignore[no-untyped-def]
    """With the same values; the catalogue shows the words of today."""
    values = entry.sentence.values(entry.example)
    words = Sentence(former).filled(values)
    assert [each for each in STEPS if each.knows(entry.types[0], words)] == [entry]
    assert entry.sentence.values(words) == values
    assert entry.sentence.filled(values) == entry.example
    shown = [line.words for lines in catalogue(load_shipped()).values() for line in lines]
    assert Sentence(former).for_people() not in shown


def run(*words: str) -> tuple[set[StepStatus], str]:
    """How the steps of a drill end, and the hash of its log."""
    site = ScheduledStep("given", 'the example site "rdc"')
    steps = (site, *(ScheduledStep("when", each) for each in words))
    result = run_schedule(Schedule("f", "s", (), steps), Drill(Options(), "f", "s", ""))
    return {step.status for step in result.steps}, result.digest


def test_a_drill_in_former_words_has_the_same_log() -> None:
    """A host hangs and resumes, a disk fills and empties, a network card is repaired."""
    now = run(
        *("hosta hangs", "10 seconds pass", "hosta resumes", "the disk of hostc is full"),
        *("the disk of hostc has free space again", "ora_nic fails on hosta", "ora_nic is repaired on hosta"),
    )
    then = run(
        *("hosta stands still", "10 seconds pass", "hosta goes on", "the disk of hostc is full"),
        *("the disk of hostc has room again", "ora_nic fails on hosta", "ora_nic is mended on hosta"),
    )
    assert now[0] == {StepStatus.HELD}
    assert now == then


def test_former_words_take_what_the_words_of_today_take() -> None:
    """Else an argument would be missing."""
    with pytest.raises(ValueError, match="other places"):
        Sentence("{host} hangs", ("{hosts} stands still",))
