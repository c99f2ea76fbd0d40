"""What of a site a night can strike, and who could type what: names only, read once from the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mirrordrill.simulator.site.site import METRO_MIRROR, Attachment, Site
from mirrordrill.simulator.world import World


@dataclass(frozen=True, slots=True)
class SiteTargets:
    """The names of a site."""

    example: str
    """The example site that the night names in its first step."""
    attachments: tuple[Attachment, ...]
    hosts: tuple[str, ...]
    cluster_of: tuple[tuple[str, str], ...]
    """Host and its cluster."""
    clusters: tuple[str, ...]
    links: tuple[str, ...]
    array_pairs: tuple[tuple[str, str], ...]
    llt_links: tuple[tuple[str, str], ...]
    """LLT link and host."""
    ranks: tuple[tuple[str, str], ...]
    """Rank and array."""
    disk_places: tuple[tuple[str, tuple[str, ...]], ...]
    """Place of coordinator disks, and the hosts whose cluster has some there."""
    neighbours: tuple[tuple[str, str], ...]
    """Resource other than MetroMirror, and host."""
    triggered: tuple[str, ...]
    """Groups with a preonline trigger."""

    @property
    def arrays(self) -> tuple[str, ...]:
        """The arrays with a mirror."""
        return tuple(dict.fromkeys(array for pair in self.array_pairs for array in pair))

    @property
    def groups(self) -> tuple[str, ...]:
        """The mirrored groups."""
        return tuple(dict.fromkeys(a.group for a in self.attachments))

    @property
    def consoles(self) -> tuple[str, ...]:
        """The HMCs of all arrays."""
        return tuple(dict.fromkeys(console for a in self.attachments for console in a.consoles))

    @property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        """User and array."""
        return tuple(dict.fromkeys((a.user, a.image_id) for a in self.attachments))

    @property
    def mirrored_hosts(self) -> tuple[str, ...]:
        """The hosts that hang on an array with a mirror."""
        return tuple(dict.fromkeys(a.host for a in self.attachments))

    def hosts_of(self, array: str) -> tuple[str, ...]:
        """The hosts of a side."""
        return tuple(dict.fromkeys(a.host for a in self.attachments if a.image_id == array))

    def consoles_of(self, array: str) -> tuple[str, ...]:
        """The HMCs of an array."""
        return tuple(dict.fromkeys(console for a in self.attachments if a.image_id == array for console in a.consoles))

    def cluster(self, host: str) -> str:
        """The cluster of a host."""
        return dict(self.cluster_of)[host]

    def on(self, host: str) -> tuple[Attachment, ...]:
        """What the resources on a host say."""
        return tuple(a for a in self.attachments if a.host == host)

    def pairs(self, its: Attachment) -> str:
        """The pairs of a resource as the DS CLI wants them: `1260:1260 1261:1261`; from the far side's own VolIds."""
        far = next(
            (
                other.volumes
                for other in self.attachments
                if other.resource == its.resource and other.image_id == its.remote_image_id
            ),
            its.volumes,
        )
        return " ".join(f"{own}:{other}" for own, other in zip(its.volumes, far, strict=False))


def targets_of(site: Site, example: str) -> SiteTargets:
    """The facts of a site. A world is built and never started."""
    with World(site) as world:
        links = tuple(world.storage.fabric.link_names())
        ranks = tuple(
            (rank.rank_id, image) for image in site.images() for rank in world.storage.image(image).inventory.ranks
        )
        specs = [cluster.spec for cluster in world.clusters.values()]
        llt = tuple((link, system.name) for spec in specs for link in spec.links for system in spec.systems)
        users: dict[str, dict[str, None]] = {}
        for spec in specs:
            for place in spec.fencing.coordinator_disks if spec.fencing else ():
                users.setdefault(place, {}).update(dict.fromkeys(system.name for system in spec.systems))
    pairs = dict.fromkeys(tuple(sorted((a.image_id, a.remote_image_id))) for a in site.attachments)
    return SiteTargets(
        example=example,
        attachments=site.attachments,
        hosts=site.hosts(),
        cluster_of=tuple((host, cluster.name) for cluster in site.clusters for host in cluster.systems),
        clusters=tuple(cluster.name for cluster in site.clusters),
        links=links,
        array_pairs=tuple((first, second) for first, second in pairs),
        llt_links=llt,
        ranks=ranks,
        disk_places=tuple((place, tuple(hosts)) for place, hosts in users.items()),
        neighbours=tuple(_neighbours(site)),
        triggered=tuple(
            dict.fromkeys(g.name for c in site.clusters for g in c.groups if g.attributes.integer("PreOnline", 0))
        ),
    )


def _neighbours(site: Site) -> Iterator[tuple[str, str]]:
    for cluster in site.clusters:
        for group, resource in cluster.resources():
            if resource.type_name != METRO_MIRROR:
                yield from ((resource.name, host) for host in group.systems)
