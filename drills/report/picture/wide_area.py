"""What clusters of different sites think of each other, as lanes: connections, remote clusters, Authority, alerts.

Each cluster has its own belief about each other one, and two beliefs about one moment may differ; that is why a lane
says which cluster's it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mirrordrill.drills.history.state_changes import AnyChange, ClusterSilence, StateChange, StateChanges, in_order
from mirrordrill.drills.report.model import Lane
from mirrordrill.drills.report.picture.tracks import Track, lane, tick
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.wide_area.events import (
    AlertChanged,
    ClusterDeclared,
    ConnectorChanged,
    GlobalConcurrencyViolation,
    HeartbeatChanged,
    InquiryAnswered,
    WanChanged,
)

WIDE = "Between the clusters"
GOOD = frozenset({"mended", "answered again", "reachable again", "RUNNING", "ALIVE"})
BELIEFS = {"RUNNING": "good", "FAULTED": "bad", "LOST_HB": "partial", "LOST_CONN": "partial", "INQUIRY": "partial"}
"""How a remote cluster's state looks; any other one is on the way to one of these, or is not known."""
TOLD = (AlertChanged, ClusterDeclared, ConnectorChanged, InquiryAnswered, GlobalConcurrencyViolation)


def wide_lanes(
    records: Sequence[Record], changes: StateChanges, silences: Sequence[ClusterSilence], end_us: int
) -> list[Lane]:
    """What operators are told first, then what is believed, then what carries it."""
    told, believed = (*told_tracks(records), *authority_tracks(changes)), belief_tracks(changes, silences)
    tracks = (*told, *believed, *line_tracks(changes, silences))
    return [lane(WIDE, name, track, end_us) for name, track in tracks]


def told_tracks(records: Sequence[Record]) -> Iterator[tuple[str, Track]]:
    """What the operators of each cluster are told."""
    found: dict[str, Track] = {}
    for record in records:
        if isinstance(record.event, TOLD):
            found.setdefault(f"cluster {record.event.cluster}", Track()).ticks.append(tick(record))
    yield from found.items()


def authority_tracks(changes: StateChanges) -> Iterator[tuple[str, Track]]:
    """Where Authority for each group is."""
    for (group, cluster), its in changes.authority.items():
        track = Track()
        for change in its:
            has_it = change.event.has_it
            track.set(change.time_us, "good" if has_it else "", "has Authority" if has_it else "", change.number)
        yield f"{group}: Authority at {cluster}", track


def belief_tracks(changes: StateChanges, silences: Sequence[ClusterSilence]) -> Iterator[tuple[str, Track]]:
    """What each cluster takes each other one for."""
    for (cluster, remote), its in changes.remotes.items():
        track = Track()
        for change in in_order(its, (each for each in silences if each.cluster == cluster)):
            if isinstance(change, ClusterSilence):
                track.fall_silent(change.time_us, change.number)
            else:
                after: str = change.event.after
                track.set(change.time_us, BELIEFS.get(after, "moving"), after, change.number)
        yield f"{remote} as {cluster} sees it", track


def line_tracks(changes: StateChanges, silences: Sequence[ClusterSilence]) -> Iterator[tuple[str, Track]]:
    """The network between the clusters, and the heartbeats of each."""
    found: dict[str, list[StateChange[WanChanged]] | list[StateChange[HeartbeatChanged]]] = {}
    found |= {f"WAN {what}": its for what, its in changes.wan.items()}
    found |= {" ".join(heartbeat): its for heartbeat, its in changes.heartbeats.items()}
    for name, its in sorted(found.items(), key=lambda item: item[1][0].number):
        track = Track()
        for change in in_order(its, (each for each in silences if name.startswith(f"{each.cluster} "))):
            match change:
                case ClusterSilence():
                    track.fall_silent(change.time_us, change.number)
                case StateChange(event=WanChanged()):
                    _line(track, change, change.event.change, "up")
                case _:
                    _line(track, change, change.event.after, change.event.before)
        yield name, track


def _line(track: Track, change: AnyChange, after: str, before: str) -> None:
    if not track.changes and before in GOOD | {"up"}:
        track.set(0, "good", before, change.number)
    track.set(change.time_us, "good" if after in GOOD else "bad", after, change.number)
