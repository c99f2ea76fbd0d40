"""A service group as the engine is told of it: where it may run, what is in it, what it requires (vcs.md 2.4).

Rule 1: like every spec it is complete and consistent or it is not built (`spec.py`).
Rule 2: a group has instances: one if it is a failover group, one per system zone if hybrid, one per system if parallel.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mirrordrill.simulator.vcs.engine.ordering import SpecError, children_first
from mirrordrill.simulator.vcs.resource_spec import ResourceSpec


class FailOverPolicy(enum.Enum):
    """How the target of a failover is chosen among the systems that qualify."""

    PRIORITY = "Priority"
    ROUND_ROBIN = "RoundRobin"
    LOAD = "Load"
    BIGGEST_AVAILABLE = "BiggestAvailable"


class ClusterFailOverPolicy(enum.Enum):
    """What may go on by itself from one cluster to another (vcs.md 4.4)."""

    MANUAL = "Manual"
    AUTO = "Auto"
    CONNECTED = "Connected"


class AutoStartPolicy(enum.Enum):
    """How the system is chosen on which a group starts with its cluster."""

    ORDER = "Order"
    PRIORITY = "Priority"
    LOAD = "Load"


class Parallel(enum.IntEnum):
    """On how many systems a group may be online: one, all, or one per system zone."""

    FAILOVER = 0
    PARALLEL = 1
    HYBRID = 2


class Location(enum.Enum):
    """Where the child of a group dependency has to be, seen from a system on which the parent is to be online."""

    LOCAL = "local"
    GLOBAL = "global"
    REMOTE = "remote"


class Rigidity(enum.Enum):
    """Whether the parent stays when its child goes (soft), goes as well (firm), and takes the child along (hard)."""

    SOFT = "soft"
    FIRM = "firm"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class GroupDependencySpec:
    """`requires group CHILD online local firm` in the parent's section of the file; `links.py` says what it means."""

    child: str
    online: bool = True
    """Whether the child has to be online there; otherwise it has to be offline."""
    location: Location = Location.LOCAL
    rigidity: Rigidity | None = Rigidity.FIRM
    """Firm where the file says nothing (M); None for one that wants the child offline."""

    def __post_init__(self) -> None:
        if not self.online and (self.location is not Location.LOCAL or self.rigidity is not None):
            raise SpecError(f"a group can require {self.child} offline on its own system only, neither soft nor firm")
        if self.rigidity is Rigidity.HARD and self.location is not Location.LOCAL:
            raise SpecError(f"a group can require {self.child} hard on its own system only")

    @property
    def words(self) -> str:
        """`online local firm`."""
        return " ".join(self.words_apart)

    @property
    def words_apart(self) -> tuple[str, ...]:
        """Category, location and, where it has one, rigidity."""
        words = ("online" if self.online else "offline", self.location.value)
        return (*words, *((self.rigidity.value,) if self.rigidity else ()))


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """One service group (vcs.md 2.4)."""

    name: str
    system_list: tuple[tuple[str, int], ...]
    """Systems with their priorities, the lower the better, in the order of the file."""
    resources: tuple[ResourceSpec, ...] = ()
    dependencies: tuple[tuple[str, str], ...] = ()
    """(parent, child): the parent requires the child."""
    system_zones: Mapping[str, int] = field(default_factory=dict)
    auto_start: bool = True
    auto_start_list: tuple[str, ...] = ()
    auto_start_policy: AutoStartPolicy = AutoStartPolicy.ORDER
    auto_start_if_partial: bool = True
    """Whether a group that is found partly online is completed when it starts with its cluster."""
    fail_over_policy: FailOverPolicy = FailOverPolicy.PRIORITY
    auto_fail_over: int = 1
    """0 never, 1 yes, 2 only inside the system zone."""
    fault_propagation: bool = True
    manage_faults: bool = True
    """ManageFaults ALL; with NONE a resource waits for an administrator instead of being cleaned."""
    evacuate: bool = True
    """Whether `hastop -evacuate` moves it."""
    manual_ops: bool = True
    """Whether operators may bring it online, take it offline and switch it."""
    online_retry_limit: int = 0
    """How often it is started again on the system on which it faulted, before it fails over."""
    online_retry_interval_s: float = 0.0
    """A group that faults again within this time after such a restart fails over, whatever the limit says."""
    pre_online: bool = False
    """Whether the preonline trigger is asked before it comes online."""
    preonline_timeout_s: float = 300.0
    """How long the engine waits for that trigger."""
    parallel: Parallel = Parallel.FAILOVER
    frozen: bool = False
    load: int = 0
    prerequisites: Mapping[str, int] = field(default_factory=dict)
    requires: tuple[GroupDependencySpec, ...] = ()
    """Other groups that this one requires."""
    cluster_list: tuple[tuple[str, int], ...] = ()
    """Clusters with their priorities, the lower the better; a group that has some is a global group."""
    authority: bool = False
    """Whether this cluster may bring the global group online without asking another one."""
    cluster_fail_over_policy: ClusterFailOverPolicy = ClusterFailOverPolicy.MANUAL
    stored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What was said of attributes in `stored.py`."""

    def __post_init__(self) -> None:
        self._refuse_strangers("SystemZones", self.system_zones)
        self._refuse_strangers("AutoStartList", self.auto_start_list)
        names = [resource.name for resource in self.resources]
        for parent, child in self.dependencies:
            for name in (parent, child):
                if name not in names:
                    raise SpecError(f"group {self.name}: {parent} requires {child}, but there is no resource {name}")
        children_first(names, self.dependencies)

    def _refuse_strangers(self, attribute: str, systems: Iterable[str]) -> None:
        for system in systems:
            if system not in self.systems:
                raise SpecError(f"group {self.name}: {attribute} names {system}, which is not in SystemList")

    @property
    def instances(self) -> tuple[tuple[str, ...], ...]:
        """Systems among which the group may be online once, in the order of the file.

        The systems of a hybrid group that are in no zone are one zone together.
        """
        if self.parallel is Parallel.FAILOVER:
            return (self.systems,)
        if self.parallel is Parallel.PARALLEL:
            return tuple((system,) for system in self.systems)
        zones = dict.fromkeys(self.system_zones.get(system) for system in self.systems)
        return tuple(tuple(s for s in self.systems if self.system_zones.get(s) == zone) for zone in zones)

    @property
    def is_global(self) -> bool:
        """Whether it may come online in another cluster too."""
        return bool(self.cluster_list)

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems of SystemList in the order of the file."""
        return tuple(system for system, _ in self.system_list)
