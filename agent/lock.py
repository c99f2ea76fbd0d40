"""The lock file: as long as it exists, the resource is online on this node.

online writes it as its very last step, offline and clean remove it, monitor asks for it. What it holds answers one
question: did this node reboot since the lock was written? If it did not, whatever the lock stood for is still running.
That one rule covers `hastop -force`, a restarted engine and a restarted agent process (the lock stays) as well as a
crash and a reboot (the lock goes).

A lock whose text is damaged is answered for by a note beside it, which carries the boot in its name.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Optional, Tuple

from . import statetext
from .errors import GarbledState
from .names import is_of_kernel, lock_name, opened_name, opened_names
from .ports import Node

FORMAT = "1"
NO_BOOT_ID = "the lock names a boot id of the kernel, and /proc/sys/kernel/random/boot_id cannot be read"


@dataclass(frozen=True)
class Lock:
    """Who took the resource online, when (in boots, not in hours), and what it covers."""

    resource: str
    system: str
    boot_id: str
    operation: str
    volumes: Tuple[str, ...]

    def text(self) -> str:
        """The file's text."""
        values = {
            "format": FORMAT,
            "resource": self.resource,
            "system": self.system,
            "boot_id": self.boot_id,
            "operation": self.operation,
            "volumes": " ".join(self.volumes),
        }
        return statetext.render("MetroMirror lock: while this file exists, the resource is online here", values)


def parse_lock(name: str, text: str) -> Lock:
    """The lock in a file's text. Raises GarbledState."""
    values = statetext.parse(name, text)
    if statetext.take(name, values, "format") != FORMAT:
        raise GarbledState(name, f"has the unknown format {values['format']!r}")
    words = [statetext.take(name, values, key) for key in ("resource", "system", "boot_id", "operation")]
    return Lock(words[0], words[1], words[2], words[3], tuple(statetext.take(name, values, "volumes").split()))


def read_lock(node: Node, resource: str) -> Optional[Lock]:
    """The resource's lock, None where there is none. Raises GarbledState, or OSError where it cannot be trusted."""
    text = node.read_state(lock_name(resource))
    return None if text is None else parse_lock(lock_name(resource), text)


def write_lock(node: Node, lock: Lock) -> None:
    """Take the resource online. Raises OSError."""
    note_boot(node, lock.resource)
    node.write_state(lock_name(lock.resource), lock.text())


def note_boot(node: Node, resource: str) -> None:
    """Leave the note that a lock which is here from now on is one of this boot. Raises OSError."""
    name = opened_name(resource, node.boot_id())
    if node.has_state(name):
        return
    node.write_state(name, statetext.render("MetroMirror: a lock of this resource is one of this boot", {"name": name}))
    for other in opened_names(resource, node.state_names()):
        if other != name:
            node.remove_state(other)


def is_noted_in_this_boot(node: Node, resource: str) -> bool:
    """Whether whatever lock is here was written in this boot, by what the notes' names say. Raises OSError."""
    return node.has_state(opened_name(resource, node.boot_id()))


def remove_lock(node: Node, resource: str) -> bool:
    """Take the resource offline; whether it was online. Raises OSError."""
    return node.remove_state(lock_name(resource))


def keep_own_lock(node: Node, resource: str) -> bool:
    """Remove any lock but one of this node and boot; whether there is that one. Raises OSError."""
    try:
        lock = read_lock(node, resource)
        if lock is None:
            # Removing what is not there could meet the lock of an online that ends in this instant.
            return False
        if judge_at_open(lock, resource, node.system, node.boot_id()) is AtOpen.KEEP:
            return True
    except (GarbledState, OSError):
        pass
    remove_lock(node, resource)
    return False


class AtOpen(enum.Enum):
    """What `open` does with a lock that it finds."""

    KEEP = "keep"
    REMOVE = "remove"


def judge_at_open(lock: Lock, resource: str, system: str, boot_id: str) -> AtOpen:
    """Keep the lock only if this node wrote it for this resource and has not rebooted since.

    Raises OSError where that is not known: the kernel's boot id, which the lock names, cannot be read any more.
    """
    ours = lock.resource == resource and lock.system == system
    if ours and is_of_kernel(lock.boot_id) and not is_of_kernel(boot_id):
        raise OSError(NO_BOOT_ID)
    return AtOpen.KEEP if ours and lock.boot_id == boot_id else AtOpen.REMOVE
