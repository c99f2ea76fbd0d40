"""What the parts of one entry point share: the node, the resource, its attributes, the time, the array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from .arguments import Attributes
from .array import LocalArray
from .attempt import Attempt
from .budget import Budget, Limits, read_limits
from .errors import ConfigError, GarbledState
from .journal import Journal, Step, read_journal, write_journal
from .messages import JOURNAL_BEHIND, JOURNAL_GARBLED, LIMITS_IGNORED, say
from .ports import Node
from .reslock import timeout_in_force

LATE_MARGIN_S = 30.0
"""Between the moment at which a step is written and that at which its command is sent, at most."""


@dataclass(frozen=True)
class Run:
    """One entry point under way."""

    node: Node
    resource: str
    attributes: Attributes
    budget: Budget
    limits: Limits
    array: LocalArray
    arguments: Tuple[str, ...] = ()
    """What the caller of an action passed to it."""
    attempt: Optional[Attempt] = None
    """Of an online: whether it may still act on this node."""

    def is_over(self) -> bool:
        """Whether this is an online behind which another entry point of the resource has run on this node."""
        return self.attempt is not None and self.attempt.is_over()

    def journal(self) -> Optional[Journal]:
        """The journal of this node, None where there is none or (with a warning) where it is not readable."""
        try:
            return read_journal(self.node, self.resource)
        except (GarbledState, OSError) as error:
            say(self.node, JOURNAL_GARBLED, reason=error)
            return None

    def may_land(self, journal: Optional[Journal]) -> bool:
        """Whether a command that the journal knows of was sent less than LateCommandLimit ago."""
        return self.unanswered_s(journal) is not None

    def unanswered_s(self, journal: Optional[Journal]) -> Optional[float]:
        """The uptime at which the last command was sent that may still be carried out; None: there is none."""
        sent_s = journal.last_sent_s(self.node.boot_id()) if journal is not None else None
        if sent_s is None or self.node.uptime_s() - sent_s > self.attributes.late_command_s + LATE_MARGIN_S:
            return None
        return sent_s

    def begin(self, operation: str, step: Step, pairs: Tuple[str, ...], saw: str) -> Journal:
        """The journal of an operation that begins with this step; what was sent before it is not forgotten."""
        node = self.node
        sent_s = self.unanswered_s(self.journal())
        return Journal(self.resource, node.system, node.boot_id(), operation, step, pairs, saw, node.uptime_s(), sent_s)

    def advance(self, journal: Journal, step: Step, saw: str) -> Journal:
        """Note a step that is over. What the array did is done whether it can be noted or not, so this only warns."""
        later = journal.at(step, saw, self.node.uptime_s())
        try:
            write_journal(self.node, later)
        except OSError as error:
            say(self.node, JOURNAL_BEHIND, reason=error)
        return later


def start_run(
    node: Node, resource: str, attributes: Attributes, budget: Budget, arguments: Tuple[str, ...] = ()
) -> Run:
    """Everything an entry point that talks to the array needs; nothing has been sent yet."""
    limits = limits_in_force(node)
    return Run(node, resource, attributes, budget, limits, LocalArray(node, attributes, limits), arguments)


def learn_timeout(run: Run, attribute: str) -> Run:
    """Ask VCS for the time-out in force: the resource's own, or the type's. Without an answer the default stays."""
    timeout_s = timeout_in_force(run.node, run.limits, run.resource, attribute)
    if timeout_s is not None:
        run.budget.learn_timeout(timeout_s)
    return run


def limits_in_force(node: Node) -> Limits:
    """The limits of this node, or the defaults (with a warning) where its file is wrong."""
    try:
        return read_limits(node)
    except (ConfigError, GarbledState, OSError) as error:
        say(node, LIMITS_IGNORED, reason=error)
        return Limits()
