"""From a plan to standing arrays.

Rule 1: contradictions are `PlanError`s that name the thing; nothing half-built is left behind, for nothing is kept.
"""

from __future__ import annotations

from mirrordrill.simulator.array.connections.paths import Link, PathGroup, PortPair
from mirrordrill.simulator.array.mirror.copy_engine import CopyPool
from mirrordrill.simulator.array.mirror.states import Opinion, View
from mirrordrill.simulator.array.plan import (
    MOST_PATHS,
    MOST_TARGETS,
    LinkPlan,
    PairPlan,
    PathPlan,
    PlanError,
    StoragePlan,
    volume_number,
)
from mirrordrill.simulator.array.storage_image import StorageImage, Volume
from mirrordrill.simulator.kernel.kernel import Kernel

Images = dict[str, StorageImage]


def build_images(plan: StoragePlan) -> Images:
    """The storage images with their volumes, in no pair yet."""
    images: Images = {}
    for each in plan.images:
        if each.image_id in images:
            raise PlanError(f"storage image {each.image_id} is planned twice")
        images[each.image_id] = StorageImage(each, _link_ports(plan, each.image_id))
    return images


def build_links(kernel: Kernel, plan: StoragePlan, images: Images) -> list[Link]:
    """Both directions of each physical link."""
    links: list[Link] = []
    for each in plan.links:
        for source, target in (each.images, each.images[::-1]):
            ends = _image(images, source), _image(images, target)
            pool = CopyPool(kernel, each.copy_tracks_per_s, [image.copy_limit for image in ends])
            ports = tuple(_ports(each, source))
            links.append(Link(each.name, *ends, each.distance_km, pool, ports, each.copy_tracks_per_s))
    return links


def build_paths(plan: StoragePlan, images: Images, links: list[Link]) -> None:
    """Define the logical paths: those of the plan, or healthy ones for every LSS pair in use."""
    for path in default_paths(plan) if plan.paths is None else plan.paths:
        source, target = _image(images, path.source_image), _image(images, path.target_image)
        name = f"path {path.source_lss:02X}:{path.target_lss:02X}"
        pairs: list[PortPair] = []
        for wanted in path.links:
            link = next(
                (each for each in links if (each.name, each.source, each.target) == (wanted, source, target)), None
            )
            if link is None:
                raise PlanError(f"{name}: no link {wanted} between its images")
            pairs.extend(PortPair(near, far, link) for near, far in link.ports)
        if not 1 <= len(pairs) <= MOST_PATHS:
            raise PlanError(f"{name} has {len(pairs)} port pairs; there can be 1 to {MOST_PATHS}")
        group = PathGroup(source, path.source_lss, target, path.target_lss, tuple(pairs), path.consistency_group)
        group.reported = group.state.value
        source.paths.put(group)
        if len(source.paths.targets_of(path.source_lss)) > MOST_TARGETS:
            raise PlanError(f"{name}: a source LSS has paths to {MOST_TARGETS} target LSSs at most")


def build_pairs(plan: StoragePlan, images: Images) -> None:
    """Give both sides of each pair the opinion that the plan says."""
    for pair in plan.pairs:
        source = _volume(images, pair.source_image, pair.source_volume)
        target = _volume(images, pair.target_image, pair.target_volume)
        _check(pair, source, target)
        source.peer, target.peer = target, source
        source.pair_type = target.pair_type = pair.pair_type
        source.adopt(Opinion(pair.source_view, pair.source_reason), 0.0)
        target.adopt(Opinion(pair.target_view, pair.target_reason), 0.0)


def _check(pair: PairPlan, source: Volume, target: Volume) -> None:
    name = f"pair {source.full_id}:{target.full_id}"
    if source.view is not View.SIMPLEX or target.view is not View.SIMPLEX or source is target:
        raise PlanError(f"{name}: a volume can be in one pair only")
    if source.size_tracks != target.size_tracks:
        raise PlanError(f"{name}: {source.size_tracks} and {target.size_tracks} tracks are not the same size")
    if pair.source_image == pair.target_image:
        raise PlanError(f"{name}: both volumes are on the same array")


def default_paths(plan: StoragePlan) -> list[PathPlan]:
    """Both directions for every LSS pair that a volume pair needs, over all links between the images."""
    wanted: dict[tuple[str, int, str, int], None] = {}
    for pair in plan.pairs:
        source = pair.source_image, volume_number(pair.source_volume) >> 8
        target = pair.target_image, volume_number(pair.target_volume) >> 8
        for near, far in ((source, target), (target, source)):
            wanted[*near, *far] = None
    paths: list[PathPlan] = []
    for image, lss, far_image, far_lss in wanted:
        links = tuple(link.name for link in plan.links if set(link.images) == {image, far_image})
        if links:
            paths.append(PathPlan(image, lss, far_image, far_lss, links))
    return paths


def _link_ports(plan: StoragePlan, image_id: str) -> list[str]:
    """The ports of an image that links are plugged into."""
    return [near for link in plan.links if image_id in link.images for near, _ in _ports(link, image_id)]


def _ports(link: LinkPlan, source_image: str) -> list[tuple[str, str]]:
    """The link's port pairs, seen from one of its images."""
    return [(near, far) if link.images[0] == source_image else (far, near) for near, far in link.ports]


def _image(images: Images, image_id: str) -> StorageImage:
    image = images.get(image_id)
    if image is None:
        raise PlanError(f"storage image {image_id} is not planned; there are {', '.join(images)}")
    return image


def _volume(images: Images, image_id: str, volume_id: str) -> Volume:
    volume = _image(images, image_id).find_volume(volume_number(volume_id))
    if volume is None:
        raise PlanError(f"volume {volume_id} is not planned on {image_id}")
    return volume
