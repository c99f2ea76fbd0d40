"""The messages of engine and agents: number, severity, text.

Numbers read in a vendor text carry H, those from memory M (reference vcs.md 1.8, 5). Where neither exists the message
has a number above V-16-1-60000, so that no reader takes ours for a real one.
"""

from __future__ import annotations

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.vcs.agents.lifecycle import CleanReason
from mirrordrill.simulator.vcs.states import LogSeverity


def vcs_line(message: MessageText, *values: object) -> str:
    """The message as a command prints it."""
    return f"VCS {message.severity} {message.id} {message.fill(*values)}"


def _message(number: str, severity: LogSeverity, confidence: str, text: str) -> MessageText:
    return MessageText(f"V-16-{number}", text, confidence, severity.value)


CRITICAL, ERROR, WARNING, NOTICE, INFO = (
    LogSeverity.CRITICAL,
    LogSeverity.ERROR,
    LogSeverity.WARNING,
    LogSeverity.NOTICE,
    LogSeverity.INFO,
)

# The engine.
MEMBERSHIP = _message("1-10077", INFO, "H", "Received new cluster membership: {}")
INITIATING_OFFLINE = _message("1-10300", NOTICE, "M", "Initiating Offline of Resource {} (Group: {}) on System {}")
INITIATING_ONLINE = _message("1-10301", NOTICE, "M", "Initiating Online of Resource {} (Group: {}) on System {}")
RESOURCE_FAULTED = _message("1-10303", ERROR, "M", "Resource {} (Group: {}) is FAULTED on System {}")
GROUP_FAULTED = _message("1-10205", ERROR, "M", "Group {} is faulted on system {}")
CONCURRENCY = _message("1-10214", ERROR, "M", "Concurrency Violation: group {} is up on {}")
FAILING_OVER = _message("1-60001", NOTICE, "own", "Group {} fails over from system {} to system {}")
SWITCHING = _message("1-60002", NOTICE, "own", "Group {} is offline everywhere; its switch goes on on system {}")
NO_TARGET = _message("1-60003", ERROR, "own", "There is no system left on which group {} could be online")
AUTO_STARTING = _message("1-60004", NOTICE, "own", "Group {} starts on system {} with its cluster")
NOT_FAILING_OVER = _message("1-60005", WARNING, "own", "Group {} stays where it is: {}")
REGULAR = _message("1-10086", INFO, "H", "System {} is in Regular membership")
IN_JEOPARDY = _message("1-10111", WARNING, "H", "System {} is in Regular and Jeopardy membership")
AUTO_DISABLED = _message("1-60006", WARNING, "own", "Group {} is autodisabled on system {}: its state is unknown")
AGENT_GONE = _message("1-60032", WARNING, "own", "The {} agent is gone on system {}: {}")
AGENT_STARTED = _message("1-60033", NOTICE, "own", "The {} agent is started on system {}")
AGENT_SILENT = _message("1-60034", WARNING, "own", "The {} agent on system {} has not answered for {} s")
AGENT_NOT_STARTED = _message(
    "1-60035", ERROR, "own", "The {} agent has not started on system {} within {} s: it is started again"
)
NOT_SWITCHING = _message(
    "1-60036", ERROR, "own", "Group {} is not switched to system {}: the PreSwitch action of resource {} failed"
)
REJOINING = _message("1-60007", ERROR, "own", "The partition has healed: system {} gives way")
NOT_SEEDED = _message("1-60008", WARNING, "own", "GAB waits for {} systems, {} are there: no engine starts")
TRIGGER = _message("1-60108", INFO, "own", "Invoking trigger {} for group {} on system {}")
LOST_GROUND = _message("1-60100", NOTICE, "own", "Group {} is taken offline on system {}: it requires group {}")
RETRYING = _message("1-60101", NOTICE, "own", "Group {} is started again on system {} (retry {} of {})")
NOT_ALLOWED = _message("1-60102", WARNING, "own", "Group {} stays offline on system {}: the preonline trigger {}")
EJECTED = _message("1-60009", CRITICAL, "own", "System {} was ejected from the coordinator disks: it panics")
FENCING_UNREACHABLE = _message(
    "1-10031", CRITICAL, "M", "VxFEN driver not configured on {}: it reaches {} of {} coordinator disks. VCS Stopping"
)
PREEXISTING_SPLIT = _message(
    "1-10031",
    CRITICAL,
    "M",
    "VxFEN driver not configured on {}: potentially a preexisting split-brain, there are keys of {}. VCS Stopping",
)

# The agent framework.
MONITOR_TIMED_OUT = _message(
    "2-13027", WARNING, "M", "Resource({}) - monitor procedure did not complete within the time"
)
_CLEANING = "Resource({}) - agent is calling clean: "
CLEANING_FOR = {
    CleanReason.OFFLINE_HUNG: _message("2-13064", ERROR, "M", _CLEANING + "offline did not complete in time"),
    CleanReason.OFFLINE_INEFFECTIVE: _message("2-13064", ERROR, "M", _CLEANING + "it is still up after offline"),
    CleanReason.ONLINE_HUNG: _message("2-13066", ERROR, "M", _CLEANING + "online did not complete in time"),
    CleanReason.ONLINE_INEFFECTIVE: _message(
        "2-13066", ERROR, "M", _CLEANING + "it is not up although online completed"
    ),
    CleanReason.UNEXPECTED_OFFLINE: _message("2-13067", ERROR, "H", _CLEANING + "it went offline unexpectedly"),
    CleanReason.MONITOR_HUNG: _message("2-13066", ERROR, "M", _CLEANING + "monitor timed out too often"),
}
CLEAN_OK = _message("2-13068", NOTICE, "M", "Resource({}) - clean completed successfully")
WAITS_FOR_ADMIN = _message(
    "2-60001", ERROR, "own", "Resource({}) - clean failed {} times: it waits for an administrator"
)
LEFT_TO_ADMIN = _message(
    "2-60005", ERROR, "own", "Resource({}) - {}: it is not cleaned but waits for an administrator (ManageFaults NONE)"
)
PHASE_CHANGED = _message("2-60006", INFO, "own", "Resource({}) - state changed from {} to {}")
CLEAN_FAILED = _message("2-13069", ERROR, "M", "Resource({}) - clean failed")
