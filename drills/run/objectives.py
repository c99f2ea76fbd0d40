"""Recovery objectives against what was measured.

An objective comes from site.toml, and then every outage that a fault caused has to meet it, in every drill on that
site; or from a step of the feature, and then the last outage before the step has to.

Rule 1: an outage that has not ended has missed its RTO once that much time has passed, and is undecided before.
Rule 2: where no fault ended the service nothing was tested, and nothing is claimed.
Rule 3: of an outage that goes on because the drill demands a refusal (`does not come online`, with no other host up
that could run the group) that time, and what the drill lets pass behind it, is not held against an RTO of site.toml:
it is the drill's own doing. The RTO counts from then on, and where the drill ends before the service is back nothing is
claimed. What is lost when the group comes online in the end counts all the same.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from mirrordrill.drills.measures.values import Measured, Outage
from mirrordrill.drills.run.facts import Facts, Name
from mirrordrill.simulator.site.settings import Settings


class Measure(enum.Enum):
    """What an objective limits."""

    RTO = "RTO"
    """Recovery time, in seconds."""
    RPO = "RPO"
    """Recovery point, in seconds of acknowledged writes."""
    RPO_WRITES = "RPO in writes"
    """Recovery point, in acknowledged writes."""

    def say(self, amount: float) -> str:
        """An amount with its unit: `12.3 s`, `0 writes`."""
        if self is Measure.RPO_WRITES:
            return f"{amount:,.0f} write{'' if amount == 1 else 's'}"
        return f"{amount:,.1f} s"


class Met(enum.Enum):
    """How an objective fared."""

    MET = "met"
    MISSED = "MISSED"
    UNDECIDED = "undecided"
    NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    """One objective of one group and the measured worst."""

    group: str
    measure: Measure
    limit: float
    """In seconds, or in writes."""
    set_by: str
    """`site.toml:12`, or the step that named it."""
    met: Met
    measured: float | None
    """None where nothing was measured."""
    event: int | None
    """The event that shows the measured figure."""
    outage: int | None = None
    """The event with which the outage began; None where there was none to measure."""
    waited_s: float | None = None
    """How long an outage has lasted that has not ended."""
    is_demanded: bool = False
    """The drill demands that the group stays down: nothing was measured, or only what came after that."""

    @property
    def facts(self) -> Facts:
        """What was measured."""
        names: dict[str, Name] = {"measure": self.measure.value, "group": self.group}
        if self.outage is None:
            return Facts("down as demanded" if self.is_demanded else "nothing measured", names)
        if self.is_demanded:
            amount = self.measure.say(self.measured or 0.0)
            return Facts("outage after demand", names, {"outage": self.outage, "amount": amount})
        if self.measured is None:
            return Facts("outage goes on", names, {"outage": self.outage, "waited_s": self.waited_s or 0.0})
        return Facts("outage measured", names, {"outage": self.outage, "amount": self.measure.say(self.measured)})

    @property
    def reason(self) -> str:
        """What was measured, as a sentence."""
        return self.facts.text()

    def sentence(self) -> str:
        """`RTO of oragrp within 300.0 s (site.toml:12): outage at event 180: 46.6 s`."""
        return (
            f"{self.measure.value} of {self.group} within {self.measure.say(self.limit)} ({self.set_by}): {self.reason}"
        )


def judge(
    measured: Measured, group: str, measure: Measure, limit: float, set_by: str, demanded_us: Collection[int] = ()
) -> ObjectiveResult:
    """An objective that holds for every outage of the group which a fault caused; see rule 3 for `demanded_us`."""
    caused = [outage for outage in measured.outages if outage.group == group and not outage.is_planned]
    found = []
    for outage in caused:
        until_us = _demanded_until(outage, measure, demanded_us)
        if until_us is None:
            found.append(judge_outage(outage, measured.now_us, measure, limit, set_by))
        elif measure is Measure.RTO and outage.verified is not None:
            result = judge_outage(replace_began(outage, until_us), measured.now_us, measure, limit, set_by)
            found.append(replace(result, is_demanded=True))
    if not found:
        is_demanded = bool(caused)
        return ObjectiveResult(group, measure, limit, set_by, Met.NOT_TESTED, None, None, is_demanded=is_demanded)
    return max(found, key=lambda each: (GRAVITY[each.met], each.measured or 0.0))


def replace_began(outage: Outage, began_us: int) -> Outage:
    """The outage as if it had begun then."""
    return replace(outage, began=msgspec.structs.replace(outage.began, time_us=began_us))


def _demanded_until(outage: Outage, measure: Measure, moments_us: Collection[int]) -> int | None:
    """Until when the drill demanded that the outage goes on, where that keeps the measure from saying anything."""
    if measure is not Measure.RTO and amount_of(outage, measure) is not None:
        return None
    ended_us = None if outage.verified is None else outage.verified.time_us
    within = [each for each in moments_us if outage.began.time_us <= each and (ended_us is None or each < ended_us)]
    return max(within, default=None)


GRAVITY = {Met.NOT_TESTED: 0, Met.MET: 1, Met.UNDECIDED: 2, Met.MISSED: 3}


def judge_outage(outage: Outage, now_us: int, measure: Measure, limit: float, set_by: str) -> ObjectiveResult:
    """An objective against one outage."""
    amount, event, began = amount_of(outage, measure), shown_by(outage, measure), outage.began
    if amount is not None:
        met = Met.MET if amount <= limit else Met.MISSED
        return ObjectiveResult(outage.group, measure, limit, set_by, met, amount, event, began.event)
    waited_s = (now_us - began.time_us) / 1e6
    met = Met.MISSED if measure is Measure.RTO and waited_s > limit else Met.UNDECIDED
    return ObjectiveResult(outage.group, measure, limit, set_by, met, None, event, began.event, waited_s)


def amount_of(outage: Outage, measure: Measure) -> float | None:
    """What was measured, in seconds or writes; None while it cannot be said."""
    if measure is Measure.RPO_WRITES:
        return outage.lost_writes
    found_us = outage.rto_us if measure is Measure.RTO else outage.rpo_us
    return None if found_us is None else found_us / 1e6


def shown_by(outage: Outage, measure: Measure) -> int:
    """The number of the event that shows the figure: the return of the service, or the loss that was found."""
    if measure is Measure.RTO:
        return (outage.verified or outage.began).event
    return (outage.losses[0].found if outage.losses else outage.started or outage.began).event


KEYS = {Measure.RTO: "rto_s", Measure.RPO: "rpo_s", Measure.RPO_WRITES: "rpo_writes"}
"""What a measure is called in `[objectives]`."""


def site_objectives(
    measured: Measured, settings: Settings, groups: Iterable[str], stayed_down: Mapping[str, Collection[int]]
) -> list[ObjectiveResult]:
    """The objectives of site.toml, group by group. `stayed_down`: until when the drill demanded it of a group."""
    found = []
    for group in groups:
        own = settings.objectives.of(group)
        for measure, key in KEYS.items():
            if (limit := getattr(own, key)) is not None:
                set_by = settings.place_of(f"objectives.{group}.{key}", f"objectives.{key}")
                found.append(judge(measured, group, measure, limit, set_by, stayed_down.get(group, ())))
    return found
