"""A small site for tests: two arrays, two pairs, one link."""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.simulator.array.build import default_paths
from mirrordrill.simulator.array.plan import ImagePlan, LinkPlan, PairPlan, StoragePlan, VolumePlan
from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.array.storage_image import Address, Volume
from mirrordrill.simulator.kernel.kernel import Kernel

A = "IBM.2107-75FA120"
B = "IBM.2107-75FA150"
VOLUMES = ("1260", "1261")
LINK = LinkPlan("blue", (A, B), distance_km=0, copy_tracks_per_s=100.0)


def plan_of(size_tracks: int = 1000, paired: bool = True, link: LinkPlan = LINK) -> StoragePlan:
    volumes = tuple(VolumePlan(volume, size_tracks) for volume in VOLUMES)
    pairs = tuple(PairPlan(A, volume, B, volume) for volume in VOLUMES) if paired else ()
    images = ImagePlan(A, "5005076303FFC120", volumes), ImagePlan(B, "5005076303FFC150", volumes)
    plan = StoragePlan(images, pairs, (link,))
    if paired:
        return plan
    with_pairs = plan_of(size_tracks, True, link)
    return replace(plan, paths=tuple(default_paths(with_pairs)))


class Site:
    """Storage on a kernel of its own, with the verbs that tests need."""

    def __init__(self, plan: StoragePlan | None = None) -> None:
        self.kernel = Kernel()
        self.storage = Storage(self.kernel, plan or plan_of())

    def volume(self, image_id: str, volume_id: str = "1260") -> Volume:
        return self.storage.image(image_id).volume(volume_id)

    def run(self, seconds: float) -> None:
        self.kernel.env.run(self.kernel.now_s + seconds)

    def ask(self, operation: str, image_id: str, volume_id: str = "1260") -> None:
        """An operation asked of one array, about one of its volumes and the volume of the same id on the other."""
        other = B if image_id == A else A
        getattr(self.storage.pairs, operation)(self.volume(image_id, volume_id), Address(other, volume_id))

    def views(self, volume_id: str = "1260") -> tuple[str, str]:
        """What both arrays say: state, and the reason where there is one."""
        return self._said(A, volume_id), self._said(B, volume_id)

    def _said(self, image_id: str, volume_id: str) -> str:
        volume = self.volume(image_id, volume_id)
        reason = volume.reason.value
        return volume.view.value + ("" if reason == "-" else f", {reason}")

    def events(self, kind: type) -> list:
        return [record.event for record in self.kernel.log if isinstance(record.event, kind)]
