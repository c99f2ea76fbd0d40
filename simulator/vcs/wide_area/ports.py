"""What a wide-area connector needs around it: its own cluster, and the machines below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import simpy

from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.spec import ClusterSpec
from mirrordrill.simulator.vcs.wide_area.spec import WideAreaSpec
from mirrordrill.simulator.vcs.wide_area.states import Sign


class Home(Protocol):
    """The cluster of a connector."""

    @property
    def spec(self) -> ClusterSpec:
        """How it is configured."""

    def engine_on(self, system: str) -> Engine | None:
        """The engine that a system obeys, None where it has none."""

    def engines(self) -> tuple[Engine, ...]:
        """All engines of the cluster: one, unless its membership has fallen apart."""

    def ha(self, system: str, argv: Sequence[str]) -> simpy.Event:
        """Give a VCS command on a system."""

    def keep_authority(self, group: str, has_it: bool) -> None:
        """The attribute Authority is persistent: the next engine that reads the configuration has it."""


Reply = Callable[[str], None]
"""Takes the answer: empty for yes, else the reason why not."""


class Questions(Protocol):
    """What another cluster may ask of this one about its global groups."""

    def would_take(self, name: str, target: str | None, reply: Reply) -> None:
        """What would keep a group of this name from coming online here."""

    def invited(self, name: str, target: str | None, reply: Reply) -> None:
        """The other cluster offers a group: take it, or say why not."""

    def promise(self, name: str, to: str, reply: Reply) -> None:
        """The other cluster wants Authority: the group has to stay offline here until it has it, or gave up."""

    def grant(self, name: str, to: str, reply: Reply) -> None:
        """Give Authority up, as promised."""


class Wac(Protocol):
    """The connector as its own parts see it."""

    @property
    def name(self) -> str:
        """Its cluster."""

    @property
    def spec(self) -> WideAreaSpec:
        """What the cluster was told of others."""

    @property
    def place(self) -> str:
        """The system on which it runs; empty where it runs nowhere."""

    @property
    def engine(self) -> Engine | None:
        """The engine that it speaks for."""

    @property
    def groups(self) -> Questions:
        """Who answers for its global groups."""

    def sign(self, remote: str, sign: Sign) -> None:
        """Something tells of a remote cluster."""


class Ground(Protocol):
    """The machines: what is really there, whatever engines believe."""

    def holds(self, system: str, resource: str) -> bool:
        """Whether what a resource stands for, a process or an address, is there on a system that has power."""

    def is_awake(self, system: str) -> bool:
        """Whether the system has power and does not stand still."""

    def kill(self, system: str, resource: str) -> None:
        """What a resource stands for dies there, and nobody is told."""
