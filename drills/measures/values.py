"""What was measured in a drill, as frozen values; each figure names the event that shows it.

Rule 1: a moment is a time and the number of the event in the log that it was read from.
Rule 2: what did not happen is None, never zero.
Rule 3: a `Value` stands in the report as it is (docs/report.schema.json is printed from it).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Annotated

from msgspec import Meta, Struct

GREATEST = 2**53 - 1
"""The greatest whole number that every reader of JSON keeps exactly; 285 years in microseconds."""
Count = Annotated[int, Meta(ge=0, le=GREATEST)]
"""How many: of microseconds, writes, tracks, events."""


class Value(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a report. What is missing, unknown or of another type is refused when it is read."""


class Moment(Value, frozen=True):
    """When something was seen, and by which event."""

    time_us: Count
    event: Count
    what: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a recovery time: its name, its end, and how long it took."""

    name: str
    began_us: int
    ended: Moment

    @property
    def took_us(self) -> int:
        """Its length in microseconds of simulated time."""
        return self.ended.time_us - self.began_us


class LostOnCopy(Value, frozen=True):
    """Acknowledged writes that one copy lacks, and when the first and the last of them were acknowledged."""

    copy: str
    """`IBM.2107-75FA150/1260`."""
    writes: Count
    from_us: Count
    until_us: Count


@dataclass(frozen=True, slots=True)
class Loss:
    """Acknowledged writes of an application that are missing where it went on."""

    group: str
    application: str
    host: str
    found: Moment
    copies: tuple[LostOnCopy, ...]

    @property
    def writes(self) -> int:
        """How many."""
        return sum(each.writes for each in self.copies)

    @property
    def from_us(self) -> int:
        """When the first of them was acknowledged."""
        return min(each.from_us for each in self.copies)

    @property
    def until_us(self) -> int:
        """When the last of them was."""
        return max(each.until_us for each in self.copies)


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which a service group did not serve: from its last acknowledged write, or its leaving ONLINE, to its
    first acknowledged write with the whole group ONLINE. The moments in between follow each other."""

    group: str
    is_planned: bool
    """An operator's command ended the service, not a fault."""
    cause: Moment
    from_host: str
    began: Moment
    noticed: Moment | None = None
    decided: Moment | None = None
    acted: Moment | None = None
    started: Moment | None = None
    verified: Moment | None = None
    to_host: str = ""
    losses: tuple[Loss, ...] = ()
    """What was found missing when the application opened its volumes again."""
    is_switch: bool = False
    """Whether the command of a planned outage said where to go."""

    @property
    def rto_us(self) -> int | None:
        """The measured recovery time; None while the service is not back."""
        return None if self.verified is None else self.verified.time_us - self.began.time_us

    @property
    def lost_writes(self) -> int | None:
        """The measured recovery point in acknowledged writes; None where the application never opened its volumes
        again."""
        return None if self.started is None else sum(loss.writes for loss in self.losses)

    @property
    def rpo_us(self) -> int | None:
        """The measured recovery point in time: from the first lost acknowledged write to the last before the outage;
        None where the application never opened its volumes again."""
        if self.started is None:
            return None
        return max((self.began.time_us - loss.from_us for loss in self.losses), default=0)

    def sentence(self) -> str:
        """`oragrp was out of service for 46.6 s (notice 21.0, decide 0.0, ...): 0 acknowledged writes lost`."""
        kind = "a planned outage" if self.is_planned else "an outage"
        parts = ", ".join(f"{phase.name} {phase.took_us / 1e6:.1f}" for phase in self.phases())
        split = f" ({parts})" if parts else ""
        if self.rto_us is None or self.lost_writes is None:
            return f"{self.group}: {kind} that did not end{split}; cause: {self.cause.what}"
        lost = f"{self.lost_writes:,} acknowledged writes lost"
        return f"{self.group}: {kind} of {self.rto_us / 1e6:.1f} s{split}, {lost}; cause: {self.cause.what}"

    def phases(self) -> tuple[Phase, ...]:
        """Notice, decide, act, start, verify, as far as it came."""
        found: list[Phase] = []
        began_us = self.began.time_us
        moments = (self.noticed, self.decided, self.acted, self.started, self.verified)
        for name, moment in zip(PHASES, moments, strict=True):
            if moment is None:
                break
            found.append(Phase(name, began_us, moment))
            began_us = moment.time_us
        return tuple(found)


PHASES = ("notice", "decide", "act", "start", "verify")


@dataclass(frozen=True, slots=True)
class Exposure:
    """A time in which an application wrote to a copy that had no mirror in sync."""

    group: str
    host: str
    began: Moment
    ended: Moment | None

    def length_us(self, now_us: int) -> int:
        """How long, until now where it has not ended."""
        return (self.ended.time_us if self.ended else now_us) - self.began.time_us


class ReturnTrip(Value, frozen=True):
    """A group's way to the other array and home again; null is what had not come about."""

    group: str
    home: str
    """The array on which the application was first opened."""
    away: str
    left: Moment
    mirrored: Moment | None
    """The first moment away from home at which the mirror was in sync again."""
    returned: Moment | None
    safe: Moment | None
    """In sync again after the return."""
    copied_tracks: Count


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that was measured in one drill, in the order in which it began."""

    now_us: int = 0
    """The end of what was measured."""
    first_served: tuple[tuple[str, Moment], ...] = ()
    """The groups that ever served, and since when."""
    outages: tuple[Outage, ...] = ()
    losses: tuple[Loss, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    returns: tuple[ReturnTrip, ...] = ()

    def starting(self, groups: Collection[str]) -> tuple[str, ...]:
        """Those of the groups whose application has been started and has not written yet."""
        open_ones = [each for each in self.outages if each.started is not None and each.verified is None]
        return tuple(dict.fromkeys(each.group for each in open_ones if each.group in groups))

    def and_later(self, later: Measured, groups: Collection[str]) -> Measured:
        """What was measured later, without the outages and losses that began since then outside of these groups."""
        began = {(each.group, each.began) for each in self.outages}
        return replace(
            later,
            outages=tuple(each for each in later.outages if each.group in groups or (each.group, each.began) in began),
            losses=tuple(each for each in later.losses if each.group in groups or each in self.losses),
        )
