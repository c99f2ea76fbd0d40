"""Which system gets the group: pure functions over what is known of each system (vcs.md 3.3).

First the systems that do not qualify drop out, each with its reason; then system zones narrow the choice; then the
group's policy picks one. The policies are a table: a policy is an order, and the first in that order wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from mirrordrill.simulator.vcs.spec import AutoStartPolicy, FailOverPolicy


@dataclass(frozen=True, slots=True)
class Candidate:
    """What selection needs to know of one system in a group's SystemList."""

    system: str
    priority: int
    position: int
    """Place in SystemList as written."""
    zone: int | None = None
    running: bool = True
    probed: bool = True
    auto_disabled: bool = False
    enabled: bool = True
    system_frozen: bool = False
    faulted: bool = False
    may_be_up_elsewhere: bool = False
    """Whether the group may be up on another system, which no agent has probed."""
    unmet: str | None = None
    """What the group requires of another group and does not find there."""
    evicts: bool = False
    """Whether a group runs there that must be offline where this one is online."""
    online_groups: int = 0
    available_capacity: int = 0
    free_limits: Mapping[str, int] = field(default_factory=dict)


DISQUALIFIERS: tuple[tuple[str, Callable[[Candidate], bool]], ...] = (
    ("the system is not running", lambda candidate: not candidate.running),
    ("the system is frozen", lambda candidate: candidate.system_frozen),
    ("the group is not probed there", lambda candidate: not candidate.probed),
    ("the group is autodisabled there", lambda candidate: candidate.auto_disabled),
    ("the group is disabled there", lambda candidate: not candidate.enabled),
    ("the group is faulted there", lambda candidate: candidate.faulted),
    ("the group is autodisabled on a system that was not probed", lambda candidate: candidate.may_be_up_elsewhere),
)


def why_not(candidate: Candidate, prerequisites: Mapping[str, int]) -> str | None:
    """The first reason that keeps the group off this system, None where nothing does."""
    for reason, holds in DISQUALIFIERS:
        if holds(candidate):
            return reason
    if candidate.unmet:
        return candidate.unmet
    short = [name for name, needed in prerequisites.items() if candidate.free_limits.get(name, 0) < needed]
    return f"its limits leave too little {', '.join(sorted(short))}" if short else None


def _by_priority(candidate: Candidate) -> tuple[int, int, str]:
    return (candidate.priority, candidate.position, candidate.system)


def _by_groups(candidate: Candidate) -> tuple[int, int, str]:
    return (candidate.online_groups, *_by_priority(candidate)[1:])


def _by_capacity(candidate: Candidate) -> tuple[int, int, str]:
    # Systems with equal capacity are tried in the alphabet's order (vcs.md 2.4).
    return (-candidate.available_capacity, 0, candidate.system)


Order = Callable[[Candidate], tuple[int, int, str]]

POLICIES: Mapping[FailOverPolicy, Order] = MappingProxyType(
    {
        FailOverPolicy.PRIORITY: _by_priority,
        FailOverPolicy.ROUND_ROBIN: _by_groups,
        FailOverPolicy.LOAD: _by_capacity,
        # What capacity is forecast from is not simulated: what is available stands for it.
        FailOverPolicy.BIGGEST_AVAILABLE: _by_capacity,
    }
)


def in_zone(candidates: Sequence[Candidate], zone: int | None, *, only: bool) -> list[Candidate]:
    """The candidates of the zone; where there are none, all of them unless it must be that zone.

    A failed system that belongs to no zone (None) does not narrow the choice.
    """
    if zone is None:
        return list(candidates)
    inside = [candidate for candidate in candidates if candidate.zone == zone]
    return inside if inside or only else list(candidates)


def choose(
    policy: FailOverPolicy,
    candidates: Sequence[Candidate],
    prerequisites: Mapping[str, int],
    failed_system: str | None = None,
    *,
    same_zone_only: bool = False,
    may_return: bool = False,
) -> str | None:
    """The system on which the group should come online after it left `failed_system`, None where there is none.

    A system from which it drives no other group away is taken first, before zones and policy.
    """
    zone = next((candidate.zone for candidate in candidates if candidate.system == failed_system), None)
    able = [
        candidate
        for candidate in candidates
        if (may_return or candidate.system != failed_system) and why_not(candidate, prerequisites) is None
    ]
    able = [candidate for candidate in able if not candidate.evicts] or able
    able = in_zone(able, zone, only=same_zone_only)
    return min(able, key=POLICIES[policy]).system if able else None


def choose_auto_start(
    policy: AutoStartPolicy,
    candidates: Sequence[Candidate],
    auto_start_list: Sequence[str],
    prerequisites: Mapping[str, int],
) -> str | None:
    """The system of AutoStartList on which the group starts with its cluster, None while there is none."""
    orders: Mapping[AutoStartPolicy, Order] = {
        AutoStartPolicy.ORDER: lambda candidate: (auto_start_list.index(candidate.system), 0, candidate.system),
        AutoStartPolicy.PRIORITY: _by_priority,
        AutoStartPolicy.LOAD: _by_capacity,
    }
    able = [
        candidate
        for candidate in candidates
        if candidate.system in auto_start_list and why_not(candidate, prerequisites) is None
    ]
    able = [candidate for candidate in able if not candidate.evicts] or able
    return min(able, key=orders[policy]).system if able else None
