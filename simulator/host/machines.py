"""How hosts die, stand still and come back, and what goes with them.

A host that dies takes its processes, its kernel's memory and its writes with it; it frees nothing on the array, and its
files are there when it boots again. A host that hangs loses nothing at all: it is silent, and when it goes on it
does so with whatever it was about to do, not knowing that time has passed. That is the zombie.

Files: whatever the agent writes it syncs before it goes on (agent/node.py), so what a crash and an orderly halt leave
behind is the same; only a half-written temporary file is lost, and no program ever reads one.

Rule 1: a dead host is dead once. Crashing it again, or booting one that is up, changes nothing.
Rule 2: a dead entry point runs no further line; one on a hung host waits for the host to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from mirrordrill.simulator.host.events import HostHung, HostLost, HostResumed
from mirrordrill.simulator.host.host import Host, Power
from mirrordrill.simulator.kernel.kernel import Kernel


class ClusterSide(Protocol):
    """What the cluster software of a host goes through with it."""

    def system_lost(self, system: str) -> None:
        """The system is dead."""

    def system_joined(self, system: str) -> None:
        """The system is up, and starts VCS."""

    def system_hung(self, system: str) -> None:
        """Everything on the system stands still."""

    def system_resumed(self, system: str) -> None:
        """Everything on the system goes on."""


class Tenants(Protocol):
    """What lives on hosts, and not on their disks: imported disk groups, or applications that write."""

    def host_lost(self, host: str) -> None:
        """Nothing of it is left on the host."""

    def host_hung(self, host: str) -> None:
        """It stands still."""

    def host_resumed(self, host: str) -> None:
        """It goes on."""


class Machines:
    """The hosts of a site as machines."""

    def __init__(
        self,
        kernel: Kernel,
        hosts: Mapping[str, Host],
        cluster_of: Mapping[str, ClusterSide],
        tenants: tuple[Tenants, ...],
        boot_of: Callable[[str], float] = lambda _: 0.0,
    ) -> None:
        self._kernel = kernel
        self._hosts = hosts
        self._cluster_of = cluster_of
        self._tenants = tenants
        self._boot_of = boot_of

    def crash(self, name: str, how: str = "lost") -> None:
        """The host dies with everything that runs on it."""
        host = self._hosts[name]
        if host.power is Power.OFF:
            return
        host.kill()
        self._kernel.emit(HostLost(name, how))
        for tenant in self._tenants:
            tenant.host_lost(name)
        self._cluster_of[name].system_lost(name)

    def boot(self, name: str) -> None:
        """A dead host is switched on; it is back, and starts VCS, after its boot time."""
        host = self._hosts[name]
        if host.power is not Power.OFF:
            return
        host.power = Power.BOOTING
        if boot_s := self._boot_of(name):
            self._after(boot_s, lambda: self._booted(host))
        else:
            self._booted(host)

    def hang(self, name: str) -> None:
        """Everything on the host stands still, and LLT is silent."""
        host = self._hosts[name]
        if host.power is Power.ON:
            host.power = Power.HUNG
            self._kernel.emit(HostHung(name))
            for tenant in self._tenants:
                tenant.host_hung(name)
            self._cluster_of[name].system_hung(name)

    def resume(self, name: str) -> None:
        """The host goes on where it stood."""
        host = self._hosts[name]
        if host.power is Power.HUNG:
            host.power = Power.ON
            self._kernel.emit(HostResumed(name))
            for tenant in self._tenants:
                tenant.host_resumed(name)
            self._cluster_of[name].system_resumed(name)
            host.go_on()

    def _booted(self, host: Host) -> None:
        # It may have lost its power again while it booted.
        if host.power is Power.BOOTING:
            host.boot()
            self._cluster_of[host.name].system_joined(host.name)

    def _after(self, delay_s: float, then: Callable[[], None]) -> None:
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then())
