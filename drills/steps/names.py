"""What the world of a drill has by name: hosts, groups, arrays, volumes, consoles, links, clusters.

A feature that names something else is wrong, and is told what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.steps.wording import no_such
from mirrordrill.simulator.site.site import Site
from mirrordrill.simulator.world import World


class SiteNames:
    """The names of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[str, Callable[[], Iterable[str]]] = {
            "host": world.site.hosts,
            "group": lambda: (group.name for cluster in world.site.clusters for group in cluster.groups),
            "resource": lambda: (r.name for c in world.site.clusters for g in c.groups for r in g.resources),
            "cluster": lambda: (cluster.name for cluster in world.site.clusters),
            "array": world.site.images,
            "volume": lambda: (volume for a in world.site.attachments for volume in a.volumes),
            "console": lambda: (console for a in world.site.attachments for console in a.consoles),
            "link": world.storage.fabric.link_names,
            "heartbeat_link": lambda: world.site.settings.membership.links,
        }

    @property
    def site(self) -> Site:
        """The site whose names they are."""
        return self._world.site

    def known(self, kind: str) -> tuple[str, ...]:
        """Every name of a kind (`host`, `group`, `array` ...), once, in the order of the site's files."""
        return tuple(dict.fromkeys(self._known[kind]()))

    def find(self, kind: str, name: str) -> str:
        """The full name of what is meant. Raises UsageError with what there is."""
        known = self.known(kind)
        if name in known:
            return name
        short = [full for full in known if kind == "array" and full.rpartition("-")[2] == name]
        if len(short) == 1:
            return short[0]
        raise UsageError(no_such(kind, name, known))

    def meant(self, kind: str, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        """The full name, or names where the kind is a plural (`hosts`). Raises UsageError with what there is."""
        return self.find(kind, value) if isinstance(value, str) else tuple(self.find(kind[:-1], name) for name in value)
