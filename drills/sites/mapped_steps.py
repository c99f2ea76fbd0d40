"""One step of a shipped feature in the names of a site: what stands in each place of its sentence, mapped by its kind.

Rule: a value is mapped with the side (near or far) that the sentence itself names, by a host or an array. What a step
needs and the site has not is collected in `missing`, a phrase each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from mirrordrill.agent.pairs import name_volumes
from mirrordrill.drills.sites.deviations import GROUP
from mirrordrill.drills.sites.fences import OF_SIDES, PARTED
from mirrordrill.drills.sites.host_choice import BOOTS, FALLS, LINK, HostChoice
from mirrordrill.drills.sites.needs import (
    ASKS_OPERATORS,
    ONE_LSS,
    SAME_ORDER,
    SECOND_HOST,
    SEVERAL_VOLUMES,
    TWO_CONSOLES,
    TWO_HOSTS,
    TWO_LINKS,
    TWO_PRIVATE_LINKS,
    TWO_VOLUMES,
)
from mirrordrill.drills.sites.site_mapping import (
    ACCOUNT,
    ALERT,
    FAR_HOSTS,
    HOSTS,
    LSS,
    LSS_PAIR,
    NEAR_HOSTS,
    NO_HOST_LEFT,
    PER_SYSTEM,
    VOLUMES,
    GroupSide,
    SiteMapping,
)
from mirrordrill.drills.sites.time_limits import SETTLING_S, spelled
from mirrordrill.drills.steps.library import StepEntry, load_shipped
from mirrordrill.drills.steps.wording import duration_s, names

NAME_OR_REST = re.compile(r"(<\w+>|[\w.:-]+\w|\w)")
"""The names of a text, and what stands between them."""
SYSTEM_OPTION = "-sys"
IS_UP = re.compile(rf'S7 is broken, for ".* is up on .*\b(?:{"|".join(FAR_HOSTS)})\b')
"""Something of a group is up on both sides, although its volumes are not."""
OF = " of "
"""`1260 of 75FA150`: the array of a volume stands behind it."""
NEEDED = {
    ALERT: ASKS_OPERATORS,
    NO_HOST_LEFT: TWO_HOSTS,
    **SECOND_HOST,
    "ora_db": "an application that is played",
    "ora_dg": "a disk group that is played",
    "ora_lsnr": "a listener",
    "ora_ip": "an IP address",
    "ora_nic": "a NIC",
    **dict.fromkeys(("ds8000d.example.com", "ds8000f.example.com"), TWO_CONSOLES),
    "gcoip2": "a second address of the cluster where the group starts, which the other cluster pings",
    "third": "coordinator disks that are at no array, all in one place",
}
"""What a site must have for a name that is missing."""

PARTS_SYSTEMS = re.compile(r".*heartbeats .* are lost|LLT link .* is pulled|.* resumes")
"""After this, systems go on that did not hear the others: without coordinator disks all of them do."""
FAULTS = (" fails on ", " hangs", " has no effect")
"""What makes a resource fault, or its group, where it is critical."""
OVERRIDES = "hares -override ora_mmir "
LOCALISES = f"hares -local ora_mmir {PER_SYSTEM}"
CHANGES_ALL = tuple(f"hares -modify ora_mmir {PER_SYSTEM} {how} " for how in ("-add", "-delete"))
OF_SUBSYSTEMS = ("freezepprc ", "unfreezepprc ", "chlss ")
"""Commands that take several LSSs, or pairs of them: all those of the group."""
SAID_BY_AGENT = re.compile(r"refused, saying| logs |the log of ")
CANNOT = " cannot start"
CONSOLES = 2
"""HMCs of an array."""
HEARD = (" takes ", "alert ")
"""What a cluster hears of another one, or does not."""
TAKES_OFFLINE = (
    "the operator switches",
    "has been brought to",
    "takes oragrp offline",
    "hagrp -offline",
    "hagrp -switch",
)
WIDE_AREA = ("the network between", "arrives again", "pings from", "wide-area connector", " declares ")
NEEDS_INDEPENDENCE = ("the agent refused", "does not come online on", "hagrp -")
"""What a group that waits for another one may never come to do: it is not tried at all while that one is down."""


@dataclass(slots=True)
class StepMapper:
    """Maps the steps of a feature to one group of a site."""

    mapping: SiteMapping
    lost: dict[str, GroupSide] = field(default_factory=dict)
    """The side on which each volume was lost: of such a moment later steps speak."""
    missing: list[str] = field(default_factory=list)
    """Names that the site has not."""
    refusing: GroupSide | None = None
    """Where the group was just expected not to come online."""
    fallen: set[tuple[str, ...]] = field(default_factory=set)
    """The sides, by their roles, of which all hosts have been down."""
    choice: HostChoice = field(init=False)
    """Where the group is, and who has sent it there."""

    def __post_init__(self) -> None:
        self.choice = HostChoice(self.mapping)

    def after(self) -> StepMapper:
        """The same for what comes next: a scenario after its background, a leg after the one before it."""
        found = StepMapper(self.mapping, dict(self.lost), refusing=self.refusing, fallen=set(self.fallen))
        found.choice = self.choice.copy()
        return found

    @property
    def needs(self) -> list[str]:
        """What the steps so far need and the site has not."""
        return [*self.missing, *self.choice.missing]

    def is_done(self, words: str) -> bool:
        """Whether a step asks for what the site has already: an attribute that main.cf overrides, or has by system.

        So it is with a heartbeat link that a fenced cluster has not, and with a host that its side has not.
        """
        if self.mapping.fence and self.mapping.fence.is_done(words):
            return True
        if f'"{LOCALISES}"' in words:
            return self.mapping.has_own_volids
        _, asks, behind = words.partition(OVERRIDES)
        return bool(asks) and behind.partition('"')[0] in self.mapping.overridden

    def step(self, words: str) -> str:
        """The step with this site's names."""
        found = entry_of_words(words)
        if found is None:
            return self.text(words, self.mapping.near)
        entry, values = found
        side, fence = self._side(entry, values), self.mapping.fence
        places = entry.sentence.places
        if words.endswith(" is lost"):
            self.lost |= {value: side for place, value in values.items() if places[place] == "volume"}
        if " come online on " in words or " comes online on " in words:
            self.refusing = self._refusing(words, values)
        self.choice.see(words, values, places)
        if "console" in places.values() or " HMC1 " in words or "the HMC dies" in words:
            self._needs_second_console()
        if words.startswith(LINK) and not (fence or self.mapping).has_two_links:
            self.missing.append(TWO_PRIVATE_LINKS if fence else TWO_LINKS)
        if self.mapping.fenced and PARTS_SYSTEMS.fullmatch(words):
            self.missing.append(self.mapping.fenced)
        if self.mapping.is_automatic and any(phrase in words for phrase in WIDE_AREA):
            self.missing.append(ASKS_OPERATORS)
        if not self.mapping.has_free_resource and IS_UP.match(words):
            self.missing.append("a resource beside the volumes that VCS starts, such as an address")
        if self.mapping.required_by and any(phrase in words for phrase in TAKES_OFFLINE):
            self.missing.append(f"a group that no other group requires firmly ({self.mapping.required_by})")
        named = [self.mapping.names.get(value, "") for value in values.values()]
        if " fails on " in words:
            self.missing += [self.mapping.restarted[name] for name in named if name in self.mapping.restarted]
        if any(phrase in words for phrase in FAULTS):
            self.missing += [self.mapping.uncritical[name] for name in named if name in self.mapping.uncritical]
        if self.mapping.requires and any(phrase in words for phrase in NEEDS_INDEPENDENCE):
            self.missing.append(
                f"a group that requires no other group ({self.mapping.group} requires {self.mapping.requires}: "
                f"{self.mapping.places[GROUP, 'requires']})"
            )
        mapped = {place: self._value(places[place], place, value, side, words) for place, value in values.items()}
        if fence is not None and words.startswith(PARTED):
            self.missing += filter(None, [fence.strangers])
            mapped["other"] = fence.rest(names(mapped["one"]))
        *before, last = self._for_each_system(values, mapped) or [mapped]
        self.choice.before += [f"When {entry.sentence.filled(each)}" for each in before]
        return entry.sentence.filled(last)

    def _for_each_system(self, values: Mapping[str, str], mapped: Mapping[str, str]) -> list[dict[str, str]]:
        """A command that changes VolIds of all systems, for each system of a site where each has its own; else none.

        A volume is spelled as main.cf spells it.
        """
        text = values.get("text", "")
        if not text.startswith(CHANGES_ALL):
            return []
        found = []
        for side in (self.mapping.near, self.mapping.far):
            *command, volume = self.text(text, side).split()
            for host in side.hosts:
                words = [*command, self.mapping.spelled_volumes.get((host, volume), volume)]
                words += ["-sys", host] if self.mapping.has_own_volids else []
                found.append({**mapped, "text": " ".join(words)})
        return found if self.mapping.has_own_volids else found[:1]

    def _refusing(self, words: str, values: Mapping[str, str]) -> GroupSide | None:
        """The side on which a group does not come online: what follows is said there."""
        hosts = [name for value in values.values() for name in names(value) if name in HOSTS]
        return self.mapping.side_of(hosts[0]) if hosts and "does not come online" in words else None

    def _needs_second_console(self) -> None:
        """Trouble with an HMC is told of a site that has another one."""
        if min(len(self.mapping.near.consoles), len(self.mapping.far.consoles)) < CONSOLES:
            self.missing.append(TWO_CONSOLES)

    def _side(self, entry: StepEntry, values: dict[str, str]) -> GroupSide:
        """The side that a sentence speaks of: that of its host, or of its array."""
        places = entry.sentence.places
        for kind in ("array", "host"):
            for place, value in values.items():
                if places[place] == kind and (side := self.mapping.side_of(value)):
                    return side
        # Where only the agent is named, it is the one that takes over, or that does not come online.
        return (self.refusing or self.mapping.far) if set(values) == {"text"} else self.mapping.near

    def _value(self, kind: str, place: str, value: str, side: GroupSide, words: str) -> str:
        if value.startswith("<") and value.endswith(">"):
            return value
        is_logged = SAID_BY_AGENT.search(words) is not None
        readers: dict[str, Callable[[], str]] = {
            "hosts": lambda: self._hosts(value, words),
            "volume": lambda: self._volume(value, side),
            "volumes": lambda: ", ".join(self._volumes(names(value), side)),
            "text": lambda: self.text(value, self._typed_for(value, side), is_logged=is_logged),
            "moment": lambda: self._moment(value, side),
            "changes": lambda: self.text(value, side),
            "duration": lambda: self._duration(place, value, words),
        }
        if kind in readers:
            return readers[kind]()
        if kind == "word" and value == ACCOUNT:
            return side.account
        return self.name(value)

    def name(self, name: str) -> str:
        """What stands for a single name; a name that is none of the example's stays."""
        found = self.mapping.single(name)
        if found == "":
            self.missing.append(NEEDED.get(name, f"something that stands for {name}"))
        return found or name

    def _hosts(self, value: str, words: str) -> str:
        """Hosts: all of a side where all of the example's are named, and those that are there of others."""
        named = names(value)
        befalls = any(phrase in words for phrase in (*FALLS, BOOTS, *(OF_SIDES if self.mapping.fence else ())))
        spared = set(HOSTS) - set(named) if befalls and BOOTS not in words else set()
        found: list[str] = []
        for roles, side in ((NEAR_HOSTS, self.mapping.near), (FAR_HOSTS, self.mapping.far)):
            meant = [role for role in named if role in roles]
            self._follow(roles, meant, words)
            if set(meant) == set(roles):
                found += side.hosts + (side.other_hosts if befalls else ())
            elif meant and len(spared) == 1:
                # All hosts fall but one: the third ones do, too, and boot with the last of their side.
                self.fallen |= {roles}
                kept = {self.mapping.names.get(role) for role in spared}
                found += [host for host in side.hosts + side.other_hosts if host not in kept]
            elif meant == [roles[1]] and self._means_the_rest(roles, words):
                found += side.hosts[1:] + (side.other_hosts if befalls else ())
            else:
                found += [host for role in meant if (host := self.mapping.names.get(role))]
        found += [name for name in named if name not in HOSTS]
        if not found:
            return self.name(named[0])
        return ", ".join(found)

    def _means_the_rest(self, roles: tuple[str, ...], words: str) -> bool:
        """Whether the second host of a side stands for all beside the first.

        The last hosts of an array go down when the first one has, and come up behind it: all that are left. So do those
        that shall not take over from it.
        """
        return " halt" in words or CANNOT in words or (BOOTS in words and roles in self.fallen)

    def _follow(self, roles: tuple[str, ...], meant: list[str], words: str) -> None:
        """Whether a third host of a side is down: it falls with all or with the last ones, and boots with the last."""
        are_all = set(meant) == set(roles)
        if are_all and BOOTS in words:
            self.fallen -= {roles}
        elif (are_all and any(phrase in words for phrase in FALLS)) or (meant == [roles[1]] and " halt" in words):
            self.fallen |= {roles}

    def _moment(self, value: str, side: GroupSide) -> str:
        named = next((volume for volume in VOLUMES if volume in value.split()), "")
        for roles, hosts in ((NEAR_HOSTS, self.mapping.near.hosts), (FAR_HOSTS, self.mapping.far.hosts)):
            before, all_of_them, behind = value.partition(" and ".join(roles))
            if all_of_them:
                return self.text(before, side) + " and ".join(hosts) + self.text(behind, side)
        return self.text(value, self.lost.get(named, side))

    def _volume(self, value: str, side: GroupSide) -> str:
        if value not in VOLUMES:
            return value
        self._needs_order()
        if len(side.volumes) < len(VOLUMES):
            self.missing.append(SEVERAL_VOLUMES)
            return value
        return side.volumes[VOLUMES.index(value)]

    def _volumes(self, named: tuple[str, ...], side: GroupSide) -> Iterator[str]:
        if set(VOLUMES) <= set(named):
            yield from side.volumes
            named = tuple(name for name in named if name not in VOLUMES)
        for name in named:
            yield self._volume(name, side)

    def _duration(self, place: str, value: str, words: str) -> str:
        seconds = duration_s(value)
        settles = "pass" in words.split() and SETTLING_S[0] <= seconds <= SETTLING_S[1]
        if place in {"within_s", "for_s"} or settles:
            is_wide = self.mapping.is_global and any(phrase in words for phrase in HEARD)
            stretched_s = self.mapping.stretch.heard_s(seconds) if is_wide else self.mapping.stretch.limit_s(seconds)
            return spelled(stretched_s) if stretched_s != seconds else value
        return value

    def _typed_for(self, text: str, side: GroupSide) -> GroupSide:
        """The side of the system for which a command is typed, or of the host where it is."""
        words = text.split()
        if SYSTEM_OPTION in words[:-1]:
            return self.mapping.side_of(words[words.index(SYSTEM_OPTION) + 1]) or side
        return side

    def text(self, text: str, side: GroupSide, *, is_logged: bool = False) -> str:
        """A command or a line of a log: its names, one by one, volumes with the side that the line speaks of.

        The agent names the first ones where there are many.
        """
        parts = NAME_OR_REST.split(text)
        self._needs_two(parts)
        takes_several = text.startswith(OF_SUBSYSTEMS)
        out: list[str] = []
        for number, part in enumerate(parts):
            is_told_behind = "".join(parts[number + 1 : number + 4]) == OF
            side = self.mapping.side_of(parts[number + 4] if is_told_behind else part) or side
            if part in PAIRS or part in VOLUMES:
                out.append(self._in_list(parts, number, side, name_volumes if is_logged else " ".join))
            else:
                out.append(self._word(part, side, takes_several=takes_several))
        return "".join(out)

    def _needs_two(self, parts: list[str]) -> None:
        """Two volumes that are told apart in one line are all that there are."""
        apart = set(VOLUMES) <= set(parts) and not any(
            parts[number : number + 3] == [VOLUMES[0], " ", VOLUMES[1]] for number in range(len(parts))
        )
        if apart and len(self.mapping.near.volumes) != len(VOLUMES):
            self.missing.append(TWO_VOLUMES)

    def _needs_order(self) -> None:
        """Which volume is the first is the same on both sides."""
        if self.mapping.is_crossed:
            self.missing.append(SAME_ORDER)

    def _in_list(self, parts: list[str], number: int, side: GroupSide, joined: Callable[[Sequence[str]], str]) -> str:
        """A volume or a pair; two that stand together are all of the group."""
        is_pair = parts[number] in PAIRS
        first, second = PAIRS if is_pair else VOLUMES
        if parts[number : number + 3] == [first, " ", second]:
            parts[number + 1 : number + 3] = ["", ""]
            return joined(sorted(self._pairs(side) if is_pair else side.volumes))
        if not is_pair:
            return self._volume(parts[number], side)
        self._needs_order()
        place = PAIRS.index(parts[number])
        if len(side.volumes) < len(VOLUMES):
            self.missing.append(SEVERAL_VOLUMES)
            return parts[number]
        return self._pairs(side)[place]

    def _pairs(self, side: GroupSide) -> list[str]:
        across = self.mapping.other(side)
        return [f"{own}:{far}" for own, far in zip(side.volumes, across.volumes, strict=True)]

    def _word(self, part: str, side: GroupSide, *, takes_several: bool) -> str:
        if part == LSS_PAIR:
            across = self.mapping.other(side)
            pairs = zip(side.all_volumes, across.all_volumes, strict=True)
            found = tuple(dict.fromkeys(f"{own[:2]}:{far[:2]}" for own, far in pairs))
            if len(found) > 1 and not takes_several:
                self.missing.append(ONE_LSS)
            return " ".join(found)
        if part == LSS:
            return " ".join(side.subsystems) if takes_several else side.subsystems[0]
        return self.name(part)


PAIRS = tuple(f"{volume}:{volume}" for volume in VOLUMES)


@cache
def entry_of_words(words: str) -> tuple[StepEntry, dict[str, str]] | None:
    """The step that has these words, and what stands in its places; None where only an outline's row tells."""
    for entry in load_shipped():
        if (values := entry.sentence.values(words)) is not None:
            return entry, values
    return None
