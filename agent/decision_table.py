"""The decisions as a table for people: every mixture of up to three kinds of volumes, and what the agent does with it.

`python3 -m agent.decision_table` prints it. The table is made by asking the decisions, so it cannot be out of date.
"""

from __future__ import annotations

import itertools
import sys
from typing import Iterator, Mapping, Sequence, Tuple

from .decide import (
    FailOver,
    NothingToDo,
    Refuse,
    SafeToFault,
    StartFailback,
    TakeLock,
    decide_clean,
    decide_failback,
    decide_online,
)
from .journal import Step
from .pairs import CopyType, LocalVolume, Reason, Relation, Standing, State, standing

PEER = "2000"
EXAMPLES: Mapping[Standing, Tuple[Relation, ...]] = {
    Standing.SOURCE: (Relation(PEER, State.FULL_DUPLEX),),
    Standing.FAILED_OVER: (Relation(PEER, State.SUSPENDED, Reason.HOST_SOURCE),),
    Standing.NO_PAIR: (),
    Standing.TARGET_IN_SYNC: (Relation(PEER, State.TARGET_FULL_DUPLEX),),
    Standing.TARGET_COPYING: (Relation(PEER, State.TARGET_COPY_PENDING),),
    Standing.TARGET_SUSPENDED: (Relation(PEER, State.TARGET_SUSPENDED, Reason.UPDATE_TARGET),),
    Standing.NOT_METRO_MIRROR: (Relation(PEER, State.COPY_PENDING, copy_type=CopyType.GLOBAL_COPY),),
    Standing.DOUBTFUL: (Relation(PEER, State.INVALID),),
}
"""A volume of each kind."""


def mixtures() -> Iterator[Tuple[LocalVolume, ...]]:
    """A set for every one, two or three kinds of volumes."""
    for size in (1, 2, 3):
        for kinds in itertools.combinations(Standing, size):
            yield tuple(LocalVolume(f"126{at}", EXAMPLES[kind]) for at, kind in enumerate(kinds))


def row(volumes: Sequence[LocalVolume]) -> Tuple[str, str, str, str]:
    """The kinds in a set; what online, failback and (after an interrupted failover) clean make of it."""
    kinds = " + ".join(standing(volume).value for volume in volumes)
    is_safe = isinstance(decide_clean(volumes, Step.FAILING_OVER, settled=True), SafeToFault)
    return kinds, _online(volumes), _failback(volumes), "safe to fault" if is_safe else "not safe"


def _online(volumes: Sequence[LocalVolume]) -> str:
    plan = decide_online(volumes)
    if isinstance(plan, TakeLock):
        return "lock, with a warning" if plan.warnings else "lock"
    if isinstance(plan, FailOver):
        return "fail over, reverse, lock" if plan.reverse else "fail over the rest, lock"
    return "refuse" if isinstance(plan, Refuse) else "wait for the copy"


def _failback(volumes: Sequence[LocalVolume]) -> str:
    plan = decide_failback(volumes)
    if isinstance(plan, StartFailback):
        return "start"
    return "nothing to do" if isinstance(plan, NothingToDo) else "refuse"


def as_markdown() -> str:
    """The whole table."""
    head = ("| Volumes of the set, as the local array sees them | online | failback | clean |", "|---|---|---|---|")
    return "\n".join([*head, *("| " + " | ".join(row(volumes)) + " |" for volumes in mixtures())]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
