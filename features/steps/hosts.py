"""What befalls hosts."""

from __future__ import annotations

from mirrordrill.drills.faults.hosts import HOST_HALTS, boot, host_faults
from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when("{hosts} halt(s)", example="hosta, hostb halt")
def halts(drill: Drill, hosts: tuple[str, ...]) -> None:
    """Hosts go down, all at the same moment."""
    drill.observed(drill.faults.inject(*host_faults(HOST_HALTS, *hosts)))


@when("{hosts} boot(s)", example="hosta, hostb boot")
def boots(drill: Drill, hosts: tuple[str, ...]) -> None:
    """Hosts that were down are booted; VCS starts on them."""
    drill.observed(boot(drill.faults, hosts))
