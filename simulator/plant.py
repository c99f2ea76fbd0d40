"""From a site to its storage: arrays with their volumes, pairs, links, paths and consoles.

What a main.cf cannot say (sizes, distances, rates) takes the defaults of the plan's own dataclasses, healthy ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from simulator.array.events import PairViewChanged
from simulator.array.plan import ImagePlan, LinkPlan, PairPlan, StoragePlan, VolumePlan
from simulator.array.storage import Storage
from simulator.dscli.consoles import ConsolePlan, Consoles
from simulator.host.events import VolumesAttached
from simulator.kernel import Kernel
from simulator.site import METRO_MIRROR, Attachment, Site, starts_first, type_spec


def storage_plan(site: Site) -> StoragePlan:
    """The arrays of a site as they stand when nothing has happened yet."""
    volumes: dict[str, dict[str, None]] = {image: {} for image in site.images()}
    pairs = tuple(dict.fromkeys(pairs_of(site)))
    for attachment in site.attachments:
        volumes[attachment.image_id].update(dict.fromkeys(attachment.volumes))
    for pair in pairs:
        volumes[pair.target_image].setdefault(pair.target_volume)
    sides = dict.fromkeys(tuple(sorted((a.image_id, a.remote_image_id))) for a in site.attachments)
    return StoragePlan(
        images=tuple(
            ImagePlan(image, wwnn(image), tuple(VolumePlan(volume) for volume in ids)) for image, ids in volumes.items()
        ),
        pairs=pairs,
        links=tuple(
            LinkPlan(f"link{number}", (first, second)) for number, (first, second) in enumerate(sides, start=1)
        ),
    )


def pairs_of(site: Site) -> Iterator[PairPlan]:
    """The pairs, each with its source where its group starts first; volumes correspond by their order in VolIds."""
    for attachment in site.attachments:
        if attachment.host == starts_first(site, attachment.group):
            for volume, target in zip(attachment.volumes, far_volumes(site, attachment), strict=True):
                yield PairPlan(attachment.image_id, volume, attachment.remote_image_id, target)


def far_volumes(site: Site, near: Attachment) -> tuple[str, ...]:
    """The volumes on the other side: what a host there says, else the same ids."""
    for other in site.attachments:
        if other.group == near.group and other.image_id == near.remote_image_id:
            return other.volumes
    return near.volumes


def announce(kernel: Kernel, plan: StoragePlan) -> None:
    """Tell the log what each array thinks of each pair at the start, so that nobody has to look into the arrays."""
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
            interval_s = round(type_spec(resource.type, resource.integer).monitor_interval_s)
            for host in group.systems:
                if (found := site.attachment(host, resource.name)) is not None:
                    its = (found.image_id, found.volumes, interval_s)
                    kernel.emit(VolumesAttached(host, group.name, bool(group.parallel), resource.name, *its))


def wwnn(image_id: str) -> str:
    """A world-wide node name of a DS8000's shape that belongs to this image alone (an assumption)."""
    return "5005076304FF" + hashlib.sha256(image_id.encode()).hexdigest()[:4].upper()


def build_consoles(site: Site, storage: Storage) -> Consoles:
    """The HMCs that the site's attributes name, each managing the array of the hosts that name it."""
    managed: dict[str, dict[str, None]] = {}
    users: dict[str, None] = {}
    for attachment in site.attachments:
        users[attachment.user] = None
        for console in attachment.consoles:
            managed.setdefault(console, {})[attachment.image_id] = None
    plans = tuple(ConsolePlan(name, tuple(images)) for name, images in managed.items())
    return Consoles(storage, plans, tuple(users))
