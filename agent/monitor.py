"""monitor: the lock file alone decides.

A lock that exists means online, no lock means offline, and anything that keeps the agent from knowing means unknown:
VCS then waits instead of failing over (reference vcs.md 1.2). The array is never asked: a replication that is broken is
no reason to stop the application, and a slow HMC must not hang every resource of the node (NumThreads is 1).

Of an online resource the exit code tells a confidence, too: 110 is full, 105 half. It is half where the mirror was not
in sync when `info`, `verify` or `status` last looked, no longer than NOTE_HOLDS_S ago. It never goes offline by that.

A lock that names another boot of this node is what a crash left behind, and no lock any more. `open` removes it, but
`open` can be killed before it did, and VCS monitors all the same. A monitor that then said online would make the engine
see the group on two systems, or adopt the system where nothing runs.

Rule: this runs every few minutes on every node. It imports nothing that costs start-up time; its budget is twice the
start of a bare interpreter.
"""

import os
import sys

from .names import is_of_kernel, is_safe_name, lock_name, mirror_name, opened_name, opened_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

    from .ports import Node

UNKNOWN = 99
OFFLINE = 100
ONLINE = 110
WITHOUT_MIRROR = 105
NOTE_HOLDS_S = 3600.0
WORDS = {
    UNKNOWN: "in an unknown state",
    OFFLINE: "offline",
    ONLINE: "online",
    WITHOUT_MIRROR: "online, and its mirror is not in sync",
}
USAGE = """usage: monitor RESOURCE
An entry point of the MetroMirror agent: VCS runs it. By hand use `hares -probe RESOURCE -sys SYSTEM`.
Exit code: 110 online, 100 offline, 99 unknown.
"""


def monitor(node: "Node", resource: str) -> int:
    """Whether the resource is online on this node: 110 or 105, 100, or 99 for unknown. Never raises."""
    try:
        if not is_safe_name(resource):
            raise ValueError(f"{resource[:80]!r} is no name of a resource")
        if not node.has_state(lock_name(resource)) or is_of_another_boot(node, resource):
            return OFFLINE
    except Exception as error:
        _report(node, error)
        return UNKNOWN
    try:
        return WITHOUT_MIRROR if _has_lost_its_mirror(node, mirror_name(resource)) else ONLINE
    except Exception:
        # The note is a courtesy: whatever is wrong with it, the resource is online.
        return ONLINE


def _has_lost_its_mirror(node: "Node", name: str) -> bool:
    """Whether the last look at the mirror, not long ago and in this boot, found it not in sync."""
    text = node.read_state(name)
    if text is None or "is_in_sync = no" not in text.splitlines():
        return False
    values = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    is_fresh = 0 <= node.uptime_s() - float(values["seen_uptime_s"]) <= NOTE_HOLDS_S
    return is_fresh and values["boot_id"] == node.boot_id()


def is_of_another_boot(node: "Node", resource: str) -> bool:
    """Whether the lock was written in another boot of this node.

    One that does not say counts as written in this boot, unless the notes name other boots only: each online leaves a
    note of its boot before the lock. So a lock whose text is damaged says online where the application runs, and not
    on a node that crashed with it and whose `open` could not read the directory.
    """
    text = node.read_state(lock_name(resource)) or ""
    words = [line.partition("=") for line in text.splitlines()]
    named = [value.strip() for key, _, value in words if key.strip() == "boot_id"]
    try:
        this_boot = node.boot_id()
    except OSError:
        if named and is_of_kernel(named[0]):
            # It was readable when the lock was written.
            raise
        return False
    if named:
        return named[0] != this_boot
    notes = opened_names(resource, node.state_names())
    return bool(notes) and opened_name(resource, this_boot) not in notes


def _report(node: "Node", error: Exception) -> None:
    """Log why the state is unknown. The table of messages, imported here, costs more than the whole monitor."""
    from .messages import LOCK_UNKNOWN, say

    say(node, LOCK_UNKNOWN, reason=f"{type(error).__name__}: {error}")


def main(argv: "List[str]") -> int:
    """The monitor on the real node; `argv` is the whole command line."""
    from .node import RealNode

    is_asked = len(argv) > 1 and argv[1] in ("-h", "--help")
    if len(argv) < 2 or is_asked:
        sys.stderr.write(USAGE)
    if is_asked:
        return UNKNOWN
    resource = argv[1] if len(argv) > 1 else ""
    node = RealNode(resource if is_safe_name(resource) else "unknown", "monitor")
    # Where no boot id is to be had cheaply the lock's existence decides alone, as the manual says.
    node.asks_who = False
    code = monitor(node, resource)
    if os.isatty(1):
        sys.stdout.write(f"{resource} is {WORDS[code]} on this node ({code})\n")
    return code
