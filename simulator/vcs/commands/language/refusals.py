"""Everything that an operator's command prints when it does not do what it was asked, and two notices.

A refusal is one line on standard error, `VCS WARNING V-16-1-n TEXT`, and an exit code that is not 0 (additions.md).

Rule 1: a number that a source gives is used, and only for what the source says of it: H, S. Where a source gives the
    number and not which command prints it, the confidence is I. The texts of 40200 to 40209 (but for 40203), 10554,
    10566, 10905 (already exists), 13322 and 50129 stand word for word in a client that compares them with the real ones
    (Ericsson's, github.com/consultant-1379/ERIClitpvcs and ERIClitpvcsapi).
Rule 2: all others have a number above V-16-1-60000 and the confidence `own`; docs/fidelity.md lists them.
"""

from __future__ import annotations

from collections.abc import Iterator

from mirrordrill.simulator.catalogues.messages import MessageText
from mirrordrill.simulator.kernel.secrets import MASK, is_secret_attribute
from mirrordrill.simulator.vcs.messages import vcs_line


def _warning(number: int, confidence: str, text: str) -> MessageText:
    return MessageText(f"V-16-1-{number}", text, confidence, "WARNING")


def _own(number: int, text: str) -> MessageText:
    return _warning(number, "own", text)


def _notice(number: int, confidence: str, text: str) -> MessageText:
    return MessageText(f"V-16-1-{number}", text, confidence, "NOTICE")


class CommandRefused(Exception):
    """The command cannot be carried out; nothing was changed."""

    def __init__(self, message: MessageText, *values: object) -> None:
        self.message = message
        self.values = values
        if message is BAD_VALUE and is_secret_attribute(str(values[0])):
            self.values = (values[0], MASK, *values[2:])
        super().__init__(vcs_line(message, *self.values))


# Objects that do not exist.
NO_ENGINE = MessageText("V-16-1-10600", "Cannot connect to VCS engine", "H", "ERROR")
LOCAL_SYSTEM_NOT_AVAILABLE = _warning(11046, "S", "Local system not available")
NO_GROUP = _warning(10133, "S", "Group does not exist: {}")
NO_GROUP_TO_SHOW = _warning(40131, "S", "Group {} does not exist in the local cluster")
NO_GROUPS = _warning(50031, "S", "No Groups are configured")
NO_GROUP_ON_SYSTEM = _warning(10554, "S", "No group exists with system of {}")
NO_RESOURCE = _warning(10260, "S", "Resource does not exist: {}")
NO_RESOURCE_TO_SHOW = _warning(40130, "S", "Resource {} does not exist in the local cluster")
NO_SYSTEM = _warning(10357, "S", "System does not exist: {}")
NO_SYSTEM_TO_SHOW = _warning(51051, "S", "System {} does not exist in the local cluster")
NO_AGENT_OF_TYPE = _warning(13301, "S", "Attempt to access non-existent agent: {}")
NO_TYPE = _own(60012, "Type does not exist: {}")
NO_ATTRIBUTE = _own(60013, "Attribute {} does not exist for {}")
NO_USER = _own(60133, "User does not exist: {}")
NO_CLUSTER = _own(60053, "Cluster does not exist: {}")
NO_HEARTBEAT = _own(60054, "Heartbeat does not exist: {}")
NO_ALERT = _own(60055, "Alert does not exist: {}")
NOT_GLOBAL = _own(60056, "Group {} is not a global group")
UNKNOWN_COMMAND = _own(60026, "{}: command not found")
USAGE = _own(60027, "Wrong arguments for {}")
NOT_SIMULATED = _own(60134, "{} is not simulated")

# Online, offline and switch.
NOT_IN_SYSTEM_LIST = _warning(10135, "S", "System {} is not in SystemList of group {}")
SYSTEM_NOT_RUNNING = _warning(10200, "S", "System {} is not available")
NODE_NOT_READY = _warning(50129, "S", "Operation '{}' rejected as the node is in {} state")
NOT_OFFLINE_ELSEWHERE = _warning(10165, "S", "Group {} is not offline in the cluster: it is up on system {}")
GROUP_ONLINE_ALREADY = _warning(40229, "S", "Group {} is already online on system {}")
FAILOVER_GROUP_ONLINE_ALREADY = _warning(50997, "I", "Failover group {} is already online on system {}")
PARALLEL_GROUP_ONLINE_ALREADY = _warning(50996, "I", "Parallel group {} is already online on all its systems, as on {}")
NO_TARGET_SYSTEM = _warning(40156, "S", "Cannot online group {}. No target system found")
NOT_ACTIVE = _warning(10191, "S", "Cannot switch, group {} not active anywhere in cluster")
SWITCH_TO_ITSELF = _warning(10192, "S", "Cannot switch group {} to system {}: it is active there")
CANNOT_SWITCH = _warning(51055, "S", "Unable to switch group {} to system {}: {}")
DEPENDENCIES_NOT_MET = _warning(10206, "S", "Group dependencies are not met for group {} on system {}: {}")
PARENT_GROUP_UP = _warning(10905, "I", "Group {} cannot go offline on system {}: group {} requires it")
GROUP_IN_THE_WAY = _warning(10905, "I", "Group {} cannot come online on system {}: group {} must not be up beside it")
RESOURCE_IS_FAULTED = _notice(10284, "S", "Cannot online: resource {} is faulted on system {}")
GROUP_UP_ELSEWHERE = _warning(
    10286, "S", "Cannot online: resource's group is not offline elsewhere: group {}, system {}"
)
NOT_UP = _own(60017, "Group {} is not up on {}")
NOT_A_TARGET = _own(60018, "Group {} cannot come online on system {}: {}")
FROZEN = _own(60019, "Group {} is frozen")
STILL_STOPPING = _own(60030, "Group {} is still going offline on system {}")
ASKING_ALREADY = _own(60105, "Group {} waits for its preonline trigger on system {}")
NO_MANUAL_OPS = _own(60106, "Group {} is not operated by hand: its ManualOps is 0")
NOT_PROBED = _own(60076, "Group {} is not probed on system {}")
PERSISTENT = _own(60023, "Resource {} is persistent: it can be neither started nor stopped")
PARENTS_UP = _own(60024, "Resource {} has parents that are not offline on system {}: {}")
NO_AGENT = _own(60031, "No agent monitors resource {} on system {}")
NO_ACTION = _own(60020, "Action {} is not in SupportedActions of type {}")
ACTION_FAILED = _own(60021, "Action {} of resource {} failed on system {} with {}")
ACTION_LOST = _own(60022, "Action {} of resource {} did not end on system {}: it was killed")
ACTION_UNANSWERED = _own(60142, "Action {} of resource {} is not answered: system {} left the membership or is silent")
ADMIN_IS_AWAITED = _own(60107, "Resource {} of group {} waits for an administrator (ADMIN_WAIT) on system {}")
WAIT_TIMED_OUT = _warning(10805, "S", "Connection timed out: {} did not become {} within {} s")

# Freezing, clearing, waiting for an administrator.
FROZEN_PERSISTENTLY = _warning(
    40200, "S", "Group can not be temporarily frozen and persistently frozen at the same time"
)
GROUP_NOT_TEMPORARILY_FROZEN = _warning(40201, "S", "Group is not temporarily frozen")
GROUP_NOT_PERSISTENTLY_FROZEN = _warning(40202, "S", "Group is not persistently frozen")
SYSTEM_FROZEN_PERSISTENTLY = _warning(
    40203, "I", "System can not be temporarily frozen and persistently frozen at the same time"
)
SYSTEM_NOT_TEMPORARILY_FROZEN = _warning(40204, "S", "System is not temporarily frozen")
SYSTEM_NOT_PERSISTENTLY_FROZEN = _warning(40205, "S", "System is not persistently frozen")
SYSTEM_IS_PERSISTENTLY_FROZEN = _warning(40206, "S", "System is already persistently frozen")
SYSTEM_IS_TEMPORARILY_FROZEN = _warning(40207, "S", "System is already temporarily frozen")
GROUP_IS_TEMPORARILY_FROZEN = _warning(40208, "S", "Group is already temporarily frozen")
GROUP_IS_PERSISTENTLY_FROZEN = _warning(40209, "S", "Group is already persistently frozen")
NOT_FAULTED_HERE = _warning(10267, "S", "Resource not faulted or group in the process of failing over: {}")
NOT_WAITING_FOR_ADMIN = _own(60052, "No resource of group {} waits for an administrator on system {}")
NOT_IN_ADMIN_WAIT = _own(60074, "System {} does not wait for an administrator: it is {}")

# The configuration.
WRITABLE_ALREADY = _warning(10364, "S", "Cluster already writable")
READ_ONLY_ALREADY = _warning(10369, "S", "Cluster not writable")
READ_ONLY = _own(60015, "Configuration is read-only: {} cannot be modified; make it writable with haconf -makerw")
KEY_IS_THERE = _warning(10563, "I", "Entry already in attribute keylist")
KEY_IS_NOT_THERE = _warning(10566, "S", "Entry not found in attribute keylist")
NO_GROUP_DEPENDENCIES = _warning(50035, "S", "No Group dependencies are configured")
NO_RESOURCE_DEPENDENCIES = _warning(50034, "S", "No Resource dependencies are configured")
SYSTEM_LIST_IS_EMPTY = _warning(50837, "S", "SystemList of group {} is empty")
NOT_LINKED = _warning(10146, "S", "Groups are not linked: {} does not require {}")
NOT_STATIC = _warning(13322, "S", "{} is not a static attribute")
GROUPS_LINKED = _warning(10905, "S", "Dependency between '{}' and '{}' already exists")
CAN_NOT_REQUIRE_GROUP = _warning(10905, "I", "{} cannot require {}: {}")
NOT_A_LIST = _own(60040, "Attribute {} is no list; give its value without -add, -update or -delete")
BAD_VALUE = _own(60041, "Attribute {} cannot be {}: {}")
NOT_MODIFIABLE = _own(60042, "Attribute {} of {} cannot be modified while the cluster runs")
STATIC = _own(60044, "Attribute {} of {} is static: override it first (hares -override)")
OVERRIDDEN = _own(60045, "Attribute {} of {} is already overridden")
NOT_OVERRIDDEN = _own(60046, "Attribute {} of {} is not overridden")
NOT_LOCAL = _own(60047, "Attribute {} of {} has one value for all systems; make it local first")
STILL_UP = _own(60048, "Resource {} is not offline on system {}; it cannot be disabled")
INVALID_FILE = _own(60051, "main.cf in {} is not valid:\n{}")
RESOURCE_EXISTS = _own(60070, "Resource exists already: {}")
GROUP_EXISTS = _own(60136, "Group exists already: {}")
SYSTEM_EXISTS = _own(60137, "System exists already: {}")
TYPE_EXISTS = _own(60138, "Type exists already: {}")
USER_EXISTS = _own(60139, "User exists already: {}")
ATTRIBUTE_EXISTS = _own(60140, "Attribute {} exists already for type {}")
STILL_IN_USE = _own(60141, "{} cannot be deleted: {}")
CAN_NOT_REQUIRE = _own(60071, "{} cannot require {}: {}")
DOES_NOT_REQUIRE = _own(60072, "{} does not require {}")
DELETED_WHILE_UP = _own(60073, "Resource {} is not offline on system {}; -force deletes it and leaves it running")
NEEDS_CLUSTER = _own(60064, "Attribute {} of {} has a value for each cluster; name one with -clus")
NOT_LOCAL_THERE = _own(60065, "Attribute {} of {} has one value for all clusters; make it local first")
HEARTBEAT_EXISTS = _own(60063, "Heartbeat exists already: {}")

# Engines, agents and what is below them.
ALREADY_RUNNING = _own(60058, "VCS engine is already running on system {}")
AGENT_RUNS = _own(60060, "The {} agent runs on system {}, or starts just now")
AGENT_DOES_NOT_RUN = _own(60061, "The {} agent does not run on system {}")
AGENT_IN_USE = _own(60062, "The {} agent is needed on system {}: {} is not offline; stop it with -force")
FENCING_IN_USE = _own(60069, "The keys stay: I/O fencing is up on this system, or the cluster is not fenced")
SHUTDOWN_DISABLED = _own(60075, "VCS is not stopped: EngineShutdown is {}; -force stops it nevertheless")
CONFIGURED_ALREADY = _own(60078, "GAB is configured already; -x seeds it")

# Other clusters.
STILL_HEARD = _own(60077, "Cluster {} is {}: its state of group {} is not ignored")
NOT_CONNECTED = _own(60120, "Cluster {} is {}: it cannot be asked")
NO_CONNECTOR = _own(60121, "The wide-area connector of this cluster is down: no cluster can be asked")
NO_ANSWER = _own(60122, "Cluster {} did not answer within {} s")
FAR_REFUSED = _own(60123, "Cluster {} refuses group {}: {}")
NO_AUTHORITY = _own(60124, "Group {} cannot come online here: Authority is not with this cluster, and {}. Use -force")
UP_ELSEWHERE = _own(60125, "Group {} is up in cluster {} on system {}")
PROMISED = _own(60126, "Group {} is about to go to cluster {}")
NOT_IN_CLUSTER_LIST = _own(60127, "Cluster {} is not in ClusterList of group {}")
NOT_FAULTED = _own(60128, "Cluster {} is {}: only a cluster that has faulted can be declared")
NO_FAILOVER = _own(60129, "Nothing is brought over from a cluster that is declared disconnect")
SEEN_DOWN = _own(60130, "Group {} is not up in cluster {}")

# Notices of success.
RESOURCE_ADDED = _notice(10242, "H", "Resource added. Enabled attribute must be set before agent monitors")
GROUP_ADDED = _notice(
    10136,
    "S",
    "Group added; populating SystemList and setting the Parallel attribute recommended before adding resources",
)
ATTEMPTING_ONLINE = _notice(50735, "I", "Attempting to online group {} on system {}")


def all_messages() -> Iterator[MessageText]:
    """Every message of this module."""
    return (value for value in globals().values() if isinstance(value, MessageText))
