"""How two arrays disagree about one Metro Mirror pair.

Each array keeps its own opinion (a `View` and a `Reason`) of every volume it owns. There is no shared pair state:
during a path outage the two opinions legally differ, and most bugs of failover automation live in that gap.

Rule 1: every legal change of an opinion is a cell of OWN (what happens where the cause arises) or PEER (what happens at
the other array, if a path carries the message). Nothing else assigns a view.
Rule 2: an unlisted cell of OWN is refused. An unlisted cell of PEER refuses the whole operation where the operation
needs its peer (NEEDS_PEER), and is a message without effect otherwise.
Rule 3: this file does not know which site is production.

Sources: dscli.md 2.3 (states), 2.4 (reasons), 2.5 (who shows what), 3.1 and 3.2 (failover and failback).
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from mirrordrill.simulator.kernel.table_keys import TableKey


class View(TableKey):
    """What one array thinks of one of its volumes; the value is the word that `lspprc` prints."""

    SIMPLEX = "Simplex"
    COPY_PENDING = "Copy Pending"
    FULL_DUPLEX = "Full Duplex"
    SUSPENDED = "Suspended"
    TARGET_COPY_PENDING = "Target Copy Pending"
    TARGET_FULL_DUPLEX = "Target Full Duplex"
    TARGET_SUSPENDED = "Target Suspended"

    @property
    def is_target(self) -> bool:
        """Whether the volume receives the writes of another one, and is therefore write-disabled to hosts."""
        return self in _TARGETS

    @property
    def is_source(self) -> bool:
        """Whether the array takes this volume for the source of a pair."""
        return self in _SOURCES


_SOURCES = (View.COPY_PENDING, View.FULL_DUPLEX, View.SUSPENDED)
_TARGETS = (View.TARGET_COPY_PENDING, View.TARGET_FULL_DUPLEX, View.TARGET_SUSPENDED)


class Reason(enum.Enum):
    """Why a volume is suspended; the value is the word that `lspprc` prints (dscli.md 2.4).

    What a real array says may start a site with any of them; for Internal Conditions Source and the two of power it is
    not known when an array comes to say so, and no transition here gives them.
    """

    NONE = "-"
    HOST_SOURCE = "Host Source"
    HOST_TARGET = "Host Target"
    UPDATE_TARGET = "Update Target"
    INTERNAL_CONDITIONS_SOURCE = "Internal Conditions Source"
    INTERNAL_CONDITIONS_TARGET = "Internal Conditions Target"
    POWER_OFF = "Power Off"
    POWER_ON = "Power On"
    SIMPLEX_TARGET = "Simplex Target"
    FREEZE = "Freeze"


class PairType(enum.Enum):
    """How a pair mirrors; the value is the word that `lspprc` prints."""

    METRO_MIRROR = "Metro Mirror"
    GLOBAL_COPY = "Global Copy"


class PairCause(enum.Enum):
    """What can happen to a volume of a pair, seen from the array where it arises."""

    ESTABLISH = "establish"
    ESTABLISH_NO_COPY = "establish without copy"
    COPY_DONE = "copy done"
    WRITE_NOT_MIRRORED = "write not mirrored"
    COPY_INTERRUPTED = "copy interrupted"
    PAUSE_AT_SOURCE = "pause at source"
    PAUSE_AT_TARGET = "pause at target"
    RESUME = "resume"
    FREEZE = "freeze"
    FAILOVER = "failover"
    FAILBACK = "failback"
    REMOVE_AT_SOURCE = "remove at source"
    REMOVE_AT_TARGET = "remove at target"


class Opinion(NamedTuple):
    """The opinion that a cell leads to. A reason of None keeps the one that stands."""

    view: View
    reason: Reason | None = Reason.NONE


OWN: dict[tuple[View, PairCause], Opinion] = {
    (View.SIMPLEX, PairCause.ESTABLISH): Opinion(View.COPY_PENDING),
    (View.SIMPLEX, PairCause.ESTABLISH_NO_COPY): Opinion(View.FULL_DUPLEX),
    (View.COPY_PENDING, PairCause.COPY_DONE): Opinion(View.FULL_DUPLEX),
    # Only the next host write finds out that the mirror is dead; until then Full Duplex stands (dscli.md trap 3).
    (View.FULL_DUPLEX, PairCause.WRITE_NOT_MIRRORED): Opinion(View.SUSPENDED, Reason.INTERNAL_CONDITIONS_TARGET),
    (View.COPY_PENDING, PairCause.WRITE_NOT_MIRRORED): Opinion(View.SUSPENDED, Reason.INTERNAL_CONDITIONS_TARGET),
    # A copy needs no host to find out: its own next track does.
    (View.COPY_PENDING, PairCause.COPY_INTERRUPTED): Opinion(View.SUSPENDED, Reason.INTERNAL_CONDITIONS_TARGET),
    (View.FULL_DUPLEX, PairCause.PAUSE_AT_SOURCE): Opinion(View.SUSPENDED, Reason.HOST_SOURCE),
    (View.COPY_PENDING, PairCause.PAUSE_AT_SOURCE): Opinion(View.SUSPENDED, Reason.HOST_SOURCE),
    (View.TARGET_FULL_DUPLEX, PairCause.PAUSE_AT_TARGET): Opinion(View.TARGET_SUSPENDED, Reason.HOST_TARGET),
    (View.TARGET_COPY_PENDING, PairCause.PAUSE_AT_TARGET): Opinion(View.TARGET_SUSPENDED, Reason.HOST_TARGET),
    (View.SUSPENDED, PairCause.RESUME): Opinion(View.COPY_PENDING),
    (View.FULL_DUPLEX, PairCause.FREEZE): Opinion(View.SUSPENDED, Reason.FREEZE),
    (View.COPY_PENDING, PairCause.FREEZE): Opinion(View.SUSPENDED, Reason.FREEZE),
    # Failover is asked of the *target*; it stops being one without asking anyone. A target in the middle of a copy is
    # accepted too: guarding against that is the automation's business (dscli.md 3.1).
    (View.TARGET_FULL_DUPLEX, PairCause.FAILOVER): Opinion(View.SUSPENDED, Reason.HOST_SOURCE),
    (View.TARGET_COPY_PENDING, PairCause.FAILOVER): Opinion(View.SUSPENDED, Reason.HOST_SOURCE),
    (View.TARGET_SUSPENDED, PairCause.FAILOVER): Opinion(View.SUSPENDED, Reason.HOST_SOURCE),
    # Repeated: nothing left to do.
    (View.SUSPENDED, PairCause.FAILOVER): Opinion(View.SUSPENDED, None),
    (View.SUSPENDED, PairCause.FAILBACK): Opinion(View.COPY_PENDING),
    (View.COPY_PENDING, PairCause.REMOVE_AT_SOURCE): Opinion(View.SIMPLEX),
    (View.FULL_DUPLEX, PairCause.REMOVE_AT_SOURCE): Opinion(View.SIMPLEX),
    (View.SUSPENDED, PairCause.REMOVE_AT_SOURCE): Opinion(View.SIMPLEX),
    (View.TARGET_COPY_PENDING, PairCause.REMOVE_AT_TARGET): Opinion(View.SIMPLEX),
    (View.TARGET_FULL_DUPLEX, PairCause.REMOVE_AT_TARGET): Opinion(View.SIMPLEX),
    (View.TARGET_SUSPENDED, PairCause.REMOVE_AT_TARGET): Opinion(View.SIMPLEX),
}
"""(view of the array where the cause arises, cause) -> what that array thinks next."""

PEER: dict[tuple[View, PairCause], Opinion] = {
    (View.SIMPLEX, PairCause.ESTABLISH): Opinion(View.TARGET_COPY_PENDING),
    (View.SIMPLEX, PairCause.ESTABLISH_NO_COPY): Opinion(View.TARGET_FULL_DUPLEX),
    (View.TARGET_COPY_PENDING, PairCause.COPY_DONE): Opinion(View.TARGET_FULL_DUPLEX),
    (View.TARGET_FULL_DUPLEX, PairCause.PAUSE_AT_SOURCE): Opinion(View.TARGET_SUSPENDED, Reason.UPDATE_TARGET),
    (View.TARGET_COPY_PENDING, PairCause.PAUSE_AT_SOURCE): Opinion(View.TARGET_SUSPENDED, Reason.UPDATE_TARGET),
    (View.FULL_DUPLEX, PairCause.PAUSE_AT_TARGET): Opinion(View.SUSPENDED, Reason.HOST_TARGET),
    (View.COPY_PENDING, PairCause.PAUSE_AT_TARGET): Opinion(View.SUSPENDED, Reason.HOST_TARGET),
    (View.TARGET_SUSPENDED, PairCause.RESUME): Opinion(View.TARGET_COPY_PENDING),
    # The target was never told of the suspension: it still believes in the duplex, or in the copy, that broke.
    (View.TARGET_FULL_DUPLEX, PairCause.RESUME): Opinion(View.TARGET_COPY_PENDING),
    (View.TARGET_COPY_PENDING, PairCause.RESUME): Opinion(View.TARGET_COPY_PENDING),
    # Failback takes the other side as it is: still a source, suspended, a target, or in no pair at all (dscli.md 3.2).
    (View.COPY_PENDING, PairCause.FAILBACK): Opinion(View.TARGET_COPY_PENDING),
    (View.FULL_DUPLEX, PairCause.FAILBACK): Opinion(View.TARGET_COPY_PENDING),
    (View.SUSPENDED, PairCause.FAILBACK): Opinion(View.TARGET_COPY_PENDING),
    (View.TARGET_COPY_PENDING, PairCause.FAILBACK): Opinion(View.TARGET_COPY_PENDING),
    (View.TARGET_FULL_DUPLEX, PairCause.FAILBACK): Opinion(View.TARGET_COPY_PENDING),
    (View.TARGET_SUSPENDED, PairCause.FAILBACK): Opinion(View.TARGET_COPY_PENDING),
    (View.SIMPLEX, PairCause.FAILBACK): Opinion(View.TARGET_COPY_PENDING),
    (View.TARGET_COPY_PENDING, PairCause.REMOVE_AT_SOURCE): Opinion(View.SIMPLEX),
    (View.TARGET_FULL_DUPLEX, PairCause.REMOVE_AT_SOURCE): Opinion(View.SIMPLEX),
    (View.TARGET_SUSPENDED, PairCause.REMOVE_AT_SOURCE): Opinion(View.SIMPLEX),
    (View.COPY_PENDING, PairCause.REMOVE_AT_TARGET): Opinion(View.SUSPENDED, Reason.SIMPLEX_TARGET),
    (View.FULL_DUPLEX, PairCause.REMOVE_AT_TARGET): Opinion(View.SUSPENDED, Reason.SIMPLEX_TARGET),
}
"""(view of the other array, cause) -> what the other array thinks next, once a path has told it."""


class Cell(NamedTuple):
    """One cell of the two tables: a legal change of one opinion."""

    is_told: bool
    """Whether the cell is one of PEER: the array was told by the other one."""
    view: View
    cause: PairCause


LEGAL_CELLS = tuple(
    Cell(is_told=is_told, view=view, cause=cause)
    for is_told, table in ((False, OWN), (True, PEER))
    for view, cause in table
)
"""Every legal change, so that coverage is a figure."""

NEEDS_PEER = frozenset(
    {PairCause.ESTABLISH, PairCause.ESTABLISH_NO_COPY, PairCause.COPY_DONE, PairCause.RESUME, PairCause.FAILBACK}
)
"""The causes that cannot happen without the other array's consent, and so not without a path to it."""

TELLS_PEER = frozenset(cause for _, cause in PEER)
"""The causes of which the other array is told, if a path carries the message."""


class Refusal(enum.Enum):
    """Why an array does not carry out an operation on a pair."""

    NO_SUCH_VOLUME = "the volume does not exist"
    NOT_A_PAIR = "the volumes are not a remote mirror and copy pair"
    ALREADY_PAIRED = "the volume is already in a remote mirror and copy pair"
    WRONG_STATE = "the pair is not in a state that allows this request"
    PEER_IN_WRONG_STATE = "the other volume is not in a state that allows this request"
    NO_PATH = "no remote mirror and copy path is available"
    SIZES_DIFFER = "the volumes are not of the same size"
    RESERVED = "the target volume is reserved by a host"
    PATH_IN_USE = "the path is still used by pairs"
    PATH_LIMIT = "there are as many paths as there can be already"
    NO_SUCH_PORTS = "the ports do not lead to the remote storage image"
    NO_SUCH_PORT = "an I/O port does not exist"
    NO_SUCH_LSS = "a logical subsystem does not exist"
    WRONG_SSID = "a subsystem id is not that of its logical subsystem"
    NOT_ESTABLISHED = "the path is defined but not established; the array tries again"
    WRONG_WWNN = "the node name is not that of the remote storage image"
    NOT_ON_THIS_IMAGE = "both volumes must be on one storage image"
    IN_FLASH_COPY = "the volume is already in a FlashCopy relationship"
    NOT_IN_FLASH_COPY = "the volumes are not a FlashCopy pair"
    NOT_RECORDED = "the FlashCopy pair does not record changes"
    INACCESSIBLE = "the volume is inaccessible"


class ArrayRefusedError(Exception):
    """The array did not carry out an operation; nothing was changed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def own_opinion(view: View, cause: PairCause) -> Opinion:
    """What the array where the cause arises thinks next. Raises `ArrayRefusedError` for an unlisted cell."""
    opinion = OWN.get((view, cause))
    if opinion is None:
        raise ArrayRefusedError(Refusal.NOT_A_PAIR if view is View.SIMPLEX else Refusal.WRONG_STATE)
    return opinion
