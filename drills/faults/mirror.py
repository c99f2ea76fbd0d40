"""Faults of the arrays and of the links between them: the rows "PPRC paths" and "array" of the drills' faults."""

from __future__ import annotations

from collections.abc import Callable

from mirrordrill.drills.faults.active_faults import Damage, Undo, known, together
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.array.plan import PlanError
from mirrordrill.simulator.world import World

LOOK_AGAIN_S = 1.0
"""How long a copy without a rate is left alone."""


class MirrorHazards:
    """What can befall arrays, volumes and links."""

    def __init__(self, world: World, damage: Damage) -> None:
        self._world = world
        self._faults = world.storage.faults
        self._damage = damage

    def loses_array(self, image: str) -> str:
        """The array loses its power at once: data, paths and management."""
        return self._break(image, f"the loss of {image}", lambda: self._faults.lose_array(self._known(image)))

    def disconnects(self, first: str, second: str) -> str:
        """Every link between two arrays goes down, in both directions."""
        return self._break(
            f"{self._known(first)} {self._known(second)}",
            "the loss of the links",
            lambda: self._faults.lose_all_links(first, second),
        )

    def loses_direction(self, start: str, end: str) -> str:
        """Nothing gets from one array to the other any more; the way back works."""
        return self._break(
            f"the way from {self._known(start)} to {self._known(end)}",
            f"the loss of the way from {start} to {end}",
            lambda: self._faults.lose_direction(start, end),
        )

    def finds_direction(self, start: str, end: str) -> str:
        """That way works again."""
        return self._damage.mend(f"the way from {start} to {end}")

    def flaps(self, first: str, second: str, down_s: float, up_s: float) -> str:
        """Every link between two arrays goes down and comes up in turn until it is mended."""
        links = self._links(self._known(first), self._known(second))

        def strike() -> Undo:
            return together(self._faults.flap_link(link, down_s, up_s) for link in links)

        return self._break(f"{first} {second}", "the links began to flap", strike)

    def narrows(self, first: str, second: str, tracks_per_s: float) -> str:
        """Copies between two arrays get no more than this together."""
        links = self._links(self._known(first), self._known(second))

        def strike() -> Undo:
            return together(self._faults.narrow_link(link, tracks_per_s) for link in links)

        return self._break(f"the rate between {first} and {second}", "the links grew narrow", strike)

    def loses_volume(self, volume: str, image: str) -> str:
        """The disks under one volume are gone; its array answers."""
        return self._break(
            f"volume {volume} of {self._known(image)}",
            f"the loss of {volume}",
            lambda: self._faults.lose_volume(image, volume),
        )

    def finds_volume(self, volume: str, image: str) -> str:
        """They are back with what was written on them."""
        return self._damage.mend(f"volume {volume} of {self._known(image)}")

    def loses_management(self, image: str) -> str:
        """The consoles do not reach the array any more while data flow."""
        return self._break(
            f"the management of {self._known(image)}",
            f"the loss of the management of {image}",
            lambda: self._faults.lose_management(image),
        )

    def finds_management(self, image: str) -> str:
        """They reach it again."""
        return self._damage.mend(f"the management of {image}")

    def restarts(self, image: str, lasts_s: float) -> str:
        """A warm restart: nobody is answered, hosts wait, pair states are kept."""
        self._damage.strike(
            f"warm restart of {image}",
            f"the warm restart of {image}",
            lambda: self._faults.restart_array(self._known(image), lasts_s),
        )
        return f"{image} restarts for {lasts_s:.0f} s"

    def copy_reaches(self, percent: float, within_s: float) -> str:
        """Let time pass until so much of the slowest copy under way is done. Raises UsageError where none runs.

        Copies are in closed form, so the moment is reckoned, not polled; a copy whose rate changes is reckoned anew.
        """
        copies = self._world.storage.pairs.copies
        deadline_s = self._world.kernel.now_s + within_s
        while True:
            running = copies.progress()
            if not running:
                raise UsageError("no copy is under way")
            copied, total, tracks_per_s = min(running, key=lambda each: each[0] / each[1])
            missing = total * percent / 100 - copied
            if missing <= 0:
                return f"{copied:,} of {total:,} tracks copied"
            left_s = deadline_s - self._world.kernel.now_s
            if left_s <= 0:
                raise UsageError(f"only {copied:,} of {total:,} tracks were copied within {within_s / 60:g} minutes")
            # A copy that is being set up, or waits for an array, earns nothing yet.
            self._world.advance(min(left_s, missing / tracks_per_s + 1e-3 if tracks_per_s else LOOK_AGAIN_S))

    def _break(self, thing: str, moment: str, strike: Callable[[], Undo]) -> str:
        try:
            self._damage.strike(thing, moment, strike)
        except PlanError as error:
            raise UsageError(str(error)) from error
        return f"{' and '.join(thing.split()) if thing.startswith('IBM') else thing} lost"

    def _links(self, first: str, second: str) -> list[str]:
        fabric = self._world.storage.fabric
        return [name for name in fabric.link_names() if {first, second} == set(fabric.images_of_link(name))]

    def _known(self, image: str) -> str:
        return known(image, self._world.site.images(), "array")
