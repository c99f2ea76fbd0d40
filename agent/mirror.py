"""How the mirror of a resource is: in sync, copying, suspended or gone, and since when; and a note of it on the node.

The monitor asks no array. The entry points that do ask (`info` every InfoInterval, `verify`, `status`) leave the note.
From it the monitor knows with how much confidence the resource is online, and the agent knows, once the mirror is no
longer in sync, when it last was.

Rule: the note is a courtesy. It proves nothing, it decides nothing, and where it cannot be read nothing is concluded.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence

from . import statetext
from .errors import GarbledState
from .names import mirror_name
from .pairs import LocalVolume, Reason, State, describe
from .ports import Node


class MirrorState(enum.Enum):
    """The mirror of a whole set: as bad as that of its worst volume."""

    IN_SYNC = "in sync"
    COPYING = "copying"
    SUSPENDED = "suspended"
    BROKEN = "not mirrored"


_OF_STATE = {
    State.FULL_DUPLEX: MirrorState.IN_SYNC,
    State.TARGET_FULL_DUPLEX: MirrorState.IN_SYNC,
    State.COPY_PENDING: MirrorState.COPYING,
    State.TARGET_COPY_PENDING: MirrorState.COPYING,
    State.SUSPENDED: MirrorState.SUSPENDED,
    State.TARGET_SUSPENDED: MirrorState.SUSPENDED,
}


@dataclass(frozen=True)
class Mirror:
    """The mirror as the local array shows it. `tracks` have still to be copied; None where the array counts none."""

    state: MirrorState
    tracks: Optional[int]
    since: str
    """When the array suspended it, in the array's words; empty where it does not say."""
    saw: str

    @property
    def is_in_sync(self) -> bool:
        """Whether every volume is mirrored to the end."""
        return self.state is MirrorState.IN_SYNC

    def text(self) -> str:
        """One line: `suspended since January 5, 2026 8:00:49 AM UTC, 458 tracks to go`."""
        since = f" since {self.since}" if self.since else ""
        tracks = "" if self.tracks is None or self.is_in_sync else f", {self.tracks} tracks to go"
        return f"{self.state.value}{since}{tracks}"


def mirror_of(volumes: Sequence[LocalVolume]) -> Mirror:
    """Judge a set of volumes, looked at with their tracks."""
    order = list(MirrorState)
    worst = max((_state_of(volume) for volume in volumes), key=order.index, default=MirrorState.BROKEN)
    relations = [relation for volume in volumes for relation in volume.judged]
    counted = [relation.out_of_sync_tracks for relation in relations if relation.out_of_sync_tracks is not None]
    dates = [relation.suspended_at for relation in relations if relation.suspended_at]
    return Mirror(worst, sum(counted) if counted else None, dates[0] if dates else "", describe(volumes))


def _state_of(volume: LocalVolume) -> MirrorState:
    relation = volume.relation
    if relation is None or relation.has_foreign_peer:
        return MirrorState.BROKEN
    found = _OF_STATE.get(relation.state, MirrorState.BROKEN)
    contradicts = found is MirrorState.IN_SYNC and relation.reason is not Reason.NONE
    return MirrorState.SUSPENDED if contradicts else found


@dataclass(frozen=True)
class MirrorNote:
    """What was seen last, and when, in uptime of one boot. `in_sync_s` is None where this boot never saw it in sync."""

    state: MirrorState
    tracks: Optional[int]
    seen_s: float
    in_sync_s: Optional[float]

    def behind_s(self, now_s: float) -> Optional[float]:
        """Seconds of writes that a takeover would lose at most: 0 in sync, None if unknown."""
        if self.state is MirrorState.IN_SYNC:
            return 0.0
        return None if self.in_sync_s is None else max(0.0, now_s - self.in_sync_s)


def read_note(node: Node, resource: str) -> Optional[MirrorNote]:
    """The note of this boot; None where there is none that can be read."""
    name = mirror_name(resource)
    try:
        text = node.read_state(name)
        values = statetext.parse(name, text) if text else {}
        if not values or values.get("boot_id") != node.boot_id():
            return None
        return MirrorNote(
            MirrorState(values["state"]),
            int(values["tracks"]) if values.get("tracks") else None,
            float(values["seen_uptime_s"]),
            float(values["in_sync_uptime_s"]) if values.get("in_sync_uptime_s") else None,
        )
    except (OSError, GarbledState, ValueError, KeyError):
        return None


def leave_note(node: Node, resource: str, mirror: Mirror) -> MirrorNote:
    """Note what was just seen; the note as it is now."""
    before, now_s = read_note(node, resource), node.uptime_s()
    in_sync_s = now_s if mirror.is_in_sync else before.in_sync_s if before else None
    note = MirrorNote(mirror.state, mirror.tracks, now_s, in_sync_s)
    values: Dict[str, str] = {
        "boot_id": "",
        "state": note.state.value,
        "is_in_sync": "yes" if mirror.is_in_sync else "no",
        "tracks": "" if note.tracks is None else str(note.tracks),
        "seen_uptime_s": f"{now_s:.2f}",
        "in_sync_uptime_s": "" if in_sync_s is None else f"{in_sync_s:.2f}",
    }
    try:
        values["boot_id"] = node.boot_id()
        node.write_state(mirror_name(resource), statetext.render("MetroMirror: the mirror as it was seen last", values))
    except (OSError, ValueError):
        return note
    return note


def ages(note: MirrorNote, now_s: float) -> List[str]:
    """How old what is known is, in words: when it was last seen in sync, and what a takeover would lose."""
    if note.state is MirrorState.IN_SYNC:
        return []
    if note.in_sync_s is None:
        return ["not seen in sync since this node booted"]
    return [f"last seen in sync {duration(now_s - note.in_sync_s)} ago"]


def duration(seconds: float) -> str:
    """Seconds as people say them: `40 s`, `22 min`, `5 h`, `3 d`."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
