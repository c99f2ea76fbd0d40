"""What befalls a site in a drill, and how it is made good again: hosts, arrays, paths, in the words of the steps."""

from __future__ import annotations

from collections.abc import Callable

from drills.expect import UsageError
from simulator.world import World


class Hazards:
    """Remembers what it broke, so that a later step can mend it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._undo: dict[str, Callable[[], None]] = {}

    def halts(self, hosts: tuple[str, ...]) -> str:
        """Halt hosts; for the cluster that is as good as their death."""
        for host in hosts:
            self._world.halt(host)
        return f"{', '.join(hosts)} down"

    def boots(self, hosts: tuple[str, ...]) -> str:
        """Boot hosts that are down; VCS starts on them by itself."""
        for host in hosts:
            self._world.boot(host)
        return f"{', '.join(hosts)} booting"

    def loses_array(self, image: str) -> str:
        """The array loses its power at once."""
        return self._break(image, lambda: self._world.storage.faults.lose_array(self._known(image)))

    def disconnects(self, first: str, second: str) -> str:
        """Every link between two arrays goes down, in both directions."""
        known = self._known(first), self._known(second)
        return self._break(f"{first} {second}", lambda: self._world.storage.faults.lose_all_links(*known))

    def restores(self, *images: str) -> str:
        """Undo the loss of an array, or of the links between two."""
        undo = self._undo.pop(" ".join(images), None)
        if undo is None:
            raise UsageError(f"{' and '.join(images)}: nothing of that was lost")
        undo()
        return f"{' and '.join(images)} back"

    def _break(self, key: str, strike: Callable[[], Callable[[], None]]) -> str:
        self._undo[key] = strike()
        return f"{' and '.join(key.split())} lost"

    def _known(self, image: str) -> str:
        if image not in self._world.site.images():
            raise UsageError(f"there is no array {image}; there are: {', '.join(self._world.site.images())}")
        return image
