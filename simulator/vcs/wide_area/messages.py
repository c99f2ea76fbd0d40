"""What engines say about other clusters. The numbers follow the rule of `vcs.messages`."""

from __future__ import annotations

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.vcs.states import LogSeverity


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
