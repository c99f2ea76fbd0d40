"""The resource types that stand above and beside MetroMirror in a service group: played, not run.

A neighbour remembers on which hosts it is online: kernel memory, gone with the host. What it can do follows the true
state of the volumes at the bottom of its stack: a disk group does not import on write-disabled volumes, and an
application that comes online opens those volumes and writes.

What goes away below it takes it away: a disk group whose volumes are lost or write-disabled is deported by force, an
application whose write failed is gone. Each is found at its own next monitor, as in life.

Rule 1: a neighbour's monitor costs no simulated time, and no event as long as nothing has failed.
Rule 2: how long a type takes, and whether it is a disk group or an application, stands in `behaviours`.
Rule 3: `fail`, `start_by_hand`, `break_entry` and `mend` are faults of a resource from outside; each is told.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Protocol

import simpy

from mirrordrill.simulator.host.behaviours import ANY_OTHER, NEED_WRITABLE, TYPES, StorageRole, TypeBehaviour
from mirrordrill.simulator.host.events import NeighbourChanged, NeighbourFailed
from mirrordrill.simulator.host.troubles import EntryPointTrouble, Troubles
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.ports import Call, EntryPointOutcome, MonitorDependency

ONLINE, OFFLINE, UNKNOWN = 110, 100, 99
ENTRIES = ("online", "offline", "monitor", "clean", "open", "close")
"""Entry points that can be broken."""


IN_VAIN = {entry: EntryPointOutcome({"monitor": UNKNOWN, "clean": 1}.get(entry, 0), "") for entry in ENTRIES}
"""How an entry point ends that has no effect."""
IS_ONLINE, IS_OFFLINE = EntryPointOutcome(ONLINE, ""), EntryPointOutcome(OFFLINE, "")
"""How a monitor ends: it is asked millions of times."""


class StorageStack(Protocol):
    """What neighbours need of the volumes at the bottom of their stack."""

    def writable(self, call: Call) -> bool:
        """Whether the host may write to all of them."""

    def start(self, call: Call) -> None:
        """An application opens them and writes."""

    def stop(self, call: Call) -> None:
        """It stops."""

    def lose_ground(self, call: Call) -> None:
        """The resource is gone: what stands on it writes no more, itself included."""

    def is_running(self, call: Call) -> bool:
        """Whether it still writes."""

    def imported(self, call: Call) -> bool:
        """A disk group is imported; whether the array lets it."""

    def deported(self, call: Call) -> None:
        """A disk group was deported, or fell apart."""


class NeighbourRun:
    """One entry point of a neighbour: an outcome after a duration."""

    def __init__(self, env: simpy.Environment) -> None:
        self.done = env.event()
        self._killed = False

    def kill(self) -> None:
        """Nothing of it happens any more."""
        self._killed = True

    def finish_with(self, effect: Callable[[], EntryPointOutcome]) -> None:
        """Let the effect happen, and the entry point end, unless it was killed before."""
        if not self._killed:
            self.finish(effect())

    def finish(self, outcome: EntryPointOutcome) -> None:
        """End now."""
        self.done.succeed(outcome)


class Neighbours:
    """Runs the entry points of every type that is not run for real."""

    def __init__(
        self,
        kernel: Kernel,
        stack: StorageStack,
        behaviours: Mapping[str, TypeBehaviour],
        written_by_users: Container[tuple[str, str]],
        connectors: Container[str],
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called when a resource is there that was not, or is not that was."""
        self._connectors = connectors
        """Resources that are a process of VCS: what a site has measured of their type, Application, is not theirs."""
        self._kernel = kernel
        self._written_by_users = written_by_users
        """(system, resource) that is no application, and through which there is writing while it is online."""
        self._behaviours = behaviours
        """Type -> how it behaves, for every type that is used."""
        self._env = kernel.env
        self._stack = stack
        self._online: dict[tuple[str, str], bool] = {}
        self._hung: dict[str, list[Callable[[], None]]] = {}
        """Host that stands still -> what is due there."""
        self._changed = changed
        self._troubles = Troubles()
        self._absent: dict[tuple[str, str], None] = {}
        """(host, persistent resource) that is not there: the cable is out."""
        self._stills: dict[str, MonitorDependency] = {}
        """Host -> what the monitors of its resources depend on."""

    # Their faults.

    def fail(self, call: Call) -> None:
        """The resource of the call is gone on its host: a process died, a disk group was deported, a cable pulled out.

        What is not online does not fail. A persistent resource is gone until it is mended.
        """
        key, behaviour = (call.system, call.resource), self._behaviour(call)
        if behaviour.role is StorageRole.ALWAYS_THERE:
            self._absent[key] = None
        elif not self._online.pop(key, False):
            return
        self._touch(call.system)
        self._kernel.emit(NeighbourFailed(*key, "it is gone"))
        self._stack.lose_ground(call)
        self._changed()

    def is_there(self, host: str, resource: str) -> bool:
        """Whether what a resource stands for, a process or an address, is there on a host."""
        return (host, resource) in self._online

    def start_by_hand(self, call: Call) -> None:
        """An administrator brings it online on the host without VCS, if it can be."""
        self._kernel.emit(NeighbourChanged(call.system, call.resource, "started by hand"))
        self._come_online(call, self._behaviour(call))

    def break_entry(self, call: Call, trouble: EntryPointTrouble) -> None:
        """From now on the call's entry point does this instead of its work."""
        self._touch(call.system)
        self._troubles.begin(call.system, call.resource, call.entry, trouble)
        self._kernel.emit(NeighbourChanged(call.system, call.resource, f"{call.entry} {trouble.value}"))

    def mend(self, call: Call) -> None:
        """All is well again with the resource's entry points, and the cable is in; what is offline stays so."""
        self._touch(call.system)
        self._troubles.end(call.system, call.resource)
        self._absent.pop((call.system, call.resource), None)
        self._kernel.emit(NeighbourChanged(call.system, call.resource, "mended"))

    def write_failed(self, host: str) -> None:
        """An application's write was refused there: it has stopped, and its monitor will find that."""
        self._touch(host)

    def volumes_changed(self) -> None:
        """Some host may write where it could not, or cannot where it could."""
        for monitor_dependency in self._stills.values():
            monitor_dependency.disturb()

    # What VCS asks of them.

    def monitor_dependency(self, call: Call) -> MonitorDependency:
        """What a resource's monitor depends on: everything that is done to resources of its host, and to volumes."""
        return self._stills.setdefault(call.system, MonitorDependency())

    def _touch(self, host: str) -> None:
        """Something was done to a resource there, or to the host."""
        if (monitor_dependency := self._stills.get(host)) is not None:
            monitor_dependency.disturb()

    def start(self, call: Call) -> NeighbourRun | EntryPointOutcome:
        """Start one entry point; monitor, open, close and the like are over at once."""
        behaviour = self._behaviour(call)
        if call.entry == "monitor" and self._troubles.are_none:
            return self._monitor(call, behaviour)
        trouble = self._troubles.of(call.system, call.resource, call.entry)
        run = NeighbourRun(self._env)
        if trouble is EntryPointTrouble.HANGS:
            return run
        if trouble is EntryPointTrouble.HAS_NO_EFFECT:
            self._later(run, call, 0.0 if call.entry == "monitor" else behaviour.offline_s, lambda: IN_VAIN[call.entry])
        elif call.entry == "online":
            self._later(run, call, behaviour.online_s, lambda: self._come_online(call, behaviour))
        elif call.entry in {"offline", "clean"}:
            self._later(run, call, behaviour.offline_s, lambda: self._go_offline(call, behaviour))
        elif call.entry == "monitor":
            return self._monitor(call, behaviour)
        else:
            return EntryPointOutcome(0, "")
        return run

    def host_hung(self, host: str) -> None:
        """The entry points under way there stand still."""
        self._touch(host)
        self._hung[host] = []

    def host_resumed(self, host: str) -> None:
        """They go on; what was due meanwhile happens now."""
        self._touch(host)
        for effect in self._hung.pop(host, []):
            effect()

    def host_lost(self, host: str) -> None:
        """Kernel memory of the host is gone: nothing is imported, mounted or running there any more."""
        self._touch(host)
        self._online = {key: value for key, value in self._online.items() if key[0] != host}
        self._hung.pop(host, None)

    def _behaviour(self, call: Call) -> TypeBehaviour:
        known = TYPES if call.resource in self._connectors else self._behaviours
        return known.get(call.type_name, ANY_OTHER)

    def _later(self, run: NeighbourRun, call: Call, delay_s: float, effect: Callable[[], EntryPointOutcome]) -> None:
        timer = self._env.timeout(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: self._awake(call.system, lambda: run.finish_with(effect)))

    def _awake(self, host: str, action: Callable[[], None]) -> None:
        """Do it, or hold it where the host stands still."""
        if host in self._hung:
            self._hung[host].append(action)
        else:
            action()

    def _monitor(self, call: Call, behaviour: TypeBehaviour) -> EntryPointOutcome:
        key, role = (call.system, call.resource), behaviour.role
        if role is StorageRole.ALWAYS_THERE:
            return IS_OFFLINE if key in self._absent else IS_ONLINE
        if key not in self._online:
            return IS_OFFLINE
        if (why := self._why_failed(call, role)) is None:
            return IS_ONLINE
        del self._online[key]
        self._kernel.emit(NeighbourFailed(*key, why))
        self._touch(call.system)
        self._changed()
        return IS_OFFLINE

    def _why_failed(self, call: Call, role: StorageRole) -> str | None:
        if role in NEED_WRITABLE and not self._stack.writable(call):
            return "its volumes are gone or write-disabled"
        if self._writes(call, role) and not self._stack.is_running(call):
            return "a write failed"
        return None

    def _writes(self, call: Call, role: StorageRole) -> bool:
        return role is StorageRole.WRITES or (call.system, call.resource) in self._written_by_users

    def _come_online(self, call: Call, behaviour: TypeBehaviour) -> EntryPointOutcome:
        opens = behaviour.role in NEED_WRITABLE or self._writes(call, behaviour.role)
        if opens and not self._stack.writable(call):
            return EntryPointOutcome(0, "refused: the volumes are gone or write-disabled")
        if not self._online.get((call.system, call.resource)):
            if behaviour.role is StorageRole.IMPORTS and not self._stack.imported(call):
                return EntryPointOutcome(0, "refused: the array does not answer")
            self._touch(call.system)
            self._online[call.system, call.resource] = True
            if self._writes(call, behaviour.role):
                self._stack.start(call)
            self._changed()
        return EntryPointOutcome(0, "")

    def _go_offline(self, call: Call, behaviour: TypeBehaviour) -> EntryPointOutcome:
        self._touch(call.system)
        was_online = self._online.pop((call.system, call.resource), False)
        if was_online and self._writes(call, behaviour.role):
            self._stack.stop(call)
        if was_online and behaviour.role is not StorageRole.WRITES:
            self._stack.lose_ground(call)
            if behaviour.role is StorageRole.IMPORTS:
                self._stack.deported(call)
        if was_online:
            self._changed()
        return EntryPointOutcome(0, "")
