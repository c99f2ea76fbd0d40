"""What can go wrong with arrays and the links between them, one function each.

Every function injects its fault at once and returns the effect, which can be ended at any later time, and more than
once. The functions stand for the rows "PPRC paths" and "array" of the drills' table of faults.

Rule 1: faults that overlap add up. A thing is whole again when the last fault that hit it has been undone; delays are
added, and of several narrow rates the narrowest holds.
Rule 2: an undo takes a fault away, not its consequences: paths return by themselves, suspended pairs do not.
Rule 3: what does not exist is a `PlanError` that names it, and then nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mirrordrill.simulator.array.connections.fabric import Fabric
from mirrordrill.simulator.array.mirror.states import ArrayRefusedError
from mirrordrill.simulator.array.plan import PlanError
from mirrordrill.simulator.array.storage_image import StorageImage
from mirrordrill.simulator.kernel.effects import Effect, Thing, together
from mirrordrill.simulator.kernel.kernel import Kernel


class FaultyStorage(Protocol):
    """What the faults change: the arrays and the links between them."""

    @property
    def fabric(self) -> Fabric:
        """The links and paths."""

    def image_ids(self) -> tuple[str, ...]:
        """All storage images."""

    def image(self, image_id: str) -> StorageImage:
        """One of them."""

    def set_power(self, image_id: str, *, is_on: bool) -> None:
        """The image has power or not."""

    def set_restarting(self, image_id: str, *, is_restarting: bool) -> None:
        """The image is in a warm restart or not."""

    def set_management(self, image_id: str, *, is_answering: bool, answer_delay_s: float = 0.0) -> None:
        """The consoles reach the image or not."""

    def set_data_lost(self, image_id: str, *, is_lost: bool) -> None:
        """All data are gone or back."""

    def set_rank_lost(self, image_id: str, rank_id: str, *, is_lost: bool) -> None:
        """The data on a rank are gone or back."""

    def set_volume_lost(self, image_id: str, volume_id: str, *, is_lost: bool) -> None:
        """The data of a volume are gone or back."""


class StorageFaults:
    """The faults of a site's storage."""

    def __init__(self, kernel: Kernel, storage: FaultyStorage) -> None:
        self._kernel = kernel
        self._storage = storage
        self._effects = kernel.effects

    # PPRC paths

    def lose_link(self, link: str, from_image: str = "") -> Effect:
        """A physical link goes down, in both directions or only in the one that starts at an image."""
        starts = self._storage.fabric.images_of_link(link)
        if from_image and from_image not in starts:
            raise PlanError(f"link {link} does not start at {from_image}; it joins {' and '.join(starts)}")
        return together(
            [self._lose_direction_of(link, start) for start in starts if from_image in ("", start)],
            is_newest_first=True,
        )

    def lose_all_links(self, first_image: str, second_image: str) -> Effect:
        """Every link between two images goes down, in both directions."""
        return together(
            [self.lose_link(link) for link in self._links_between(first_image, second_image)], is_newest_first=True
        )

    def lose_direction(self, from_image: str, to_image: str) -> Effect:
        """Nothing gets from one image to another any more; the way back works."""
        return together(
            [self.lose_link(link, from_image) for link in self._links_between(from_image, to_image)],
            is_newest_first=True,
        )

    def flap_link(self, link: str, down_s: float, up_s: float, from_image: str = "") -> Effect:
        """A link goes down for so long, comes back for so long, and so on until the undo, which leaves it up."""
        if down_s <= 0 or up_s <= 0:
            raise PlanError(f"link {link} cannot be down for {down_s:g} s and up for {up_s:g} s in turn")
        return _flapping(self._kernel, lambda: self.lose_link(link, from_image), down_s, up_s)

    def slow_link(self, link: str, extra_delay_us: float) -> Effect:
        """Every mirrored write over a link takes so much longer."""
        fabric = self._storage.fabric
        fabric.images_of_link(link)
        return self._hit(
            ("delay", link), extra_delay_us, lambda delays: fabric.set_link_quality(link, extra_delay_us=sum(delays))
        )

    def narrow_link(self, link: str, copy_tracks_per_s: float) -> Effect:
        """Copies over a link get no more than this between them."""
        if copy_tracks_per_s <= 0:
            raise PlanError(f"link {link} needs a copy rate above zero; a link that carries nothing is lost")
        fabric = self._storage.fabric
        usual = fabric.planned_copy_rate(link)
        return self._hit(
            ("rate", link),
            copy_tracks_per_s,
            lambda rates: fabric.set_link_quality(link, copy_tracks_per_s=min([usual, *rates])),
        )

    # Arrays

    def lose_array(self, image_id: str) -> Effect:
        """A whole array is gone: data, paths and management. The undo is its power back, with what was durable."""
        self._image(image_id)
        return self._switch(("power", image_id), lambda is_hit: self._storage.set_power(image_id, is_on=not is_hit))

    def restart_array(self, image_id: str, lasts_s: float | None = None) -> Effect:
        """A warm restart: no answers, hosts wait, pair states are kept. Ends by its undo or after so long."""
        self._image(image_id)
        undo = self._switch(
            ("restart", image_id), lambda is_hit: self._storage.set_restarting(image_id, is_restarting=is_hit)
        )
        if lasts_s is not None:
            _call_after(self._kernel, lasts_s, undo)
        return undo

    def lose_management(self, image_id: str) -> Effect:
        """Consoles do not reach an array any more while data flow."""
        return self._manage(("management", image_id), 0.0)

    def slow_management(self, image_id: str, extra_delay_s: float) -> Effect:
        """Every answer of an array to a console takes so much longer."""
        return self._manage(("answers", image_id), extra_delay_s)

    def lose_data(self, image_id: str) -> Effect:
        """All data of an array are gone while its management answers."""
        self._image(image_id)
        return self._switch(("data", image_id), lambda is_hit: self._storage.set_data_lost(image_id, is_lost=is_hit))

    def lose_rank(self, image_id: str, rank_id: str) -> Effect:
        """The data of every volume with an extent on a rank are gone."""
        ranks = [rank.rank_id for rank in self._image(image_id).inventory.ranks]
        if rank_id not in ranks:
            raise PlanError(f"there is no rank {rank_id} on {image_id}; there are {', '.join(ranks)}")
        return self._switch(
            ("rank", image_id, rank_id), lambda is_hit: self._storage.set_rank_lost(image_id, rank_id, is_lost=is_hit)
        )

    def lose_volume(self, image_id: str, volume_id: str) -> Effect:
        """The data of one volume are gone."""
        try:
            self._image(image_id).volume(volume_id)
        except ArrayRefusedError as error:
            raise PlanError(f"there is no volume {volume_id} on {image_id}") from error
        return self._switch(
            ("volume", image_id, volume_id),
            lambda is_hit: self._storage.set_volume_lost(image_id, volume_id, is_lost=is_hit),
        )

    def _lose_direction_of(self, link: str, start: str) -> Effect:
        fabric = self._storage.fabric
        return self._switch(
            ("link", link, start), lambda is_hit: fabric.set_link(link, is_up=not is_hit, from_image=start)
        )

    def _manage(self, thing: Thing, measure: float) -> Effect:
        """Management has two things that can go wrong, and one setting that says both."""
        image_id = thing[1]
        self._image(image_id)

        def set_both(_: Sequence[float]) -> None:
            is_answering = not self._effects.is_held(("management", image_id))
            delay_s = sum(self._effects.measures(("answers", image_id)))
            self._storage.set_management(image_id, is_answering=is_answering, answer_delay_s=delay_s)

        return self._hit(thing, measure, set_both)

    def _switch(self, thing: Thing, turn: Callable[[bool], None]) -> Effect:
        """A fault that is there or not."""
        return self._hit(thing, 1.0, lambda measures: turn(bool(measures)))

    def _hit(self, thing: Thing, measure: float, apply: Callable[[Sequence[float]], None]) -> Effect:
        """Add one more fault to what a thing suffers from; `apply` makes the sum of them true."""
        return self._effects.hold(thing, measure, apply)

    def _links_between(self, first: str, second: str) -> list[str]:
        fabric = self._storage.fabric
        links = [name for name in fabric.link_names() if {first, second} == set(fabric.images_of_link(name))]
        if not links:
            raise PlanError(f"there is no link between {first} and {second}")
        return links

    def _image(self, image_id: str) -> StorageImage:
        if image_id not in self._storage.image_ids():
            raise PlanError(f"there is no storage image {image_id}; there are {', '.join(self._storage.image_ids())}")
        return self._storage.image(image_id)


def _flapping(kernel: Kernel, strike: Callable[[], Effect], down_s: float, up_s: float) -> Effect:
    """A fault that comes and goes until its end."""
    state = _Flapping(kernel, strike, down_s, up_s)
    return Effect(state.things, state.stop)


class _Flapping:
    """A fault that is there for so long, is gone for so long, and so on."""

    def __init__(self, kernel: Kernel, strike: Callable[[], Effect], down_s: float, up_s: float) -> None:
        self._kernel = kernel
        self._strike = strike
        self._down_s, self._up_s = down_s, up_s
        self._is_stopped = False
        self._effect = strike()
        self.things = self._effect.things
        _call_after(kernel, down_s, self._come_back)

    def stop(self) -> None:
        """Leave the thing whole, for good."""
        self._is_stopped = True
        self._effect()

    def _come_back(self) -> None:
        if not self._is_stopped:
            self._effect()
            _call_after(self._kernel, self._up_s, self._go_down)

    def _go_down(self) -> None:
        if not self._is_stopped:
            self._effect = self._strike()
            _call_after(self._kernel, self._down_s, self._come_back)


def _call_after(kernel: Kernel, delay_s: float, action: Callable[[], None]) -> None:
    timeout = kernel.after(delay_s)
    assert timeout.callbacks is not None
    timeout.callbacks.append(lambda _: action())
