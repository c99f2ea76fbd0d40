"""A declared hazard that came about, and the names of all; which rules each may break stands in `hazards`."""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.drills.history.values import VolumeOn

FOR_EVER = 1 << 62
"""A number above that of every event."""
GAP_US = 1_000_000
"""So soon after a host goes on it sends what it was about to send when it stood still."""

OLD_TARGET, NO_HOST_AT_HOME = "old target", "old target, no host at home"
ZOMBIE, PARTITION, BY_HAND, STARTED_BY_HAND = "zombie", "partition", "by hand", "started by hand"
WRITES_ON, LIVING_CLUSTER = "zombie that writes on", "living cluster taken for dead"
WRITES_BY_HAND = "written by what was started by hand"
IN_THE_GAP = "stood still before its line"
LOST_UNDER_WAY, LOCK_LOST, AGENT_MISSING = "files lost under way", "lock lost", "agent missing"
TAKEOVER, LATE_COMMAND, LATER_THAN_LIMIT = "takeover by a person", "late command", "later than the limit"
UNTIL_IN_SYNC = (BY_HAND, WRITES_BY_HAND, WRITES_ON, LIVING_CLUSTER)
"""Hazards that are about copies until these are in sync again."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A hazard came about with an event."""

    hazard: str
    number: int
    systems: frozenset[str] = frozenset()
    copies: frozenset[VolumeOn] = frozenset()
    until: int = FOR_EVER
    """The number of the event from which on it explains nothing."""
