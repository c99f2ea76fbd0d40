"""What a cluster is told of other clusters before it starts (vcs.md 2.5, 4.1 to 4.3).

Rule: a number that main.cf can hold is read from there; one that it cannot, or that no text gives, is a parameter here
with its default, and has a line in `fidelity`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

IN_SERIES = "IcmpS"
PINGS = ("Icmp", IN_SERIES)
"""Heartbeats whose Arguments are addresses that are pinged: all at once, or one after the other."""
INTERVAL, RETRIES, TIMEOUT, ARGUMENTS = "AYAInterval", "AYARetryLimit", "AYATimeout", "Arguments"
NUMBERS: Mapping[str, int] = MappingProxyType({INTERVAL: 60, RETRIES: 3, TIMEOUT: 300})
"""Attributes of a heartbeat that are numbers, with their defaults (vcs.md 4.2)."""


@dataclass(frozen=True, slots=True)
class WideAreaRules:
    """What no main.cf says, or says only in later releases: `[wide_area]` of a site.toml."""

    socket_timeout_s: float = 60.0
    """A connection on which nothing was heard for so long is taken for lost (SocketTimeout, where main.cf has it)."""
    connect_interval_s: float = 60.0
    """Time between two attempts to connect (RemoteConnectInterval, where main.cf has it)."""
    ping_wait_s: float = 1.0
    """How long an answer to one ping is waited for."""
    snapshot_s: float = 1.0
    """Time that a new connection takes to bring the state of the other cluster (BUILD)."""
    message_s: float = 0.05
    """Time that a message takes to the other cluster."""
    answer_s: float = 60.0
    """A question to another cluster that is not answered in this time is not answered."""
    inquiry_s: float = 5.0
    """Time that an inquiry takes among other clusters and Stewards."""
    transition_s: float = 300.0
    """A remote wac that has ended and does not come back in this time is no longer taken to be failing over."""
    silence_confirms: bool = True
    """Whether an inquiry that nobody answers confirms the fault. With two clusters and no Steward it always does."""


@dataclass(frozen=True, slots=True)
class HeartbeatSpec:
    """How one heartbeat asks after one cluster; defaults of vcs.md 4.2."""

    name: str
    cluster: str
    interval_s: int = 60
    """AYAInterval."""
    retry_limit: int = 3
    """AYARetryLimit: so many unanswered rounds in a row mean DOWN."""
    timeout_s: int = 300
    """AYATimeout: a round that takes longer is unanswered."""
    arguments: tuple[str, ...] = ()
    """The addresses that it pings."""

    @property
    def pings(self) -> bool:
        """Whether its Arguments are addresses; any other kind asks over a line of its own."""
        return self.name in PINGS

    def silence_s(self, ping_wait_s: float) -> float:
        """How long an unanswered round takes."""
        pings = max(1, len(self.arguments)) if self.name == IN_SERIES else 1
        return min(float(self.timeout_s), ping_wait_s * pings)


@dataclass(frozen=True, slots=True)
class ConfiguredHeartbeat:
    """A heartbeat as main.cf has it, or as operators have made it since.

    An attribute is global, one value for all clusters, or local, a value for each cluster (vcs.md 4.2).
    """

    name: str
    clusters: tuple[str, ...] = ()
    """ClusterList."""
    values: Mapping[tuple[str, str | None], tuple[str, ...]] = field(default_factory=dict)
    """(attribute, cluster; None for all of them) -> what was written."""
    local: tuple[str, ...] = (ARGUMENTS,)
    """The attributes that have a value for each cluster."""
    timeout_s: int = NUMBERS[TIMEOUT]
    """AYATimeout where nobody has set it: later releases have a shorter one."""

    def words(self, attribute: str, cluster: str | None) -> tuple[str, ...]:
        """The value for a cluster (None: the global one), the default where nothing was written."""
        for place in ((attribute, cluster), (attribute, None)):
            if place in self.values:
                return self.values[place]
        if attribute not in NUMBERS:
            return ()
        return (str(self.timeout_s if attribute == TIMEOUT else NUMBERS[attribute]),)

    def of(self, cluster: str) -> HeartbeatSpec:
        """How it asks after one of its clusters."""
        interval_s, limit, timeout_s = (max(1, int(self.words(name, cluster)[0])) for name in NUMBERS)
        return HeartbeatSpec(self.name, cluster, interval_s, limit, timeout_s, self.words(ARGUMENTS, cluster))

    def each(self) -> Iterator[HeartbeatSpec]:
        """How it asks after each of them."""
        return (self.of(cluster) for cluster in self.clusters)


@dataclass(frozen=True, slots=True)
class RemoteClusterSpec:
    """A remote cluster, and how its connection is kept."""

    name: str
    address: str = ""
    socket_timeout_s: float = 60.0
    """SocketTimeout."""
    connect_interval_s: float = 60.0
    """RemoteConnectInterval."""


@dataclass(frozen=True, slots=True)
class WideAreaSpec:
    """Everything that a cluster is told of others; without remote clusters nothing of it matters."""

    address: str = ""
    """ClusterAddress: where the others reach this cluster."""
    connector: str = ""
    """The resource that stands for the wide-area connector; empty where there is none, and then nobody connects."""
    holders: Mapping[str, str] = field(default_factory=dict)
    """Address -> the resource that holds it in this cluster."""
    remotes: tuple[RemoteClusterSpec, ...] = ()
    heartbeats: tuple[ConfiguredHeartbeat, ...] = ()
    aya_timeout_s: int = NUMBERS[TIMEOUT]
    """AYATimeout of a heartbeat that is added while the cluster runs."""
    stewards: tuple[str, ...] = ()
    """Third places that are asked in an inquiry."""
    auto_start_timeout_s: float = 150.0
    """AutoStartTimeout: so long a global group waits for clusters that cannot be reached."""
    rules: WideAreaRules = field(default_factory=WideAreaRules)
