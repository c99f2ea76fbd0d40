"""The states of a remote cluster as another one sees it (vcs.md 4.3), as a table.

A remote cluster is known by two signs: heartbeats, which ask over the network, and the connection of the two wide-area
connectors. One of them lost is trouble with a network or with a wac; both lost looks like the death of the cluster,
and somebody else is asked (an inquiry) where there is somebody else. Between two clusters nobody can tell a dead site
from a cut line: that is the wide-area split brain.

Rule 1: every legal change is listed in AFTER; what is not listed changes nothing.
Rule 2: a cluster that said goodbye (EXITING, EXITED) is never taken for faulted, however silent it is.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType


class RemoteState(enum.Enum):
    """The state of a remote cluster."""

    INIT = "INIT"
    BUILD = "BUILD"
    RUNNING = "RUNNING"
    LOST_HB = "LOST_HB"
    LOST_CONN = "LOST_CONN"
    TRANSITIONING = "TRANSITIONING"
    INQUIRY = "INQUIRY"
    UNKNOWN = "UNKNOWN"
    FAULTED = "FAULTED"
    EXITING = "EXITING"
    EXITED = "EXITED"

    @property
    def is_connected(self) -> bool:
        """Whether the cluster can be talked to."""
        return self in {RemoteState.RUNNING, RemoteState.LOST_HB}


class HeartbeatState(enum.Enum):
    """What a heartbeat says of a remote cluster."""

    UNKNOWN = "UNKNOWN"
    ALIVE = "ALIVE"
    DOWN = "DOWN"


class Sign(enum.Enum):
    """What may tell of a remote cluster."""

    CONNECTED = "connected"
    SNAPSHOT = "its snapshot has come"
    HEARTBEATS_LOST = "no heartbeat is answered"
    HEARTBEAT_BACK = "a heartbeat is answered again"
    SILENT = "the connection is silent"
    CLOSED = "its wac has ended"
    NOT_BACK = "its wac does not come back"
    OWN_WAC_DOWN = "the local wac is down"
    GOODBYE = "it is being stopped"
    ASKING_AGAIN = "nobody says any more that it is up"
    CONFIRMED = "nobody says that it is up"
    DENIED = "somebody says that it is up"


def _table() -> Mapping[tuple[RemoteState, Sign], RemoteState]:
    state, sign = RemoteState, Sign
    table = {
        (state.BUILD, sign.SNAPSHOT): state.RUNNING,
        (state.BUILD, sign.SILENT): state.LOST_CONN,
        (state.BUILD, sign.CLOSED): state.TRANSITIONING,
        (state.RUNNING, sign.HEARTBEATS_LOST): state.LOST_HB,
        (state.RUNNING, sign.SILENT): state.LOST_CONN,
        (state.RUNNING, sign.CLOSED): state.TRANSITIONING,
        (state.LOST_HB, sign.HEARTBEAT_BACK): state.RUNNING,
        # The second of the two signs is lost.
        (state.LOST_HB, sign.SILENT): state.INQUIRY,
        (state.LOST_HB, sign.CLOSED): state.INQUIRY,
        (state.LOST_CONN, sign.HEARTBEATS_LOST): state.INQUIRY,
        (state.TRANSITIONING, sign.HEARTBEATS_LOST): state.INQUIRY,
        (state.TRANSITIONING, sign.NOT_BACK): state.LOST_CONN,
        # Never heard of since the start, and nothing answers: as far as anybody can tell it is down.
        (state.INIT, sign.HEARTBEATS_LOST): state.INQUIRY,
        (state.INQUIRY, sign.CONFIRMED): state.FAULTED,
        (state.INQUIRY, sign.DENIED): state.UNKNOWN,
        (state.INQUIRY, sign.HEARTBEAT_BACK): state.LOST_CONN,
        (state.UNKNOWN, sign.HEARTBEAT_BACK): state.LOST_CONN,
        (state.UNKNOWN, sign.ASKING_AGAIN): state.INQUIRY,
        (state.EXITING, sign.CLOSED): state.EXITED,
        (state.EXITING, sign.SILENT): state.EXITED,
    }
    table |= {(before, sign.CONNECTED): state.BUILD for before in state}
    table |= {(before, sign.GOODBYE): state.EXITING for before in (state.RUNNING, state.LOST_HB, state.BUILD)}
    # Who has no wac hears nothing. What was known to be over stays over.
    blind = (state.BUILD, state.RUNNING, state.LOST_HB, state.TRANSITIONING, state.INQUIRY, state.UNKNOWN)
    table |= {(before, sign.OWN_WAC_DOWN): state.LOST_CONN for before in blind}
    return MappingProxyType(table)


AFTER: Mapping[tuple[RemoteState, Sign], RemoteState] = _table()
"""What a remote cluster is taken for after a sign. The recovery arrows are marked M in vcs.md 4.3."""


def after(state: RemoteState, sign: Sign) -> RemoteState:
    """The state after a sign; the same one where the sign means nothing in this state."""
    return AFTER.get((state, sign), state)
