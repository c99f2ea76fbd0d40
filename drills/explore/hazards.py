"""Declared hazards: what no agent can keep under its default policy, each a condition that is checked on the log.

A night in which a rule is broken is explained only if a hazard came about before the rule broke, speaks of that rule,
and is about the same systems or the same volumes. How a hazard comes about is in `hazard_conditions`. The share of
nights under each hazard is reported beside the failures that it explains, so that declaring cannot become the easy way
out.

Rule 1: a hazard comes about by events up to the one that broke the rule, and by nothing else.
Rule 2: a hazard explains rules, never a step that did not come about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mirrordrill.drills.explore.hazard_conditions import HazardConditions
from mirrordrill.drills.explore.occurrences import Occurrence
from mirrordrill.drills.history import History
from mirrordrill.drills.history.values import ResourceOn, VolumeOn
from mirrordrill.drills.history.write_ledger import copies_of
from mirrordrill.drills.run.results import OracleResult
from mirrordrill.simulator.array.events import CopyEvent, PairViewChanged, StreamStarted, WritesNotFound
from mirrordrill.simulator.kernel.events import Event, Record

DATA = frozenset({"S2", "S3", "S5"})
TWO = frozenset({"S1", "S7"})
TWO_WRITERS, OVERWRITTEN, MONITOR = "S1", "S5", "S6"
SAYS_OFFLINE = "offline said of open volumes"
FOUND_LATER = DATA - {OVERWRITTEN}
"""What is found when an application opens copies that were overwritten before, long after they were in sync again."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard: how it comes about, in words, and the rules that it may break."""

    name: str
    about: str
    rules: frozenset[str]
    follows_two_writers: bool = False
    """Whether it breaks rules about data only after it broke S1: what two systems wrote has no one order."""
    opens_itself: bool = False
    """Whether what it started may itself be what opens old data."""
    facts: frozenset[str] = frozenset()
    """The kinds of facts of S6 that it explains; all where none is named."""


HAZARDS = (
    Hazard(
        "old target",
        "the source had stopped mirroring, the target said that it is in sync, and the array that knows was lost or "
        "silent when the agent failed the target over, or took what an earlier failover had left (SplitTakeover = 1)",
        DATA,
    ),
    Hazard(
        "old target, no host at home",
        "the same, but the array answers, and VCS holds each of its hosts, or their cluster, for lost "
        "(SplitTakeover = 1)",
        DATA,
    ),
    Hazard(
        "zombie",
        "a host stood still until others took it for dead; nothing is fenced",
        TWO | DATA | {MONITOR},
        follows_two_writers=True,
    ),
    Hazard(
        "partition",
        "a system that runs was taken for dead by others that run; nothing is fenced",
        TWO | DATA | {MONITOR},
        follows_two_writers=True,
    ),
    Hazard(
        "zombie that writes on",
        "a host that stood still until others took it for dead goes on, and so does its application on the volumes "
        "that it had open, while these are taken over or have been; nothing is fenced",
        DATA,
    ),
    Hazard(
        "stood still before its line",
        "a host that was taken for dead goes on with a command whose licence it had checked before it stood still",
        frozenset({"S13"}),
    ),
    Hazard(
        "living cluster taken for dead",
        "a cluster that nothing was heard of was taken for dead, and the copy was taken over while the application ran "
        "there; the agent knows no console of the array that could tell, or it said nothing (SplitTakeover = 1)",
        DATA,
    ),
    Hazard(
        "by hand",
        "a storage administrator changed the pairs outside the cluster, and they are not in sync since",
        DATA | {"S4", "S6", "S10"},
    ),
    Hazard(
        "started by hand",
        "root started a resource without VCS; no monitor of the mirror can know that it has its volumes open",
        TWO | DATA | {MONITOR},
        follows_two_writers=True,
        opens_itself=True,
        facts=frozenset({SAYS_OFFLINE}),
    ),
    Hazard(
        "written by what was started by hand",
        "what an application wrote that root started without VCS is overwritten by a copy from the side that VCS knows",
        frozenset({"S5"}),
    ),
    Hazard("takeover by a person", "an operator ran the action takeover: this side counts as the right one", DATA),
    Hazard(
        "lock lost",
        "the lock of a resource that was online disappeared, and the agent did not remove it; the application goes on",
        frozenset({MONITOR}),
        facts=frozenset({SAYS_OFFLINE}),
    ),
    Hazard(
        "files lost under way",
        "the agent's files disappeared while an entry point was under way, which had told what it had done",
        frozenset({"S11"}),
    ),
    Hazard(
        "agent missing",
        "the agent is not installed on a system, so that nothing of it can log anything",
        frozenset({"S6", "S7", "S10", "S11"}),
    ),
    Hazard(
        "late command",
        "the server carried a command out late, after the entry point that sent it had ended",
        DATA | {"S6", "S9"},
    ),
    Hazard(
        "later than the limit",
        "the server carried a command out later than LateCommandLimit after it was sent",
        frozenset({"S10"}),
    ),
)


class BrokenRule:
    """A rule that is broken, with what it is about: systems by their names, copies by the event or the resource."""

    def __init__(self, oracle: OracleResult, records: Sequence[Record], history: History) -> None:
        self.rule = oracle.name
        self.event = oracle.event or 0
        names = oracle.facts[0].names if oracle.facts else {}
        self.what = oracle.facts[0].what if oracle.facts else ""
        self.systems = frozenset(_listed(names, "system", "systems", "host", "other"))
        place = ResourceOn(*(("".join(_listed(names, word))) for word in ("resource", "system")))
        its = history.state.attached.get(place)
        of_place = () if its is None else (VolumeOn(its.array, volume) for volume in its.volumes)
        self.copies = frozenset((*copies_about(records[self.event].event), *of_place))


def _listed(names: Mapping[str, str | tuple[str, ...]], *words: str) -> Iterator[str]:
    for word in words:
        found = names.get(word, ())
        yield from (found,) if isinstance(found, str) else found


def copies_about(event: Event) -> Iterator[VolumeOn]:
    """The copies that an event is about."""
    match event:
        case StreamStarted():
            yield from copies_of(event)
        case WritesNotFound():
            yield from (VolumeOn(event.array, volume) for volume in event.volumes)
        case CopyEvent():
            yield from (VolumeOn(event.array, event.volume), VolumeOn(event.target_array, event.target_volume))
        case PairViewChanged():
            yield from (VolumeOn(event.array, event.volume), VolumeOn(event.peer_array, event.peer_volume))
        case _:
            pass


def read_hazards(records: Sequence[Record]) -> tuple[History, list[Occurrence]]:
    """The hazards that came about in a night, and its history."""
    history = History()
    conditions = HazardConditions(history)
    for record in records:
        history.see(record)
    return history, conditions.found


def explained(broken: BrokenRule, occurrences: Sequence[Occurrence], others: Sequence[BrokenRule]) -> Iterator[str]:
    """The hazards that explain a broken rule; `others` are all that the night broke."""
    found = dict.fromkeys(_explained(broken, occurrences, others))
    for each in others if broken.rule in FOUND_LATER else ():
        if each.rule == OVERWRITTEN and each.event <= broken.event and each.copies & broken.copies:
            found |= dict.fromkeys(_explained(each, occurrences, others))
    yield from found


def _explained(broken: BrokenRule, occurrences: Sequence[Occurrence], others: Sequence[BrokenRule]) -> Iterator[str]:
    for hazard in HAZARDS:
        came = [each for each in occurrences if each.hazard == hazard.name and each.number <= broken.event]
        is_another = broken.rule == MONITOR and hazard.facts and broken.what not in hazard.facts
        if broken.rule not in hazard.rules or not came or is_another:
            continue
        its = (each for each in came if broken.event < each.until)
        is_met = any(each.systems & broken.systems or each.copies & broken.copies for each in its)
        if hazard.follows_two_writers and broken.rule in DATA:
            # What two systems wrote stays wrong when there is only one of them any more.
            first = next((each for each in others if each.rule == TWO_WRITERS and each.event <= broken.event), None)
            is_met = is_met and hazard.opens_itself and broken.rule in FOUND_LATER
            is_met = is_met or (first is not None and hazard.name in explained(first, occurrences, others))
        if is_met:
            yield hazard.name
