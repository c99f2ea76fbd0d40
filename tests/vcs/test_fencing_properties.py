"""A fenced cluster in drawn nights of cut links, lost ways to disks, hangs, crashes: what is up is asked of the agents.

A play agent that hangs goes on to say that it is up, as a real one would; so systems that are hung do not count as
survivors until they go on. Time matters: the race is over when the losers have panicked, a moment after the membership.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import EntryPointStarted, RaceEnded
from tests.drawn import share_of
from tests.vcs.play import HOSTS
from tests.vcs.test_fencing import MAJORITY_AT_A, SITES, THIRD_PLACE, FencedDrill

PLACEMENTS = (THIRD_PLACE, MAJORITY_AT_A, ("A", "B", "B"), ("A", "A", "A"), ("A", "A", "B", "B", "third"))


class FencedNight:
    """Plays what was drawn; notes every online that starts while the group is up on another system that is awake."""

    def __init__(self, places: tuple[str, ...]) -> None:
        self.drill = FencedDrill(places)
        self.hung: set[str] = set()
        self.twice: list[tuple[float, str, str]] = []
        self.drill.kernel.log.observe(self._see)

    def _see(self, record: Record) -> None:
        if isinstance(record.event, EntryPointStarted) and record.event.entry == "online":
            here = record.event.system
            others = {host for (_, host), is_up in self.drill.runner.up.items() if is_up} - {here} - self.hung
            self.twice += [(record.time_us / 1e6, here, other) for other in sorted(others)]

    def crash(self, host: str) -> None:
        self.hung.discard(host)
        self.drill.crash(host)

    def hang(self, host: str) -> None:
        # What is dead cannot hang, and what hangs hangs already.
        if host not in self.hung and self.drill.cluster._daemons.is_up(host):
            self.hung.add(host)
            self.drill.cluster.system_hung(host)

    def resume(self, host: str) -> None:
        if host in self.hung:
            self.hung.discard(host)
            self.drill.cluster.system_resumed(host)

    def boot(self, host: str) -> None:
        self.resume(host)
        self.drill.cluster.system_joined(host)

    def play(self, what: str, host: str, pause_s: float) -> None:
        HAPPENINGS[what](self, host)
        if pause_s:
            self.drill.run(pause_s)


HAPPENINGS: dict[str, Callable[[FencedNight, str], object]] = {
    "part": lambda night, _: night.drill.cluster.partition(SITES),
    "heal": lambda night, _: night.drill.cluster.heal(SITES),
    "isolate": lambda night, host: night.drill.cluster.partition([(host,)]),
    "join again": lambda night, host: night.drill.cluster.heal([(host,)]),
    "cut link1": lambda night, host: night.drill.cluster.cut_link(host, "link1"),
    "cut link2": lambda night, host: night.drill.cluster.cut_link(host, "link2"),
    "mend link1": lambda night, host: night.drill.cluster.mend_link(host, "link1"),
    "mend link2": lambda night, host: night.drill.cluster.mend_link(host, "link2"),
    "part the disks": lambda night, _: night.drill.disks.part_the_sites(),
    "lose the third place": lambda night, _: night.drill.disks.lose("third"),
    "lose a way": lambda night, host: night.drill.disks.cut.add((host, "A")),
    "mend the ways": lambda night, _: night.drill.disks.cut.clear(),
    "engine dies": lambda night, host: night.drill.cluster.engine_dies(host),
    "crash": FencedNight.crash,
    "boot": FencedNight.boot,
    "hang": FencedNight.hang,
    "resume": FencedNight.resume,
    "switch": lambda night, host: night.drill.cluster.ha(host, ["hagrp", "-switch", "oragrp", "-to", host]),
}
NIGHTS = st.lists(
    st.tuples(st.sampled_from(sorted(HAPPENINGS)), st.sampled_from(HOSTS), st.sampled_from([0.0, 2.0, 8.0, 30.0])),
    max_size=12,
)


@settings(max_examples=share_of(150), deadline=None)
@given(st.sampled_from(PLACEMENTS), NIGHTS)
def test_no_group_comes_online_while_it_is_up_where_somebody_is_awake(places, night):
    """Whatever hears whom: the disks decide first, and the losers are gone before the winners begin."""
    play = FencedNight(places)
    for happening in night:
        play.play(*happening)
    play.drill.run(200)
    assert play.twice == []


@settings(max_examples=share_of(150), deadline=None)
@given(st.sampled_from(PLACEMENTS), NIGHTS)
def test_of_each_race_at_most_one_part_goes_on_and_it_holds_the_majority(places, night):
    """Races at the same moment are one race."""
    play = FencedNight(places)
    for happening in night:
        play.play(*happening)
    play.drill.run(200)
    races: dict[int, list[RaceEnded]] = {}
    for record in play.drill.kernel.log:
        if isinstance(record.event, RaceEnded):
            races.setdefault(record.time_us, []).append(record.event)
    for ended in races.values():
        taken = [place for event in ended for place in event.won]
        assert len(taken) <= len(places)
        assert sum(event.goes_on for event in ended) <= 1
        assert all(event.goes_on == (2 * len(event.won) > len(places)) for event in ended)


@settings(max_examples=share_of(60), deadline=None)
@given(st.sampled_from(PLACEMENTS), st.booleans())
def test_of_two_halves_at_most_one_is_left_with_the_group(places, ways_are_cut):
    """Exactly one where it reaches the majority; it is the one that does, if only one does."""
    play = FencedNight(places)
    if ways_are_cut:
        play.drill.disks.part_the_sites()
    play.drill.cluster.partition(SITES)
    play.drill.run(300)
    reached = [sum(not ways_are_cut or place in (own, "third") for place in places) for own in ("A", "B")]
    majority = len(places) // 2 + 1
    assert len(play.drill.online_on) == int(max(reached) >= majority)
    if ways_are_cut and reached[0] < majority <= reached[1]:
        assert play.drill.online_on == ("hostc",)
