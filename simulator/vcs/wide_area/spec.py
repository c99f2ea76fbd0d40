"""Configuration of a global cluster before it starts (vcs.md 2.5, 4.1 to 4.3).

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
    """Settings that no main.cf has, or only in later releases: `[wide_area]` of site.toml."""

    socket_timeout_s: float = 60.0
    """A connection without traffic for this time is lost (SocketTimeout, where main.cf has it)."""
    connect_interval_s: float = 60.0
    """Time between two attempts to connect (RemoteConnectInterval, where main.cf has it)."""
    ping_wait_s: float = 1.0
    """Time limit of one ping."""
    snapshot_s: float = 1.0
    """Time of the first snapshot on a new connection (BUILD)."""
    message_s: float = 0.05
    """Transfer time of a message."""
    answer_s: float = 60.0
    """Time limit of a request to another cluster."""
    inquiry_s: float = 5.0
    """Duration of an inquiry."""
    transition_s: float = 300.0
    """A remote wac that does not return in this time is no longer TRANSITIONING."""
    silence_confirms: bool = True
    """Whether an inquiry without an answer confirms the fault. With two clusters and no Steward it always does."""


@dataclass(frozen=True, slots=True)
class HeartbeatSpec:
    """Settings of one heartbeat to one cluster; defaults of vcs.md 4.2."""

    name: str
    cluster: str
    interval_s: int = 60
    """AYAInterval."""
    retry_limit: int = 3
    """AYARetryLimit: so many unanswered rounds in a row mean DOWN."""
    timeout_s: int = 300
    """AYATimeout: a round that takes longer is unanswered."""
    arguments: tuple[str, ...] = ()
    """The addresses to ping."""

    @property
    def pings(self) -> bool:
        """Whether its Arguments are addresses; any other heartbeat uses its own connection."""
        return self.name in PINGS

    def silence_s(self, ping_wait_s: float) -> float:
        """Duration of an unanswered round."""
        pings = max(1, len(self.arguments)) if self.name == IN_SERIES else 1
        return min(float(self.timeout_s), ping_wait_s * pings)


@dataclass(frozen=True, slots=True)
class ConfiguredHeartbeat:
    """A heartbeat as configured by main.cf and by `hahb` since.

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
    """Default of AYATimeout: later releases have a shorter one."""

    def words(self, attribute: str, cluster: str | None) -> tuple[str, ...]:
        """The value for a cluster (None: the global one), the default where nothing was written."""
        for place in ((attribute, cluster), (attribute, None)):
            if place in self.values:
                return self.values[place]
        if attribute not in NUMBERS:
            return ()
        return (str(self.timeout_s if attribute == TIMEOUT else NUMBERS[attribute]),)

    def of(self, cluster: str) -> HeartbeatSpec:
        """The settings for one of its clusters."""
        interval_s, limit, timeout_s = (max(1, int(self.words(name, cluster)[0])) for name in NUMBERS)
        return HeartbeatSpec(self.name, cluster, interval_s, limit, timeout_s, self.words(ARGUMENTS, cluster))

    def each(self) -> Iterator[HeartbeatSpec]:
        """The settings for each of its clusters."""
        return (self.of(cluster) for cluster in self.clusters)


@dataclass(frozen=True, slots=True)
class RemoteClusterSpec:
    """A remote cluster, and the settings of its connection."""

    name: str
    address: str = ""
    socket_timeout_s: float = 60.0
    """SocketTimeout."""
    connect_interval_s: float = 60.0
    """RemoteConnectInterval."""


@dataclass(frozen=True, slots=True)
class WideAreaSpec:
    """The configuration of remote clusters; without any, nothing of it is used."""

    address: str = ""
    """ClusterAddress: where the others reach this cluster."""
    connector: str = ""
    """The resource that stands for the wide-area connector; empty where there is none, and then no cluster connects."""
    holders: Mapping[str, str] = field(default_factory=dict)
    """Address -> the resource that holds it in this cluster."""
    remotes: tuple[RemoteClusterSpec, ...] = ()
    heartbeats: tuple[ConfiguredHeartbeat, ...] = ()
    aya_timeout_s: int = NUMBERS[TIMEOUT]
    """AYATimeout of a heartbeat that is added while the cluster runs."""
    stewards: tuple[str, ...] = ()
    """Stewards: third places that are asked in an inquiry."""
    auto_start_timeout_s: float = 150.0
    """AutoStartTimeout: so long a global group waits for clusters that cannot be reached."""
    rules: WideAreaRules = field(default_factory=WideAreaRules)
