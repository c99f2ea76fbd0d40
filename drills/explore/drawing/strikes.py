"""Strikes: a fault of the registry, aimed at something that the site has, and how it ends.

The registry gives each kind a step and an undo as examples. A strike is the same sentence with other names in its
places: what may stand there follows from what the kind hits. So a kind that is added to the registry is drawn from the
next night on.

Rule 1: two faults that one repair would end have that repair in common; it comes when the longer of them is over. So no
repair is about several hosts but that which lets them come back, whatever befell them.
Rule 2: what is drawn may be impossible when its time has come (a host that is down cannot stand still). For these kinds
there is a sentence that allows for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mirrordrill.drills.explore.drawing.chance import Chance, chance_of
from mirrordrill.drills.explore.drawing.site_targets import SiteTargets
from mirrordrill.drills.explore.drawing.words import duration, sentence_of
from mirrordrill.drills.faults import FaultKind, Target, catalogue
from mirrordrill.drills.faults.consoles import LIST_IN_PART
from mirrordrill.drills.faults.hosts import DOWN, ENTRY_POINT_KILLED, HOST_HANGS
from mirrordrill.drills.faults.storage import DIRECTION_LOST, LINKS_FLAP, LINKS_LOST
from mirrordrill.drills.faults.wide_area import CONNECTOR_KILLED, NETWORK_CUT, NETWORK_CUT_ONE_WAY
from mirrordrill.drills.steps.wording import duration_s

FACTORS = (0.2, 1.0, 1.0, 4.0)
"""A figure of the example is drawn as it is, or milder, or worse."""
PAIR_COMMANDS = ("failoverpprc", "failbackpprc", "lspprc", "lspprcpath")
ENTRIES_OF_AGENT = ("online", "offline", "clean", "monitor", "open")
ENTRIES_OF_OTHERS = ("online", "offline", "clean", "monitor")
TOLERANT = {
    ENTRY_POINT_KILLED.name: ", if it is under way",
    HOST_HANGS.name: ", if it runs",
    CONNECTOR_KILLED.name: ", if it runs",
}
"""Kinds that may be impossible at their moment, and the words that allow for it."""
COME_BACK = frozenset(kind.name for kind in (*DOWN, HOST_HANGS))
LINKS_BACK = frozenset(kind.name for kind in (LINKS_LOST, LINKS_FLAP, DIRECTION_LOST))

ONE_HOST = frozenset({Target.HOST, Target.DISKS})
"""Faults that stand on each host by itself: a repair of two of them would find one that an earlier repair has ended."""
WAN_BACK = frozenset(kind.name for kind in (NETWORK_CUT, NETWORK_CUT_ONE_WAY))
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault as a step, and the step that ends it; empty where it ends by itself."""

    kind: FaultKind
    names: Names
    words: str
    undo: str
    keyword: str = "when"


def pick(items: Names, chance: Chance) -> Names | None:
    """One of them, alone."""
    return (chance.choice(items),) if items else None


def pick_pair(items: tuple[tuple[str, ...], ...], chance: Chance) -> Names | None:
    """One of several combinations."""
    return chance.choice(items) if items else None


def _hosts(facts: SiteTargets, chance: Chance) -> Names:
    """One host, or all of a side."""
    if chance.random() < 0.3:
        return (", ".join(facts.hosts_of(chance.choice(facts.arrays))) or facts.hosts[0],)
    return (chance.choice(facts.hosts),)


def _ordered_arrays(facts: SiteTargets, chance: Chance) -> Names:
    pair = list(chance.choice(facts.array_pairs))
    chance.shuffle(pair)
    return tuple(pair)


def _volume(facts: SiteTargets, chance: Chance) -> Names:
    its = chance.choice(facts.attachments)
    return chance.choice(its.volumes), its.image_id


def _sides(facts: SiteTargets, chance: Chance) -> Names | None:
    """The hosts of a cluster by their arrays, or one host and the others."""
    cluster = chance.choice(facts.clusters)
    hosts = tuple(host for host in facts.hosts if facts.cluster(host) == cluster)
    one: Names = tuple(host for host in hosts if host in facts.hosts_of(chance.choice(facts.arrays)))
    if chance.random() < 0.3 or not one or len(one) == len(hosts):
        one = (chance.choice(hosts),)
    others = tuple(host for host in hosts if host not in one)
    return (", ".join(one), ", ".join(others)) if others else None


def _clusters(facts: SiteTargets, chance: Chance) -> Names | None:
    return tuple(chance.sample(facts.clusters, 2)) if len(facts.clusters) > 1 else None


def _command(facts: SiteTargets, chance: Chance) -> Names:
    return chance.choice(PAIR_COMMANDS), chance.choice(facts.mirrored_hosts)


def _disks(facts: SiteTargets, chance: Chance) -> Names | None:
    """A place, and a host that uses the disks there: in a global cluster each cluster has disks of its own."""
    if not facts.disk_places:
        return None
    place, users = chance.choice(facts.disk_places)
    host = _hosts(facts, chance)[0].split(", ")[0]
    return place, host if host in users else chance.choice(users)


def _entry_of_resource(facts: SiteTargets, chance: Chance) -> Names | None:
    found = pick_pair(facts.neighbours, chance)
    return (chance.choice(ENTRIES_OF_OTHERS), *found) if found else None


PICKERS: dict[Target, Callable[[SiteTargets, Chance], Names | None]] = {
    Target.ARRAYS: lambda facts, chance: pick_pair(facts.array_pairs, chance),
    Target.ARRAY_TO_ARRAY: _ordered_arrays,
    Target.LINK: lambda facts, chance: pick(facts.links, chance),
    Target.ARRAY: lambda facts, chance: pick(facts.arrays, chance),
    Target.VOLUME: _volume,
    Target.RANK: lambda facts, chance: pick_pair(facts.ranks, chance),
    Target.CONSOLE: lambda facts, chance: pick(facts.consoles, chance),
    Target.ACCOUNT: lambda facts, chance: pick_pair(facts.accounts, chance),
    Target.COMMAND: _command,
    Target.HOST: _hosts,
    Target.ENTRY_POINT: lambda facts, chance: (chance.choice(ENTRIES_OF_AGENT), chance.choice(facts.mirrored_hosts)),
    Target.SIDES: _sides,
    Target.LLT_LINK: lambda facts, chance: pick_pair(facts.llt_links, chance),
    Target.DISKS: _disks,
    Target.CLUSTERS: _clusters,
    Target.CLUSTER_TO_CLUSTER: _clusters,
    Target.CLUSTER: lambda facts, chance: pick(facts.clusters, chance) if len(facts.clusters) > 1 else None,
    Target.RESOURCE: lambda facts, chance: pick_pair(facts.neighbours, chance),
    Target.RESOURCE_ENTRY: _entry_of_resource,
    Target.GROUP: lambda facts, chance: pick(facts.triggered, chance),
}
"""What a kind hits -> the names of one target, in the order of the places in its step; None where the site has none."""


def draw_strike(kind: FaultKind, facts: SiteTargets, chance: Chance) -> Strike | None:
    """A fault of the kind on some target; None where the site has nothing that it could hit."""
    names = PICKERS[kind.target](facts, chance)
    return None if names is None else strike_at(kind, names, facts, chance)


def strike_at(kind: FaultKind, names: Names, facts: SiteTargets, chance: Chance) -> Strike:
    """A fault of the kind on these names, in the order of the places in its step."""
    entry = sentence_of(kind.step)
    example = entry.sentence.values(kind.step) or {}
    waiting, values = list(names), {}
    for place, what in entry.sentence.places.items():
        is_one = what == "host" or (what == "hosts" and kind.target in ONE_HOST and kind.name not in COME_BACK)
        if is_one and waiting:
            values[place] = waiting.pop(0).split(", ")[0]
        elif what == "volumes" and kind.name == LIST_IN_PART.name:
            values[place] = _first_volumes(facts, values["host"], chance)
        elif what == "duration":
            values[place] = duration(duration_s(example[place]) * chance.choice(FACTORS))
        elif what == "number":
            values[place] = f"{float(example[place]) * chance.choice(FACTORS):g}"
        else:
            values[place] = waiting.pop(0)
    words = entry.sentence.filled(values) + TOLERANT.get(kind.name, "")
    named = {what.rstrip("s"): values[place] for place, what in entry.sentence.places.items()}
    return Strike(kind, tuple(values.values()), words, _undo(kind, values, named), entry.keyword.lower())


def _first_volumes(facts: SiteTargets, host: str, chance: Chance) -> str:
    """The agent names its volumes in ascending order, and an array stops at the first pair that it cannot serve."""
    its = chance.choice(facts.on(host))
    return ", ".join(sorted(its.volumes)[: chance.randint(1, max(1, len(its.volumes) - 1))])


def _undo(kind: FaultKind, values: dict[str, str], named: dict[str, str]) -> str:
    """The sentence that ends it, with what its step named: by the place, or by what stands there."""
    if not kind.undo:
        return ""
    if kind.name in COME_BACK:
        hosts = next(iter(values.values()))
        return f"{hosts} come{'' if ',' in hosts else 's'} back"
    if kind.name in LINKS_BACK:
        first, second = sorted(list(values.values())[:2])
        return sentence_of(LINKS_LOST.undo).sentence.filled({"first": first, "second": second})
    if kind.name in WAN_BACK:
        one, other = sorted(list(values.values())[:2])
        return sentence_of(NETWORK_CUT.undo).sentence.filled({"one": one, "other": other})
    if kind.target is Target.SIDES:
        # The same heartbeats, whichever side is named first: they come back once.
        values = dict(zip(values, sorted(values.values()), strict=True))
    entry = sentence_of(kind.undo)
    places = entry.sentence.places.items()
    return entry.sentence.filled({place: values.get(place) or named[what.rstrip("s")] for place, what in places})


def kinds_of(facts: SiteTargets) -> tuple[FaultKind, ...]:
    """The kinds of the registry that this site can be struck with."""
    chance = chance_of("kinds")
    return tuple(kind for kind in catalogue() if any(PICKERS[kind.target](facts, chance) for _ in range(4)))
