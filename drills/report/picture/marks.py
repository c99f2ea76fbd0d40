"""The moments that a picture marks from top to bottom: fault, alert, command, takeover,
resync, loss, recovery and repair.

Rule 1: damage that is done at once, or repaired at once, is one mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mirrordrill.drills.measures.service import is_fault
from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report.model import Mark
from mirrordrill.simulator.array.events import ImagePowerChanged, VolumeAccessChanged
from mirrordrill.simulator.array.events import MirrorLinkChanged as MirrorLinkChanged
from mirrordrill.simulator.dscli.events import CommandExecuted
from mirrordrill.simulator.host.events import HostBooted, HostResumed, NeighbourFailed
from mirrordrill.simulator.kernel.events import Record
from mirrordrill.simulator.vcs.events import CommandGiven, ResourceChanged
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged, ClusterDeclared

AT_ONCE_US = 1_000_000
KIND_MAX = 20
"""So many marks of one kind are made; a link that flaps all night is in its lane and in the events."""
TURNS = {"failoverpprc": ("takeover", "fails over"), "failbackpprc": ("resync", "turns the copy around")}
MOVES = ("-switch", "-online", "-offline", "-action", "-declare", "-force", "-local", "-evacuate")


def marks(records: Sequence[Record], measured: Measured) -> tuple[Mark, ...]:
    """All marks of a drill in the order of their time."""
    found = [*_from_events(records), *_from_measures(measured)]
    found.sort(key=lambda mark: (mark.time_us, mark.event))
    kept: list[Mark] = []
    for kind in dict.fromkeys(mark.kind for mark in found):
        own = merged([mark for mark in found if mark.kind == kind])
        kept += own[:KIND_MAX]
        if len(own) > KIND_MAX:
            kept[-1] = replace(kept[-1], label=f"{kept[-1].label} (and {len(own) - KIND_MAX} more later)")
    return tuple(sorted(kept, key=lambda mark: (mark.time_us, mark.event)))


def merged(found: Sequence[Mark]) -> list[Mark]:
    """Marks of one kind, those of one moment as one."""
    kept: list[Mark] = []
    for mark in found:
        if kept and mark.time_us - kept[-1].time_us <= AT_ONCE_US:
            if mark.label not in kept[-1].label.split("; "):
                kept[-1] = replace(kept[-1], label=f"{kept[-1].label}; {mark.label}")
        else:
            kept.append(mark)
    return kept


def _from_events(records: Sequence[Record]) -> Iterator[Mark]:
    booted: set[str] = set()
    for record in records:
        event = record.event
        label = f"{event.where()} {event.text()}"
        kind = ""
        match event:
            case ResourceChanged() | NeighbourFailed():
                pass  # what follows from damage is no damage of its own
            case ImagePowerChanged() | VolumeAccessChanged() | MirrorLinkChanged():
                kind = "fault" if is_fault(event) else "repair"
            case HostBooted():
                kind = "repair" if event.host in booted else ""
                booted.add(event.host)
            case HostResumed():
                kind = "repair"
            case CommandExecuted() if event.changes_pairs and event.verb in TURNS:
                kind, does = TURNS[event.verb]
                label = f"{event.host} {does} ({event.verb})"
            case CommandGiven() if event.exit_code == 0 and any(word in event.command.split() for word in MOVES):
                kind, label = "command", event.command
            case AlertChanged() if event.change == "raised":
                kind, label = "alert", f"{event.cluster}: {event.alert}"
            case ClusterDeclared():
                kind = "command"
            case _ if is_fault(event):
                kind = "fault"
        if kind:
            yield Mark(kind, record.time_us, label, record.number)


def _from_measures(measured: Measured) -> Iterator[Mark]:
    for loss in measured.losses:
        label = f"{loss.writes:,} acknowledged writes of {loss.application} lost"
        yield Mark("loss", loss.found.time_us, label, loss.found.event)
    for outage in measured.outages:
        if outage.verified is not None and outage.rto_us is not None:
            label = f"{outage.group} serves again on {outage.to_host} after {outage.rto_us / 1e6:.1f} s"
            yield Mark("recovery", outage.verified.time_us, label, outage.verified.event)
