"""Events of global clusters. A heartbeat that is answered emits nothing, and neither do messages between clusters.

Each cluster emits what it knows: two clusters may report different states of the same moment, and often do.
"""

from __future__ import annotations

from dataclasses import dataclass

from mirrordrill.simulator.kernel.events import Event


@dataclass(frozen=True, slots=True)
class WanChanged(Event):
    """Something on the network between the sites was cut, lost or mended: not the mirror's links, not LLT's cables."""

    what: str
    change: str

    def where(self) -> str:
        """The network."""
        return "WAN"

    def text(self) -> str:
        """`clusa and clusb cut`."""
        return f"{self.what} {self.change}"


@dataclass(frozen=True, slots=True)
class ConnectorChanged(Event):
    """A cluster's wide-area connector (wac) is there, or is not any more; `system` is where."""

    cluster: str
    system: str
    change: str

    def where(self) -> str:
        """The cluster."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`wac up on hosta`."""
        return f"wac {self.change} on {self.system}"


@dataclass(frozen=True, slots=True)
class HeartbeatChanged(Event):
    """What a heartbeat says of a remote cluster."""

    cluster: str
    heartbeat: str
    remote: str
    before: str
    after: str

    def where(self) -> str:
        """The cluster that asks."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`heartbeat Icmp to clusb DOWN (was ALIVE)`."""
        return f"heartbeat {self.heartbeat} to {self.remote} {self.after} (was {self.before})"


@dataclass(frozen=True, slots=True)
class RemoteClusterChanged(Event):
    """What a cluster takes another one for."""

    cluster: str
    remote: str
    before: str
    after: str
    why: str

    def where(self) -> str:
        """The cluster that thinks so."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`cluster clusa FAULTED (was INQUIRY): no cluster or Steward says that it is up`."""
        return f"cluster {self.remote} {self.after} (was {self.before}): {self.why}"


@dataclass(frozen=True, slots=True)
class InquiryAnswered(Event):
    """A cluster or a Steward was asked whether a cluster is up."""

    cluster: str
    remote: str
    asked: str
    answer: str

    def where(self) -> str:
        """The cluster that asked."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`steward1 says that clusa is up`."""
        return f"{self.asked} says that {self.remote} is {self.answer}"


@dataclass(frozen=True, slots=True)
class AlertChanged(Event):
    """An alert was raised for the operators of a cluster, or is gone."""

    cluster: str
    alert: str
    kind: str
    source: str
    change: str
    why: str

    def where(self) -> str:
        """The cluster whose operators see it."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`alert CFAULT-clusa raised: ...`."""
        return f"alert {self.alert} {self.change}: {self.why}"


@dataclass(frozen=True, slots=True)
class AuthorityChanged(Event):
    """A cluster has Authority for a global group, or gave it up."""

    cluster: str
    group: str
    has_it: bool
    why: str

    def where(self) -> str:
        """The cluster."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`Authority for oragrp taken: clusa is FAULTED`."""
        return f"Authority for {self.group} {'taken' if self.has_it else 'given up'}: {self.why}"


@dataclass(frozen=True, slots=True)
class ClusterDeclared(Event):
    """An operator said what a faulted cluster is."""

    cluster: str
    remote: str
    declaration: str
    groups: tuple[str, ...]
    """The groups that are brought over because of it."""

    def where(self) -> str:
        """The cluster whose operator said so."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`cluster clusa declared disaster; brings over oragrp`."""
        brought = f"; brings over {' '.join(self.groups)}" if self.groups else ""
        return f"cluster {self.remote} declared {self.declaration}{brought}"


@dataclass(frozen=True, slots=True)
class GlobalConcurrencyViolation(Event):
    """A cluster has a global group up and hears that another has it up too. No engine takes it offline by itself."""

    cluster: str
    group: str
    systems: tuple[str, ...]

    def where(self) -> str:
        """The cluster that noticed."""
        return f"cluster {self.cluster}"

    def text(self) -> str:
        """`global concurrency violation: oragrp is up on hosta, hostc`."""
        return f"global concurrency violation: {self.group} is up on {', '.join(self.systems)}"
