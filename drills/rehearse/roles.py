"""The roles: an instructor sees everything, an operator the systems of one site, the storage administrator the arrays.

A site is an array and the systems that hang on it, or a cluster of a global cluster.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mirrordrill.simulator.site.site import Site

LETTERS = "ABCDEFGH"


class RoleView(enum.Enum):
    """What a role is shown."""

    INSTRUCTOR = "instructor"
    OPERATOR = "operator"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Role:
    """One role of a rehearsal."""

    key: str
    title: str
    view: RoleView
    hosts: tuple[str, ...] = ()
    """The role has a terminal on each of them."""
    arrays: tuple[str, ...] = ()
    """The role is shown what each of them says of its pairs."""


def roles_of(site: Site) -> tuple[Role, ...]:
    """The roles of a site, the instructor first."""
    sides: dict[str, list[str]] = {}
    for attachment in site.attachments:
        hosts = sides.setdefault(attachment.image_id, [])
        if attachment.host not in hosts:
            hosts.append(attachment.host)
    images = tuple(site.images())
    found = [Role("instructor", "Instructor", RoleView.INSTRUCTOR, tuple(site.hosts()), images)]
    ordered = sorted(sides.items(), key=lambda each: images.index(each[0]))
    for letter, (image, hosts) in zip(LETTERS, ordered, strict=False):
        title = f"Operator, site {letter}"
        found.append(Role(f"site-{letter.lower()}", title, RoleView.OPERATOR, tuple(hosts), (image,)))
    found.append(Role("storage", "Storage administrator", RoleView.STORAGE, (), images))
    return tuple(found)
