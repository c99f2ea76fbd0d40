"""The states of a remote cluster as another cluster sees it (vcs.md 4.3), as a table.

A remote cluster is known by heartbeats, which probe it over the network, and by the connection of the two wide-area
connectors. If one of them is lost, a network or a wac has failed. If both are lost, the cluster looks dead, and other
clusters or Stewards are asked (an inquiry) where there are any. Between two clusters a dead site and a cut network look
the same: that is the wide-area split brain.

Rule 1: every legal change is listed in AFTER; an event that is not listed changes nothing.
Rule 2: a cluster that announced its exit (EXITING, EXITED) never becomes FAULTED, however long it is not reached.
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
        """Whether requests to the cluster are possible."""
        return self is RemoteState.RUNNING or self is RemoteState.LOST_HB


class HeartbeatState(enum.Enum):
    """What a heartbeat says of a remote cluster."""

    UNKNOWN = "UNKNOWN"
    ALIVE = "ALIVE"
    DOWN = "DOWN"


class ConnectionEvent(enum.Enum):
    """What can change the state of a remote cluster."""

    CONNECTED = "connected"
    SNAPSHOT = "its snapshot has come"
    HEARTBEATS_LOST = "no heartbeat is answered"
    HEARTBEAT_BACK = "a heartbeat is answered again"
    TIMED_OUT = "the connection is silent"
    CLOSED = "its wac has ended"
    NOT_BACK = "its wac does not come back"
    OWN_WAC_DOWN = "the local wac is down"
    EXIT_ANNOUNCED = "it is being stopped"
    INQUIRY_REPEATED = "no cluster or Steward says any more that it is up"
    CONFIRMED = "no cluster or Steward says that it is up"
    DENIED = "a cluster or Steward says that it is up"


def _table() -> Mapping[tuple[RemoteState, ConnectionEvent], RemoteState]:
    state, event = RemoteState, ConnectionEvent
    table = {
        (state.BUILD, event.SNAPSHOT): state.RUNNING,
        (state.BUILD, event.TIMED_OUT): state.LOST_CONN,
        (state.BUILD, event.CLOSED): state.TRANSITIONING,
        (state.RUNNING, event.HEARTBEATS_LOST): state.LOST_HB,
        (state.RUNNING, event.TIMED_OUT): state.LOST_CONN,
        (state.RUNNING, event.CLOSED): state.TRANSITIONING,
        (state.LOST_HB, event.HEARTBEAT_BACK): state.RUNNING,
        # Heartbeats and connection are both lost.
        (state.LOST_HB, event.TIMED_OUT): state.INQUIRY,
        (state.LOST_HB, event.CLOSED): state.INQUIRY,
        (state.LOST_CONN, event.HEARTBEATS_LOST): state.INQUIRY,
        (state.TRANSITIONING, event.HEARTBEATS_LOST): state.INQUIRY,
        (state.TRANSITIONING, event.NOT_BACK): state.LOST_CONN,
        # Never connected since the start, and no heartbeat is answered: it counts as down.
        (state.INIT, event.HEARTBEATS_LOST): state.INQUIRY,
        (state.INQUIRY, event.CONFIRMED): state.FAULTED,
        (state.INQUIRY, event.DENIED): state.UNKNOWN,
        (state.INQUIRY, event.HEARTBEAT_BACK): state.LOST_CONN,
        (state.UNKNOWN, event.HEARTBEAT_BACK): state.LOST_CONN,
        (state.UNKNOWN, event.INQUIRY_REPEATED): state.INQUIRY,
        (state.EXITING, event.CLOSED): state.EXITED,
        (state.EXITING, event.TIMED_OUT): state.EXITED,
    }
    table |= {(before, event.CONNECTED): state.BUILD for before in state}
    table |= {(before, event.EXIT_ANNOUNCED): state.EXITING for before in (state.RUNNING, state.LOST_HB, state.BUILD)}
    # A cluster without its wac receives nothing. FAULTED and EXITED clusters stay so.
    blind = (state.BUILD, state.RUNNING, state.LOST_HB, state.TRANSITIONING, state.INQUIRY, state.UNKNOWN)
    table |= {(before, event.OWN_WAC_DOWN): state.LOST_CONN for before in blind}
    return MappingProxyType(table)


AFTER: Mapping[tuple[RemoteState, ConnectionEvent], RemoteState] = _table()
"""The state of a remote cluster after an event. The recovery arrows are marked M in vcs.md 4.3."""


def after(state: RemoteState, event: ConnectionEvent) -> RemoteState:
    """The state after an event; the same state where the event is not listed."""
    return AFTER.get((state, event), state)
