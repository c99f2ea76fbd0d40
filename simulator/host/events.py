"""What a host and the agent on it tell the log."""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.simulator.kernel.events import Event


@dataclass(frozen=True, slots=True)
class HostBooted(Event):
    """A host is up, with a boot id that it never had before."""

    host: str
    boot_id: str

    def where(self) -> str:
        """The host."""
        return self.host

    def text(self) -> str:
        """The first group of the boot id is enough for people."""
        return f"booted ({self.boot_id.split('-', 1)[0]})"


@dataclass(frozen=True, slots=True)
class HostLost(Event):
    """A host is dead: nothing runs on it any more. `how` is `lost`, or `halted` on purpose."""

    host: str
    how: str = "lost"

    def where(self) -> str:
        """The host."""
        return self.host

    def text(self) -> str:
        """`lost`."""
        return self.how


@dataclass(frozen=True, slots=True)
class HostHung(Event):
    """Everything on a host stands still; from outside it looks like its death."""

    host: str

    def where(self) -> str:
        """The host."""
        return self.host

    def text(self) -> str:
        """`stands still`."""
        return "stands still"


@dataclass(frozen=True, slots=True)
class HostResumed(Event):
    """A host that stood still goes on as if nothing had happened."""

    host: str

    def where(self) -> str:
        """The host."""
        return self.host

    def text(self) -> str:
        """`goes on`."""
        return "goes on"


@dataclass(frozen=True, slots=True)
class NeighbourFailed(Event):
    """A played resource is gone, by itself or by what happened below it; its next monitor says so."""

    host: str
    resource: str
    why: str

    def where(self) -> str:
        """The host and the resource."""
        return f"{self.host} {self.resource}"

    def text(self) -> str:
        """`failed: its volumes are gone or write-disabled`."""
        return f"failed: {self.why}"


@dataclass(frozen=True, slots=True)
class NeighbourChanged(Event):
    """A hand outside VCS was on a played resource: it was started, mended, or an entry point of it was broken."""

    host: str
    resource: str
    change: str

    def where(self) -> str:
        """The host and the resource."""
        return f"{self.host} {self.resource}"

    def text(self) -> str:
        """`monitor hangs`."""
        return self.change


@dataclass(frozen=True, slots=True)
class DiskWayChanged(Event):
    """A host's way to the coordinator disks at a place was cut or mended."""

    host: str
    place: str
    is_open: bool

    def where(self) -> str:
        """The host."""
        return self.host

    def text(self) -> str:
        """`reaches no coordinator disk at third`."""
        return f"reaches {'the' if self.is_open else 'no'} coordinator disk at {self.place}"


@dataclass(frozen=True, slots=True)
class StateDirectoryChanged(Event):
    """The disk with the agent's state files on a host failed, or gives and takes files again."""

    host: str
    is_readable: bool

    def where(self) -> str:
        """The host."""
        return self.host

    def text(self) -> str:
        """`the state files of the agent cannot be read`."""
        return f"the state files of the agent can{' be read again' if self.is_readable else 'not be read'}"


@dataclass(frozen=True, slots=True)
class VolumesAttached(Event):
    """What a MetroMirror resource stands for on a host: told once, before anything happens."""

    host: str
    group: str
    is_parallel: bool
    resource: str
    array: str
    volumes: tuple[str, ...]
    monitor_interval_s: int
    """The longest MonitorInterval of the resource and of what stands on it, with the monitors that it tolerates."""
    late_command_s: int = 900
    """LateCommandLimit of the resource on this host."""

    def where(self) -> str:
        """The host and the group."""
        return f"{self.host} {self.group}"

    def text(self) -> str:
        """`ora_mmir stands for 1260 1261 of 75FA120`."""
        return f"{self.resource} stands for {' '.join(self.volumes)} of {self.array.rpartition('-')[2]}"


@dataclass(frozen=True, slots=True)
class AgentLog(Event):
    """A line that the agent wrote to its VCS log on a host."""

    host: str
    resource: str
    entry: str
    severity: str
    message_id: int
    message: str

    def where(self) -> str:
        """The host and the entry point."""
        return f"{self.host} {self.entry}"

    def text(self) -> str:
        """Notices speak for themselves; anything graver says how grave."""
        grave = "" if self.severity in {"NOTICE", "INFO"} else f"{self.severity}: "
        return f"{grave}{self.message}"


@dataclass(frozen=True, slots=True)
class StateFileChanged(Event):
    """A state file of the agent (lock, journal) was created, changed or removed on a host."""

    host: str
    name: str
    change: str

    def where(self) -> str:
        """The host."""
        return self.host

    def text(self) -> str:
        """`ora_mmir.lock created`."""
        return f"{self.name} {self.change}"
