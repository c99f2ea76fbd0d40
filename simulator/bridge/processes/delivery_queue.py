"""Answers on their way to an entry-point process: delivered at once, or in order when its host resumes.

A process learns of the world by what its programs say, by their end, and by its node's uptime. On a host that stands
still all of that waits. When the host goes on, the process has to find what was there first and the time as it is by
then: an answer that arrived before the process would have lost patience is an answer, however late it is read.

Rule: a process is stopped while it is told what happened meanwhile, so that it never sees the time without the answer.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable
from typing import Protocol

from mirrordrill.simulator.bridge.processes.control_socket import ProgramConnection
from mirrordrill.simulator.host.host import Host, Power

Delivery = Callable[[], bool]
"""Tells a program something; whether the process computes because of it."""


class Receiver(Protocol):
    """The process."""

    is_killed: bool

    def tell_the_time(self) -> None:
        """Let it find the present time."""

    def compute(self) -> None:
        """Let it run until it is blocked or gone."""

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, but not its programs."""

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Let its programs pass on what they were told."""


class DeliveryQueue:
    """The answers that wait for one process."""

    def __init__(self, host: Host, receiver: Receiver) -> None:
        self._host = host
        self._receiver = receiver
        self._held: deque[tuple[ProgramConnection | None, Delivery]] = deque()

    def bring(self, connection: ProgramConnection | None, delivery: Delivery) -> None:
        """Deliver it through a program's connection, or (None) to the process itself."""
        if self._host.power is Power.HUNG or self._held:
            if not self._held:
                self._host.when_awake(self._wake)
            self._held.append((connection, delivery))
        elif not self._receiver.is_killed:
            self._receiver.tell_the_time()
            if delivery():
                self._receiver.compute()

    def _wake(self) -> None:
        """The host goes on: up to each moment at which the process would have computed, then let it."""
        receiver = self._receiver
        while self._held and not receiver.is_killed:
            receiver.signal(signal.SIGSTOP)
            computes, spoken = False, dict[ProgramConnection, None]()
            while self._held and not computes:
                connection, delivery = self._held.popleft()
                computes = delivery()
                if connection is not None:
                    spoken[connection] = None
            for connection in spoken:
                connection.sync()
                receiver.wait_for(connection.is_in_step)
            receiver.tell_the_time()
            receiver.signal(signal.SIGCONT)
            if computes:
                receiver.compute()
        self._held.clear()
