"""The messages of engine, agents and commands: number, severity, text.

Numbers read in a vendor text carry H, those from memory M (reference vcs.md 1.8, 5). Where neither exists the message
has a number above V-16-1-60000, so that nobody takes ours for a real one.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.simulator.vcs.agents.lifecycle import CleanReason
from mirrordrill.simulator.vcs.states import LogSeverity


@dataclass(frozen=True, slots=True)
class VcsMessage:
    """One message; `text` has a `{}` for each value."""

    id: str
    severity: LogSeverity
    text: str
    sureness: str
    """H, M, or - for a number of our own."""

    def line(self, *values: object) -> str:
        """The message as a command prints it."""
        return f"VCS {self.severity.value} {self.id} {self.text.format(*values)}"


def _message(number: str, severity: LogSeverity, sureness: str, text: str) -> VcsMessage:
    return VcsMessage(f"V-16-{number}", severity, text, sureness)


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
FAILING_OVER = _message("1-60001", NOTICE, "-", "Group {} fails over from system {} to system {}")
SWITCHING = _message("1-60002", NOTICE, "-", "Group {} is offline everywhere; its switch goes on on system {}")
NO_TARGET = _message("1-60003", ERROR, "-", "There is no system left on which group {} could be online")
AUTO_STARTING = _message("1-60004", NOTICE, "-", "Group {} starts on system {} with its cluster")
NOT_FAILING_OVER = _message("1-60005", WARNING, "-", "Group {} stays where it is: {}")
REGULAR = _message("1-10086", INFO, "H", "System {} is in Regular membership")
IN_JEOPARDY = _message("1-10111", WARNING, "H", "System {} is in Regular and Jeopardy membership")
AUTO_DISABLED = _message("1-60006", WARNING, "-", "Group {} is autodisabled on system {}: its state is unknown")
AGENT_GONE = _message("1-60032", WARNING, "-", "The {} agent is gone on system {}: {}")
AGENT_STARTED = _message("1-60033", NOTICE, "-", "The {} agent is started on system {}")
AGENT_SILENT = _message("1-60034", WARNING, "-", "The {} agent on system {} has not answered for {} s")
AGENT_NOT_STARTED = _message(
    "1-60035", ERROR, "-", "The {} agent has not started on system {} within {} s: it is started again"
)
NOT_SWITCHING = _message(
    "1-60036", ERROR, "-", "Group {} is not switched to system {}: the PreSwitch action of resource {} failed"
)
REJOINING = _message("1-60007", ERROR, "-", "The partition has healed: system {} gives way")
NOT_SEEDED = _message("1-60008", WARNING, "-", "GAB waits for {} systems, {} are there: no engine starts")
TRIGGER = _message("1-60108", INFO, "-", "Invoking trigger {} for group {} on system {}")
LOST_GROUND = _message("1-60100", NOTICE, "-", "Group {} is taken offline on system {}: it requires group {}")
RETRYING = _message("1-60101", NOTICE, "-", "Group {} is started again on system {} (retry {} of {})")
NOT_ALLOWED = _message("1-60102", WARNING, "-", "Group {} stays offline on system {}: the preonline trigger {}")
EJECTED = _message("1-60009", CRITICAL, "-", "System {} was ejected from the coordinator disks: it panics")
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
WAITS_FOR_ADMIN = _message("2-60001", ERROR, "-", "Resource({}) - clean failed {} times: it waits for an administrator")
LEFT_TO_ADMIN = _message(
    "2-60005", ERROR, "-", "Resource({}) - {}: it is not cleaned but waits for an administrator (ManageFaults NONE)"
)
PHASE_CHANGED = _message("2-60006", INFO, "-", "Resource({}) - state changed from {} to {}")
CLEAN_FAILED = _message("2-13069", ERROR, "M", "Resource({}) - clean failed")

# Commands.
NO_ENGINE = _message("1-10600", ERROR, "H", "Cannot connect to VCS engine")
NO_GROUP = _message("1-10133", ERROR, "H", "Group does not exist: {}")
NO_RESOURCE = _message("1-60010", ERROR, "-", "Resource does not exist: {}")
NO_SYSTEM = _message("1-60011", ERROR, "-", "System does not exist: {}")
NO_TYPE = _message("1-60012", ERROR, "-", "Type does not exist: {}")
NO_ATTRIBUTE = _message("1-60013", ERROR, "-", "Attribute {} does not exist for {}")
NOT_IN_SYSTEM_LIST = _message("1-60014", ERROR, "-", "System {} is not in SystemList of group {}")
READ_ONLY = _message("1-60015", ERROR, "-", "Configuration is read-only: {} can not be modified")
ALREADY_UP = _message("1-60016", ERROR, "-", "Group {} is already up on system {}")
NOT_UP = _message("1-60017", ERROR, "-", "Group {} is not up anywhere")
NOT_A_TARGET = _message("1-60018", ERROR, "-", "Group {} can not come online on system {}: {}")
FROZEN = _message("1-60019", ERROR, "-", "Group {} is frozen")
NO_ACTION = _message("1-60020", ERROR, "-", "Action {} is not in SupportedActions of type {}")
ACTION_FAILED = _message("1-60021", ERROR, "-", "Action {} of resource {} failed on system {} with {}")
ACTION_LOST = _message("1-60022", ERROR, "-", "Action {} of resource {} did not end on system {}: it was killed")
PERSISTENT = _message("1-60023", ERROR, "-", "Resource {} is persistent: it can be neither started nor stopped")
PARENTS_UP = _message("1-60024", ERROR, "-", "Resource {} has parents that are not offline on system {}: {}")
SYSTEM_NOT_RUNNING = _message("1-60025", ERROR, "-", "System {} is not running")
UNKNOWN_COMMAND = _message("1-60026", ERROR, "-", "{}: command not found")
USAGE = _message("1-60027", ERROR, "-", "Wrong arguments for {}")
WAIT_TIMED_OUT = _message("1-60028", ERROR, "-", "{} did not become {} within {} s")
NO_AGENT = _message("1-60031", ERROR, "-", "No agent monitors resource {} on system {}")
STILL_STOPPING = _message("1-60030", ERROR, "-", "Group {} is still going offline on system {}")
GROUP_STANDS_ON = _message("1-60103", ERROR, "-", "Group {} can not go offline on system {}: group {} requires it")
GROUP_IN_THE_WAY = _message(
    "1-60104", ERROR, "-", "Group {} can not come online on system {}: group {} must not be up beside it"
)
ASKING_ALREADY = _message("1-60105", ERROR, "-", "Group {} waits for its preonline trigger on system {}")
NO_MANUAL_OPS = _message("1-60106", ERROR, "-", "Group {} is not operated by hand: its ManualOps is 0")
ADMIN_IS_AWAITED = _message("1-60107", ERROR, "-", "Resource {} of group {} waits for an administrator on system {}")
RESOURCE_IS_FAULTED = _message("1-60029", ERROR, "-", "Resource {} is faulted on system {}; clear it first")
