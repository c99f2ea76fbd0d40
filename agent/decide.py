"""What to do with the pairs of a resource, given what the local array said. Pure: no clock, no input, no output.

The runbook:

1. The volumes of a resource are judged as one set. Half a database made writable is the one state an application cannot
   recover from.
2. A set that hosts may already write needs nothing but the lock. That is so at the original source after a loss of the
   link (Suspended, Internal Conditions Target) as well as after a failover.
3. A set of targets is taken over only if each of them says Target Full Duplex. A copy under way is waited for, a
   suspended or doubtful target refuses the set.
4. A set of which one part has been failed over here (Suspended, Host Source) and the rest says Target Full Duplex is a
   failover that was cut short, on whatever system of this array; it is carried on.
5. Reversing the direction overwrites the far side. An online does it only in the run that itself saw the whole set as
   targets in sync. A later online cannot know what the far side has written meanwhile: after a failover that was cut
   short the group may have run at home again. It leaves the reversal to an operator and the action `failback`, and says
   so.
6. A failback is refused where this side was never failed over: a source that lost its link (any reason but Host Source)
   may have been taken over by the far side since, whose data is then the newer. That wants resumepprc, and a person.

Known hazards, which the agent cannot see from its own array: a target that says Target Full Duplex may be stale (the
link broke and the source was written since); a source may have been taken over by the far side; a pause at the source
looks exactly like a failover; after a failover that was cut short, the volumes of rule 4 hold different points in time
if the source was written between the two attempts.

Rule: every function is total. Whatever is not listed as safe is refused, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import FrozenSet, Optional, Sequence, Tuple, Union

from .journal import Journal, Step
from .pairs import (
    WRITABLE,
    LocalVolume,
    Path,
    Reason,
    Standing,
    State,
    by_standing,
    lss_pairs,
    name_volumes,
)


@dataclass(frozen=True)
class TakeLock:
    """Every volume is writable: create the lock, send no command that changes pairs."""

    why: str
    warnings: Tuple[str, ...] = ()


@dataclass(frozen=True)
class FailOver:
    """Make these pairs (local:remote) writable here; then perhaps reverse the direction of the whole set."""

    pairs: Tuple[str, ...]
    reverse: bool
    why: str


@dataclass(frozen=True)
class WaitForCopy:
    """Look again later: a copy to this array may still become complete."""

    why: str


@dataclass(frozen=True)
class Refuse:
    """Do nothing."""

    why: str


OnlinePlan = Union[TakeLock, FailOver, WaitForCopy, Refuse]

_REFUSED = {
    Standing.NOT_METRO_MIRROR: "the agent supports Metro Mirror only",
    Standing.CASCADED: "a third array is copied from here, and the agent takes no cascade over",
    Standing.DOUBTFUL: "what the array says of them is no state to act on",
    Standing.TARGET_SUSPENDED: "the copy to this array was stopped, so its data is old",
}
"""Standings that refuse the set whatever the other volumes are, the most telling first."""


def decide_online(volumes: Sequence[LocalVolume], journal: Optional[Journal] = None) -> OnlinePlan:
    """Decide how to make every volume writable on this array, or why not. All or nothing (rules 1 to 5)."""
    groups = by_standing(volumes)
    found = frozenset(groups)
    if not found:
        return Refuse("the resource has no volumes")
    for its, why in _REFUSED.items():
        if its in groups:
            return Refuse(f"{_ids(groups[its])}: {why}")
    if found <= WRITABLE:
        return TakeLock("all volumes are writable here", _warnings(volumes, journal))
    return _decide_targets(volumes, found)


def _decide_targets(volumes: Sequence[LocalVolume], found: FrozenSet[Standing]) -> OnlinePlan:
    """Rules 3 and 4, for a set in which at least one volume is a target that may be taken over now or later."""
    groups = by_standing(volumes)
    for its in (Standing.NO_PAIR, Standing.SOURCE):
        if its in found:
            others = [volume for volume in volumes if volume not in groups[its]]
            return Refuse(f"mixed set: {_ids(groups[its])} {its.value}, but {_ids(others)} target")
    if Standing.TARGET_COPYING in found:
        why = f"{_ids(groups[Standing.TARGET_COPYING])}: the copy to this array is not complete"
        return Refuse(why + ", and others have been failed over") if Standing.FAILED_OVER in found else WaitForCopy(why)
    pairs = tuple(volume.pair for volume in groups[Standing.TARGET_IN_SYNC])
    if Standing.FAILED_OVER in found:
        return FailOver(
            pairs, reverse=False, why=f"a failover was cut short; {_ids(groups[Standing.FAILED_OVER])} done"
        )
    return FailOver(pairs, reverse=True, why="all volumes are targets in sync")


def _warnings(volumes: Sequence[LocalVolume], journal: Optional[Journal]) -> Tuple[str, ...]:
    groups = by_standing(volumes)
    found = []
    if Standing.NO_PAIR in groups:
        found.append(f"{_ids(groups[Standing.NO_PAIR])} in no pair: not mirrored")
    foreign = [volume for volume in volumes if any(relation.has_foreign_peer for relation in volume.judged)]
    if foreign:
        found.append(f"{_ids(foreign)} mirrored to another storage image than RemoteStorageImageID")
    suspended = [volume for volume in volumes if any(each.state is State.SUSPENDED for each in volume.judged)]
    if suspended:
        found.append(f"{_ids(suspended)} suspended: not mirrored until an operator runs failback or resumepprc")
    if journal is not None and journal.step in (Step.FAILED_OVER, Step.REVERSING):
        found.append(f"an earlier {journal.operation} on this node stopped while {journal.step.value}")
    return tuple(found)


def _ids(volumes: Sequence[LocalVolume]) -> str:
    return name_volumes([volume.volume for volume in volumes])


@dataclass(frozen=True)
class Writable:
    """The failover is complete: hosts may write all of these volumes here."""

    volumes: Tuple[str, ...]


@dataclass(frozen=True)
class Remaining:
    """Some pairs have not been failed over, and still may be."""

    pairs: Tuple[str, ...]


def verify_failover(volumes: Sequence[LocalVolume]) -> Union[Writable, Remaining, Refuse]:
    """What a look after failoverpprc shows: all done, something left to do, or a state that no failover leads to."""
    groups = by_standing(volumes)
    found = frozenset(groups)
    if found and found <= {Standing.FAILED_OVER, Standing.SOURCE}:
        # A source that gives another reason, or is copied already, is as writable.
        return Writable(tuple(volume.volume for volume in volumes))
    if found and found <= {Standing.FAILED_OVER, Standing.TARGET_IN_SYNC}:
        return Remaining(tuple(volume.pair for volume in groups[Standing.TARGET_IN_SYNC]))
    odd = [volume for its in groups for volume in groups[its] if its is not Standing.FAILED_OVER]
    return Refuse(f"after the failover {_ids(odd)} neither suspended sources nor targets in sync")


@dataclass(frozen=True)
class Reverse:
    """Copy these pairs (local:remote) from here to the far side."""

    pairs: Tuple[str, ...]


def decide_reversal(pairs: Sequence[str], paths: Sequence[Path]) -> Union[Reverse, Refuse]:
    """Whether the copy can be reversed: each LSS pair needs a path from here to there that is up."""
    up = {(path.source_lss, path.target_lss) for path in paths if path.is_up}
    missing = [f"{local}:{remote}" for local, remote in lss_pairs(pairs) if (local, remote) not in up]
    if missing:
        return Refuse(f"no path from here to there is up for LSS {' '.join(missing)}")
    return Reverse(tuple(pairs))


def verify_reversal(volumes: Sequence[LocalVolume]) -> Tuple[str, ...]:
    """The volumes that are not sources of a running or complete copy after failbackpprc."""
    running = (State.COPY_PENDING, State.FULL_DUPLEX)
    return tuple(v.volume for v in volumes if v.relation is None or v.relation.state not in running)


@dataclass(frozen=True)
class SafeToFault:
    """Nothing of an interrupted operation is left in the air: VCS may start the group elsewhere."""

    why: str


@dataclass(frozen=True)
class LookAgain:
    """The set is in one role, but a command of the killed entry point may still be on its way."""

    why: str


CleanVerdict = Union[SafeToFault, LookAgain, Refuse]


def decide_clean(
    volumes: Sequence[LocalVolume], step: Optional[Step], *, settled: bool, may_land: bool = False
) -> CleanVerdict:
    """Whether an interrupted operation left the set in one role. `settled`: a second look showed the same as the first.

    `step` is how far the journal says it had come; None where the journal is garbled. `may_land`: the command of that
    step was sent so short a time ago that the DS CLI may still hand it to the array.
    """
    groups = by_standing(volumes)
    found = frozenset(groups)
    if not found or found & {Standing.DOUBTFUL, Standing.CASCADED, Standing.NOT_METRO_MIRROR}:
        return Refuse("what the array says of the set is no state to act on")
    writable = found <= WRITABLE
    if not writable and found & WRITABLE:
        done = [volume for its in groups if its in WRITABLE for volume in groups[its]]
        return Refuse(f"mixed set: {_ids(done)} writable, the others not; an online on this array carries it on")
    if writable and _has_landed(step, found):
        return SafeToFault("all volumes are writable here")
    if may_land and step in (None, Step.FAILING_OVER, Step.REVERSING):
        commands = {None: "command", Step.FAILING_OVER: "failoverpprc", Step.REVERSING: "failbackpprc"}
        command = commands[step]
        return Refuse(f"the {command} that was cut short may still be carried out; VCS asks again")
    if not settled:
        return LookAgain("a command that was under way may still change the set")
    return SafeToFault("all volumes are writable here" if writable else "all volumes are targets; nothing was changed")


def _has_landed(step: Optional[Step], found: FrozenSet[Standing]) -> bool:
    """Whether all that the step asked for has happened to a set that is writable."""
    if step is Step.FAILING_OVER:
        return found == {Standing.FAILED_OVER}
    if step is Step.REVERSING:
        return Standing.FAILED_OVER not in found
    return step is not None


@dataclass(frozen=True)
class StartFailback:
    """Copy these pairs (local:remote) to the far side, if the paths allow it."""

    pairs: Tuple[str, ...]


@dataclass(frozen=True)
class NothingToDo:
    """All pairs are already copied from here to there."""

    why: str


def decide_failback(volumes: Sequence[LocalVolume]) -> Union[StartFailback, NothingToDo, Refuse]:
    """Whether a failback from this side is the right direction (rule 6). Mixed sets are refused as a whole."""
    groups = by_standing(volumes)
    targets = [volume for its in groups if its not in WRITABLE for volume in groups[its]]
    if not groups or targets:
        return Refuse(f"wrong side: {_ids(targets)} not a source here" if targets else "the resource has no volumes")
    if Standing.NO_PAIR in groups:
        return Refuse(f"{_ids(groups[Standing.NO_PAIR])} in no pair: there is nothing to fail back")
    lost = [
        v for v in volumes if any(r.state is State.SUSPENDED and r.reason is not Reason.HOST_SOURCE for r in v.judged)
    ]
    if lost:
        return Refuse(
            f"{_ids(lost)} suspended without a failover to this side: the far side may hold newer data. "
            "Run failback there if it took over, resumepprc here if it did not"
        )
    if any(volume.relation is None or volume.relation.has_foreign_peer for volume in volumes):
        return Refuse("not every volume has exactly one pair with RemoteStorageImageID")
    pairs = tuple(volume.pair for volume in groups.get(Standing.FAILED_OVER, []))
    return StartFailback(pairs) if pairs else NothingToDo("all pairs are copied from here to there")
