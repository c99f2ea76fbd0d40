"""The words VCS has for the condition of systems, resources and groups.

There are two sides to a resource on a system: what its agent is doing with it (`lifecycle.ResourcePhase`) and what the
engine believes and waits for (`ResourceState`, `Flag`, `IState`, all here). Operators see the engine's side only.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from mirrordrill.simulator.kernel.table_keys import TableKey


class SystemState(TableKey):
    """States of a system as the engine reports them (vcs.md 3.7)."""

    UNKNOWN = "UNKNOWN"
    INITING = "INITING"
    CURRENT_DISCOVER_WAIT = "CURRENT_DISCOVER_WAIT"
    LOCAL_BUILD = "LOCAL_BUILD"
    REMOTE_BUILD = "REMOTE_BUILD"
    RUNNING = "RUNNING"
    LEAVING = "LEAVING"
    EXITING = "EXITING"
    EXITED = "EXITED"
    FAULTED = "FAULTED"


class ResourceState(TableKey):
    """What the engine holds a resource on a system to be."""

    OFFLINE = "OFFLINE"
    ONLINE = "ONLINE"
    FAULTED = "FAULTED"


class Flag(enum.Flag):
    """What else is known of a resource on a system (vcs.md 2.5). No flag at all is NORMAL."""

    NORMAL = 0
    RESTARTING = enum.auto()
    STATE_UNKNOWN = enum.auto()
    MONITOR_TIMEDOUT = enum.auto()
    UNABLE_TO_OFFLINE = enum.auto()
    ADMIN_WAIT = enum.auto()

    __hash__ = object.__hash__  # as `TableKey`

    def words(self) -> tuple[str, ...]:
        """The flags as operators read them, in the order of their definition."""
        return tuple((flag.name or "").replace("_", " ") for flag in Flag if flag in self)


UNDERSCORED: Mapping[str, str] = MappingProxyType(
    {"UNABLE TO OFFLINE": "UNABLE_TO_OFFLINE", "ADMIN WAIT": "ADMIN_WAIT"}
)
"""Word of `Flags` -> how `State` writes it."""


class IState(TableKey):
    """What the engine waits for; the second part is how `hastatus -sum` abbreviates it (vcs.md 2.5, 5)."""

    NOT_WAITING = ("not waiting", "")
    WAITING_FOR_CHILDREN = ("waiting for children online", "W_ONLINE")
    WAITING_TO_GO_ONLINE = ("waiting to go online", "W_ONLINE")
    WAITING_FOR_PARENTS = ("waiting to go offline (propagate)", "W_OFFLINE_PROPAGATE")
    WAITING_TO_GO_OFFLINE = ("waiting to go offline", "W_OFFLINE")

    def __init__(self, text: str, short: str) -> None:
        self.text = text
        self.short = short
        self.is_up = short == "W_ONLINE"
        """Whether the way leads online."""
        self.is_down = short.startswith("W_OFFLINE")
        """Whether the way leads offline."""


@lru_cache(maxsize=128)
def resource_words(state: ResourceState, flags: Flag) -> str:
    """A resource's `State` value: bare words, joined by bars where there are several.

    The guides write what waits for a person with an underscore here, and with a blank in `Flags` (fidelity.md).
    """
    if flags is Flag.NORMAL:
        return state.value
    return "|".join((state.value, *(UNDERSCORED.get(word, word) for word in flags.words())))


class LogSeverity(enum.Enum):
    """Severities of engine and agent logs, most severe first (vcs.md 1.8)."""

    CRITICAL = "CRITICAL"
    ERROR = "ERROR"
    WARNING = "WARNING"
    NOTICE = "NOTICE"
    INFO = "INFO"
