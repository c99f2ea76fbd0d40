"""Ports of a wide-area connector: its own cluster, its parts, and a probe of the hosts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import simpy

from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.spec import ClusterSpec
from mirrordrill.simulator.vcs.wide_area.spec import WideAreaSpec
from mirrordrill.simulator.vcs.wide_area.states import ConnectionEvent


class LocalCluster(Protocol):
    """The cluster of a connector."""

    @property
    def spec(self) -> ClusterSpec:
        """Its configuration."""

    def engine_on(self, system: str) -> Engine | None:
        """The engine of a system, None where it has none."""

    def engines(self) -> tuple[Engine, ...]:
        """All engines of the cluster: one, unless its membership has split."""

    def ha(self, system: str, argv: Sequence[str]) -> simpy.Event:
        """Type a VCS command on a system."""

    def keep_authority(self, group: str, *, has_it: bool) -> None:
        """Save the persistent attribute Authority for the next engine that reads the configuration."""


Reply = Callable[[str], None]
"""Takes the answer: empty for yes, else the reason why not."""


class GlobalGroupRequests(Protocol):
    """Requests of another cluster about global groups of this one."""

    def can_accept(self, name: str, target: str | None, reply: Reply) -> None:
        """Reply why the group cannot come online here, empty if it can."""

    def offer(self, name: str, target: str | None, reply: Reply) -> None:
        """The other cluster offers a group: take it, or reply why not."""

    def prepare(self, name: str, to: str, reply: Reply) -> None:
        """First phase of moving Authority: keep the group offline here."""

    def commit(self, name: str, to: str, reply: Reply) -> None:
        """Second phase: give Authority up."""


class Wac(Protocol):
    """The connector, for its own parts."""

    @property
    def name(self) -> str:
        """Its cluster."""

    @property
    def spec(self) -> WideAreaSpec:
        """Its configuration of remote clusters."""

    @property
    def place(self) -> str:
        """The system on which it runs; empty where it runs nowhere."""

    @property
    def engine(self) -> Engine | None:
        """The engine of the system on which it runs."""

    @property
    def groups(self) -> GlobalGroupRequests:
        """The receiver of requests about its global groups."""

    def notify(self, remote: str, event: ConnectionEvent) -> None:
        """Handle a connection event of a remote cluster."""


class HostProbe(Protocol):
    """The real state of the hosts, independent of what engines believe."""

    def holds(self, system: str, resource: str) -> bool:
        """Whether what a resource stands for, a process or an address, is there on a system that has power."""

    def is_awake(self, system: str) -> bool:
        """Whether the system has power and does not stand still."""

    def kill(self, system: str, resource: str) -> None:
        """Kill what a resource stands for on a system; its agent notices at the next monitor."""
