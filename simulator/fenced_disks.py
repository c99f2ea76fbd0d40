"""The disks of a fenced cluster in the world: where coordinator disks stand, and who reaches them.

A coordinator disk at a storage image is a LUN that the hosts of both sites see through the network between the sites.
Storage traffic and the mirror are assumed to share their lines: a host reaches the other site's array while a link
between the two arrays is up in both directions. All hosts reach a third place, until a fault cuts a host's way to it.

Rule 1: whether a disk is reached is the state of arrays and ways at that moment; nothing is remembered.
Rule 2: ejected hosts lose their keys on the data disks of the winners' arrays, and on no other: the
winners cannot reach the disks of the far site to fence them (vcs.md 3.6).
"""

from __future__ import annotations

from collections.abc import Sequence

from mirrordrill.simulator.array.storage import Storage
from mirrordrill.simulator.host.events import DiskWayChanged
from mirrordrill.simulator.kernel.effects import Effect, Thing, together
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.site.site import Site


class SiteDisks:
    """What the fencing drivers of all clusters see of the world."""

    def __init__(self, kernel: Kernel, site: Site, storage: Storage) -> None:
        self._kernel = kernel
        self._site = site
        self._storage = storage

    def reaches(self, system: str, place: str) -> bool:
        """Whether a host gets an answer from a coordinator disk at a place."""
        if self._kernel.effects.is_held(_way(system, place)):
            return False
        if place not in self._storage.image_ids():
            return True
        own = self._site.image_of(system)
        is_near = own in ("", place) or self._storage.fabric.are_joined(own, place)
        return is_near and self._storage.image(place).is_running

    def cut(self, place: str, hosts: Sequence[str]) -> Effect:
        """These hosts do not reach the coordinator disks at a place any more."""
        return together([self._cut(host, place) for host in hosts])

    def eject(self, systems: Sequence[str], by: Sequence[str]) -> None:
        """The winners' arrays refuse what the losers write from now on."""
        images = dict.fromkeys(self._site.image_of(system) for system in by)
        for image in images:
            if image:
                self._storage.registrations.eject(image, systems, by)

    def _cut(self, host: str, place: str) -> Effect:
        return self._kernel.effects.switch(
            _way(host, place),
            begin=lambda: self._kernel.emit(DiskWayChanged(host, place, is_open=False)),
            end=lambda: self._kernel.emit(DiskWayChanged(host, place, is_open=True)),
        )


def _way(host: str, place: str) -> Thing:
    return ("way to coordinator disks", host, place)
