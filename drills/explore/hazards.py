"""Declared hazards: what no agent can keep under its default policy, each a condition that is checked on the log.

A night in which a rule is broken is explained only if the condition of a hazard held before the rule broke, and the
hazard speaks of that rule. The share of nights under each hazard is reported beside the failures that it explains, so
that declaring cannot become the easy way out.

Rule 1: a condition reads the log up to the event that broke the rule, and nothing else.
Rule 2: a hazard explains rules, never a step that did not come about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mirrordrill.simulator.array.events import ImagePowerChanged, MirrorLinkChanged, VolumeAccessChanged
from mirrordrill.simulator.dscli.events import CommandExecuted, CommandHeld
from mirrordrill.simulator.host.events import AgentLog, HostHung, HostLost, NeighbourChanged
from mirrordrill.simulator.kernel.events import Event, Record
from mirrordrill.simulator.vcs.events import EntryPointEnded, LltLinkChanged

NO_SECOND_OPINION, TAKEOVER_BY_HAND = 1604, 1606
CANNOT_START = 127
DATA = frozenset({"S2", "S3", "S5"})
TWO = frozenset({"S1", "S7"})
TWO_WRITERS = "S1"


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard: the rules that it may break, and the event after which it may."""

    name: str
    about: str
    rules: frozenset[str]
    condition: Callable[[Event], bool]
    also: Callable[[Event], bool] | None = None
    """A second thing that must have happened, in any order."""
    follows_two_writers: bool = False
    """Whether it breaks rules about data only after S1 was broken: what two systems wrote has no one order."""


def _says(message_id: int) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, AgentLog) and event.message_id == message_id


def _hides_an_array(event: Event) -> bool:
    """An array lost its power, or what is on it: the one that knows that the other is old cannot be used."""
    if isinstance(event, ImagePowerChanged):
        return not event.is_on
    return isinstance(event, VolumeAccessChanged) and not event.is_accessible


def _parts_a_cluster(event: Event) -> bool:
    """A system left the membership of another one although it did not die."""
    return isinstance(event, LltLinkChanged) and event.change == "cut"


HAZARDS = (
    Hazard(
        "old target",
        "a target that is old is taken over because the array that knows is lost or silent (SplitTakeover = 1)",
        DATA,
        lambda event: _hides_an_array(event) or _says(NO_SECOND_OPINION)(event),
    ),
    Hazard(
        "old target, no host at home",
        "the mirror broke, then the hosts of the source died; its array tells what will be missing (SplitTakeover = 1)",
        DATA,
        lambda event: isinstance(event, HostLost),
        also=lambda event: isinstance(event, MirrorLinkChanged) and not event.is_up,
    ),
    Hazard(
        "zombie",
        "a host stood still, was taken for dead, and went on; nothing is fenced",
        TWO | DATA | {"S6"},
        lambda event: isinstance(event, HostHung),
        follows_two_writers=True,
    ),
    Hazard(
        "partition",
        "systems of a cluster did not hear each other; nothing is fenced",
        TWO | DATA | {"S6"},
        _parts_a_cluster,
        follows_two_writers=True,
    ),
    Hazard(
        "by hand",
        "a storage administrator changed pairs outside the cluster",
        DATA | {"S4", "S6", "S10"},
        lambda event: isinstance(event, CommandExecuted) and event.changes_pairs and not event.sender,
    ),
    Hazard(
        "started by hand",
        "root started a resource without VCS",
        TWO | DATA,
        lambda event: isinstance(event, NeighbourChanged) and event.change == "started by hand",
        follows_two_writers=True,
    ),
    Hazard(
        "takeover by a person",
        "an operator ran the action takeover: this side counts as the right one",
        DATA,
        _says(TAKEOVER_BY_HAND),
    ),
    Hazard(
        "agent missing",
        "the agent is not installed on a system, so that nothing of it can log anything",
        frozenset({"S6", "S7", "S10", "S11"}),
        lambda event: isinstance(event, EntryPointEnded) and event.exit_code == CANNOT_START,
    ),
    Hazard(
        "late command",
        "the server carried a command out late, after its sender had gone",
        DATA | {"S6", "S9"},
        lambda event: isinstance(event, CommandHeld),
    ),
)


def hazards_in(records: Sequence[Record]) -> dict[str, int]:
    """The hazards whose condition held in a night, each with the number of the first event that made it so."""
    first: dict[tuple[str, bool], int] = {}
    for record in records:
        for hazard in HAZARDS:
            for is_second, condition in ((False, hazard.condition), (True, hazard.also)):
                if condition is not None and (hazard.name, is_second) not in first and condition(record.event):
                    first[hazard.name, is_second] = record.number
    found = {}
    for hazard in HAZARDS:
        wanted = [first.get((hazard.name, False)), *([first.get((hazard.name, True))] if hazard.also else [])]
        if all(number is not None for number in wanted):
            found[hazard.name] = max(number for number in wanted if number is not None)
    return found


def explained(rule: str, event: int, found: dict[str, int], broken: dict[str, int]) -> Iterator[str]:
    """The hazards that explain a rule broken with an event; `broken` says with which event each rule was broken."""
    for hazard in HAZARDS:
        is_met = rule in hazard.rules and found.get(hazard.name, event + 1) <= event
        is_sequel = hazard.follows_two_writers and rule in DATA
        if is_met and (not is_sequel or broken.get(TWO_WRITERS, event + 1) <= event):
            yield hazard.name
