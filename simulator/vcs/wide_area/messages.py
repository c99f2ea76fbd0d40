"""What engines and commands say about other clusters. The numbers follow the rule of `vcs.messages`."""

from __future__ import annotations

from mirrordrill.simulator.vcs.messages import VcsMessage
from mirrordrill.simulator.vcs.states import LogSeverity


def _message(number: str, severity: LogSeverity, sureness: str, text: str) -> VcsMessage:
    return VcsMessage(f"V-16-{number}", severity, text, sureness)


ERROR, WARNING, NOTICE, INFO = LogSeverity.ERROR, LogSeverity.WARNING, LogSeverity.NOTICE, LogSeverity.INFO

# The engine.
STARTS_HERE = _message("1-60080", NOTICE, "-", "Global group {} comes online on system {}: {}")
GOES_AWAY = _message("1-60081", NOTICE, "-", "Global group {} is offline here and goes to cluster {}")
NOT_TAKEN = _message("1-60082", ERROR, "-", "Global group {} stays offline: cluster {} did not take it: {}")
NO_TARGET_HERE = _message("1-60083", ERROR, "-", "Global group {} has no system to come online on in this cluster: {}")
WAITS_NO_LONGER = _message("1-60084", NOTICE, "-", "Global group {} waits for other clusters no longer: {}")
BOTH_CLAIM = _message("1-60085", WARNING, "-", "Global group {}: cluster {} claims Authority as well")
NOT_GRANTED = _message("1-60086", ERROR, "-", "Global group {}: Authority was not given: {}")

# What the logs say of events (see `vcs.logs`).
HAS_AUTHORITY = _message("1-50949", NOTICE, "H", "Local cluster has exclusive Authority for group {}: {}")
GAVE_AUTHORITY = _message("1-60087", NOTICE, "-", "Local cluster gave up Authority for group {}: {}")
REMOTE_STATE = _message("1-60088", NOTICE, "-", "Remote cluster {} changed state from {} to {}: {}")
REMOTE_FAULTED = _message("1-60089", ERROR, "-", "Remote cluster {} changed state from {} to {}: {}")
HEARTBEAT_STATE = _message("1-60090", NOTICE, "-", "Heartbeat {} to cluster {} changed state from {} to {}")
ALERT_RAISED = _message("1-60091", ERROR, "-", "Alert {} raised: {}")
ALERT_DELETED = _message("1-60092", NOTICE, "-", "Alert {} deleted: {}")
DECLARED = _message("1-60093", NOTICE, "-", "Remote cluster {} declared {}; groups brought over: {}")
CONCURRENT = _message("1-60094", ERROR, "-", "Global Concurrency Violation: group {} is up on {}")
INQUIRED = _message("1-60095", NOTICE, "-", "Inquiry: {} says that cluster {} is {}")
CONNECTOR = _message("1-60096", NOTICE, "-", "Wide-area connector {} on system {}")

# Commands.
NOT_CONNECTED = _message("1-60120", ERROR, "-", "Cluster {} is {}: it can not be asked")
NO_CONNECTOR = _message("1-60121", ERROR, "-", "The wide-area connector of this cluster is down: nobody can be asked")
NO_ANSWER = _message("1-60122", ERROR, "-", "Cluster {} did not answer within {} s")
FAR_REFUSED = _message("1-60123", ERROR, "-", "Cluster {} refuses group {}: {}")
NO_AUTHORITY = _message(
    "1-60124", ERROR, "-", "Group {} can not come online here: Authority is not with this cluster, and {}. Use -force"
)
UP_ELSEWHERE = _message("1-60125", ERROR, "-", "Group {} is up in cluster {} on system {}")
PROMISED = _message("1-60126", ERROR, "-", "Group {} is about to go to cluster {}")
NOT_IN_CLUSTER_LIST = _message("1-60127", ERROR, "-", "Cluster {} is not in ClusterList of group {}")
NOT_FAULTED = _message("1-60128", ERROR, "-", "Cluster {} is {}: only a cluster that has faulted can be declared")
NO_FAILOVER = _message("1-60129", ERROR, "-", "Nothing is brought over from a cluster that is declared disconnect")
SEEN_DOWN = _message("1-60130", ERROR, "-", "Group {} is not up in cluster {}")
