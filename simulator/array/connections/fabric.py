"""What happens to the connections between arrays: links fail and return, paths are defined and removed.

Rule 1: every change has three parts, in this order: the past settles, the change, and then everybody who depends on
it looks again. `change` is the one place that does all three.
Rule 2: links and paths come back by themselves; what was suspended meanwhile does not (dscli.md 5.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from mirrordrill.simulator.array.connections.path_limits import PortUse
from mirrordrill.simulator.array.connections.paths import NOT_DEFINED, Link, PathGroup, PortPair
from mirrordrill.simulator.array.events import MirrorLinkChanged, PathChanged
from mirrordrill.simulator.array.mirror.sharing import rebalance
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal, View
from mirrordrill.simulator.array.plan import MOST_PATHS, MOST_TARGETS, PlanError
from mirrordrill.simulator.array.storage_image import StorageImage, Volume
from mirrordrill.simulator.kernel.kernel import Kernel


class Fabric:
    """The links between storage images, and the logical paths over them."""

    def __init__(
        self,
        kernel: Kernel,
        images: dict[str, StorageImage],
        links: Sequence[Link],
        settle: Callable[[], None],
        look_again: Callable[[], None],
    ) -> None:
        self._kernel = kernel
        self._images = images
        self._links = links
        self._settle = settle
        self._look_again = look_again

    def link_names(self) -> tuple[str, ...]:
        """The physical links, in the order of the plan."""
        return tuple(dict.fromkeys(link.name for link in self._links))

    def images_of_link(self, name: str) -> tuple[str, ...]:
        """The images that a physical link joins. Raises `PlanError` where there is no such link."""
        return tuple(link.source.image_id for link in self._chosen(name, None))

    def are_joined(self, first: str, second: str) -> bool:
        """Whether a link between two images is up in both directions, whatever becomes of the arrays at its ends."""
        up = [(link.name, link.source.image_id, link.target.image_id) for link in self._links if link.is_up]
        return any((name, second, first) in up for name, source, target in up if (source, target) == (first, second))

    def planned_copy_rate(self, name: str) -> float:
        """What a link can carry of copies when nothing is wrong with it, in tracks a second."""
        return self._chosen(name, None)[0].planned_tracks_per_s

    def set_link(self, name: str, *, is_up: bool, from_image: str | None = None) -> None:
        """Cut or mend a physical link, in both directions or in the one that starts at an image."""
        with self.change(self._chosen(name, from_image)) as links:
            for link in links:
                if link.is_up != is_up:
                    link.is_up = is_up
                    self._kernel.emit(MirrorLinkChanged(name, link.source.image_id, link.target.image_id, is_up))

    def set_link_quality(
        self, name: str, extra_delay_us: float | None = None, copy_tracks_per_s: float | None = None
    ) -> None:
        """Make a link slower for writes (both directions) or for copies; None leaves things as they are."""
        with self.change(self._chosen(name, None)) as links:
            for link in links:
                link.extra_delay_us = link.extra_delay_us if extra_delay_us is None else extra_delay_us
                if copy_tracks_per_s is not None:
                    link.pool.set_rate(copy_tracks_per_s)

    def set_image_copy_rate(self, image: StorageImage, copy_tracks_per_s: float | None) -> None:
        """All copies from and to an image share so much from now on; None: the links alone decide."""
        with self.change(self.links_of(image)) as links:
            before, image.copy_limit.tracks_per_s = image.copy_limit.tracks_per_s, copy_tracks_per_s
            for link in links:
                link.pool.credit()
            if before != copy_tracks_per_s:
                for link in links:
                    rebalance(link.pool)

    def links_of(self, image: StorageImage) -> list[Link]:
        """Every direction of a link that begins or ends at an image."""
        return [link for link in self._links if image in (link.source, link.target)]

    def port_pairs(self, source: StorageImage, target_wwnn: str) -> list[tuple[str, str]]:
        """The (local, attached) ports that could carry a path to the image with this WWNN, in order."""
        return sorted(
            pair
            for link in self._links
            if link.source is source and link.target.wwnn == target_wwnn
            for pair in link.ports
        )

    def define_path(
        self,
        source: StorageImage,
        lsses: tuple[int, int],
        target_wwnn: str,
        ports: Sequence[tuple[str, str]],
        *,
        consistency_group: bool = False,
        ssids: tuple[int | None, int | None] = (None, None),
    ) -> bool:
        """Define the path from an LSS to an LSS of the image with this WWNN, or replace its port pairs.

        Returns whether the path works. One whose links are all down is defined only where pairs need it and no other
        definition works; the array establishes it when a link is up again (dscli.md 5.3). Raises `ArrayRefusedError`,
        and leaves what was defined before, for ports and logical subsystems that do not exist or do not match, for an
        SSID that is wrong, and beyond a limit.
        """
        target = next((image for image in self._images.values() if image.wwnn == target_wwnn), None)
        if not source.is_running:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        if target is None or target is source or not 1 <= len(ports) <= MOST_PATHS:
            raise ArrayRefusedError(Refusal.NO_SUCH_PORTS)
        _check_subsystems(source, target, lsses, ssids)
        old = source.paths.find(lsses[0], target.image_id, lsses[1])
        if old is None and len(source.paths.targets_of(lsses[0])) >= MOST_TARGETS:
            raise ArrayRefusedError(Refusal.PATH_LIMIT)
        pairs = tuple(self._port_pairs(source, target, ports, old))
        group = PathGroup(source, lsses[0], target, lsses[1], pairs, consistency_group)
        group.reported = old.reported if old else NOT_DEFINED
        is_working = bool(group.working_links())
        is_needed = any(_pairs_over(source, group)) if old is None else not old.working_links()
        if not is_working and not is_needed:
            raise ArrayRefusedError(Refusal.NO_PATH)
        with self.change({pair.link: None for pair in pairs}):
            source.paths.put(group)
            self._report(group, group.state.value)
        return is_working

    def remove_path(
        self, source: StorageImage, lsses: tuple[int, int], target: StorageImage, *, is_forced: bool = False
    ) -> None:
        """Forget a path. Pairs that still mirror over it keep it, unless the removal is forced."""
        group = source.paths.find(lsses[0], target.image_id, lsses[1])
        if group is None:
            raise ArrayRefusedError(Refusal.NO_PATH)
        mirroring = (View.COPY_PENDING, View.FULL_DUPLEX)
        if not is_forced and any(volume.view in mirroring for volume in _pairs_over(source, group)):
            raise ArrayRefusedError(Refusal.PATH_IN_USE)
        with self.change(()):
            source.paths.remove(lsses[0], target.image_id, lsses[1])
            self._report(group, NOT_DEFINED)

    @contextmanager
    def change(self, links: Iterable[Link]) -> Iterator[list[Link]]:
        """Let the past settle, change something about these links, and let everybody look again."""
        changed = list(links)
        self._settle()
        yield changed
        for image in self._images.values():
            for group in image.paths:
                if any(group.uses(link) for link in changed):
                    self._report(group, group.state.value)
        self._look_again()

    def _report(self, group: PathGroup, state: str) -> None:
        """Tell the log, if it knows something else."""
        before, group.reported = group.reported, state
        if before != state:
            source_lss, target_lss = f"{group.source_lss:02X}", f"{group.target_lss:02X}"
            ends = group.source.image_id, source_lss, group.target.image_id, target_lss
            self._kernel.emit(PathChanged(*ends, before, state))

    def _chosen(self, name: str, from_image: str | None) -> list[Link]:
        chosen = [link for link in self._links if link.name == name and from_image in (None, link.source.image_id)]
        if not chosen:
            known = ", ".join(self.link_names())
            raise PlanError(f"there is no link {name}{f' from {from_image}' if from_image else ''}; there are {known}")
        return chosen

    def _port_pairs(
        self,
        source: StorageImage,
        target: StorageImage,
        ports: Sequence[tuple[str, str]],
        replaced: PathGroup | None,
    ) -> Iterator[PortPair]:
        """The port pairs of a path that is being defined. Raises `ArrayRefusedError` for one that cannot be."""
        groups = (group for image in self._images.values() for group in image.paths if group is not replaced)
        use = PortUse(groups)
        for near, far in ports:
            link = self._link_between(source, target, near, far)
            if link is None:
                is_there = source.inventory.has_port(near) and target.inventory.has_port(far)
                raise ArrayRefusedError(Refusal.NO_SUCH_PORTS if is_there else Refusal.NO_SUCH_PORT)
            ends = (source.image_id, near), (target.image_id, far)
            if use.is_full(*ends):
                raise ArrayRefusedError(Refusal.PATH_LIMIT)
            use.add(*ends)
            yield PortPair(near, far, link)

    def _link_between(self, source: StorageImage, target: StorageImage, near: str, far: str) -> Link | None:
        for link in self._links:
            if link.source is source and link.target is target and (near, far) in link.ports:
                return link
        return None


def _check_subsystems(
    source: StorageImage, target: StorageImage, lsses: tuple[int, int], named: tuple[int | None, int | None]
) -> None:
    """Refuse a logical subsystem without volumes, and an SSID that was named and is another one's."""
    for image, lss, ssid in zip((source, target), lsses, named, strict=True):
        if lss not in image.lss_numbers():
            raise ArrayRefusedError(Refusal.NO_SUCH_LSS)
        if ssid not in (None, image.ssid(lss)):
            raise ArrayRefusedError(Refusal.WRONG_SSID)


def _pairs_over(source: StorageImage, group: PathGroup) -> Iterator[Volume]:
    """The source volumes whose writes go over a path from their image."""
    for volume in source.volumes_of_lss(group.source_lss):
        peer = volume.peer
        if peer is not None and volume.view.is_source and (peer.image, peer.lss) == (group.target, group.target_lss):
            yield volume
