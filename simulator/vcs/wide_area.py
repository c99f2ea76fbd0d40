"""What a cluster knows of other clusters: their states, the heartbeats that watch them, and alerts for the operator.

A cluster without remote clusters has all of it empty, and its commands then answer as such a cluster's do. The words
are those of vcs.md 4.2 to 4.4.

Rule 1: plain data; who watches, decides and raises alerts writes it, commands read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RemoteSystem:
    """A system of a remote cluster as this cluster last heard of it."""

    name: str
    state: str
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class RemoteGroup:
    """A global group on a system of a remote cluster."""

    name: str
    system: str
    words: tuple[str, ...]
    probed: bool = True
    auto_disabled: bool = False


@dataclass(frozen=True, slots=True)
class RemoteCluster:
    """A remote cluster: RUNNING, LOST_HB, LOST_CONN, INQUIRY, FAULTED and so on (vcs.md 4.3)."""

    name: str
    state: str
    systems: tuple[RemoteSystem, ...] = ()
    groups: tuple[RemoteGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that waits for an operator: CFAULT, NOFAILA or NOFAIL (vcs.md 4.4)."""

    id: str
    kind: str
    source: str
    """The cluster or group it is about."""
    text: str


@dataclass(slots=True)
class WideArea:
    """All of it."""

    clusters: dict[str, RemoteCluster] = field(default_factory=dict)
    heartbeats: dict[tuple[str, str], str] = field(default_factory=dict)
    """(heartbeat, cluster) -> ALIVE, DOWN or UNKNOWN."""
    alerts: dict[str, Alert] = field(default_factory=dict)
