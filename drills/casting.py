"""The shipped features with another site's names in them: who plays hosta, who plays hostc.

The examples have two hosts on each array. A site has what it has: who shares an array follows from
LocalStorageImageID, and a leg of a drill that needs a second host on an array which has only one is left out.

Rule: names are replaced as whole words, all at once, so that a site may well call its hosts hostb and hosta.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulator.site import Attachment, Site, starts_first

KEPT = re.compile(r"\s*(?:@|Feature:|Background:|Rule:|Scenario|Examples:)")
"""Lines that hold a feature together, whatever leg they open."""
WHOLE = re.compile(r"^\s*@(?:\S+ +@)*whole\b", re.MULTILINE)
"""The tag of a feature whose legs build on each other: without one of its players it is left out as a whole."""


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
    near = dict.fromkeys([first.host, *(a.host for a in own if a.image_id == first.image_id)])
    away = dict.fromkeys(a.host for a in far)
    names = {"oragrp": first.group, "ora_mmir": first.resource}
    names |= {"IBM.2107-75FA120": first.image_id, "IBM.2107-75FA150": first.remote_image_id}
    return names | filled(("hosta", "hostb"), near) | filled(("hostc", "hostd"), away) | clusters(site, first, far[0])


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
    missing = [role for role, player in cast.names.items() if not player]
    if missing and WHOLE.search(text) and re.search(rf"(?<![\w-])(?:{'|'.join(missing)})(?![\w-])", text):
        return None
    left_out = re.compile(rf"(?<![\w-])(?:{'|'.join(missing)})(?![\w-])") if missing else None
    blocks = []
    for block in re.split(r"\n[ \t]*\n", text.strip("\n")):
        if left_out is None or not left_out.search(block):
            blocks.append(block)
        elif kept := [line for line in block.split("\n") if KEPT.match(line) and not left_out.search(line)]:
            blocks.append(
                "\n".join(kept) + f"\n    # Left out here: a leg that needs {' and '.join(missing)} of the example."
            )
    rest = "\n\n".join(blocks) + "\n"
    return renamed(rest, cast.names) if re.search(r"^\s*When ", rest, re.MULTILINE) else None


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with all names replaced at once, as whole words."""
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<![\w-])(?:{words})(?![\w-])", lambda found: names[found[0]] or found[0], text)
