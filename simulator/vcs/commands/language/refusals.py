"""Refusals of operators' commands about settings.

The numbers follow the rule of `messages`: H and M are VCS's own, those above 60000 are ours.
"""

from __future__ import annotations

from mirrordrill.simulator.vcs.messages import VcsMessage
from mirrordrill.simulator.vcs.states import LogSeverity


def _error(number: str, sureness: str, text: str) -> VcsMessage:
    return VcsMessage(f"V-16-{number}", LogSeverity.ERROR, text, sureness)


KEY_IS_THERE = _error("1-10563", "H", "Key {} is already in the list of {}")
KEY_IS_NOT_THERE = _error("1-10566", "H", "Key {} is not in the list of {}")
NOT_A_LIST = _error("1-60040", "-", "Attribute {} is no list; give its value without -add, -update or -delete")
BAD_VALUE = _error("1-60041", "-", "Attribute {} can not be {}: {}")
NOT_MODIFIABLE = _error("1-60042", "-", "Attribute {} of {} can not be modified while the cluster runs")
NOT_STATIC = _error("1-60043", "-", "Attribute {} is no static attribute of type {} that can be overridden")
STATIC = _error("1-60044", "-", "Attribute {} of {} is static: override it first (hares -override)")
OVERRIDDEN = _error("1-60045", "-", "Attribute {} of {} is overridden already")
NOT_OVERRIDDEN = _error("1-60046", "-", "Attribute {} of {} is not overridden")
NOT_LOCAL = _error("1-60047", "-", "Attribute {} of {} has one value for all systems; make it local first")
STILL_UP = _error("1-60048", "-", "Resource {} is not offline on system {}; it can not be disabled")
WRITABLE_ALREADY = _error("1-60049", "-", "Configuration is writable already")
READ_ONLY_ALREADY = _error("1-60050", "-", "Configuration is read-only already")
INVALID_FILE = _error("1-60051", "-", "main.cf in {} is not valid:\n{}")
NOT_WAITING_FOR_ADMIN = _error("1-60052", "-", "No resource of group {} waits for an administrator on system {}")
NO_CLUSTER = _error("1-60053", "-", "Cluster does not exist: {}")
NO_HEARTBEAT = _error("1-60054", "-", "Heartbeat does not exist: {}")
NO_ALERT = _error("1-60055", "-", "Alert does not exist: {}")
NOT_GLOBAL = _error("1-60056", "-", "Group {} is not a global group")
AGENT_RUNS = _error("1-60060", "-", "The {} agent runs on system {}, or starts just now")
AGENT_DOES_NOT_RUN = _error("1-60061", "-", "The {} agent does not run on system {}")
AGENT_IN_USE = _error("1-60062", "-", "The {} agent is needed on system {}: {} is not offline; stop it with -force")
ALREADY_RUNNING = _error("1-60058", "-", "VCS engine is already running on system {}")
NO_RESOURCE_THERE = _error("1-60059", "-", "No resource of type {} is monitored on system {}")
HEARTBEAT_EXISTS = _error("1-60063", "-", "Heartbeat exists already: {}")
NEEDS_CLUSTER = _error("1-60064", "-", "Attribute {} of {} has a value for each cluster; name one with -clus")
NOT_LOCAL_THERE = _error("1-60065", "-", "Attribute {} of {} has one value for all clusters; make it local first")
FENCING_IN_USE = _error("1-60069", "-", "The keys stay: I/O fencing is up on this system, or the cluster is not fenced")
RESOURCE_EXISTS = _error("1-60070", "-", "Resource exists already: {}")
CAN_NOT_REQUIRE = _error("1-60071", "-", "{} can not require {}: {}")
DOES_NOT_REQUIRE = _error("1-60072", "-", "{} does not require {}")
DELETED_WHILE_UP = _error(
    "1-60073", "-", "Resource {} is not offline on system {}; -force deletes it and leaves it running"
)
RESOURCE_ADDED = VcsMessage(
    "V-16-1-10242", LogSeverity.NOTICE, "Resource added. Enabled attribute must be set before agent monitors", "H"
)
NOT_IN_ADMIN_WAIT = _error("1-60074", "-", "System {} does not wait for an administrator: it is {}")
SHUTDOWN_DISABLED = _error("1-60075", "-", "VCS is not stopped: EngineShutdown is {}; -force stops it nevertheless")
NOT_PROBED = _error("1-60076", "-", "Group {} is not probed on system {}")
STILL_HEARD = _error("1-60077", "-", "Cluster {} is {}: what it says of group {} is not ignored")
CONFIGURED_ALREADY = _error("1-60078", "-", "GAB is configured already; -x seeds it")
