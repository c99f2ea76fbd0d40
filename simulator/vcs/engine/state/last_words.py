"""What the log has told last of systems, groups and resources, whichever engine told it.

An engine knows what it has told itself. Where there were two for a while, only the log knows who spoke last.
"""

from __future__ import annotations

from mirrordrill.simulator.kernel.events import EventLog
from mirrordrill.simulator.vcs.events import GroupChanged, ResourceChanged, SystemChanged


class LastWords:
    """Read from a log once; what is told later is not in it."""

    def __init__(self, log: EventLog) -> None:
        self.systems: dict[tuple[str, str], str] = {}
        """(cluster, system) -> its state."""
        self.groups: dict[tuple[str, str], str] = {}
        """(group, system) -> its state there."""
        self.resources: dict[tuple[str, str], str] = {}
        """(resource, system) -> its state there."""
        for record in log:
            event = record.event
            if isinstance(event, ResourceChanged):
                self.resources[event.resource, event.system] = event.after
            elif isinstance(event, GroupChanged):
                self.groups[event.group, event.system] = event.after
            elif isinstance(event, SystemChanged):
                self.systems[event.cluster, event.system] = event.after
