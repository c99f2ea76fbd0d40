"""Who has chosen the host that a step names: an operator, or VCS by rules that the example's group has and others lack.

The features know where the example's group goes: AutoFailOver is 1, FailOverPolicy is Priority, and SystemZones follow
the arrays. A group with other attributes goes elsewhere, or nowhere. So the steps are followed in their order: where
the group was seen last, where operators have sent it since, and what has befallen hosts.

Rule 1: a host that VCS has chosen, by rules that this group has not, is missing for the scenario.
Rule 2: where AutoFailOver is 0, or 2 and no host of the zone is left, operators do what VCS would do: the steps for
that are inserted where the present step says what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mirrordrill.drills.sites.needs import (
    FIRST_HOST,
    MANUAL,
    NO_FAILOVER,
    SAME_BOOT,
    STAYS_AT_FAULT,
    STAYS_REFUSED,
    SURVIVES,
    TRIED_ONCE,
    UNZONED,
    ZONE_ONLY,
    ZONES,
)
from mirrordrill.drills.sites.site_mapping import (
    FAR_HOSTS,
    HOSTS,
    NEAR_HOSTS,
    SiteMapping,
)
from mirrordrill.drills.steps.wording import duration_s, names

ONLINE = "|ONLINE|"
STARTS, COMES, ONE_OF, BROUGHT = ("is online on", "comes online on", "comes online on one of", "has been brought to")
STAYS = "stays online on"
SENT = "has sent"
EVIDENCE = (SENT, " logs ", "the log of", " sent ", ONLINE)
"""What a host does that VCS has chosen, or an operator."""
REFUSED = "the agent refused"
TRIED = (REFUSED, "S2 is broken")
"""What is seen when a group is tried somewhere else."""
ASKS = ("the operator switches", "the operator brings", BROUGHT)
"""How an operator asks for a group on a host."""
BOOTS = " boot"
FALLS = (" halt", " loses power", " lose power", " hangs")
OF_AN_ENTRY_POINT = "the "
"""`the online of ora_db on hostc hangs` is said of no host."""
HANGS = " hangs"
HEARTBEATS, LINK = "heartbeats", "LLT link "
LOGS_REFUSAL = ' logs "refused'
UNZONES = "SystemZones -delete"
CUT = re.compile(r"the network between .* is cut|what .* sends to .* is lost")
TAKEN_FOR_DEAD = re.compile(r".* takes .* for FAULTED |alert ")
"""What two clusters that do not hear each other come to, unless a Steward hears both (vcs.md 4.3)."""
NOTHING_MOVES = "10 minutes"
"""For so long nothing is seen to move before an operator decides: two rounds of monitors (MonitorInterval 300 s)."""
ASKS_PEOPLE = {
    NO_FAILOVER: "AutoFailOver is 0 here: nothing moves by itself",
    ZONE_ONLY: "AutoFailOver is 2 here: the group does not leave its zone by itself",
}
"""What a group may lack that an operator can make up for -> why that is needed."""
SOMEWHERE = "?"
"""One of several hosts, whichever it was."""


@dataclass(slots=True)
class HostChoice:
    """Follows a group of a site through the steps of a scenario."""

    mapping: SiteMapping
    at: str = ""
    """Where it was seen online last; empty as long as it was not."""
    target: frozenset[str] = frozenset()
    """Where operators have sent it since then."""
    asked: frozenset[str] = frozenset()
    """Hosts for which operators have ever asked."""
    heading: str = ""
    """Where it was seen last, or was sent since: in which cluster it is."""
    is_tried: bool = False
    """Whether an operator has asked for it since a host fell."""
    fallen: frozenset[str] = frozenset()
    """Hosts that fell since it was seen last; without them what moves it is the fault of a resource."""
    is_refused: bool = False
    """Whether the agent was seen to refuse it since then: where VCS tries again, it refuses again."""
    has_hung: bool = False
    is_unzoned: bool = False
    """Whether SystemZones was taken from the group: VCS chooses among all its hosts then."""
    down: frozenset[str] = frozenset()
    """Hosts that are down now."""
    is_cut: bool = False
    """Whether clusters that live do not hear each other."""
    missing: list[str] = field(default_factory=list)
    """What the steps so far need and the group has not."""
    before: list[str] = field(default_factory=list)
    """Steps that have to come before the present one."""

    def copy(self) -> HostChoice:
        """The same for a scenario, after its background."""
        return replace(self, missing=[], before=[])

    def see(self, words: str, values: Mapping[str, str], places: Mapping[str, str]) -> None:
        """Follow the next step, before its names are mapped."""
        hosts = [name for place, value in values.items() if places[place] in {"host", "hosts"} for name in names(value)]
        named = [host for host in hosts if host in HOSTS]
        if asked := asked_for(words, values, set(named)):
            if self.target and self.is_refused and any(self._is_in_other_cluster(host) for host in asked):
                self.missing += [STAYS_REFUSED] if self.mapping.cluster_policy != MANUAL else []
            self.target, self.asked, self.is_tried = frozenset(asked), self.asked | asked, True
            self.heading = next(iter(sorted(asked)))
        elif any(phrase in words for phrase in FALLS) and not words.startswith(OF_AN_ENTRY_POINT):
            self.target -= set(named)
            self.is_tried = False
            self.fallen |= set(named)
            self.has_hung |= HANGS in words
            self.down |= set(named) if HANGS not in words else set()
            if self.down == set(HOSTS) and not self.mapping.is_global:
                # The cluster is gone. What comes then is no failover: the group starts where it started first.
                self.at, self.heading, self.fallen = "", HOSTS[0], frozenset()
        elif (HEARTBEATS in words and " lost" in words) or (self.mapping.fence and words.startswith(LINK)):
            # What is tried after that was not asked for: VCS does it where it believes that a host has fallen.
            self.is_tried = False
            if self.mapping.fence:
                # Where the group is afterwards is another host: the one that it was on has panicked.
                self.fallen |= {self.at or HOSTS[0]}
        if UNZONES in values.get("text", ""):
            self.is_unzoned = True
            self.missing += [ZONE_ONLY] if self.mapping.choice == ZONE_ONLY else []
        self.is_cut |= CUT.match(words) is not None
        if self.is_cut and (TAKEN_FOR_DEAD.match(words) or (ONLINE in words and set(named) & set(FAR_HOSTS))):
            self.missing += [self.mapping.steward] if self.mapping.steward else []
        self.is_refused |= words.startswith(REFUSED)
        if BOOTS in words and self.heading in self.fallen and not self.mapping.is_global:
            self.heading = HOSTS[0]  # where it starts with its cluster
        if BOOTS in words:
            self.down -= set(named)
        if BOOTS in words and len({name in FAR_HOSTS for name in named}) > 1 and not self.mapping.boots_alike:
            self.missing.append(SAME_BOOT)
        if named and any(phrase in words for phrase in (ONE_OF, COMES, STARTS, STAYS)):
            self._see_online(words, named)
        elif not words.startswith("the operator"):
            self._see_evidence(words, set(named))
        if BROUGHT in words:
            self._confirmed(named[0] if named else SOMEWHERE)
        if ONLINE in words and set(named) & set(FAR_HOSTS):
            self.asked |= {ONLINE}
        if ONLINE in self.asked and HEARTBEATS in words and not self.mapping.near_survives:
            self.missing.append(SURVIVES)

    def _see_online(self, words: str, named: list[str]) -> None:
        """The group is online somewhere: asked for, started, still there, or chosen by VCS."""
        host = named[0]
        if "does not come" in words:
            return
        is_one_of = ONE_OF in words
        is_known = bool(set(named) & self.target) or (not self.at and host == HOSTS[0])
        if STARTS in words or STAYS in words:
            is_known |= host == self.at
        if self.mapping.fence and self.mapping.choice == ZONES and is_one_of:
            # No host of the other side is left, so that zones say nothing.
            is_known |= set(named) in (set(NEAR_HOSTS), set(FAR_HOSTS)) and self.at not in named
        is_moved = not is_known and bool(self.at) and not self._is_in_other_cluster(host)
        if is_moved and not self._has_fallen() and not self.is_refused and self.mapping.starts_again:
            self.missing.append(STAYS_AT_FAULT)
        elif not is_known and self.target and self.mapping.is_retried:
            # It comes online where it was asked for, also where operators decide what follows from a fault.
            self.missing.append(TRIED_ONCE)
        elif (
            not is_known and self.mapping.choice and not self._is_in_other_cluster(host) and not self._is_in_zone(host)
        ):
            if self._can_be_asked() and STAYS not in words:
                self._ask_operator(host, words)
            else:
                self.missing.append(self.mapping.choice)
        elif not is_known and host == HOSTS[0] and not self.mapping.is_home_first and not self.mapping.policy:
            self.missing.append(FIRST_HOST)
        elif not is_known and self.mapping.policy and not is_one_of and not self._is_only(host):
            self.missing.append(self.mapping.policy.needs)
        self._confirmed(SOMEWHERE if is_one_of and len(named) > 1 and not self.target else host)

    def _see_evidence(self, words: str, named: set[str]) -> None:
        """Something was done on a host, or was tried."""
        own = self.asked | {self.at or HOSTS[0]}
        is_failing_over = self.mapping.choice not in ASKS_PEOPLE
        may_leave = is_failing_over and self.mapping.choice != UNZONED
        is_evidence = any(phrase in words for phrase in EVIDENCE)
        moved = named - own - ({HOSTS[0]} if is_failing_over else set())
        if is_evidence and moved and not all(self._is_in_zone(host) for host in moved):
            if SENT in words and self._has_fallen() and self._can_be_asked():
                self._ask_operator(next(iter(sorted(moved))), words)
                return
            policy = self.mapping.policy.needs if self.mapping.policy else ""
            self.missing += [why for why in (self.mapping.choice, policy) if why]
        elif self.target and LOGS_REFUSAL in words and named - self.target:
            # The host that was asked is where it failed. From there it is tried elsewhere only if it moves by itself.
            if self.mapping.starts_again:
                self.missing.append(STAYS_AT_FAULT)
            elif not is_failing_over and not all(self._is_in_zone(host) for host in named):
                self.missing.append(self.mapping.choice)
        elif not may_leave and words.startswith(TRIED) and not self.is_tried:
            self.missing.append(self.mapping.choice)

    def _has_fallen(self) -> bool:
        """Whether a host has fallen on which the group was; where that is not known, any."""
        return bool(self.fallen if self.at == SOMEWHERE else self.fallen & {self.at or HOSTS[0], self.heading})

    def _can_be_asked(self) -> bool:
        """Whether an operator can bring the group to where VCS of the example would bring it."""
        return self.mapping.choice in ASKS_PEOPLE and not self.has_hung

    def _is_only(self, host: str) -> bool:
        """Whether there is only one host that VCS can choose in the zone of this one."""
        if self.is_unzoned:
            return False
        roles = NEAR_HOSTS if host in NEAR_HOSTS else FAR_HOSTS
        side = self.mapping.near if host in NEAR_HOSTS else self.mapping.far
        return len(side.hosts) == 1 or (len(side.hosts) == len(roles) and self.at in roles and self.at != host)

    def _is_in_zone(self, host: str) -> bool:
        """Whether a group that VCS keeps in its zone may come there by itself; SystemZones follow the arrays."""
        at = self.heading or HOSTS[0]
        return self.mapping.choice == ZONE_ONLY and at != SOMEWHERE and (at in FAR_HOSTS) == (host in FAR_HOSTS)

    def _is_in_other_cluster(self, host: str) -> bool:
        """Whether a group that comes there changes clusters: AutoFailOver and system zones say nothing of that."""
        return self.mapping.is_global and (self.heading in FAR_HOSTS) != (host in FAR_HOSTS)

    def _confirmed(self, host: str) -> None:
        self.at, self.heading, self.target = host, host, frozenset()
        self.fallen, self.is_refused = frozenset(), False

    def _ask_operator(self, host: str, words: str) -> None:
        """Nothing moves by itself there, so an operator brings the group to where VCS of the example would bring it."""
        within = words.rpartition(" within ")[2] if " within " in words else NOTHING_MOVES
        waits_s = max(duration_s(within), duration_s(NOTHING_MOVES))
        group, at = self.mapping.group, self.mapping.names.get(self.at, "")
        others = [name for name in (*self.mapping.near.hosts, *self.mapping.far.hosts) if name != at]
        self.before += [
            f"# {ASKS_PEOPLE[self.mapping.choice]}, and an operator decides.",
            f"Then {group} does not come online on {', '.join(others)} within {self.mapping.stretch.spelled(waits_s)}",
            f"Given the operator brings {group} online on {self.mapping.names.get(host) or host}",
        ]
        self.target, self.asked, self.is_tried = frozenset({host}), self.asked | {host}, True
        self.heading = host


def asked_for(words: str, values: Mapping[str, str], hosts: set[str]) -> set[str]:
    """The hosts on which an operator asks for a group."""
    if any(phrase in words for phrase in ASKS):
        return hosts
    typed = values.get("text", "").split()
    asks = words.startswith("the operator") and typed[:2] in (["hagrp", "-online"], ["hagrp", "-switch"])
    return {word for word in typed if word in HOSTS} if asks else set()
