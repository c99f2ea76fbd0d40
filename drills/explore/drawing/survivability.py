"""Before a night is run: does the damage leave a way to recover, or must the site only stop safely and say why?

After every fault has ended and an operator has followed the runbook, a site that only lost things for a while has
everything that it needs: then every group must be online. Where people changed pairs outside the cluster, where the
agent lost its memory, or where two systems could have run the group at once, the witnesses may contradict each other,
and the agent is right to refuse until a person decides: then it must be said why.
"""

from __future__ import annotations

from collections.abc import Iterable

from mirrordrill.drills.faults.clusters import DISKS_OUT_OF_REACH, HEARTBEATS_LOST, LLT_LINK_PULLED
from mirrordrill.drills.faults.consoles import COMMAND_LATE
from mirrordrill.drills.faults.hosts import (
    AGENT_MISSING,
    HOST_CRASHES_WITHOUT_LOCK,
    HOST_HANGS,
    STATE_DAMAGED,
    STATE_LOST,
)
from mirrordrill.drills.faults.resources import STARTED_BY_HAND
from mirrordrill.drills.shrink.schedule import ScheduledStep

RECOVERABLE, STOPS_SAFELY = "recoverable", "stops-safely"
"""Tags of a night: what must be true in its end."""
BLURS = frozenset(
    kind.name
    for kind in (
        HEARTBEATS_LOST,
        LLT_LINK_PULLED,
        DISKS_OUT_OF_REACH,
        COMMAND_LATE,
        AGENT_MISSING,
        HOST_CRASHES_WITHOUT_LOCK,
        HOST_HANGS,
        STATE_DAMAGED,
        STATE_LOST,
        STARTED_BY_HAND,
    )
)
"""Kinds after which the witnesses may contradict each other."""
PEOPLE = ("a storage administrator ", " takeover -sys ", " resume -sys ", " -offline ", " -declare ")
"""Words of a step with which a person decides what no agent may undo."""


def expected_end(kinds: Iterable[str], steps: Iterable[ScheduledStep]) -> str:
    """The tag of a night with these faults and steps."""
    is_blurred = bool(BLURS & set(kinds))
    is_decided = any(word in step.words for step in steps for word in PEOPLE)
    return STOPS_SAFELY if is_blurred or is_decided else RECOVERABLE
