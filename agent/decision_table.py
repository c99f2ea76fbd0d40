"""The decisions as a table for people: every mixture of up to three kinds of volumes, and what the agent does with it.

`python3 -m agent.decision_table` prints it. The table is made by asking the decisions, so it cannot be out of date.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
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
from .evidence import Evidence, weigh
from .journal import Step
from .memory import Recollection
from .online_record import Memory, Phase
from .pairs import CopyType, LocalVolume, Reason, Relation, Standing, State, standing
from .second_opinion import Far, Opinion

PEER = "2000"
EXAMPLES: Mapping[Standing, Tuple[Relation, ...]] = {
    Standing.SOURCE: (Relation(PEER, State.FULL_DUPLEX),),
    Standing.FAILED_OVER: (Relation(PEER, State.SUSPENDED, Reason.HOST_SOURCE),),
    Standing.NO_PAIR: (),
    Standing.TARGET_IN_SYNC: (Relation(PEER, State.TARGET_FULL_DUPLEX),),
    Standing.TARGET_COPYING: (Relation(PEER, State.TARGET_COPY_PENDING),),
    Standing.TARGET_SUSPENDED: (Relation(PEER, State.TARGET_SUSPENDED, Reason.UPDATE_TARGET),),
    Standing.CASCADED: (
        Relation(PEER, State.TARGET_FULL_DUPLEX),
        Relation(PEER, State.COPY_PENDING, copy_type=CopyType.GLOBAL_COPY, has_foreign_peer=True),
    ),
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


HERE, THERE = "IBM.2107-75FA120", "IBM.2107-75FA150"
SETS: Mapping[str, Tuple[Standing, ...]] = {
    "source": (Standing.SOURCE,),
    "failed over": (Standing.FAILED_OVER,),
    "in no pair": (Standing.NO_PAIR,),
    "target in sync": (Standing.TARGET_IN_SYNC,),
    "failed over + target in sync": (Standing.FAILED_OVER, Standing.TARGET_IN_SYNC),
}
_ON_BOTH = ("1260", "1261")
MEMORIES: Mapping[str, Recollection] = {
    "nothing": Recollection(is_replicated=True),
    "here": Recollection(Memory(2, "t2", ("t1",), HERE, "hosta", volumes=_ON_BOTH), is_live=True),
    "here, from files only": Recollection(Memory(2, "t2", ("t1",), HERE, "hosta", volumes=_ON_BOTH)),
    "here, from the files of all systems": Recollection(
        Memory(2, "t2", ("t1",), HERE, "hosta", volumes=_ON_BOTH), published=("hostc",)
    ),
    "there": Recollection(Memory(2, "t2", ("t1",), THERE, "hostc"), is_live=True),
    "there, this side left behind": Recollection(
        Memory(2, "t2", ("t1",), THERE, "hostc", left_behind=True), is_live=True
    ),
    "there, a takeover to here cut short": Recollection(
        Memory(2, "t2", ("t1",), THERE, "hostc", Phase.FAILING_OVER, HERE, "hosta"), is_live=True
    ),
    "here, a takeover to there cut short": Recollection(
        Memory(2, "t2", ("t1",), HERE, "hosta", Phase.FAILING_OVER, THERE, "hostc"), is_live=True
    ),
    "here, a reversal to there cut short": Recollection(
        Memory(2, "t2", ("t1",), HERE, "hosta", Phase.REVERSING, THERE, "hostc"), is_live=True
    ),
    "a contradiction": Recollection(contradiction="two systems remember different onlines"),
}
"""Where the resource was online last, as the memory has it."""
OPINIONS: Mapping[str, Opinion] = {
    "source, nothing later": Opinion(Far.SOURCE, can_run=True),
    "source of a copy to here": Opinion(Far.SOURCE, can_run=True, is_copying=True),
    "target": Opinion(Far.FOLLOWS, can_run=True),
    "later writes": Opinion(Far.AHEAD, can_run=True),
    "later writes, no host": Opinion(Far.AHEAD),
    "dead": Opinion(Far.DEAD),
    "silent": Opinion(Far.SILENT),
    "no console known": Opinion(Far.UNASKABLE),
}
"""What the far array says."""


def witnesses_as_markdown(*, split_takeover: bool) -> str:
    """What online makes of a set, by what the memory and the far array say, with every volume in one pair."""
    lines = ["| The set here | Online last | " + " | ".join(OPINIONS) + " |", "|---|---|" + "---|" * len(OPINIONS)]
    for name, kinds in SETS.items():
        volumes = tuple(LocalVolume(f"126{at}", EXAMPLES[kind]) for at, kind in enumerate(kinds))
        for remembered, seen in MEMORIES.items():
            evidence = Evidence(HERE, THERE, seen, ("hostc",), split_takeover=split_takeover)
            cells = [_weighed(volumes, replace(evidence, opinion=opinion)) for opinion in OPINIONS.values()]
            lines.append(f"| {name} | {remembered} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _weighed(volumes: Sequence[LocalVolume], evidence: Evidence) -> str:
    before = decide_online(volumes)
    plan = weigh(before, volumes, evidence)
    if isinstance(plan, TakeLock):
        # A suspended set is warned of whatever the witnesses say; what counts here is a warning of theirs.
        warned = isinstance(before, TakeLock) and len(plan.warnings) > len(before.warnings)
        return "lock, warn" if warned else "lock"
    if isinstance(plan, FailOver):
        return "take over, reverse" if plan.reverse else "take over"
    return "refuse"


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
