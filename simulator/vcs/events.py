"""What a cluster tells the log: states that changed, entry points that mattered, commands, engine messages.

A healthy monitor is silent; a monitor enters the log only when its result changes something or it had to be killed.
`cluster` is part of `where` only for what has no system, since system names are unique on a site.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.simulator.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SystemChanged(Event):
    """A system's state, as the engine of its membership sees it."""

    cluster: str
    system: str
    before: str
    after: str

    def where(self) -> str:
        """The cluster: that is who says so."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`hosta RUNNING (was REMOTE_BUILD)`."""
        return f"system {self.system} {self.after} (was {self.before})"


@dataclass(frozen=True, slots=True)
class LltLinkChanged(Event):
    """Something between the systems of a cluster was cut or mended: LLT's cables, not those of the mirror."""

    cluster: str
    what: str
    change: str

    def where(self) -> str:
        """The cluster."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`link1 of hosta cut`."""
        return f"{self.what} {self.change}"


@dataclass(frozen=True, slots=True)
class RaceEnded(Event):
    """A part of a fenced membership raced for the coordinator disks: it goes on, or its systems panic."""

    system: str
    """The one that raced for all of them."""
    side: tuple[str, ...]
    won: tuple[str, ...]
    """Where the disks stand that it won."""
    disks: int
    goes_on: bool

    def where(self) -> str:
        """The racer."""
        return f"{self.system} fencing"

    def text(self) -> str:
        """`won 2 of 3 coordinator disks (75FA120, third): hosta, hostb go on`."""
        places = f" ({', '.join(self.won)})" if self.won else ""
        verdict = "go on" if self.goes_on else "panic"
        return f"won {len(self.won)} of {self.disks} coordinator disks{places}: {', '.join(self.side)} {verdict}"


@dataclass(frozen=True, slots=True)
class DaemonChanged(Event):
    """The engine process on a system died or was stopped or started, or agents went with it."""

    system: str
    change: str

    def where(self) -> str:
        """The system."""
        return self.system

    def text(self) -> str:
        """`had died`."""
        return f"had {self.change}"


@dataclass(frozen=True, slots=True)
class GroupChanged(Event):
    """A service group's state on a system; words are joined by bars, as VCS prints them."""

    group: str
    system: str
    before: str
    after: str

    def where(self) -> str:
        """The system and the group."""
        return f"{self.system} {self.group}"

    def text(self) -> str:
        """`ONLINE (was STARTING|PARTIAL)`."""
        return f"{self.after} (was {self.before})"


@dataclass(frozen=True, slots=True)
class ResourceChanged(Event):
    """A resource's state on a system."""

    resource: str
    system: str
    before: str
    after: str

    def where(self) -> str:
        """The system and the resource."""
        return f"{self.system} {self.resource}"

    def text(self) -> str:
        """`ONLINE (was OFFLINE)`."""
        return f"{self.after} (was {self.before})"


@dataclass(frozen=True, slots=True)
class EntryPointStarted(Event):
    """An entry point other than monitor started; `detail` is the reason of a clean or the arguments of an action."""

    system: str
    resource: str
    entry: str
    detail: str
    limit_ms: int = 0
    """How long it may take before it is killed."""

    def where(self) -> str:
        """The system and the entry point."""
        return f"{self.system} {self.entry}"

    def text(self) -> str:
        """`ora_mmir: clean started (online hung)`."""
        return f"{self.resource}: {self.entry} started" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True, slots=True)
class EntryPointEnded(Event):
    """An entry point ended by itself; monitors are told only when they changed something."""

    system: str
    resource: str
    entry: str
    exit_code: int

    def where(self) -> str:
        """The system and the entry point."""
        return f"{self.system} {self.entry}"

    def text(self) -> str:
        """`ora_mmir: monitor ended with 100`."""
        return f"{self.resource}: {self.entry} ended with {self.exit_code}"


@dataclass(frozen=True, slots=True)
class ResourceConfigured(Event):
    """A resource was added to the configuration of a cluster that runs, or taken out of it."""

    cluster: str
    resource: str
    type_name: str
    group: str
    exists: bool

    def where(self) -> str:
        """The cluster."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`resource my_ip (IP) added to oragrp`."""
        what = "added to" if self.exists else "deleted from"
        return f"resource {self.resource} ({self.type_name}) {what} {self.group}"


@dataclass(frozen=True, slots=True)
class OutputPrinted(Event):
    """What an entry point that ended by itself printed: an action for the command that asked, others for the log."""

    system: str
    resource: str
    entry: str
    lines: tuple[str, ...]

    def where(self) -> str:
        """The system and the entry point."""
        return f"{self.system} {self.entry}"

    def text(self) -> str:
        """`ora_mmir: failback says: 2 pairs are being copied (and 3 lines more)`."""
        more = len(self.lines) - 1
        rest = f" (and {more} line{'s' * (more > 1)} more)" if more else ""
        return f"{self.resource}: {self.entry} says: {self.lines[0]}{rest}"


@dataclass(frozen=True, slots=True)
class EntryPointKilled(Event):
    """An entry point was killed: at its time limit, or together with its agent or system."""

    system: str
    resource: str
    entry: str
    why: str

    def where(self) -> str:
        """The system and the entry point."""
        return f"{self.system} {self.entry}"

    def text(self) -> str:
        """`ora_mmir: online killed: 300 s were up`."""
        return f"{self.resource}: {self.entry} killed: {self.why}"


@dataclass(frozen=True, slots=True)
class CommandGiven(Event):
    """A command that changes something, or one that was refused, with its exit code."""

    system: str
    command: str
    exit_code: int

    def where(self) -> str:
        """The system it was typed on."""
        return self.system

    def text(self) -> str:
        """`hagrp -switch oragrp -to hostb`."""
        return self.command if self.exit_code == 0 else f"{self.command} (exit {self.exit_code})"


@dataclass(frozen=True, slots=True)
class TriggerRun(Event):
    """The engine runs one of the administrator's scripts on a system."""

    system: str
    trigger: str
    group: str
    arguments: tuple[str, ...] = ()
    """What the script is given beyond the system and the group."""

    def where(self) -> str:
        """The system."""
        return self.system

    def text(self) -> str:
        """`preonline trigger runs for oragrp`, with what it is told: `(ora_mmir ONLINE OFFLINE)`."""
        told = f" ({' '.join(self.arguments)})" if self.arguments else ""
        return f"{self.trigger} trigger runs for {self.group}{told}"


@dataclass(frozen=True, slots=True)
class ConcurrencyViolation(Event):
    """A failover group is up, in full or in part, on more than one system of a membership."""

    group: str
    violator: str
    systems: tuple[str, ...]

    def where(self) -> str:
        """The system that caused it."""
        return self.violator

    def text(self) -> str:
        """`oragrp is up on hosta, hostb`."""
        return f"concurrency violation: {self.group} is up on {', '.join(self.systems)}"


@dataclass(frozen=True, slots=True)
class EngineLog(Event):
    """A line of the engine's or of an agent's log that no other event tells."""

    source: str
    severity: str
    message_id: str
    message: str

    def where(self) -> str:
        """A system, or a cluster."""
        return self.source

    def text(self) -> str:
        """`NOTICE V-16-1-10447 ...`."""
        return f"{self.severity} {self.message_id} {self.message}"
