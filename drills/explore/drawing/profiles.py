"""Profiles: what kind of night is drawn. Tables; `draw` knows how to read them.

mild is what happens in most years; hostile switches each kind of fault on or off before it draws, so that nights differ
in kind and not only in order; rolling takes one side away, part by part, and brings it back; people make mistakes;
repair is about what comes back, and in which order; aimed is what follows from something else; mixed is any of these.
"""

from __future__ import annotations

from dataclasses import dataclass

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class NightProfile:
    """How a night is drawn."""

    name: str
    about: str
    strikes: tuple[int, int]
    """Faults of the registry: the fewest and the most."""
    commands: tuple[int, int]
    """What operators type."""
    by_hand: float = 0.0
    """The share of commands that a storage administrator types outside the cluster."""
    moments: float = 0.0
    """The share of strikes that come at a moment that matters: between two port calls, during a copy."""
    span_s: float = 4 * HOUR_S
    """Strikes and commands fall into this time."""
    lasts_s: tuple[float, ...] = (60.0, 600.0, HOUR_S)
    """How long faults last, about."""
    is_swarm: bool = False
    """Each kind is switched on with probability one half."""
    rolls: bool = False
    """One side is lost part by part, and comes back."""
    only: tuple[str, ...] = ()
    """The kinds that may be drawn; all where none is named."""
    core_share: float = 0.0
    """How often one side alone is repaired first."""
    courses: tuple[int, int] = (0, 0)
    """Courses in which one thing follows from another: the fewest and the most."""
    is_unfinished: bool = False
    """Its courses are those of a move that has done a part."""


USUAL = (
    "one link down",
    "HMC never answers",
    "HMC answers late",
    "slow answers of an array",
    "management of an array lost, data flow",
    "warm restart that keeps the pair states",
    "account locked",
    "halt",
    "crash",
    "agent process killed",
    "engine killed",
    "LLT links one by one",
    "resource gone",
    "wac down",
    "Icmp lost alone",
)
"""What happens in most years."""
LOSSES = (
    "array lost",
    "all links between two arrays down",
    "crash",
    "halt",
    "HMC never answers",
    "management of an array lost, data flow",
)
"""What a site can lose as a whole."""
PROFILES = (
    NightProfile("mild", "what happens in most years", (1, 2), (0, 1), only=USUAL, lasts_s=(60.0, 600.0, 1800.0)),
    NightProfile(
        "hostile",
        "each kind of fault is switched on with probability one half",
        (3, 8),
        (0, 3),
        by_hand=0.1,
        moments=0.4,
        lasts_s=(30.0, 600.0, HOUR_S, 2 * HOUR_S),
        is_swarm=True,
        core_share=0.3,
        courses=(0, 1),
    ),
    NightProfile(
        "rolling",
        "a side is lost part by part within half an hour, and comes back",
        (0, 2),
        (0, 2),
        moments=0.3,
        rolls=True,
        core_share=0.3,
    ),
    NightProfile(
        "people",
        "late, mistaken, two at once, outside the cluster",
        (1, 3),
        (4, 8),
        by_hand=0.25,
        moments=0.3,
        courses=(0, 1),
    ),
    NightProfile(
        "repair",
        "what comes back, and in which order, with hours between",
        (1, 3),
        (1, 4),
        span_s=10 * HOUR_S,
        lasts_s=(600.0, 2 * HOUR_S, 4 * HOUR_S),
        rolls=True,
        core_share=0.5,
    ),
    NightProfile(
        "aimed",
        "one thing after the other befalls a group, each aimed at what the one before has left behind",
        (0, 2),
        (0, 1),
        moments=0.5,
        lasts_s=(60.0, 600.0, HOUR_S),
        core_share=0.2,
        courses=(1, 2),
    ),
)
UNATTENDED = NightProfile(
    "unattended",
    "arrays, links, hosts and HMCs are lost and repaired, and no operator types anything",
    (2, 6),
    (0, 0),
    lasts_s=(30.0, 600.0, HOUR_S, 2 * HOUR_S),
    only=LOSSES,
)
"""Faults only: what happens is what VCS and the agent make of them. No part of mixed."""
UNFINISHED = NightProfile(
    "unfinished",
    "a move to the other side has done a part when it ends, or no monitor can confirm it; then it is asked again",
    (0, 1),
    (0, 1),
    moments=0.5,
    core_share=0.2,
    courses=(1, 2),
    is_unfinished=True,
)
"""No part of mixed either, whose nights stay what they were."""
MIXED = "mixed"
ASKED_FOR = (UNATTENDED, UNFINISHED)
"""Those that are drawn only by their name."""
NAMES = (*(profile.name for profile in (*PROFILES, *ASKED_FOR)), MIXED)


def find_profile(name: str) -> NightProfile:
    """The profile of that name. Raises LookupError with all of them."""
    for profile in (*PROFILES, *ASKED_FOR):
        if profile.name == name:
            return profile
    raise LookupError(f"there is no profile {name!r}; there are: {', '.join(NAMES)}")
