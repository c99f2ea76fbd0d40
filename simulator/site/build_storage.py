"""From a site to its storage: arrays with their volumes, pairs, links, paths and consoles.

Captures win over site.toml, and site.toml over the defaults, which are healthy ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from mirrordrill.simulator.array.events import PairViewChanged
from mirrordrill.simulator.array.plan import (
    GIBIBYTE_TRACKS,
    ImagePlan,
    LinkPlan,
    PairPlan,
    PathPlan,
    StoragePlan,
    VolumePlan,
)
from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.config.semantics import GroupModel, ResourceModel
from mirrordrill.simulator.dscli.consoles import ConsolePlan, Consoles
from mirrordrill.simulator.dscli.site_values import ADMINISTRATOR, UserGroup
from mirrordrill.simulator.host.events import VolumesAttached
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.site.own_types import FIRE_DRILL
from mirrordrill.simulator.site.settings import TRACKS_PER_MIB
from mirrordrill.simulator.site.site import METRO_MIRROR, Attachment, Site, starts_first, volumes_below
from mirrordrill.simulator.vcs.spec import TypeSpec


def storage_plan(site: Site) -> StoragePlan:
    """The arrays of a site as they stand when nothing has happened yet."""
    volumes: dict[str, dict[str, None]] = {image: {} for image in site.images()}
    pairs = pairs_at_start(site)
    for attachment in site.attachments:
        volumes[attachment.image_id].update(dict.fromkeys(attachment.volumes))
    for pair in pairs:
        volumes[pair.source_image].setdefault(pair.source_volume)
        volumes[pair.target_image].setdefault(pair.target_volume)
    for cluster in site.clusters:
        for group, resource in cluster.resources(FIRE_DRILL):
            for system in group.systems:
                # Practice volumes stand on the array whose targets they are copied from, and nowhere else.
                image = resource.scalar("LocalStorageImageID", system) or ""
                practice = (word.rpartition("/")[2].upper() for word in resource.words("PracticeVolIds", system))
                volumes.get(image, {}).update(dict.fromkeys(practice))
    for image, volume in site.start.size_tracks:
        volumes[image].setdefault(volume)
    links = tuple(links_of(site))
    return StoragePlan(
        images=tuple(image_plan(site, image, tuple(ids)) for image, ids in volumes.items()),
        pairs=pairs,
        links=links,
        paths=paths_of(site, links),
        write_delay_us_per_km=site.settings.link.write_delay_us_per_km,
        copy_setup_s=site.settings.link.copy_setup_s,
    )


def image_plan(site: Site, image: str, volumes: tuple[str, ...]) -> ImagePlan:
    """One array with the sizes, names and WWNN that captures tell."""
    plans = tuple(VolumePlan(volume, size_tracks(site, image, volume)) for volume in volumes)
    found = site.start.wwnn.get(image) or wwnn(image)
    if image not in site.start.names:
        return ImagePlan(image, found, plans)
    name, model = site.start.names[image]
    return ImagePlan(image, found, plans, name=name, model=model)


def size_tracks(site: Site, image: str, volume: str) -> int:
    """A volume's size: what lsfbvol said, else what site.toml says."""
    gib = site.settings.volumes.size_of(image, volume)
    return site.start.size_tracks.get((image, volume)) or max(1, round(gib * GIBIBYTE_TRACKS))


def links_of(site: Site) -> Iterator[LinkPlan]:
    """A link between each two arrays that mirror with each other, with the ports that captured paths use."""
    settings = site.settings.link
    sides = dict.fromkeys(tuple(sorted((a.image_id, a.remote_image_id))) for a in site.attachments)
    for number, (first, second) in enumerate(sides, start=1):
        link = LinkPlan(
            f"link{number}",
            (first, second),
            distance_km=settings.distance_km,
            copy_tracks_per_s=settings.copy_mib_per_s * TRACKS_PER_MIB,
        )
        ports = site.start.ports.get((first, second))
        yield replace(link, ports=ports) if ports else link


def paths_of(site: Site, links: tuple[LinkPlan, ...]) -> tuple[PathPlan, ...] | None:
    """The captured paths over the links between their arrays; None, healthy ones, where none were captured."""
    if site.start.routes is None:
        return None
    names = {frozenset(link.images): link.name for link in links}
    return tuple(
        PathPlan(*route, links=(name,))
        for route in site.start.routes
        if (name := names.get(frozenset({route.source_image, route.target_image})))
    )


def pairs_at_start(site: Site) -> tuple[PairPlan, ...]:
    """The captured pairs; those that main.cf tells where none were captured."""
    return tuple(dict.fromkeys(pairs_of(site))) if site.start.pairs is None else site.start.pairs


def pairs_of(site: Site) -> Iterator[PairPlan]:
    """The pairs, each with its source where its group starts first."""
    for attachment in site.attachments:
        if attachment.host == starts_first(site, attachment.group):
            for volume, target in matched(attachment.volumes, far_volumes(site, attachment)):
                yield PairPlan(attachment.image_id, volume, attachment.remote_image_id, target)


def matched(near: tuple[str, ...], far: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Volumes of the same id belong together where all of one side are on the other, else those in the same place."""
    fewer, more = sorted((near, far), key=len)
    if set(fewer) <= set(more):
        return ((volume, volume) for volume in near if volume in far)
    return zip(near, far, strict=False)


def far_volumes(site: Site, near: Attachment) -> tuple[str, ...]:
    """The volumes on the other side: what a host there says, else the same ids."""
    for other in site.attachments:
        if (other.group, other.resource) == (near.group, near.resource) and other.image_id == near.remote_image_id:
            return other.volumes
    return near.volumes


def announce(kernel: Kernel, plan: StoragePlan) -> None:
    """Log what each array holds of each pair at the start, so that readers of the log need not look into the arrays."""
    for pair in plan.pairs:
        source, target = (pair.source_image, pair.source_volume), (pair.target_image, pair.target_volume)
        kernel.emit(
            PairViewChanged(*source, *target, "", pair.source_view.value, pair.source_reason.value, "at the start")
        )
        kernel.emit(
            PairViewChanged(*target, *source, "", pair.target_view.value, pair.target_reason.value, "at the start")
        )


def announce_attachments(kernel: Kernel, site: Site) -> None:
    """Tell the log which volumes each MetroMirror resource stands for on each host."""
    for cluster in site.clusters:
        for group, resource in cluster.resources(METRO_MIRROR):
            interval_s = longest_interval_s(group, resource)
            for host in group.systems:
                if (found := site.attachment(host, resource.name)) is not None:
                    late_s = resource.integer("LateCommandLimit", 900, host)
                    its = (found.image_id, found.volumes, interval_s, late_s)
                    kernel.emit(VolumesAttached(host, group.name, bool(group.parallel), resource.name, *its))


def longest_interval_s(group: GroupModel, resource: ResourceModel) -> int:
    """For how long the loss of its volumes may stay unseen: what stands on them is monitored, not the volumes.

    ToleranceLimit lets as many monitors pass (reference vcs.md 1.5).
    """
    standing = (each for each in group.resources if resource.name in volumes_below(group, each.name))
    usual = TypeSpec("")
    return max(
        each.integer("MonitorInterval", round(usual.monitor_interval_s))
        * (1 + each.integer("ToleranceLimit", usual.tolerance_limit))
        for each in (resource, *standing)
    )


def wwnn(image_id: str) -> str:
    """A world-wide node name of a DS8000's shape that belongs to this image alone (an assumption)."""
    return "5005076304FF" + hashlib.sha256(image_id.encode()).hexdigest()[:4].upper()


def build_consoles(site: Site, storage: Storage) -> Consoles:
    """The HMCs that the site's attributes name, each managing the array of the hosts that name it."""
    managed: dict[str, dict[str, None]] = {}
    for attachment in site.attachments:
        for console in attachment.consoles:
            managed.setdefault(console, {})[attachment.image_id] = None
    plans = tuple(ConsolePlan(name, tuple(images)) for name, images in managed.items())
    return Consoles(storage, plans, users_of(site), site.settings.dscli)


def users_of(site: Site) -> dict[str, UserGroup]:
    """The accounts of every array: an administrator, the agent's users for copy services, and those of site.toml.

    An agent whose user is the administrator works as that.
    """
    agents = {attachment.user: UserGroup.OP_COPY_SERVICES for attachment in site.attachments}
    return {**agents, ADMINISTRATOR: UserGroup.ADMIN, **site.settings.accounts}
