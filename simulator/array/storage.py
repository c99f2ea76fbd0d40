"""The storage of a site: what the rest of the simulator asks of the arrays.

Rule 1: every change first lets the past settle; queries settle too, and change nothing.
Rule 2: hosts and consoles come through this facade; nothing outside this package holds a volume.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirrordrill.simulator.array.build import build_images, build_links, build_pairs, build_paths
from mirrordrill.simulator.array.connections.fabric import Fabric
from mirrordrill.simulator.array.content import ledger
from mirrordrill.simulator.array.content.streams import RefusedWrite, Stream, StreamHooks, WriteCost
from mirrordrill.simulator.array.events import (
    ContentsDiffer,
    ImagePowerChanged,
    ImageRestarting,
    ManagementChanged,
    VolumeAccessChanged,
    WritesNotFound,
)
from mirrordrill.simulator.array.faults import StorageFaults
from mirrordrill.simulator.array.flash import FlashCopies
from mirrordrill.simulator.array.mirror.consistency import Consistency
from mirrordrill.simulator.array.mirror.pairs import Pairs, reserve
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError, Refusal, View
from mirrordrill.simulator.array.plan import StoragePlan
from mirrordrill.simulator.array.provisioning import Provisioning
from mirrordrill.simulator.array.registrations import Registrations
from mirrordrill.simulator.array.storage_image import Address, StorageImage, Volume
from mirrordrill.simulator.kernel.kernel import Kernel


class Storage:
    """All storage images of a site, the links between them, and the applications that write."""

    def __init__(self, kernel: Kernel, plan: StoragePlan) -> None:
        self._kernel = kernel
        self._delay_ns_per_km = plan.write_delay_us_per_km * 1000
        self._images = build_images(plan)
        links = build_links(kernel, plan, self._images)
        build_paths(plan, self._images, links)
        build_pairs(plan, self._images)
        self._streams: dict[str, Stream] = {}
        self.pairs = Pairs(kernel, plan.copy_setup_s, self._find)
        self.fabric = Fabric(kernel, self._images, links, self.settle_all, self._look_again)
        self.flash = FlashCopies(kernel)
        self.provisioning = Provisioning(self.flash)
        self.registrations = Registrations(kernel, self.image)
        self.consistency = Consistency(kernel, self.pairs, self.fabric)
        self.faults = StorageFaults(kernel, self)
        for pair in plan.pairs:
            self.pairs.go_on(self.image(pair.source_image).volume(pair.source_volume))
        self.on_write_refused: list[Callable[[RefusedWrite], None]] = []
        """Told when a host's write fails; the stream has stopped by then."""

    def image(self, image_id: str) -> StorageImage:
        """The storage image with this id. Raises KeyError where there is none."""
        return self._images[image_id]

    def image_ids(self) -> tuple[str, ...]:
        """All storage images, in the order of the plan."""
        return tuple(self._images)

    def is_host_writable(self, image_id: str, volume_id: str) -> bool:
        """Whether a host's write to the volume would be accepted."""
        return self.image(image_id).is_host_writable(volume_id)

    def is_readable(self, image_id: str, volume_id: str) -> bool:
        """Whether a host's read of the volume would be answered."""
        return self.image(image_id).is_readable(volume_id)

    def open_stream(self, name: str, working_set_tracks: int, rate_per_s: float) -> StreamHandle:
        """Make an application known under a name of its own; it does not write yet."""
        if name in self._streams:
            raise ValueError(f"there is a stream {name} already")
        hooks = StreamHooks(self.consistency.suspend_unmirrored, self._tell_refused, self._mirror_delay_ns)
        self._streams[name] = Stream(self._kernel, name, working_set_tracks, rate_per_s, hooks)
        return StreamHandle(self, self._streams[name])

    def volumes(self, image_id: str, volume_ids: Sequence[str]) -> list[Volume]:
        """Volumes of one image, in the given order. Raises `ArrayRefusedError` for one that does not exist."""
        image = self.image(image_id)
        return [image.volume(volume_id) for volume_id in volume_ids]

    def missing(self, stream: str, image_id: str, volume_ids: Sequence[str]) -> ledger.Missing:
        """Which acknowledged writes of a stream are not on these volumes (in the order of its slots)."""
        return ledger.missing(self._streams[stream], self.volumes(image_id, volume_ids))

    def read_back(self, system: str, image_id: str, volume_ids: Sequence[str], streams: Sequence[str]) -> None:
        """A host that has opened volumes reads them; the log is told of acknowledged writes that are not there."""
        for stream in streams:
            found = self.missing(stream, image_id, volume_ids)
            if found.first is not None:
                ids = tuple(volume_ids)
                self._kernel.emit(WritesNotFound(image_id, system, stream, ids, found.writes, found.first))

    def compare_pairs(self) -> int:
        """Compare the two volumes of every pair that both arrays call in sync; how many differ. The log is told."""
        self.settle_all()
        differing = 0
        for image in self._images.values():
            for volume in image.volumes():
                peer = volume.peer
                is_pair = peer is not None and volume.view is View.FULL_DUPLEX and peer.view is View.TARGET_FULL_DUPLEX
                if peer is not None and is_pair and not volume.content_now().equals(peer.content_now()):
                    ids = (volume.volume_id, peer.image.image_id, peer.volume_id)
                    self._kernel.emit(ContentsDiffer(image.image_id, *ids))
                    differing += 1
        return differing

    def is_consistent(self, stream: str, image_id: str, volume_ids: Sequence[str]) -> bool:
        """Whether these volumes together are one point in time of the stream."""
        return ledger.is_consistent(self._streams[stream], self.volumes(image_id, volume_ids))

    def divergence(
        self, stream: str, first: tuple[str, Sequence[str]], second: tuple[str, Sequence[str]]
    ) -> ledger.Divergence:
        """What two copies, each (image id, volume ids), hold beyond each other."""
        return ledger.divergence(self._streams[stream], self.volumes(*first), self.volumes(*second))

    def settle_all(self) -> None:
        """Land and report every write that was acknowledged up to now."""
        for stream in self._streams.values():
            stream.report()

    def reserve(self, image_id: str, volume_id: str, host: str) -> None:
        """A host holds a SCSI reservation on a volume from now on: others cannot write. An empty name releases it.

        Raises `ArrayRefusedError` where the image does not answer.
        """
        volume = self.image(image_id).volume(volume_id)
        if not volume.image.is_running:
            raise ArrayRefusedError(Refusal.INACCESSIBLE)
        reserve(self._kernel, volume, host)

    def set_lost(self, image_id: str, volumes: Sequence[Volume], *, is_lost: bool, cause: str) -> None:
        """The disks under volumes are gone while the array lives, or are back with what was written on them.

        A volume that several causes have taken away is back when the last of them is gone.
        """
        with self.fabric.change(()):
            for volume in volumes:
                was_lost, others = volume.is_lost, tuple(each for each in volume.lost_by if each != cause)
                volume.lost_by = (*others, cause) if is_lost else others
                if volume.is_lost != was_lost:
                    self._kernel.emit(VolumeAccessChanged(image_id, volume.volume_id, not volume.is_lost))

    def set_volume_lost(self, image_id: str, volume_id: str, *, is_lost: bool) -> None:
        """One volume's data are gone, or back."""
        self.set_lost(image_id, [self.image(image_id).volume(volume_id)], is_lost=is_lost, cause="volume")

    def set_rank_lost(self, image_id: str, rank_id: str, *, is_lost: bool) -> None:
        """The data of every volume with an extent on a rank are gone, or back. Raises KeyError for an unknown rank."""
        image = self.image(image_id)
        if rank_id not in [rank.rank_id for rank in image.inventory.ranks]:
            raise KeyError(rank_id)
        volumes = [image.find_volume(number) for number in image.inventory.volumes_on(rank_id)]
        self.set_lost(
            image_id, [each for each in volumes if each is not None], is_lost=is_lost, cause=f"rank {rank_id}"
        )

    def set_data_lost(self, image_id: str, *, is_lost: bool) -> None:
        """An image has lost all its data but goes on to answer, or has them back."""
        self.set_lost(image_id, list(self.image(image_id).volumes()), is_lost=is_lost, cause="image")

    def set_power(self, image_id: str, *, is_on: bool) -> None:
        """An image loses its power, or has it back.

        Durable: what was written and acknowledged or copied, opinions, changed tracks, paths, settings. Not durable:
        SCSI reservations, writes that were held (their hosts are told that they failed), a warm restart.
        """
        image = self.image(image_id)
        if image.is_on == is_on:
            return
        with self.fabric.change(self.fabric.links_of(image)):
            image.is_on, image.is_restarting = is_on, False
            self._kernel.emit(ImagePowerChanged(image_id, is_on))
        if not is_on:
            self.consistency.end_holds(image)
            for volume in image.volumes():
                reserve(self._kernel, volume, "")
            self.registrations.forget(image)

    def set_restarting(self, image_id: str, *, is_restarting: bool) -> None:
        """An image begins or ends a warm restart: it answers no command, its hosts wait, and it forgets nothing."""
        image = self.image(image_id)
        if image.is_restarting == is_restarting or not image.is_on:
            return
        with self.fabric.change(self.fabric.links_of(image)):
            image.is_restarting = is_restarting
            self._kernel.emit(ImageRestarting(image_id, is_restarting))

    def set_management(self, image_id: str, *, is_answering: bool, answer_delay_s: float = 0.0) -> None:
        """The consoles of an image can reach it or not, and how much longer than usual its answers take."""
        image = self.image(image_id)
        if (image.is_managed, image.answer_delay_s) != (is_answering, answer_delay_s):
            image.is_managed, image.answer_delay_s = is_answering, answer_delay_s
            self._kernel.emit(ManagementChanged(image_id, is_answering, round(answer_delay_s * 1000)))

    def _look_again(self) -> None:
        """Connections changed: copies go on, move or break off, and writes may fare differently."""
        self.pairs.copies.follow_links()
        for stream in self._streams.values():
            for volume in stream.volumes:
                stream.refresh(volume)

    def _find(self, address: Address) -> Volume | None:
        image = self._images.get(address.image_id)
        try:
            return image.volume(address.volume_id) if image else None
        except ArrayRefusedError:
            return None

    def _tell_refused(self, refused: RefusedWrite) -> None:
        for callback in self.on_write_refused:
            callback(refused)

    def _mirror_delay_ns(self, volume: Volume) -> int:
        """What the distance adds to a mirrored write."""
        peer = volume.peer
        link = volume.image.link_to(volume.number, peer.image, peer.lss) if peer else None
        return round(link.distance_km * self._delay_ns_per_km + link.extra_delay_us * 1000) if link else 0


class StreamHandle:
    """An application, as its host sees it."""

    def __init__(self, storage: Storage, stream: Stream) -> None:
        self._storage = storage
        self._stream = stream

    @property
    def name(self) -> str:
        """The stream's name."""
        return self._stream.name

    @property
    def is_running(self) -> bool:
        """Whether the application writes at the moment."""
        return self._stream.is_running

    def start(self, image_id: str, volume_ids: Sequence[str], system: str) -> None:
        """Begin to write, or go on with the next write, on these copies of the application's volumes."""
        self._stream.start(self._storage.volumes(image_id, volume_ids), system)

    def stop(self) -> None:
        """Stop writing. Idempotent."""
        self._stream.stop()

    def acknowledged(self) -> int:
        """How many writes were acknowledged up to now."""
        return self._stream.acknowledged()

    def write_cost(self) -> WriteCost:
        """The rate of acknowledged writes at the moment, and what each of them waits for the mirror."""
        return self._stream.write_cost()
