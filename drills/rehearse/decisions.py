"""What counts as a decision: where "until the next decision" stops."""

from __future__ import annotations

from mirrordrill.simulator.host.events import AgentLog, HostBooted, HostLost
from mirrordrill.simulator.kernel.events import Event
from mirrordrill.simulator.vcs.events import ConcurrencyViolation, GroupChanged
from mirrordrill.simulator.vcs.wide_area.events import AlertChanged


def is_decision(event: Event) -> bool:
    """Whether people would look up: an agent decided or refused, an alert waits, a group has faulted or come online."""
    match event:
        case AgentLog():
            return event.severity not in {"INFO", "NOTICE"} or event.message.startswith("decided")
        case AlertChanged():
            return event.change == "raised"
        case GroupChanged():
            return "FAULTED" in event.after or (event.after == "ONLINE" and event.before != "ONLINE")
        case HostLost() | HostBooted() | ConcurrencyViolation():
            return True
        case _:
            return False
