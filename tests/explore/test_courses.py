"""Courses of a night: what they say can be said on every site, and every fault in them is counted."""

from __future__ import annotations

import pytest

from mirrordrill.drills.explore.drawing.chance import chance_of
from mirrordrill.drills.explore.drawing.courses import COURSES, PORTS_OF, CourseDraw
from mirrordrill.drills.explore.drawing.draw import draw_night
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.drawing.unfinished import BEHIND_A_COMMAND, BEHIND_THE_LOCK, UNFINISHED
from mirrordrill.drills.run.direct import step_of
from mirrordrill.drills.sites import example_sites, find_site
from mirrordrill.simulator.bridge.ports_tap import Port

DRAWS = 12


@pytest.mark.parametrize("site", example_sites())
def test_every_sentence_of_a_course_is_a_step(site: str) -> None:
    """Steps, faults and their repairs, whatever is drawn."""
    targets = targets_of(find_site(site), site)
    for course in (*COURSES, *UNFINISHED):
        for seed in range(DRAWS):
            beats = list(course(CourseDraw(targets, chance_of("test", course.__name__, seed))))
            assert beats
            for beat in beats:
                strike = beat.strike
                for words in (*beat.steps, *((strike.words, strike.undo) if strike else ())):
                    assert not words or step_of("when", words)


def test_moments_are_in_front_of_ports_that_there_are() -> None:
    """A moment at a port that the agent does not have would never come."""
    used = {port for ports in PORTS_OF.values() for port, _ in ports}
    used |= {port for port, _, _ in (*BEHIND_A_COMMAND, *BEHIND_THE_LOCK)}
    assert used <= {port.value for port in Port}


def test_an_aimed_night_has_a_course_and_counts_its_faults() -> None:
    """What is expected in the end follows from the kinds of all faults, also of those in a course."""
    targets = targets_of(find_site("rdc"), "rdc")
    nights = [draw_night(targets, "aimed", seed) for seed in range(DRAWS)]
    assert nights == [draw_night(targets, "aimed", seed) for seed in range(DRAWS)]
    for night in nights:
        struck = {strike.words for strike in night.struck}
        faults = [line.words for line in night.lines if " is killed, if it is under way" in line.words]
        assert set(faults) <= struck
    assert sum(any(" comes to " in line.words for line in night.lines) for night in nights) > DRAWS / 3
