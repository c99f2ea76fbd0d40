"""Before a night is run it is decided what must be true in its end."""

from __future__ import annotations

import pytest

from mirrordrill.drills.explore.drawing.draw import GROUPS, GROUPS_UP, draw_night
from mirrordrill.drills.explore.drawing.site_targets import targets_of
from mirrordrill.drills.explore.drawing.survivability import BLURS, RECOVERABLE, STOPS_SAFELY, expected_end
from mirrordrill.drills.faults import catalogue
from mirrordrill.drills.shrink.schedule import ScheduledStep
from mirrordrill.drills.sites import find_site


@pytest.mark.parametrize(
    ("kinds", "words", "expected"),
    [
        (("array lost", "crash"), "1 hour passes", RECOVERABLE),
        (("hang and continue",), "1 hour passes", STOPS_SAFELY),
        (("array lost",), 'the operator tries "hares -action ora_mmir takeover -sys hostc" on hosta', STOPS_SAFELY),
        (("array lost",), 'a storage administrator tries "pausepprc 1260:1260" on hosta', STOPS_SAFELY),
        (("array lost",), 'the operator tries "hagrp -switch oragrp -to hostc" on hosta', RECOVERABLE),
    ],
)
def test_what_must_be_true_follows_from_the_damage(kinds: tuple[str, ...], words: str, expected: str) -> None:
    """What only took things away for a while leaves everything that a site needs."""
    assert expected_end(kinds, [ScheduledStep("when", words)]) == expected


def test_a_night_says_what_it_expects() -> None:
    """As a tag, and as the step that judges its end."""
    targets = targets_of(find_site("rdc"), "rdc")
    nights = [draw_night(targets, "mixed", seed) for seed in range(40)]
    assert {night.expected for night in nights} == {RECOVERABLE, STOPS_SAFELY}
    for night in nights:
        words = [line.words for line in night.lines]
        assert (GROUPS_UP in words) == (night.expected == RECOVERABLE)
        assert GROUPS in words
        assert night.expected in night.schedule().tags


def test_every_kind_that_blurs_is_a_kind_of_the_registry() -> None:
    """A kind that is renamed is not forgotten here."""
    assert {kind.name for kind in catalogue()} >= BLURS
