"""The journal: what the agent was about to do with the pairs, written down before it did it.

An entry point can be killed between any two instructions, and an answer can be lost after the array acted. The journal
is how the next entry point on this node learns that there is something to look at. It never proves what the array did:
only the array says that.

Rule 1: a step is durable before the first command that carries it out is sent.
Rule 2: a journal that cannot be read, or that another node wrote, counts as an operation under way of which nothing
else is known.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Optional, Tuple

from . import statetext
from .errors import GarbledState
from .names import journal_name
from .ports import Node

FORMAT = "1"


class Step(enum.Enum):
    """How far an operation has come."""

    FAILING_OVER = "failing over"
    """failoverpprc is about to be sent, or was sent."""
    FAILED_OVER = "failed over"
    """The whole set was seen writable; the direction of the copy has not been reversed yet."""
    REVERSING = "reversing"
    """failbackpprc is about to be sent, or was sent."""
    COMPLETE = "complete"
    """The operation came to its end."""
    SETTLED = "settled"
    """The operation was interrupted, and clean has seen the whole set in one role since."""


SENDING = frozenset({Step.FAILING_OVER, Step.REVERSING})
"""Steps whose command may be on its way."""
INTERRUPTED = frozenset({Step.FAILING_OVER, Step.FAILED_OVER, Step.REVERSING})
"""Steps that no finished operation leaves behind."""


@dataclass(frozen=True)
class Journal:
    """One operation on the pairs of a resource. Pairs are written local:remote."""

    resource: str
    system: str
    boot_id: str
    operation: str
    step: Step
    pairs: Tuple[str, ...]
    saw: str
    uptime_s: float = 0.0
    """When the step was written, in uptime of that boot: how long a command of that step may have been on its way."""
    unanswered_s: Optional[float] = None
    """When a command was sent, in uptime of that boot, that had no answer and was then sent again: it may still be
    carried out, however far the operation has come since. None: no command."""

    @property
    def is_interrupted(self) -> bool:
        """Whether the operation did not come to its end."""
        return self.step in INTERRUPTED

    @property
    def volumes(self) -> Tuple[str, ...]:
        """The local volumes of the pairs."""
        return tuple(pair.partition(":")[0] for pair in self.pairs)

    def at(self, step: Step, saw: str, uptime_s: float = 0.0) -> Journal:
        """The same operation, one step on."""
        return replace(self, step=step, saw=saw, uptime_s=uptime_s)

    def last_sent_s(self, boot_id: str) -> Optional[float]:
        """When the last command was sent that may have been carried out late, in uptime of the boot; None: no command.

        One of an earlier boot counts as sent when this one began.
        """
        times = [self.uptime_s] if self.step in SENDING else []
        times += [self.unanswered_s] if self.unanswered_s is not None else []
        if not times:
            return None
        return max(times) if boot_id == self.boot_id else 0.0

    def text(self) -> str:
        """The file's text."""
        values = {
            "format": FORMAT,
            "resource": self.resource,
            "system": self.system,
            "boot_id": self.boot_id,
            "operation": self.operation,
            "step": self.step.value,
            "pairs": " ".join(self.pairs),
            "saw": self.saw,
            "uptime_s": f"{self.uptime_s:.2f}",
            "unanswered_s": "" if self.unanswered_s is None else f"{self.unanswered_s:.2f}",
        }
        return statetext.render("MetroMirror journal: the agent's last operation on these pairs (local:remote)", values)


def parse_journal(name: str, text: str) -> Journal:
    """The journal in a file's text. Raises GarbledState."""
    values = statetext.parse(name, text)
    if statetext.take(name, values, "format") != FORMAT:
        raise GarbledState(name, f"has the unknown format {values['format']!r}")
    words = [statetext.take(name, values, key) for key in ("resource", "system", "boot_id", "operation")]
    pairs = tuple(statetext.take(name, values, "pairs").split())
    if any(not _is_pair(pair) for pair in pairs):
        raise GarbledState(name, f"lists pairs that are no pairs: {' '.join(pairs)[:80]!r}")
    step = _step(name, statetext.take(name, values, "step"))
    saw = statetext.take(name, values, "saw")
    uptime_s = _seconds(name, values.get("uptime_s", "0"))
    unanswered_s = _seconds(name, values["unanswered_s"]) if values.get("unanswered_s") else None
    return Journal(words[0], words[1], words[2], words[3], step, pairs, saw, uptime_s, unanswered_s)


def _seconds(name: str, word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise GarbledState(name, f"has the uptime {word[:80]!r}") from None


def _is_pair(text: str) -> bool:
    local, colon, remote = text.partition(":")
    return bool(colon) and all(len(part) == 4 and set(part) <= set("0123456789ABCDEF") for part in (local, remote))


def _step(name: str, word: str) -> Step:
    try:
        return Step(word)
    except ValueError:
        raise GarbledState(name, f"names the unknown step {word[:80]!r}") from None


def read_journal(node: Node, resource: str) -> Optional[Journal]:
    """The resource's journal, None where there is none. Raises GarbledState, or OSError where it cannot be trusted."""
    text = node.read_state(journal_name(resource))
    if text is None:
        return None
    journal = parse_journal(journal_name(resource), text)
    if journal.resource != resource:
        raise GarbledState(journal_name(resource), f"is about the resource {journal.resource[:80]!r}")
    if journal.system != node.system:
        # A state directory that was copied: its volumes may be those of the other array.
        raise GarbledState(journal_name(resource), f"was written on {journal.system[:80]}, not on {node.system}")
    return journal


def write_journal(node: Node, journal: Journal) -> None:
    """Make the journal durable. Raises OSError."""
    node.write_state(journal_name(journal.resource), journal.text())
