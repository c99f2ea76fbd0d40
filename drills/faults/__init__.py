"""What befalls a site in a drill, and how it is made good again, in the words of the steps.

Each kind has a module of its own: the mirror and its arrays, management consoles and the DS CLI, hosts and what runs on
them, the cluster's heartbeats and engines, resources and their entry points.
"""

from __future__ import annotations

from mirrordrill.drills.faults.active_faults import Damage
from mirrordrill.drills.faults.consoles import ConsoleHazards
from mirrordrill.drills.faults.heartbeats import HeartbeatHazards
from mirrordrill.drills.faults.hosts import HostHazards
from mirrordrill.drills.faults.mirror import MirrorHazards
from mirrordrill.drills.faults.resources import ResourceHazards
from mirrordrill.drills.faults.wide_area import WideAreaHazards
from mirrordrill.simulator.world import World


class Hazards:
    """Remembers what it broke, so that a later step can mend it."""

    def __init__(self, world: World) -> None:
        self._damage = Damage(world)
        self.mirror = MirrorHazards(world, self._damage)
        self.consoles = ConsoleHazards(world, self._damage)
        self.hosts = HostHazards(world, self._damage)
        self.heartbeats = HeartbeatHazards(world, self._damage)
        self.wide_area = WideAreaHazards(world, self._damage)
        self.resources = ResourceHazards(world, self._damage)

    def moment(self, name: str) -> int:
        """The number of the first event since something befell the site. Raises UsageError for what never did."""
        return self._damage.moment(name)

    def mark(self, name: str, number: int | None = None) -> None:
        """A moment that a later step counts from is now, or came with the event of that number."""
        self._damage.mark(name, number)

    def halts(self, hosts: tuple[str, ...]) -> str:
        """Halt hosts; for the cluster that is as good as their death."""
        return self.hosts.halts(hosts)

    def boots(self, hosts: tuple[str, ...]) -> str:
        """Boot hosts that are down; VCS starts on them by itself."""
        return self.hosts.boots(hosts)

    def loses_array(self, image: str) -> str:
        """The array loses its power at once."""
        return self.mirror.loses_array(image)

    def disconnects(self, first: str, second: str) -> str:
        """Every link between two arrays goes down, in both directions."""
        return self.mirror.disconnects(first, second)

    def restores(self, *images: str) -> str:
        """Undo the loss of an array, or of the links between two."""
        return self._damage.mend(" ".join(images))
