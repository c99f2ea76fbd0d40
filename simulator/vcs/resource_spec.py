"""A resource and its type as the engine and the agents are told of them (vcs.md 1.5, 10).

Rule: like every spec they are complete and consistent or they are not built (`spec.py`).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from mirrordrill.simulator.vcs.dimensions import AttributeDimension
from mirrordrill.simulator.vcs.engine.ordering import SpecError


class TypeOperations(enum.Enum):
    """What VCS may do to resources of a type. Those with NONE are persistent: only monitored, everywhere."""

    ON_OFF = "OnOff"
    ON_ONLY = "OnOnly"
    NONE = "None"


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """The value of one resource attribute for people to read, on one system or (None) on all."""

    name: str
    values: tuple[str, ...]
    system: str | None = None
    dimension: AttributeDimension = AttributeDimension.SCALAR
    """The values of an association alternate between key and value; one of keys only is passed as a keylist."""


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """A resource type's static attributes, defaults of vcs.md 1.5."""

    name: str
    operations: TypeOperations = TypeOperations.ON_OFF
    supported_actions: tuple[str, ...] = ()
    temp_attributes: tuple[str, ...] = ()
    """Attributes that live in the engine only and need no writable configuration."""
    arg_list: tuple[tuple[str, AttributeDimension], ...] = ()
    """What its entry points are given, with the dimension that the type declares."""
    defaults: tuple[AttributeValue, ...] = ()
    """What a resource has of these as long as it is given nothing else."""
    reg_list: tuple[str, ...] = ()
    """Attributes whose modification attr_changed is told of."""
    log_dbg: tuple[str, ...] = ()
    """LogDbg: what the agent tells its log beyond what it always tells; DBG_AGINFO is known here."""
    monitor_interval_s: float = 60.0
    offline_monitor_interval_s: float = 300.0
    """0 means that the agent does not monitor a resource that is offline."""
    monitor_timeout_s: float = 60.0
    online_timeout_s: float = 300.0
    offline_timeout_s: float = 300.0
    clean_timeout_s: float = 60.0
    open_timeout_s: float = 60.0
    close_timeout_s: float = 60.0
    attr_changed_timeout_s: float = 60.0
    action_timeout_s: float | None = None
    """None takes the profile's default; what caps it there caps every value."""
    num_threads: int = 10
    online_wait_limit: int = 2
    offline_wait_limit: int = 0
    fault_on_monitor_timeouts: int = 4
    online_retry_limit: int = 0
    restart_limit: int = 0
    tolerance_limit: int = 0
    intentional_offline: int = 0
    """IntentionalOffline: 1 makes exit code 200 of monitor an offline without a fault (VCS 5.0 and later)."""
    conf_interval_s: float = 600.0
    info_interval_s: float = 0.0
    """How often `info` is run while a resource is online; 0 is never (VCS 5.0 and later)."""
    info_timeout_s: float = 30.0
    clean_retry_limit: int = 0
    """So many cleans that fail, one after the other, and the resource waits for an administrator; 0 is never."""
    agent_reply_timeout_s: float = 130.0
    """HAD ends an agent that has been silent for so long, and starts it again."""
    agent_start_timeout_s: float = 60.0
    """HAD gives up an agent that has not reported for work so long after its start, and starts it again."""

    def __post_init__(self) -> None:
        if self.num_threads < 1:
            raise SpecError(f"type {self.name}: NumThreads must be at least 1")
        if self.monitor_interval_s <= 0:
            raise SpecError(f"type {self.name}: MonitorInterval must be above 0")

    @property
    def is_persistent(self) -> bool:
        """Whether VCS can neither bring its resources online nor take them offline."""
        return self.operations is TypeOperations.NONE


@dataclass(frozen=True, slots=True)
class ResourceSpec:
    """One resource of a group."""

    name: str
    type_name: str
    critical: bool = True
    enabled: bool = True
    auto_start: bool = True
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """System -> its ArgListValues, encoded."""
    attributes: tuple[AttributeValue, ...] = ()
    overrides: TypeSpec | None = None
    """The type with this resource's overridden static attributes."""
    overridden: tuple[str, ...] = ()
    """The names of these attributes."""
    stored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What was said of attributes in `stored.py`."""

    def values_on(self, attribute: str, system: str) -> tuple[str, ...]:
        """An attribute's values on a system: its own, else those for all; none where it was never set."""
        its = {value.system: value.values for value in self.attributes if value.name == attribute}
        return its.get(system, its.get(None, ()))

    def arguments_on(self, system: str) -> tuple[str, ...]:
        """The encoded ArgListValues on a system, none where nothing was given."""
        return self.arguments.get(system, ())
