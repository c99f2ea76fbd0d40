"""What engines say about other clusters, and the lines that a cluster's log has of its global clusters' events.

The numbers follow the rule of `vcs.messages`.
"""

from __future__ import annotations

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.vcs.states import LogSeverity
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


def _message(number: str, severity: LogSeverity, confidence: str, text: str) -> MessageText:
    return MessageText(f"V-16-{number}", text, confidence, severity.value)


ERROR, WARNING, NOTICE, INFO = LogSeverity.ERROR, LogSeverity.WARNING, LogSeverity.NOTICE, LogSeverity.INFO

# The engine.
STARTS_HERE = _message("1-60080", NOTICE, "own", "Global group {} comes online on system {}: {}")
GOES_AWAY = _message("1-60081", NOTICE, "own", "Global group {} is offline here and goes to cluster {}")
NOT_TAKEN = _message("1-60082", ERROR, "own", "Global group {} stays offline: cluster {} did not take it: {}")
NO_TARGET_HERE = _message(
    "1-60083", ERROR, "own", "Global group {} has no system to come online on in this cluster: {}"
)
WAITS_NO_LONGER = _message("1-60084", NOTICE, "own", "Global group {} waits for other clusters no longer: {}")
BOTH_CLAIM = _message("1-60085", WARNING, "own", "Global group {}: cluster {} claims Authority as well")
NOT_GRANTED = _message("1-60086", ERROR, "own", "Global group {}: Authority was not given: {}")

# What the logs say of events (see `vcs.logs`).
HAS_AUTHORITY = _message("1-50949", NOTICE, "H", "Local cluster has exclusive Authority for group {}: {}")
GAVE_AUTHORITY = _message("1-60087", NOTICE, "own", "Local cluster gave up Authority for group {}: {}")
REMOTE_STATE = _message("1-60088", NOTICE, "own", "Remote cluster {} changed state from {} to {}: {}")
REMOTE_FAULTED = _message("1-60089", ERROR, "own", "Remote cluster {} changed state from {} to {}: {}")
HEARTBEAT_STATE = _message("1-60090", NOTICE, "own", "Heartbeat {} to cluster {} changed state from {} to {}")
ALERT_RAISED = _message("1-60091", ERROR, "own", "Alert {} raised: {}")
ALERT_DELETED = _message("1-60092", NOTICE, "own", "Alert {} deleted: {}")
DECLARED = _message("1-60093", NOTICE, "own", "Remote cluster {} declared {}; groups brought over: {}")
CONCURRENT = _message("1-60094", ERROR, "own", "Global Concurrency Violation: group {} is up on {}")
INQUIRED = _message("1-60095", NOTICE, "own", "Inquiry: {} says that cluster {} is {}")
CONNECTOR = _message("1-60096", NOTICE, "own", "Wide-area connector {} on system {}")


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
            message = REMOTE_FAULTED if faulted else REMOTE_STATE
            return _line(event.cluster, message, event.remote, event.before, event.after, event.why)
        case HeartbeatChanged():
            values = event.heartbeat, event.remote, event.before, event.after
            return _line(event.cluster, HEARTBEAT_STATE, *values)
        case AlertChanged():
            message = ALERT_RAISED if event.change == "raised" else ALERT_DELETED
            return _line(event.cluster, message, event.alert, event.why)
        case AuthorityChanged():
            message = HAS_AUTHORITY if event.has_it else GAVE_AUTHORITY
            return _line(event.cluster, message, event.group, event.why)
        case ClusterDeclared():
            groups = " ".join(event.groups) or "none"
            return _line(event.cluster, DECLARED, event.remote, event.declaration, groups)
        case ConnectorChanged():
            return _line(event.cluster, CONNECTOR, event.change, event.system)
        case InquiryAnswered():
            return _line(event.cluster, INQUIRED, event.asked, event.remote, event.answer)
        case GlobalConcurrencyViolation():
            return _line(event.cluster, CONCURRENT, event.group, " ".join(event.systems))
        case _:
            return None


def _line(cluster: str, message: MessageText, *values: str) -> tuple[str, MessageText, str]:
    return cluster, message, message.fill(*values)
