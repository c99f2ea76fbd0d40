"""What clusters of different sites think of each other, as lanes: connections, remote clusters, Authority, alerts.

Each cluster has its own belief about each other one, and two beliefs about one moment may differ; that is why a lane
says whose it is.
"""

from __future__ import annotations

from mirrordrill.drills.report.model import Lane, Tick
from mirrordrill.drills.report.picture.tracks import Track, lane
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.wide_area.events import (
    AlertChanged,
    AuthorityChanged,
    ClusterDeclared,
    ConnectorChanged,
    GlobalConcurrencyViolation,
    HeartbeatChanged,
    InquiryAnswered,
    RemoteClusterChanged,
    WanChanged,
)

WIDE = "Between the clusters"
GOOD = frozenset({"mended", "answered again", "reachable again", "RUNNING", "ALIVE"})
BELIEFS = {"RUNNING": "good", "FAULTED": "bad", "LOST_HB": "partial", "LOST_CONN": "partial", "INQUIRY": "partial"}
"""How a remote cluster's state looks; any other one is on the way to one of these, or nobody knows."""


class WideTracks:
    """Folded from the log."""

    def __init__(self) -> None:
        self._lines: dict[str, Track] = {}
        self._beliefs: dict[str, Track] = {}
        self._authority: dict[str, Track] = {}
        self._told: dict[str, Track] = {}

    def see(self, record: Record) -> None:
        """Take one record in."""
        event = record.event
        match event:
            case WanChanged():
                self._line(record, f"WAN {event.what}", event.change, "up")
            case HeartbeatChanged():
                self._line(record, f"{event.cluster} {event.heartbeat} {event.remote}", event.after, event.before)
            case RemoteClusterChanged():
                track = self._beliefs.setdefault(f"{event.remote} as {event.cluster} sees it", Track())
                state = BELIEFS.get(event.after, "moving")
                track.set(record.time_us, state, event.after, record.number)
            case AuthorityChanged():
                state = "good" if event.has_it else ""
                track = self._authority.setdefault(f"{event.group}: Authority at {event.cluster}", Track())
                track.set(record.time_us, state, "has Authority" if event.has_it else "", record.number)
            case (
                AlertChanged()
                | ClusterDeclared()
                | ConnectorChanged()
                | InquiryAnswered()
                | GlobalConcurrencyViolation()
            ):
                track = self._told.setdefault(f"cluster {event.cluster}", Track())
                track.ticks.append(Tick(record.time_us, event.text(), record.number))
            case _:
                pass

    def fall_silent(self, record: Record, cluster: str) -> None:
        """The last system of a cluster is lost: nobody there believes anything."""
        for name, track in self._beliefs.items():
            if name.endswith(f" as {cluster} sees it"):
                track.set(record.time_us, "", "", record.number)
        for name, track in self._lines.items():
            if name.startswith(f"{cluster} "):
                track.set(record.time_us, "", "", record.number)

    def lanes(self, end_us: int) -> list[Lane]:
        """What operators are told first, then what is believed, then what carries it."""
        return [
            lane(WIDE, name, track, end_us)
            for tracks in (self._told, self._authority, self._beliefs, self._lines)
            for name, track in tracks.items()
        ]

    def _line(self, record: Record, name: str, after: str, before: str) -> None:
        track = self._lines.setdefault(name, Track())
        if not track.changes and before in GOOD | {"up"}:
            track.set(0, "good", before, record.number)
        track.set(record.time_us, "good" if after in GOOD else "bad", after, record.number)
