"""Which online of a resource may act on this node: the last one that began, until open, offline or clean ends it.

VCS runs one entry point of a resource at a time on a node, and kills one that overstays its time. But an agent process
that dies leaves its online running while the next agent starts others, and a person types `online` by hand. An online
that goes on behind an offline or a clean would take the lock while the group is online elsewhere. So would one behind
an open: the next agent finds the resource offline, and lets the group go elsewhere without a clean.

Rule 1: an online writes a token of its own before it does anything, open, offline and clean remove it, and what the
token of another online replaced sends no command and takes no lock.
Rule 2: a token that could not be written, or cannot be read, holds nothing back: the disk under it is the lock's own.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from . import statetext
from .errors import GarbledState
from .names import attempt_name, boot_mark
from .ports import Node


@dataclass(frozen=True)
class Attempt:
    """One online, by its token."""

    node: Node
    resource: str
    token: str
    is_noted: bool = True

    def is_over(self) -> bool:
        """Whether an open, an offline or a clean has ended it, or another online has begun."""
        return self.is_noted and self._last() != self.token

    def is_ended(self) -> bool:
        """Whether an open, an offline or a clean has ended it, and no other online has begun since."""
        return self.is_noted and not self._last()

    def is_replaced(self) -> bool:
        """Whether another online has begun since, and no open, offline or clean has ended that."""
        return self.is_over() and not self.is_ended()

    def _last(self) -> str:
        try:
            return _last_token(self.node, self.resource)
        except (GarbledState, OSError):
            return self.token


OVER = (
    "an open (the agent was started anew), an offline, a clean or another online of this resource has run on this node "
    "since this one began"
)


def begin_attempt(node: Node, resource: str) -> Attempt:
    """An online begins: every other one of the resource on this node is over."""
    token = f"{boot_mark(node.boot_id())}@{node.uptime_s():.2f}"
    with contextlib.suppress(GarbledState, OSError):
        if _last_token(node, resource) == token:
            # Two began within the same hundredth of a second.
            token += "-2"
    text = statetext.render("MetroMirror: the last online of this resource that began here", {"token": token})
    try:
        node.write_state(attempt_name(resource), text)
    except OSError:
        return Attempt(node, resource, token, is_noted=False)
    return Attempt(node, resource, token)


def _last_token(node: Node, resource: str) -> str:
    """Of the online that began last; empty behind an open, an offline or a clean. Raises GarbledState, OSError."""
    name = attempt_name(resource)
    text = node.read_state(name)
    return "" if text is None else statetext.take(name, statetext.parse(name, text), "token")


def end_attempts(node: Node, resource: str) -> None:
    """Whatever online of the resource still runs here is over. Never raises OSError."""
    with contextlib.suppress(OSError):
        node.remove_state(attempt_name(resource))
