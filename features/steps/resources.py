"""Single resources, their entry points, and the preonline trigger."""

from __future__ import annotations

from mirrordrill.drills.faults import resources as faults
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import given, when


@when("{resource} fails on {host}", example="ora_db fails on hosta")
def fails(drill: Drill, resource: str, host: str) -> None:
    """It is gone at once: a process died, a disk group was deported, a network cable pulled out, a lock removed.

    Its agent finds out at its next monitor. What is not online there does not fail.
    """
    drill.observed(drill.faults.inject(faults.resource_fault(faults.RESOURCE_FAILS, resource, host)))


@when("{resource} is started on {host} by hand", example="ora_ip is started on hostb by hand")
def started_by_hand(drill: Drill, resource: str, host: str) -> None:
    """Root brings a resource online without VCS, which may not be where the group is."""
    drill.observed(drill.faults.inject(faults.resource_fault(faults.STARTED_BY_HAND, resource, host)))


@when("the {entry} of {resource} on {host} hangs", example="the online of ora_db on hostb hangs")
def hangs(drill: Drill, entry: str, resource: str, host: str) -> None:
    """The entry point (online, offline, monitor, clean) does not end any more; VCS kills it at its time limit."""
    drill.observed(drill.faults.inject(faults.entry_fault(faults.ENTRY_HANGS, entry, resource, host)))


@when("the {entry} of {resource} on {hosts} has no effect", example="the clean of ora_db on hosta has no effect")
def has_no_effect(drill: Drill, entry: str, resource: str, hosts: tuple[str, ...]) -> None:
    """The entry point ends and has done nothing; a clean then says that it failed, a monitor that it does not know."""
    found = (faults.entry_fault(faults.ENTRY_HAS_NO_EFFECT, entry, resource, host) for host in hosts)
    drill.observed(drill.faults.inject(*found))


@when(
    "{resource} is repaired on {host}",
    example="ora_nic is repaired on hosta",
    former=("{resource} is mended on {host}",),
)
def mended(drill: Drill, resource: str, host: str) -> None:
    """Its entry points work again and its cable is in; what is offline stays offline."""
    drill.observed(faults.mend(drill.faults, resource, host))


@given("the preonline trigger of {group} allows", example="the preonline trigger of oragrp allows")
def trigger_allows(drill: Drill, group: str) -> None:
    """It types `hagrp -online -nopre` itself, as it does unless something else is said."""
    drill.observed(faults.allow(drill.faults, group))


@given("the preonline trigger of {group} refuses", example="the preonline trigger of oragrp refuses")
def trigger_refuses(drill: Drill, group: str) -> None:
    """It ends without a word, and the group stays offline. Only groups with PreOnline = 1 are asked for."""
    drill.observed(drill.faults.inject(faults.trigger_fault(faults.TRIGGER_REFUSES, group)))


@given("the preonline trigger of {group} hangs", example="the preonline trigger of oragrp hangs")
def trigger_hangs(drill: Drill, group: str) -> None:
    """It does not end, and the group stays offline after PreonlineTimeout."""
    drill.observed(drill.faults.inject(faults.trigger_fault(faults.TRIGGER_HANGS, group)))
