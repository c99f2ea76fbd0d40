"""The shipped features with another site's names in them: who plays hosta, who plays hostc.

The examples have two hosts on each array. A site has what it has: who shares an array follows from
LocalStorageImageID, and a leg of a drill that needs a second host on an array which has only one is left out. Of a list
of names (`hosta, hostb halt`) those are meant that are there.

Rule: names are replaced as whole words, all at once, so that a site may well call its hosts hostb and hosta.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mirrordrill.simulator.host.behaviours import StorageRole, behaviours
from mirrordrill.simulator.site.site import Attachment, Site, starts_first
from mirrordrill.simulator.vcs.wide_area.alerts import CFAULT, NOFAIL, NOFAILA

KEPT = re.compile(r"\s*(?:@|Feature:|Background:|Rule:|Scenario|Examples:)")
"""Lines that hold a feature together, whatever leg they open."""
STEP = re.compile(r"\s*(?:Given|When|Then|And|But|\|)(?=\s)")
"""Lines in which a name means that somebody has to be there: steps, and the rows of their tables."""
ROW = re.compile(r"\s*\|")
SCENARIO = re.compile(r"[ \t]*Scenario")
STANDARD = re.compile(r"^\s*@(?:\S+ +@)*chapter-?\d\b", re.MULTILINE)
"""The tag of what the manual itself tests or demands."""
WHOLE = re.compile(r"^\s*@(?:\S+ +@)*(?:whole|hazard)\b", re.MULTILINE)
"""The tag of a feature whose legs build on each other: a scenario without one of its players is left out as a whole.
Hazards do: what befalls a site is no leg that one could skip."""
VOLUMES = "1260, 1261"
"""How the features name all volumes of the example. Where a site's ids differ between its arrays, no line can name
both: what is expected of them by number is left out, the leg is not."""
SINGLE_VOLUMES = ("1260", "1261")
"""How they name one of them. What befalls one and not the other can be said of a group with two volumes only."""
ALL_VOLUMES = "all-volumes"
"""What stands for VOLUMES while a feature is recast: whoever looks for one volume shall not find it there."""
LSS_PAIR = "12:12"
"""How they name the pair of logical subsystems that paths are between."""
HOSTS = ("hosta", "hostb", "hostc", "hostd")
"""How they name the hosts: two on the array where the group starts, two on the other one."""
WWNN = "5005076304FF9D03"
"""The example's second array, for whoever makes paths by hand: over I/O ports of the example, which nobody else has."""
SITES = ("hosta, hostb", "hostc, hostd")
"""How they name all hosts of an array; there may be more of them than the example has."""
REST_HALTS = "hostb halts"
"""How the last hosts of an array go down when hosta has: all that are left."""
NEIGHBOURS: Mapping[str, Callable[[str, StorageRole], bool]] = {
    "ora_db": lambda _, role: role is StorageRole.WRITES,
    "ora_dg": lambda _, role: role is StorageRole.IMPORTS,
    "ora_lsnr": lambda kind, _: kind == "Netlsnr",
    "ora_ip": lambda kind, _: kind == "IP",
    "ora_nic": lambda kind, _: kind == "NIC",
}
"""What stands in the example's group above and beside MetroMirror -> which types can play it."""
SECOND_ADDRESS = "gcoip2"
"""An address of clusa that clusb pings, beside another one, and that nothing else needs."""
ALERT = f"{CFAULT}-clusa"
"""At this alert the operators of the other site decide. Where ClusterFailOverPolicy is Auto nobody asks them."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays whom for one service group; an empty name is a part that nobody can play."""

    group: str
    names: Mapping[str, str]

    @property
    def folder(self) -> str:
        """The group's name as the name of a directory."""
        return safe_name(self.group)


def safe_name(name: str) -> str:
    """A name of a main.cf as the name of a file: never a path, never anything that a shell would look at twice."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name).strip(".-") or "unnamed"


def casts(site: Site, remarks: list[str]) -> list[Cast]:
    """A cast for each mirrored failover group; `remarks` gets the groups for which there is none, and why."""
    found: list[Cast] = []
    for group in dict.fromkeys(attachment.group for attachment in site.attachments):
        own = [attachment for attachment in site.attachments if attachment.group == group]
        first = next((a for a in own if a.host == starts_first(site, group)), own[0])
        far = [a for a in own if a.image_id == first.remote_image_id]
        if any(g.parallel for cluster in site.clusters for g in cluster.groups if g.name == group):
            remarks.append(f"group {group} is parallel: it is never switched, so there is no standard drill for it")
        elif not far:
            remarks.append(f"no host of group {group} hangs on {first.remote_image_id}: there is nowhere to go")
        else:
            found.append(Cast(group, parts(site, first, own, far)))
    return found


def parts(site: Site, first: Attachment, own: Iterable[Attachment], far: list[Attachment]) -> dict[str, str]:
    """The example's names and this site's."""
    priority = priorities(site, first.group)
    near = dict.fromkeys(
        [first.host, *sorted((a.host for a in own if a.image_id == first.image_id), key=priority.__getitem__)]
    )
    away = dict.fromkeys(sorted((a.host for a in far), key=priority.__getitem__))
    names = {"oragrp": first.group, "ora_mmir": first.resource}
    images = {"IBM.2107-75FA120": first.image_id, "IBM.2107-75FA150": first.remote_image_id}
    names |= images | {serial(role): serial(image) for role, image in images.items()} | {WWNN: ""}
    names |= filled(("ds8000c.example.com", "ds8000d.example.com"), first.consoles)
    names |= filled(("ds8000e.example.com", "ds8000f.example.com"), far[0].consoles)
    names |= volumes(first, far[0]) | neighbours(site, first.group)
    where = clusters(site, first, far[0])
    names |= {ALERT: f"{CFAULT}-{where['clusa']}" if asks_operators(site, first.group, where["clusb"]) else ""}
    names |= {SECOND_ADDRESS: second_address(site, where["clusa"], first.host)} if len(site.clusters) > 1 else {}
    names |= {all_of: ", ".join(hosts) for all_of, hosts in zip(SITES, (near, away), strict=True) if len(hosts) > 1}
    others = list(near)[1:]
    names |= {REST_HALTS: f"{', '.join(others)} halt"} if len(others) > 1 else {}
    return names | filled(HOSTS[:2], near) | filled(HOSTS[2:], away) | where


def serial(image_id: str) -> str:
    """`75FA120` of `IBM.2107-75FA120`."""
    return image_id.rpartition("-")[2]


def volumes(near: Attachment, far: Attachment) -> dict[str, str]:
    """All volumes of the group, each of two, and their LSS pair; empty where the two sides cannot be named alike."""
    is_alike = set(near.volumes) == set(far.volumes)
    two = near.volumes if is_alike and len(near.volumes) == len(SINGLE_VOLUMES) else ()
    subsystems = {volume[:2] for volume in near.volumes} if is_alike else set()
    lss_pair = ":".join([*subsystems] * 2) if len(subsystems) == 1 else ""
    all_of = {VOLUMES: ", ".join(near.volumes) if is_alike else ""}
    return all_of | filled(SINGLE_VOLUMES, two) | {LSS_PAIR: lss_pair}


def neighbours(site: Site, group: str) -> dict[str, str]:
    """Who plays the example's resources beside MetroMirror: the first of the group's own that can, if it is played."""
    types = behaviours(site.clusters, site.settings.types)
    played = {name for name in types if not (own := site.settings.types.get(name)) or not own.scripts}
    members = [r for c in site.clusters for g, r in c.resources() if g.name == group and r.type_name in played]
    return {
        part: next((r.name for r in members if can_play(r.type_name, types[r.type_name].role)), "")
        for part, can_play in NEIGHBOURS.items()
    }


def second_address(site: Site, cluster: str, host: str) -> str:
    """What keeps up one of several pinged addresses of a cluster, where it starts on that host (vcs.md 4.2)."""
    pinged = [beat.attributes.words("Arguments", cluster) for c in site.clusters for beat in c.heartbeats]
    addresses = {word for words in pinged if len(words) > 1 for word in words}
    for group, resource in next(c for c in site.clusters if c.name == cluster).resources("IP"):
        is_spare = resource.scalar("Critical", host, default="1") == "0"
        starts_here = group.attributes.words("AutoStartList")[:1] == (host,)
        if is_spare and starts_here and resource.scalar("Address", host) in addresses:
            return resource.name
    return ""


def asks_operators(site: Site, group: str, cluster: str) -> bool:
    """Whether a cluster leaves it to people to bring a group over when the other cluster is lost (vcs.md 4.4)."""
    found = (g for c in site.clusters if c.name == cluster for g in c.groups if g.name == group)
    return all(g.attributes.scalar("ClusterFailOverPolicy", default="Manual") != "Auto" for g in found)


def priorities(site: Site, group: str) -> dict[str, int]:
    """Each system's priority in the group: a low number is tried first (reference vcs.md 3.3)."""
    return {
        system: number
        for cluster in site.clusters
        for model in cluster.groups
        if model.name == group
        for system, number in model.system_list
    }


def filled(roles: Iterable[str], players: Iterable[str]) -> dict[str, str]:
    """Each role with its player, an empty name where there are not enough of them."""
    players = iter(players)
    return {role: next(players, "") for role in roles}


def clusters(site: Site, near: Attachment, far: Attachment) -> dict[str, str]:
    """Which clusters the two sides are in."""
    by_host = {system: cluster.name for cluster in site.clusters for system in cluster.systems}
    return {"clusa": by_host[near.host], "clusb": by_host[far.host], "rdc1": by_host[near.host]}


def recast(text: str, cast: Cast) -> str | None:
    """A feature with the cast's names, without the legs that nobody can play; None where no leg is left."""
    missing = [role for role, player in cast.names.items() if not player and role != VOLUMES]
    if not cast.names.get(VOLUMES, VOLUMES):
        text = re.sub(rf"(?m)^ *And .*{re.escape(VOLUMES)}.*\n", "", text)
    text = text.replace(VOLUMES, ALL_VOLUMES)
    if missing:
        absent = words(missing)
        text = without_members(text, absent)
        text = "\n".join(line for line in text.split("\n") if not (ROW.match(line) and absent.search(line)))
        text = without_scenarios(text, absent) if WHOLE.search(text) else without_legs(text, absent)
    kept = [part for part in parted(text) if not is_scenario(part) or can_be_played(part)]
    rest = "\n\n".join(part.strip("\n") for part in kept) + "\n"
    return renamed(rest.replace(ALL_VOLUMES, VOLUMES), cast.names) if any(map(is_scenario, kept)) else None


def without_members(text: str, absent: re.Pattern[str]) -> str:
    """The text with lists of names (`hosta, hostb halt`) that have in them whoever is there."""
    return re.sub(rf", *(?:{absent.pattern})|(?:{absent.pattern}), *", "", text)


def parted(text: str) -> list[str]:
    """What stands above all scenarios, and each scenario with its tags."""
    lines = text.split("\n")
    starts = []
    for number, line in enumerate(lines):
        if SCENARIO.match(line):
            while number and lines[number - 1].lstrip().startswith("@"):
                number -= 1
            starts.append(number)
    bounds = [0, *starts, len(lines)]
    return ["\n".join(lines[start:end]) for start, end in itertools.pairwise(bounds)]


def without_scenarios(text: str, absent: re.Pattern[str]) -> str:
    """The text without the scenarios whose steps call somebody who is not there."""

    def calls(part: str) -> bool:
        return any(STEP.match(line) and absent.search(line) for line in part.split("\n"))

    return "\n".join(part for part in parted(text) if not (is_scenario(part) and calls(part)))


def without_legs(text: str, absent: re.Pattern[str]) -> str:
    """The text without the blocks whose steps call somebody who is not there; a comment says who."""
    blocks = []
    for block in re.split(r"\n[ \t]*\n", text.strip("\n")):
        called = [found for line in block.split("\n") if STEP.match(line) for found in absent.findall(line)]
        if not called:
            blocks.append(block)
        elif kept := [line for line in block.split("\n") if KEPT.match(line)]:
            roles = " and ".join(dict.fromkeys(called))
            blocks.append("\n".join(kept) + f"\n    # Left out here: a leg that needs {roles} of the example.")
    return "\n\n".join(blocks)


def is_scenario(part: str) -> bool:
    """Whether a part of a feature is a scenario, and not what stands above all of them."""
    return any(map(SCENARIO.match, part.split("\n")))


def can_be_played(scenario: str) -> bool:
    """Whether something still happens in it; an outline needs a row below the names of its columns."""
    rows = [line for line in scenario.split("\n") if ROW.match(line)]
    return re.search(r"(?m)^\s*When ", scenario) is not None and ("Examples:" not in scenario or len(rows) > 1)


def words(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names as a whole word, the longest first; in an alert's name (`CFAULT-clusa`) what it is about."""
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    begins = "|".join(("(?<![\\w-])", *(f"(?<=\\b{alert}-)" for alert in (CFAULT, NOFAILA, NOFAIL))))
    return re.compile(rf"(?:{begins})(?:{alternatives})(?![\w-])")


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with all names replaced at once, as whole words."""
    return words(names).sub(lambda found: names[found[0]] or found[0], text)
