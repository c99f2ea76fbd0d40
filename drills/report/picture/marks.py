"""The moments that a picture marks from top to bottom: faults, alerts, commands, takeovers, recoveries and the like.

They are queries of the state history and of what was measured.

Rule 1: damage that is done at once, or repaired at once, is one mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mirrordrill.drills.history.site_state import SiteState
from mirrordrill.drills.measures.service import IS_FAULT, is_fault
from mirrordrill.drills.measures.values import Measured
from mirrordrill.drills.report.model import Mark
from mirrordrill.simulator.array.events import ImagePowerChanged, MirrorLinkChanged, VolumeAccessChanged
from mirrordrill.simulator.host.events import HostBooted, HostResumed, NeighbourFailed
from mirrordrill.simulator.vcs.events import ResourceChanged
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged, ClusterDeclared

AT_ONCE_US = 1_000_000
KIND_MAX = 20
"""So many marks of one kind are made; a link that flaps all night is in its lane and in the events."""
TURNS = {"failoverpprc": ("takeover", "fails over"), "failbackpprc": ("resync", "turns the copy around")}
DAMAGE = tuple(kind for kind in IS_FAULT if kind not in (ResourceChanged, NeighbourFailed))
"""What follows from damage is no damage of its own."""
MOVES = ("-switch", "-online", "-offline", "-action", "-declare", "-force", "-local", "-evacuate")


def marks(state: SiteState, measured: Measured) -> tuple[Mark, ...]:
    """All marks of a drill in the order of their time."""
    found = [*_from_history(state), *_from_commands(state), *_from_measures(measured)]
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


def _from_history(state: SiteState) -> Iterator[Mark]:
    changes = state.changes
    boots: dict[str, int] = {}
    for change in changes.of(HostBooted):
        boots.setdefault(change.event.host, change.number)
    for change in changes.of(*DAMAGE, HostBooted, HostResumed, AlertChanged, ClusterDeclared):
        event = change.event
        label, kind = f"{event.where()} {event.text()}", ""
        match event:
            case ImagePowerChanged() | VolumeAccessChanged() | MirrorLinkChanged():
                kind = "fault" if is_fault(event) else "repair"
            case HostBooted():
                kind = "" if change.number == boots[event.host] else "repair"
            case HostResumed():
                kind = "repair"
            case AlertChanged() if event.change == "raised":
                kind, label = "alert", f"{event.cluster}: {event.alert}"
            case ClusterDeclared():
                kind = "command"
            case _ if is_fault(event):
                kind = "fault"
        if kind:
            yield Mark(kind, change.time_us, label, change.number)


def _from_commands(state: SiteState) -> Iterator[Mark]:
    for turned in state.commands:
        if turned.event.changes_pairs and turned.event.verb in TURNS:
            kind, does = TURNS[turned.event.verb]
            label = f"{turned.event.host} {does} ({turned.event.verb})"
            yield Mark(kind, turned.time_us, label, turned.number)
    for typed in state.cluster_commands:
        command = typed.event.command
        if typed.event.exit_code == 0 and any(word in command.split() for word in MOVES):
            yield Mark("command", typed.time_us, command, typed.number)


def _from_measures(measured: Measured) -> Iterator[Mark]:
    for loss in measured.losses:
        label = f"{loss.writes:,} acknowledged writes of {loss.application} lost"
        yield Mark("loss", loss.found.time_us, label, loss.found.event)
    for outage in measured.outages:
        if outage.verified is not None and outage.rto_us is not None:
            label = f"{outage.group} serves again on {outage.to_host} after {outage.rto_us / 1e6:.1f} s"
            yield Mark("recovery", outage.verified.time_us, label, outage.verified.event)
