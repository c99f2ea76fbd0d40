"""What a cluster's engine log says of its global clusters' events: a number, a severity and a text for each."""

from __future__ import annotations

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.vcs.wide_area import messages
from mirrordrill.simulator.vcs.wide_area.events import (
    AlertChanged,
    AuthorityChanged,
    ClusterDeclared,
    ConnectorChanged,
    GlobalConcurrencyViolation,
    HeartbeatChanged,
    InquiryAnswered,
    RemoteClusterChanged,
)
from mirrordrill.simulator.vcs.wide_area.states import RemoteState

TOLD = (
    AlertChanged,
    AuthorityChanged,
    ClusterDeclared,
    ConnectorChanged,
    GlobalConcurrencyViolation,
    HeartbeatChanged,
    InquiryAnswered,
    RemoteClusterChanged,
)
"""The events that stand in the log of the cluster that told them."""


def line_of(event: Event) -> tuple[str, MessageText, str] | None:
    """The cluster whose log has the event, the message, and its text; None for any other event."""
    match event:
        case RemoteClusterChanged():
            faulted = event.after == RemoteState.FAULTED.value
            message = messages.REMOTE_FAULTED if faulted else messages.REMOTE_STATE
            return _line(event.cluster, message, event.remote, event.before, event.after, event.why)
        case HeartbeatChanged():
            values = event.heartbeat, event.remote, event.before, event.after
            return _line(event.cluster, messages.HEARTBEAT_STATE, *values)
        case AlertChanged():
            message = messages.ALERT_RAISED if event.change == "raised" else messages.ALERT_DELETED
            return _line(event.cluster, message, event.alert, event.why)
        case AuthorityChanged():
            message = messages.HAS_AUTHORITY if event.has_it else messages.GAVE_AUTHORITY
            return _line(event.cluster, message, event.group, event.why)
        case ClusterDeclared():
            groups = " ".join(event.groups) or "none"
            return _line(event.cluster, messages.DECLARED, event.remote, event.declaration, groups)
        case ConnectorChanged():
            return _line(event.cluster, messages.CONNECTOR, event.change, event.system)
        case InquiryAnswered():
            return _line(event.cluster, messages.INQUIRED, event.asked, event.remote, event.answer)
        case GlobalConcurrencyViolation():
            return _line(event.cluster, messages.CONCURRENT, event.group, " ".join(event.systems))
        case _:
            return None


def _line(cluster: str, message: MessageText, *values: str) -> tuple[str, MessageText, str]:
    return cluster, message, message.fill(*values)
