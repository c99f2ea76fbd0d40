"""What befalls hosts."""

from __future__ import annotations

from mirrordrill.drills.run.drill import Drill
from mirrordrill.drills.steps.library import when


@when("{hosts} halt(s)", example="hosta, hostb halt")
def halts(drill: Drill, hosts: tuple[str, ...]) -> None:
    """Hosts go down, all at the same moment."""
    drill.observed(drill.hazards.halts(hosts))


@when("{hosts} boot(s)", example="hosta, hostb boot")
def boots(drill: Drill, hosts: tuple[str, ...]) -> None:
    """Hosts that were down are booted; VCS starts on them."""
    drill.observed(drill.hazards.boots(hosts))
