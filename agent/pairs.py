"""Metro Mirror pairs as the local array describes them, and what each volume's description means for the agent.

An array tells its own opinion of a pair. It lists every relation as source:target, also when it holds the target, and
the state tells the role: `Full Duplex`, `Copy Pending` and `Suspended` are said of a source, which hosts may write;
`Target ...` is said of a target, which they may not.

Known hazard: the opinion of the other array may differ. A source says `Full Duplex` or `Suspended` although the far
side has failed over since, and a target says `Target Full Duplex` although the source has been suspended and written
since the link broke. Neither can be seen from here.

Rule: the agent knows a volume by its Standing only; STANDING below is the one place that says what a state means.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple


class State(enum.Enum):
    """Pair states as lspprc prints them (reference dscli.md 2.3)."""

    FULL_DUPLEX = "Full Duplex"
    COPY_PENDING = "Copy Pending"
    SUSPENDED = "Suspended"
    TARGET_FULL_DUPLEX = "Target Full Duplex"
    TARGET_COPY_PENDING = "Target Copy Pending"
    TARGET_SUSPENDED = "Target Suspended"
    NOT_A_PAIR = "Not Remote Copy Pair"
    INVALID = "Invalid State"
    INACCESSIBLE = "Volume Inaccessible"


class Reason(enum.Enum):
    """Reasons of a suspension as lspprc prints them (reference dscli.md 2.4)."""

    NONE = "-"
    HOST_SOURCE = "Host Source"
    HOST_TARGET = "Host Target"
    UPDATE_TARGET = "Update Target"
    INTERNAL_SOURCE = "Internal Conditions Source"
    INTERNAL_TARGET = "Internal Conditions Target"
    SIMPLEX_TARGET = "Simplex Target"
    POWER_OFF = "Power Off"
    POWER_ON = "Power On"
    FREEZE = "Freeze"


class CopyType(enum.Enum):
    """Kinds of remote copy; the agent supports the first."""

    METRO_MIRROR = "Metro Mirror"
    GLOBAL_COPY = "Global Copy"
    GLOBAL_MIRROR = "Global Mirror"


TARGET_STATES = frozenset({State.TARGET_FULL_DUPLEX, State.TARGET_COPY_PENDING, State.TARGET_SUSPENDED})


class Relation(NamedTuple):
    """One relation of a local volume, as the local array sees it."""

    peer: str
    state: State
    reason: Reason = Reason.NONE
    copy_type: CopyType = CopyType.METRO_MIRROR
    has_foreign_peer: bool = False
    """The other volume lies on another storage image than the resource's RemoteStorageImageID."""
    out_of_sync_tracks: Optional[int] = None
    suspended_at: str = ""
    """When the array suspended it, in the array's words; empty where it does not say or was not asked."""

    @property
    def is_target(self) -> bool:
        """Whether the local volume is the target."""
        return self.state in TARGET_STATES


class LocalVolume(NamedTuple):
    """A volume of the resource with all its relations. None at all: it is in no pair."""

    volume: str
    relations: Tuple[Relation, ...] = ()

    @property
    def relation(self) -> Optional[Relation]:
        """Its relation, where there is exactly one; or the one with the far array, where it has copies elsewhere, too.

        A volume that is the source of copies to a third array (multi-target, or a cascade behind a target) has its pair
        with the far array all the same.
        """
        if len(self.relations) == 1:
            return self.relations[0]
        own = [each for each in self.relations if not each.has_foreign_peer]
        others = [each for each in self.relations if each.has_foreign_peer]
        return own[0] if len(own) == 1 and not any(each.is_target for each in others) else None

    @property
    def judged(self) -> Tuple[Relation, ...]:
        """The relations that say how its mirror is: not the copies to a third array."""
        return self.relations if self.relation is None else (self.relation,)

    @property
    def pair(self) -> str:
        """local:remote, the way commands on this array want it. Only for a volume with one relation."""
        assert self.relation is not None
        return f"{self.volume}:{self.relation.peer}"


class Standing(enum.Enum):
    """What the local array's description of one volume means to the agent. The value completes `1260 ...`."""

    SOURCE = "source, writable"
    FAILED_OVER = "suspended source after a failover or a pause, writable"
    NO_PAIR = "in no pair, writable"
    TARGET_IN_SYNC = "target, in sync at the last contact"
    TARGET_COPYING = "target of a copy that is not complete"
    TARGET_SUSPENDED = "suspended target"
    NOT_METRO_MIRROR = "not Metro Mirror"
    CASCADED = "target of the far array and source of a copy to a third one"
    DOUBTFUL = "doubtful"


STANDING: Mapping[State, Standing] = {
    State.FULL_DUPLEX: Standing.SOURCE,
    State.COPY_PENDING: Standing.SOURCE,
    # Also where the reason is Internal Conditions Target: the original source after a loss of the link goes on writing.
    State.SUSPENDED: Standing.SOURCE,
    State.TARGET_FULL_DUPLEX: Standing.TARGET_IN_SYNC,
    State.TARGET_COPY_PENDING: Standing.TARGET_COPYING,
    State.TARGET_SUSPENDED: Standing.TARGET_SUSPENDED,
    State.NOT_A_PAIR: Standing.NO_PAIR,
    State.INVALID: Standing.DOUBTFUL,
    State.INACCESSIBLE: Standing.DOUBTFUL,
}

WRITABLE = frozenset({Standing.SOURCE, Standing.FAILED_OVER, Standing.NO_PAIR})


def standing(volume: LocalVolume) -> Standing:
    """What the array's description of a volume means."""
    if not volume.relations:
        return Standing.NO_PAIR
    if any(relation.copy_type is not CopyType.METRO_MIRROR for relation in volume.judged):
        return Standing.NOT_METRO_MIRROR
    if volume.relation is not None:
        is_cascaded = volume.relation.is_target and len(volume.relations) > 1
        return Standing.CASCADED if is_cascaded else _standing_of(volume.relation)
    # Several relations: source of all of them is writable; a target in one of them is more than the agent can reverse.
    each = {_standing_of(relation) for relation in volume.relations}
    return Standing.SOURCE if each <= {Standing.SOURCE, Standing.FAILED_OVER} else Standing.DOUBTFUL


def _standing_of(relation: Relation) -> Standing:
    found = STANDING[relation.state]
    if relation.is_target and relation.has_foreign_peer:
        return Standing.DOUBTFUL
    if relation.state is State.SUSPENDED and relation.reason is Reason.HOST_SOURCE and not relation.has_foreign_peer:
        return Standing.FAILED_OVER
    if relation.state is State.TARGET_FULL_DUPLEX and relation.reason is not Reason.NONE:
        # In sync and yet with a reason for a suspension: the array contradicts itself.
        return Standing.DOUBTFUL
    return found


Group = Dict[Standing, List[LocalVolume]]


def by_standing(volumes: Sequence[LocalVolume]) -> Group:
    """The volumes of a set, grouped by what they are; groups in the order of Standing."""
    found = [(standing(volume), volume) for volume in volumes]
    groups = {each: [volume for its, volume in found if its is each] for each in Standing}
    return {each: members for each, members in groups.items() if members}


IDS_SHOWN_MAX = 8


def name_volumes(ids: Sequence[str]) -> str:
    """Volume ids for a log line: `1260 1261`, and a count where there are too many."""
    if len(ids) <= IDS_SHOWN_MAX:
        return " ".join(ids)
    return " ".join(ids[:IDS_SHOWN_MAX]) + f" and {len(ids) - IDS_SHOWN_MAX} more"


def describe(volumes: Sequence[LocalVolume]) -> str:
    """What the array said of a set, in one line: `1260 1261 Target Full Duplex; 1262 Suspended (Host Source)`."""
    texts: Dict[str, List[str]] = {}
    for volume in volumes:
        texts.setdefault(" and ".join(_text(each) for each in volume.relations) or "in no pair", []).append(
            volume.volume
        )
    return "; ".join(f"{name_volumes(ids)} {text}" for text, ids in texts.items()) or "no volumes"


def _text(relation: Relation) -> str:
    reason = "" if relation.reason is Reason.NONE else f" ({relation.reason.value})"
    kind = "" if relation.copy_type is CopyType.METRO_MIRROR else f", {relation.copy_type.value}"
    foreign = ", peer on another storage image" if relation.has_foreign_peer else ""
    return relation.state.value + reason + kind + foreign


@dataclass(frozen=True)
class Path:
    """One port pair of the remote copy path from a local to a remote LSS."""

    source_lss: str
    target_lss: str
    is_up: bool
    state: str
    is_grouped: Optional[bool] = None
    """Whether it was made with -consistgrp; None where the array does not say or was not asked."""


def lss_of(volume: str) -> str:
    """The logical subsystem of a volume: its first two hex digits."""
    return volume[:2]


def lss_pairs(pairs: Sequence[str]) -> Tuple[Tuple[str, str], ...]:
    """The LSS pairs that volume pairs (local:remote) run over, sorted."""
    halves = [pair.split(":") for pair in pairs]
    return tuple(sorted({(lss_of(local), lss_of(remote)) for local, remote in halves}))
