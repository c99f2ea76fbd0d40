"""Which array thinks what of which volume, from the rows of lspprc; and pairs made of two such opinions.

lspprc lists a relation as source:target on both arrays; the state says which end the listing array holds. After a
failover without a failback both arrays hold themselves for the source, and their rows name the ends the other way
round. A pair is therefore known by its two ends, whatever their roles.

Rule 1: an opinion that was not captured is never made up silently: COUNTERPART says what is assumed, and the report
says so.
Rule 2: what the array model cannot start with is refused with its place: half a pair, two targets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mirrordrill.simulator.array.mirror.states import PairType, Reason, View
from mirrordrill.simulator.array.plan import PairPlan
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.config.problems import Problem, error, warning
from mirrordrill.simulator.site.capture.mirror import Mirror
from mirrordrill.simulator.site.capture.rows import Capture, ListKind, PairRow

End = tuple[str, str]
"""Storage image and volume."""

TELL = "capture with the banner on, with -fullid, or with -dev in the command that is echoed"

COUNTERPART: dict[tuple[View, Reason], tuple[View, Reason]] = {
    (View.FULL_DUPLEX, Reason.NONE): (View.TARGET_FULL_DUPLEX, Reason.NONE),
    (View.COPY_PENDING, Reason.NONE): (View.TARGET_COPY_PENDING, Reason.NONE),
    (View.SUSPENDED, Reason.HOST_SOURCE): (View.TARGET_SUSPENDED, Reason.UPDATE_TARGET),
    (View.SUSPENDED, Reason.HOST_TARGET): (View.TARGET_SUSPENDED, Reason.HOST_TARGET),
    # Broken off without a word to the target, which still believes in the duplex (reference dscli.md 2.5).
    (View.SUSPENDED, Reason.INTERNAL_CONDITIONS_TARGET): (View.TARGET_FULL_DUPLEX, Reason.NONE),
    (View.SUSPENDED, Reason.FREEZE): (View.TARGET_FULL_DUPLEX, Reason.NONE),
    (View.TARGET_FULL_DUPLEX, Reason.NONE): (View.FULL_DUPLEX, Reason.NONE),
    (View.TARGET_COPY_PENDING, Reason.NONE): (View.COPY_PENDING, Reason.NONE),
    (View.TARGET_SUSPENDED, Reason.UPDATE_TARGET): (View.SUSPENDED, Reason.HOST_SOURCE),
    (View.TARGET_SUSPENDED, Reason.HOST_TARGET): (View.SUSPENDED, Reason.HOST_TARGET),
}
"""What one array says -> what the other one is taken to say where it was not captured."""
NAMED_REASONS = {reason.value: reason for reason in Reason}


class CapturedOpinion(NamedTuple):
    """What the array of `own` says of it and of its peer."""

    own: End
    peer: End
    view: View
    reason: Reason
    pair_type: PairType
    position: Position


class Reading(NamedTuple):
    """The opinions of a site's captures, by the volume that they are about, and what was said besides."""

    opinions: dict[End, CapturedOpinion]
    by_peer: dict[End, CapturedOpinion]
    asked: frozenset[str]
    """The arrays whose lspprc was captured."""
    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]


def read_opinions(capture: Capture, mirror: Mirror) -> Reading:
    """Sort the rows of lspprc by array and volume."""
    opinions: dict[End, CapturedOpinion] = {}
    problems: list[Problem] = []
    assumptions: list[str] = []
    asked = {row.image for row in capture.empty if row.kind is ListKind.PAIRS}
    for row in capture.pairs:
        image = row.image or array_of(row, mirror)
        if not image:
            problems.append(error(row.position, "it cannot be told which array listed this pair", TELL))
            continue
        asked.add(image)
        if row.view is None:
            assumptions.append(f"{row.position}: a volume without a state is taken as if it had not been listed")
            continue
        opinion = opinion_of(row, image, row.view, mirror)
        if row.reason not in NAMED_REASONS:
            assumptions.append(f"{row.position}: the reason {row.reason!r} is run as {opinion.reason.value!r}")
        earlier = opinions.setdefault(opinion.own, opinion)
        if earlier[:-1] != opinion[:-1]:
            message = f"{image} says of {opinion.own[1]} something else than at {earlier.position}"
            problems.append(warning(opinion.position, message, "leave out the older capture; the first one counts"))
    by_peer = {opinion.peer: opinion for opinion in reversed(opinions.values())}
    return Reading(opinions, by_peer, frozenset(asked), tuple(problems), tuple(assumptions))


def array_of(row: PairRow, mirror: Mirror) -> str:
    """The array that must have listed a row, where only one of them has such a volume; empty where that is open."""
    own = row.target if row.view is not None and row.view.is_target else row.source
    holders = mirror.holders(own)
    return holders[0] if len(holders) == 1 else ""


def opinion_of(row: PairRow, image: str, view: View, mirror: Mirror) -> CapturedOpinion:
    """A row, seen from the array that printed it."""
    source, target = (row.source_image, row.source), (row.target_image, row.target)
    own, peer = (target, source) if view.is_target else (source, target)
    reason = NAMED_REASONS.get(row.reason, Reason.INTERNAL_CONDITIONS_TARGET)
    far = peer[0] or mirror.remote_of(image)
    return CapturedOpinion((image, own[1]), (far, peer[1]), view, reason, row.pair_type, row.position)


class Paired(NamedTuple):
    """A pair that a drill can start with, and what had to be assumed for it."""

    plan: PairPlan
    assumption: str = ""


def pair_up(own: CapturedOpinion | None, far: CapturedOpinion | None, reading: Reading) -> Paired | Problem:
    """A pair of two opinions, either of which may be missing."""
    known = own or far
    assert known is not None
    if own is None or far is None:
        if known.peer[0] in reading.asked:
            message = f"{known.own[1]} on {known.own[0]} has a peer that {known.peer[0]} does not list: half a pair"
            return error(known.position, message, "a drill cannot start with it; capture both arrays at the same time")
        return made_up(known)
    if own.peer != far.own or far.peer != own.own:
        message = f"{own.own[0]} pairs {own.own[1]} with {own.peer[1]}, but {far.own[0]} pairs that with {far.peer[1]}"
        return error(far.position, message, f"the other opinion stands at {own.position}")
    if not own.view.is_source and not far.view.is_source:
        message = f"both arrays hold the target of {own.own[1]}:{far.own[1]}"
        return error(far.position, message, f"the other opinion stands at {own.position}; capture both at one time")
    return Paired(plan_of(own, far) if own.view.is_source else plan_of(far, own))


def made_up(known: CapturedOpinion) -> Paired | Problem:
    """The pair where only one array was asked."""
    counterpart = COUNTERPART.get((known.view, known.reason))
    if counterpart is None:
        message = f"what {known.peer[0]} says of this pair does not follow from this line"
        return error(known.position, message, f"capture lspprc of {known.peer[0]}, too")
    other = CapturedOpinion(known.peer, known.own, *counterpart, known.pair_type, known.position)
    source, target = (known, other) if known.view.is_source else (other, known)
    state = other.view.value + ("" if other.reason is Reason.NONE else f" ({other.reason.value})")
    its = known.view.value + ("" if known.reason is Reason.NONE else f" ({known.reason.value})")
    assumption = (
        f"{other.own[0]} was not captured: volumes are taken to be {state} there where {known.own[0]} says {its}"
    )
    return Paired(plan_of(source, target), assumption)


def plan_of(source: CapturedOpinion, target: CapturedOpinion) -> PairPlan:
    """The pair as the arrays start with it."""
    ends = (*source.own, *target.own)
    return PairPlan(*ends, source.view, target.view, source.reason, target.reason, source.pair_type)


def about_states(plans: list[PairPlan]) -> Iterator[str]:
    """What the state of a pair does not tell, and how it is run."""
    copying = [plan for plan in plans if plan.source_view is View.COPY_PENDING]
    if copying:
        yield f"pairs in Copy Pending: {len(copying)}; each begins its copy anew, with all of its tracks"
    apart = [plan for plan in plans if View.SUSPENDED in (plan.source_view, plan.target_view)]
    if apart:
        yield f"pairs that start suspended: {len(apart)}; both copies are taken to hold the same data"
