"""Which part of a fenced site goes on when its systems do not hear each other, for the drills of coordinator disks.

On the example equal sides race for disks at both arrays and in a third place. Another site has other numbers of hosts,
another order of systems, and its disks elsewhere, so a part that wins there may lose here.

Rule: nothing here decides a race. The fencing driver of the simulator is asked (`vcs/membership/fencing.py`), with the
site's own systems and disks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mirrordrill.drills.sites.deviations import shown
from mirrordrill.simulator.config.semantics import ClusterModel
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.site.coordinators import KEY_TYPES, fencing_of
from mirrordrill.simulator.site.site import Site, images_of, volumes_below
from mirrordrill.simulator.vcs.membership.fencing import Fencing
from mirrordrill.simulator.vcs.membership.rules import FencingRules

Part = tuple[str, ...]
PARTED = "all heartbeats between "
OF_SIDES = (PARTED, "the coordinator disks at ")
"""Steps about all systems of a side, whichever group they have."""
PUBLIC_LINK, ONE_IS_LEFT = "LLT link lowpri1 ", "hostb halts"

NO_KEYS = (
    "a disk group of VxVM, which puts the host's key on its volumes; without one a host that stood still writes on "
    "beside another one for some seconds, until it panics"
)


@dataclass(frozen=True, slots=True)
class Fence:
    """What the coordinator disks of the cluster where a group starts decide."""

    systems: Part
    """Those of the cluster."""
    strangers: str = ""
    """What the site lacks where systems of the cluster hang on neither array of the group."""
    third: str = ""
    """The place of coordinator disks that are at no array; empty where there is none, or where there are several."""
    has_two_links: bool = True
    """Whether each host has two private heartbeat links, and at most one of a public network."""
    has_public_link: bool = False
    is_single: bool = False
    """Whether the side where the group starts has one host."""
    tagged: Mapping[str, str] = field(default_factory=dict)
    """What keeps scenarios with a tag from the group, and the sentence that says so."""

    def is_done(self, words: str) -> bool:
        """Whether a step pulls a link that there is not, or takes all hosts of a side but one that has only one."""
        is_pulled = words.startswith(PUBLIC_LINK) and not self.has_public_link
        return is_pulled or (words == ONE_IS_LEFT and self.is_single)

    def rest(self, part: Collection[str]) -> str:
        """All other systems of the cluster, as a step lists them."""
        return ", ".join(system for system in self.systems if system not in part)


def fence_of(site: Site, group: str, near: Part, far: Part) -> Fence | None:
    """The fence of the cluster of the near hosts, or None where it has none; both sides with all of their hosts."""
    cluster = next(each for each in site.clusters if near[0] in each.systems)
    rules = fencing_of(cluster, images_of(cluster), site.settings)
    if rules is None:
        return None
    is_whole = len(site.clusters) == 1
    strangers = [system for system in cluster.systems if is_whole and system not in {*near, *far}]
    places = list(dict.fromkeys(place for place in rules.coordinator_disks if place not in site.images()))
    membership = site.settings.membership
    tagged = dict(lacking(site, cluster, rules, near, far if is_whole else ()))
    if not has_keys(cluster, group):
        tagged["Keys"] = NO_KEYS
    return Fence(
        tuple(cluster.systems),
        strangers_sentence(strangers, cluster),
        places[0] if len(places) == 1 else "",
        membership.private_links == 2 and membership.low_priority_links <= 1,
        membership.low_priority_links > 0,
        len(near) == 1,
        tagged,
    )


def strangers_sentence(systems: Sequence[str], cluster: ClusterModel) -> str:
    """What a cluster lacks that has systems at neither site: they hear both halves."""
    if not systems:
        return ""
    place = shown(cluster.position)
    return f"systems that all hang on the arrays of the group ({', '.join(systems)} of {cluster.name}: {place})"


def has_keys(cluster: ClusterModel, group: str) -> bool:
    """Whether a disk group of a service group puts keys on the mirrored volumes."""
    model = cluster.group(group)
    return any(r.type_name in KEY_TYPES and volumes_below(model, r.name) for r in model.resources)


def lacking(site: Site, cluster: ClusterModel, rules: FencingRules, near: Part, far: Part) -> Iterator[tuple[str, str]]:
    """The tags of scenarios in which another part wins than here, each with what the site lacks.

    `@needs-NearWins-1`: the side where the group starts wins while all disks are reached, `@needs-NearWinsCut-1`: when
    each side reaches its own array only; `@needs-FarWinsAlone-1`: the other side wins against one host of it, and
    `@needs-FarWinsCut-1` where it alone reaches the third place; `@needs-NobodyWins-1`: no side wins without it;
    `@needs-AloneWins-1` and `@needs-AloneLoses-1`: what becomes of the first host that hears no other,
    `@needs-SecondLoses-1`: of the second one. `@needs-Keys-1`: a host that goes on finds its key gone (`has_keys`).
    """
    race = Race(site, cluster, rules)
    where = shown(cluster.attributes.position("UseFence"))
    first, others = near[:1], race.others(near[:1])
    second = near[1:2]

    def need(part: Part, against: Part, how: str = "") -> str:
        return f"coordinator disks won by {', '.join(part)} against {', '.join(against)}{how} ({where})"

    wanted: dict[str, tuple[bool, str]] = {}
    if far:
        cut, third = ", while the mirror is cut", race.third_places()
        wanted = {
            "NearWins": (race.winner((near, far)) == near, need(near, far)),
            "NearWinsCut": (race.winner((near, far), is_cut=True) == near, need(near, far, cut)),
            "FarWinsAlone": (race.winner((first, far)) == far, need(far, first)),
            "FarWinsCut": (
                race.winner((near, far), {(host, place) for host in near for place in third}, is_cut=True) == far,
                need(far, near, cut),
            ),
            "NobodyWins": (
                not race.winner((near, far), {(host, place) for host in race.systems for place in third}, is_cut=True),
                f"a majority of coordinator disks that no site has alone ({where})",
            ),
        }
    if others:
        alone = race.winner((first, others))
        wanted["AloneWins"] = (alone == first, need(first, others))
        wanted["AloneLoses"] = (alone == others, need(others, first))
    if second:
        rest = race.others(second)
        wanted["SecondLoses"] = (race.winner((second, rest)) == rest, need(rest, second))
    yield from ((tag, why) for tag, (holds, why) in wanted.items() if not holds)


class Race:
    """Asks the fencing driver for the outcome of a race."""

    def __init__(self, site: Site, cluster: ClusterModel, rules: FencingRules) -> None:
        self.site = site
        self.rules = rules
        self.systems = tuple(cluster.systems)

    def others(self, part: Collection[str]) -> Part:
        """All other systems, in the cluster's order."""
        return tuple(system for system in self.systems if system not in part)

    def third_places(self) -> Part:
        """Where coordinator disks stand that are at no array."""
        return tuple(place for place in self.rules.coordinator_disks if place not in self.site.images())

    def winner(
        self, parts: Sequence[Part], closed: Collection[tuple[str, str]] = frozenset(), *, is_cut: bool = False
    ) -> Part:
        """The part that goes on, or none; `closed` are the hosts that do not reach a place."""
        disks = RaceDisks(self.site)
        driver = Fencing(Kernel(), "", self.rules, disks)
        for system in (system for part in parts for system in part):
            driver.register(system)
        disks.closed, disks.is_cut = closed, is_cut
        ordered = sorted((tuple(sorted(part, key=self.systems.index)), part) for part in parts)
        ordered.sort(key=lambda found: self.systems.index(found[0][0]))
        driver.race([part for part, _ in ordered])
        left = set(driver.members)
        return next((given for _, given in ordered if set(given) == left), ())


class RaceDisks:
    """Who reaches which coordinator disk (`simulator/fenced_disks.py`), before anything has happened and in a race."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.closed: Collection[tuple[str, str]] = frozenset()
        self.is_cut = False
        """Whether the mirror is cut, on whose lines the other site's array is reached."""

    def reaches(self, system: str, place: str) -> bool:
        """Whether a host gets an answer from the disk there."""
        if (system, place) in self.closed:
            return False
        own = self._site.image_of(system)
        return not self.is_cut or place not in self._site.images() or own in ("", place)

    def eject(self, systems: Sequence[str], by: Sequence[str]) -> None:
        """Nothing is written here."""
