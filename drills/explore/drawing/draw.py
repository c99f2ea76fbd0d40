"""Draws a night: from a site, a profile and a seed, the scenario of a night of faults and mistakes.

Everything is decided here, before the night, and stands in the scenario. The same seed gives the same night as long as
registry, profiles and this module stay as they are; the scenario is the test, a seed is only how it was found.

Rule 1: chance is one stream by the seed and the profile.
Rule 2: what is struck is repaired, at the latest in the end; then the clusters get the time that their policies allow,
and the night says what must be true.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from mirrordrill.drills.explore.drawing.chance import Chance, chance_of
from mirrordrill.drills.explore.drawing.courses import Beat, draw_course
from mirrordrill.drills.explore.drawing.people import draw_command
from mirrordrill.drills.explore.drawing.profiles import MIXED, PROFILES, NightProfile, find_profile
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets
from mirrordrill.drills.explore.drawing.strikes import Strike, draw_strike, kinds_of, strike_at
from mirrordrill.drills.explore.drawing.survivability import RECOVERABLE, STOPS_SAFELY, expected_end
from mirrordrill.drills.explore.drawing.unfinished import draw_unfinished
from mirrordrill.drills.explore.drawing.vary import other_time, varied, woven
from mirrordrill.drills.explore.drawing.words import passes
from mirrordrill.drills.faults import FaultKind, hosts
from mirrordrill.drills.faults.consoles import HMC_SILENT
from mirrordrill.drills.faults.storage import ARRAY_LOST, LINKS_LOST
from mirrordrill.drills.run.direct import numbered
from mirrordrill.drills.shrink.schedule import Schedule, ScheduledStep

FEATURE = "A night that was drawn"
PORT_CALLS = (("send_line", 8), ("expect", 8), ("write_state", 5), ("run_ha", 6), ("start_program", 3), ("log", 12))
"""Ports of the agent, and up to which of its calls a moment is drawn."""
AT_ITS_HOST = (*hosts.DOWN, hosts.HOST_HANGS, hosts.HOST_HANGS, hosts.STATE_LOST, hosts.STATE_UNREADABLE)
"""What strikes the very host on which the agent stands between two calls: so dies the holder of VCSResLock, too."""
ROLL_S = (60.0, 1800.0)
"""A rolling disaster takes so long."""
GAP_S = 3600.0
"""Between two faults that are drawn around the steps of a drill there is no longer time."""
LONG = 20
"""A night of so many steps loses a tenth of them when it is varied."""
LAST_S = 600.0
"""After the last thing that was drawn, before the repair."""


class Struck(NamedTuple):
    """A fault of a night: when, its kind, the words of its step, and those of its repair."""

    at_s: float
    kind: str
    words: str
    undo: str


@dataclass(frozen=True, slots=True)
class Night:
    """A night before it is run."""

    seed: int
    profile: str
    lines: tuple[ScheduledStep, ...]
    kinds: tuple[str, ...]
    """The kinds of faults in it, in the order of their moments."""
    expected: str = STOPS_SAFELY
    """What must be true in the end: a tag of `survivability`."""
    drill: Schedule | None = None
    """The drill that was varied, where it was one."""
    begins: int = 0
    """The number of its first step that was drawn."""
    ends: int = 0
    """The number of the step with which its end begins."""
    struck: tuple[Struck, ...] = ()
    """Each fault that was drawn."""

    def schedule(self) -> Schedule:
        """The scenario."""
        if self.drill is not None:
            name = f"{self.drill.scenario}, {self.profile} {self.seed}"
            return Schedule(self.drill.feature, name, self.drill.tags, self.lines, self.drill.path)
        return Schedule(FEATURE, f"{self.profile} {self.seed}", ("drawn", self.expected), self.lines)


@dataclass(order=True)
class Episode:
    """Steps that follow each other at once, at a moment of the night."""

    at_s: float
    number: int
    steps: list[ScheduledStep] = field(compare=False)


class NightPlan:
    """A night in the making."""

    def __init__(
        self, facts: SiteTargets, profile: NightProfile, chance: Chance, taken: frozenset[str] = frozenset()
    ) -> None:
        self._taken = taken
        """Repairs that a drill makes itself: what they would end is not drawn around it."""
        self._facts = facts
        self._profile = profile
        self._chance = chance
        self._episodes: list[Episode] = []
        self._undone: dict[str, Episode] = {}
        """Repair -> the last moment at which it is due: faults that it ends have it in common."""
        self.struck: list[Struck] = []
        every = [kind for kind in kinds_of(facts) if not profile.only or kind.name in profile.only]
        swarm = [kind for kind in every if chance.random() < 0.5] if profile.is_swarm else every
        self._kinds: list[FaultKind] = swarm or every

    def fill(self) -> None:
        """Draw every fault of the site."""
        profile, chance = self._profile, self._chance
        if profile.rolls:
            self._roll()
        for _ in range(chance.randint(*profile.commands)):
            self._add(chance.uniform(0, profile.span_s), [when(draw_command(self._facts, profile.by_hand, chance))])
        for _ in range(chance.randint(*profile.courses) if profile.courses[1] else 0):
            self._follow((draw_unfinished if profile.is_unfinished else draw_course)(self._facts, chance))
        for _ in range(chance.randint(*profile.strikes)):
            strike = draw_strike(chance.choice(self._kinds), self._facts, chance)
            if strike is not None and strike.undo not in self._taken:
                self._strike(strike)

    def episodes(self) -> list[list[ScheduledStep]]:
        """What was drawn, in its order, each with the time since the one before, but never more than an hour."""
        found, now_s = [], 0.0
        for episode in sorted([*self._episodes, *self._undone.values()]):
            wait_s = min(round(episode.at_s) - now_s, GAP_S)
            found.append([*([when(passes(wait_s))] if wait_s >= 1 else []), *episode.steps])
            now_s = round(episode.at_s)
        return found

    def lines(self) -> Iterator[ScheduledStep]:
        """The steps of what was drawn, with the times between them."""
        now_s = 0.0
        for episode in sorted([*self._episodes, *self._undone.values()]):
            if (wait_s := round(episode.at_s) - now_s) >= 1:
                yield when(passes(wait_s))
                now_s = round(episode.at_s)
            yield from episode.steps

    def _strike(self, strike: Strike) -> None:
        at_s = self._chance.uniform(0, self._profile.span_s)
        if self._chance.random() >= self._profile.moments:
            return self._begin(at_s, strike, [])
        lead, host = self._moment()
        if host and self._chance.random() < 0.5:
            there = strike_at(self._chance.choice(AT_ITS_HOST), (host,), self._facts, self._chance)
            strike = strike if there.undo in self._taken else there
        return self._begin(at_s, strike, lead)

    def _follow(self, course: Sequence[Beat]) -> None:
        """One thing after the other; what a drill that is varied repairs itself is left out."""
        begins_s = self._chance.uniform(0, self._profile.span_s / 2)
        for beat in course:
            at_s, steps = begins_s + beat.after_s, [when(words) for words in beat.steps]
            strike = beat.strike
            if strike is None or strike.undo in self._taken:
                self._add(at_s, steps)
                continue
            self._add(at_s, [*steps, ScheduledStep(strike.keyword, strike.words)])
            self.struck.append(Struck(at_s, strike.kind.name, strike.words, strike.undo))
            if strike.undo:
                self._undo(at_s + max(beat.lasts_s, strike.kind.minimum_s), strike)

    def _begin(self, at_s: float, strike: Strike, lead: list[ScheduledStep]) -> None:
        self.struck.append(Struck(at_s, strike.kind.name, strike.words, strike.undo))
        self._add(at_s, [*lead, ScheduledStep(strike.keyword, strike.words)])
        if strike.undo:
            about_s = self._chance.choice(self._profile.lasts_s) * self._chance.uniform(0.5, 1.5)
            self._undo(at_s + max(about_s, strike.kind.minimum_s), strike)

    def _undo(self, at_s: float, strike: Strike) -> None:
        before = self._undone.get(strike.undo)
        if before is None or before.at_s < at_s:
            self._undone[strike.undo] = Episode(at_s, len(self._episodes), [ScheduledStep(strike.keyword, strike.undo)])

    def _add(self, at_s: float, steps: list[ScheduledStep]) -> None:
        self._episodes.append(Episode(at_s, len(self._episodes), steps))

    def _moment(self) -> tuple[list[ScheduledStep], str]:
        """A moment that matters, and the host that it is about: a group is on its way to a host, or a copy runs."""
        chance, facts = self._chance, self._facts
        if chance.random() < 0.2:
            return [when("a copy begins, or 30 minutes pass")], ""
        its = chance.choice(facts.attachments)
        port, most = chance.choice(PORT_CALLS)
        entry = chance.choice(("online", "online", "online", "offline", "clean"))
        begins = f"hagrp -switch {its.group} -to {its.host}"
        if len(facts.clusters) > 1 and chance.random() < 0.5:
            begins += f" -clus {facts.cluster(its.host)}"
        at = chance.choice([host for host in facts.mirrored_hosts if host != its.host] or [its.host])
        return [
            when(f'the operator begins "{begins}" on {at}'),
            when(f"the agent's {entry} on {its.host} comes to {port} {chance.randint(1, most)}, or 15 minutes pass"),
        ], its.host

    def _roll(self) -> None:
        """One side is lost, part by part in any order; later its parts come back, in another order."""
        chance, facts = self._chance, self._facts
        first, second = chance.choice(facts.array_pairs)
        lost = chance.choice((first, second))
        parts = [(ARRAY_LOST, (lost,)), (LINKS_LOST, tuple(sorted((first, second))))]
        parts += [(chance.choice((hosts.HOST_CRASHES, hosts.HOST_HALTS)), (host,)) for host in facts.hosts_of(lost)]
        parts += [(HMC_SILENT, (console,)) for console in facts.consoles_of(lost)]
        chance.shuffle(parts)
        if chance.random() < 0.4:
            parts.pop()
        begins_s, takes_s = chance.uniform(0, self._profile.span_s / 3), chance.uniform(*ROLL_S)
        back_s = begins_s + takes_s + chance.choice(self._profile.lasts_s)
        for kind, names in parts:
            strike = strike_at(kind, names, facts, chance)
            at_s = begins_s + takes_s * chance.random()
            self.struck.append(Struck(at_s, kind.name, strike.words, strike.undo))
            self._add(at_s, [ScheduledStep(strike.keyword, strike.words)])
            self._undo(back_s + chance.choice((60.0, 900.0, 7200.0)) * chance.random(), strike)


def draw_around(drill: Schedule, facts: SiteTargets, profile: str, seed: int) -> Night:
    """A drill of a person's own, varied, with faults of the profile around its steps. Raises LookupError."""
    chance = chance_of(profile, seed, drill.scenario)
    chosen = chance.choice(PROFILES) if profile == MIXED else find_profile(profile)
    mended = frozenset(line.words for line in drill.lines)
    plan = NightPlan(facts, replace(chosen, commands=(0, 0), rolls=False), chance, mended)
    plan.fill()
    begins, done = varied(drill, chance)
    ends = ending(facts, chosen, chance, STOPS_SAFELY)
    lines = [*begins, *woven(done, plan.episodes(), chance), when(passes(LAST_S)), *ends]
    return Night(seed, profile, numbered(lines), tuple(strike.kind for strike in sorted(plan.struck)), drill=drill)


def when(words: str) -> ScheduledStep:
    """A step that happens or is done."""
    return ScheduledStep("when", words)


def draw_night(facts: SiteTargets, profile: str, seed: int) -> Night:
    """The night of this seed. Raises LookupError for an unknown profile."""
    chance = chance_of(profile, seed)
    chosen = chance.choice(PROFILES) if profile == MIXED else find_profile(profile)
    plan = NightPlan(facts, chosen, chance)
    plan.fill()
    begins = [
        ScheduledStep("given", f'the example site "{facts.example}"'),
        ScheduledStep("given", "every mirrored group is online"),
        when("the application has been running for 10 minutes"),
    ]
    done = [*plan.lines(), when(passes(LAST_S))]
    return drawn(seed, profile, begins, done, sorted(plan.struck), ending_of(facts, chosen, chance))


def vary_night(parent: Night, facts: SiteTargets, profile: str, seed: int) -> Night:
    """A night that was drawn, varied: other times, some steps left out, one to three faults or commands more.

    What it keeps stays in its order. The longer a night has become, the more of it is left out, so that variations of
    variations do not grow without end. Raises LookupError for an unknown profile.
    """
    chance = chance_of(profile, seed, "varies", parent.seed)
    chosen = chance.choice(PROFILES) if profile == MIXED else find_profile(profile)
    few = replace(chosen, strikes=(0, 2), commands=(0, 1), rolls=False)
    plan = NightPlan(facts, few, chance, frozenset(strike.undo for strike in parent.struck if strike.undo))
    plan.fill()
    kept = parent.lines[parent.begins : parent.ends - 1]
    share = min(0.5, 0.1 * len(kept) / LONG)
    again = [other_time(line, chance) for line in due(kept, parent.struck, lambda: chance.random() >= share)]
    words = {line.words for line in again}
    struck = [*(strike for strike in parent.struck if strike.words in words), *sorted(plan.struck)]
    done = [*woven(again, plan.episodes(), chance), when(passes(LAST_S))]
    return drawn(seed, profile, parent.lines[: parent.begins], done, struck, ending_of(facts, chosen, chance))


def due(
    lines: Sequence[ScheduledStep], struck: Sequence[Struck], is_kept: Callable[[], bool]
) -> Iterator[ScheduledStep]:
    """The steps that are kept; a repair only after a fault that it ends, and once."""
    undo_of = {strike.words: strike.undo for strike in struck}
    undos, standing = set(undo_of.values()), set[str]()
    for line in lines:
        if is_kept() and (line.words not in undos or line.words in standing):
            standing.add(undo_of.get(line.words, ""))
            standing.discard(line.words)
            yield line


def drawn(
    seed: int,
    profile: str,
    begins: Sequence[ScheduledStep],
    done: Sequence[ScheduledStep],
    struck: Sequence[Struck],
    ends: Callable[[str], Iterator[ScheduledStep]],
) -> Night:
    """A night of its parts."""
    kinds = tuple(strike.kind for strike in struck)
    expected = expected_end(kinds, done)
    lines = numbered([*begins, *done, *ends(expected)])
    ends_at = len(begins) + len(done)
    return Night(seed, profile, lines, kinds, expected, begins=len(begins), ends=ends_at, struck=tuple(struck))


def ending_of(facts: SiteTargets, profile: NightProfile, chance: Chance) -> Callable[[str], Iterator[ScheduledStep]]:
    """How nights of the profile end, for what is expected."""
    return functools.partial(ending, facts, profile, chance)


def ending(facts: SiteTargets, profile: NightProfile, chance: Chance, expected: str) -> Iterator[ScheduledStep]:
    """Heal a core, or everything; then judge by what the survivability check expects."""
    if chance.random() < profile.core_share:
        yield when(f"the side of {chance.choice(facts.mirrored_hosts)} is repaired")
        yield from LEFT_ALONE
    yield when("everything is repaired")
    yield from LEFT_ALONE
    yield when("the operator follows the runbook")
    yield ScheduledStep("then", GROUPS_UP if expected == RECOVERABLE else GROUPS)
    yield from (ScheduledStep("then", words) for words in AT_LAST)
    yield from crossing(facts, chance, expected)


def crossing(facts: SiteTargets, chance: Chance, expected: str) -> Iterator[ScheduledStep]:
    """In the end the way to the other side is open, also where one of several consoles of an array is silent."""
    several = [its for its in facts.attachments if len(its.consoles) > 1]
    if several and chance.random() < 0.5:
        strike = strike_at(HMC_SILENT, (chance.choice(several).consoles[0],), facts, chance)
        yield ScheduledStep(strike.keyword, strike.words)
    yield when("the operator switches every group that is in sync to the other side")
    yield ScheduledStep("then", CROSSED if expected == RECOVERABLE else OR_FORKED)


CROSSED = "every group that was switched is online there, and its mirror is in sync"
OR_FORKED = "every group that was switched is online there and in sync, or memories contradict each other"
GROUPS_UP = "every group is online on one side"
GROUPS = "every group is online on one side, or it is said why not"
LEFT_ALONE = (when("the clusters are left alone for as long as their policies allow"), ScheduledStep("then", GROUPS))
AT_LAST = (
    "every mirror is in sync, or it is said why not",
    "every command was answered",
    "no alarm is repeated for ever",
)
