"""The records of the last online: on which array the application ran last, and how far a change of direction has come.

Rule 1: clocks decide nothing. A record has a token of its own and names its ancestors. It is newer than another only
if the other is among them, or is of a generation that its list no longer reaches back to.
Rule 2: a command that was sent and not answered stays in every record that follows until it can no longer be carried
out: each system that comes online meanwhile knows that it may be on its way.
Rule 3: a record of a later format is never guessed at, and never written over. What it says may be why nothing must
come online here. So a release that adds to the record gives it a new format, and each node is to have that release
before the group moves to it.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import List, NamedTuple, Optional, Tuple

from .errors import GarbledState, NewerRecord
from .names import is_count

ATTRIBUTE = "LastOnline"
FORMAT = "1"
PARTS = 12
VOLUME_DIGITS = 4
FAILBACK, FAILOVER = "failbackpprc", "failoverpprc"


class Phase(enum.Enum):
    """How far a change of direction has come; ONLINE where none is under way."""

    ONLINE = "online"
    FAILING_OVER = "failing-over"
    """failoverpprc is about to be sent, or was sent: `image` is still where the application ran last."""
    REVERSING = "reversing"
    """failbackpprc is about to be sent, or was sent."""


class SentCommand(NamedTuple):
    """A command that was sent at `image` and had no answer.

    `token`: which system sent it and when, as a record of that moment has it.
    """

    name: str
    image: str
    token: str

    @property
    def system(self) -> str:
        """The system that sent it."""
        return self.token.partition("@")[0]

    def text(self) -> str:
        """As the record holds it."""
        return ":".join(self)


@dataclass(frozen=True)
class Memory:
    """One record. `image` is where the newest data lie, `system` brought the resource online there last."""

    generation: int
    token: str
    ancestors: Tuple[str, ...]
    image: str
    system: str
    phase: Phase = Phase.ONLINE
    towards: str = ""
    """The image that a change of direction under way makes writable."""
    by: str = ""
    """The system that changes the direction."""
    left_behind: bool = False
    """The other array was taken over from without a reversal: its volumes are old, whatever they call themselves."""
    is_adopted: bool = False
    """A person said so, with the action takeover."""
    volumes: Tuple[str, ...] = ()
    """The volumes that were writable at that online."""
    unanswered: str = ""
    """A command of an earlier record that may still be carried out, as `SentCommand.text` has it; empty: none."""

    @property
    def awaited(self) -> Optional[SentCommand]:
        """The last command that may still be carried out, whatever has become of its sender."""
        if self.phase is Phase.REVERSING:
            return SentCommand(FAILBACK, self.towards, self.token)
        words = self.unanswered.split(":")
        return SentCommand(*words) if len(words) == len(SentCommand._fields) else None

    def left_unanswered(self, *, is_answered: bool) -> str:
        """What the record behind this one says of a command; `is_answered`: the one that this record announced was."""
        sent = self.awaited
        return self.unanswered if is_answered or sent is None else sent.text()

    @property
    def writer(self) -> str:
        """The system that wrote the record."""
        head, at, _ = self.token.partition("@")
        return head if at else self.system

    def text(self) -> str:
        """The record without a blank, as the attribute holds it."""
        fields = (FORMAT, str(self.generation), self.token, "+".join(self.ancestors), self.image, self.system)
        more = (
            self.phase.value,
            self.towards,
            self.by,
            f"{self.left_behind:d}{self.is_adopted:d}",
            _pack(self.volumes),
            self.unanswered,
        )
        return ",".join((*fields, *more))

    def is_newer_than(self, other: Memory) -> bool:
        """Whether the other record is an ancestor of this one (rule 1)."""
        if other.token in self.ancestors:
            return True
        if self.token in other.ancestors:
            return False
        if self.phase is Phase.ONLINE and other.phase is not Phase.ONLINE and other.towards == self.image:
            # One system began a takeover to this array and was cut short before the others heard of it; another system
            # of the array has come to its end. Both say the same: the application ran on here.
            return not other.ancestors or bool(set(self.ancestors) & set(other.ancestors))
        if self.image == other.image and self.phase is other.phase is Phase.ONLINE:
            # Two systems of one array at once (a parallel group): the same side, whichever is taken.
            return (self.generation, self.token) > (other.generation, other.token)
        return other.generation < self.generation - len(self.ancestors)

    def is_as_good_as(self, other: Memory) -> bool:
        """Whether both say that it is online on the same array: several systems of a parallel group come up at once."""
        return self.image == other.image and self.phase is other.phase is Phase.ONLINE


_WORD = re.compile(r"[0-9A-Za-z_.@+:-]*")


def parse_memory(text: str, name: str = ATTRIBUTE) -> Memory:
    """The record in a text. Raises GarbledState, NewerRecord."""
    parts = text.split(",")
    if is_count(parts[0]) and int(parts[0]) > int(FORMAT):
        raise NewerRecord(name, parts[0], FORMAT)
    if len(parts) != PARTS or parts[0] != FORMAT or not all(map(_WORD.fullmatch, parts)) or not is_count(parts[1]):
        raise GarbledState(ATTRIBUTE, f"is no record of the agent: {text[:80]!r}")
    try:
        phase, volumes = Phase(parts[6]), _unpack(parts[10])
    except ValueError:
        raise GarbledState(ATTRIBUTE, f"is no record of the agent: {text[:80]!r}") from None
    ancestors = tuple(parts[3].split("+")) if parts[3] else ()
    its = (int(parts[1]), parts[2], ancestors, parts[4], parts[5], phase, parts[7], parts[8])
    return Memory(*its, parts[9][:1] == "1", parts[9][1:] == "1", volumes, parts[11])


def _pack(volumes: Tuple[str, ...]) -> str:
    """Volume ids as ranges: `1260-1263+1300`."""
    ranges: List[List[int]] = []
    for number in sorted(int(volume, 16) for volume in volumes):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return "+".join(f"{low:04X}" if low == high else f"{low:04X}-{high:04X}" for low, high in ranges)


def _unpack(text: str) -> Tuple[str, ...]:
    volumes = []
    for part in text.split("+") if text else ():
        low, _, high = part.partition("-")
        if max(len(low), len(high)) > VOLUME_DIGITS:
            raise ValueError(part)
        volumes += [f"{number:04X}" for number in range(int(low, 16), int(high or low, 16) + 1)]
    return tuple(volumes)
