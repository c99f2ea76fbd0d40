"""The TCP connection between the wide-area connectors (wac) of two clusters; each end has its own view of it.

An end whose peer has ended is told at once, as long as something still answers at the peer's address. From a dead host
or a cut network it receives nothing, and gives up after SocketTimeout. If the network is restored before that, the
connection continues and what was sent meanwhile arrives late. A connection that was given up loses what was under way.

Rule 1: an end connects only if the peer's wac runs and a heartbeat of its own says that the peer is alive.
Rule 2: a message arrives in order, once, or never; its sender learns of "never" only from its own end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.wide_area.spec import RemoteClusterSpec
from mirrordrill.simulator.vcs.wide_area.states import ConnectionEvent
from mirrordrill.simulator.vcs.wide_area.wan import Wan

Action = Callable[[], None]


class End(Protocol):
    """The connector at one end."""

    @property
    def name(self) -> str:
        """Its cluster."""

    @property
    def run(self) -> int:
        """Number of the wac that runs now; 0 where none does."""

    @property
    def is_awake(self) -> bool:
        """Whether the wac runs and its host does not stand still."""

    @property
    def answers(self) -> bool:
        """Whether anything answers at the cluster's address."""

    def has_heartbeat_from(self, remote: str) -> bool:
        """Whether a heartbeat says that the remote cluster is alive."""

    def remote_spec(self, remote: str) -> RemoteClusterSpec:
        """The settings of the connection to a remote cluster."""

    def notify(self, remote: str, event: ConnectionEvent) -> None:
        """Handle a change of the connection."""


class WacConnection:
    """The connection of two clusters."""

    def __init__(self, kernel: Kernel, wan: Wan, first: End, second: End, message_s: float) -> None:
        self._kernel = kernel
        self._wan = wan
        self._ends = (first, second)
        self._message_s = message_s
        self._held: dict[str, int] = {}
        """Cluster -> number of the wac run that holds its end."""
        self._number = 0
        """Number of the present connection."""
        self._timeouts: dict[str, int] = {}
        """Cluster whose end receives nothing -> number of its running SocketTimeout."""
        self._timeout_count = 0
        self._delayed: list[tuple[End, Action]] = []
        """Messages held back while the line was cut, and their receivers."""
        self._tried_s: dict[str, float] = {}
        """Cluster -> start of its connection attempts, which come at whole intervals."""
        self._try_at_s = math.inf
        """Time of the next attempt of either end."""

    @property
    def number(self) -> int:
        """Number of the present connection; every new connection has a new one."""
        return self._number

    @property
    def is_up(self) -> bool:
        """Whether messages arrive and are acknowledged."""
        first, second = self._ends
        return self._is_held_at_both_ends and self._wan.carries(first.name, second.name)

    @property
    def _is_held_at_both_ends(self) -> bool:
        """Whether the wacs at both ends run and hold their end."""
        return all(end.run and end.is_awake and self._held.get(end.name) == end.run for end in self._ends)

    def reaches_from(self, sender: str) -> bool:
        """Whether messages of one end arrive, acknowledged or not."""
        receiver = next(end.name for end in self._ends if end.name != sender)
        return self._is_held_at_both_ends and self._wan.delivers(sender, receiver)

    def try_now(self, cluster: str) -> None:
        """Let a cluster try at once: its wac is new, or a heartbeat says that the peer is alive."""
        self._tried_s[cluster] = self._kernel.now_s

    def holds(self, cluster: str) -> bool:
        """Whether the cluster's end is open in its own view."""
        return cluster in self._live()

    def send(self, sender: str, action: Action) -> None:
        """Send to the other end; a message arrives even if its sender has ended by then."""
        number = self._number
        receiver = next(end for end in self._ends if end.name != sender)
        self._after(self._message_s, lambda: self._arrive(number, receiver, action))

    def look(self) -> None:
        """Something has changed: update both ends."""
        for near, far in (self._ends, self._ends[::-1]):
            self._look_from(near, far)
        due = [each for each in self._delayed if self._receives(each[0])]
        self._delayed = [each for each in self._delayed if each not in due]
        for _, action in due:
            action()
        if self._may_connect():
            self._try_in(min(self._due_in_s(near, far) for near, far in self._connecting_ends()))

    def _look_from(self, near: End, far: End) -> None:
        if self._held.get(near.name) != near.run or not near.run:
            # A wac that ended has closed its end; its own cluster knows that anyway.
            self._held.pop(near.name, None)
            self._timeouts.pop(near.name, None)
        elif not near.is_awake or self.is_up:
            self._timeouts.pop(near.name, None)
        elif self._wan.carries(near.name, far.name) and far.name not in self._live() and far.answers:
            number = self._number
            # The close arrives after the messages sent before it.
            self._after(self._message_s, lambda: self._receive_close(near, far, number))
        elif near.name not in self._timeouts:
            self._timeout_count += 1
            number = self._timeouts[near.name] = self._timeout_count
            self._after(near.remote_spec(far.name).socket_timeout_s, lambda: self._time_out(near, far, number))

    def _live(self) -> tuple[str, ...]:
        """The clusters whose wac holds its end."""
        return tuple(end.name for end in self._ends if end.run and self._held.get(end.name) == end.run)

    def _receive_close(self, near: End, far: End, number: int) -> None:
        if number == self._number and self._receives(near) and not self.is_up:
            self._give_up(near, far, ConnectionEvent.CLOSED)

    def _time_out(self, near: End, far: End, number: int) -> None:
        if self._timeouts.get(near.name) == number:
            self._give_up(near, far, ConnectionEvent.TIMED_OUT)

    def _give_up(self, near: End, far: End, event: ConnectionEvent) -> None:
        self._held.pop(near.name, None)
        self._timeouts.pop(near.name, None)
        self._delayed.clear()
        self._number += 1
        self._tried_s[near.name] = self._kernel.now_s
        near.notify(far.name, event)

    def _may_connect(self) -> bool:
        first, second = self._ends
        return bool(
            all(end.run and end.is_awake for end in self._ends)
            and not self.is_up
            and self._wan.carries(first.name, second.name)
            and self._connecting_ends()
        )

    def _connecting_ends(self) -> list[tuple[End, End]]:
        pairs = (self._ends, self._ends[::-1])
        return [
            (near, far) for near, far in pairs if near.name not in self._live() and near.has_heartbeat_from(far.name)
        ]

    def _try_in(self, delay_s: float) -> None:
        due_s = self._kernel.now_s + delay_s
        if due_s < self._try_at_s:
            self._try_at_s = due_s
            self._after(delay_s, lambda: self._try(due_s))

    def _due_in_s(self, near: End, far: End) -> float:
        since_s, interval_s = self._tried_s.get(near.name, 0.0), near.remote_spec(far.name).connect_interval_s
        passed_s = self._kernel.now_s - since_s
        return max(0.0, math.ceil(passed_s / interval_s) * interval_s - passed_s)

    def _try(self, due_s: float) -> None:
        if due_s != self._try_at_s:
            return
        self._try_at_s = math.inf
        if not self._may_connect():
            return
        self._number += 1
        self._delayed.clear()
        self._timeouts.clear()
        self._held = {end.name: end.run for end in self._ends}
        for near, far in (self._ends, self._ends[::-1]):
            near.notify(far.name, ConnectionEvent.CONNECTED)

    def _arrive(self, number: int, receiver: End, action: Action) -> None:
        if number != self._number:
            return
        if self._receives(receiver):
            action()
        else:
            self._delayed.append((receiver, action))

    def _receives(self, receiver: End) -> bool:
        """Whether messages reach an end now; on a line that is cut one way they may, unacknowledged."""
        sender = next(end for end in self._ends if end is not receiver)
        holds = bool(receiver.run) and receiver.is_awake and self._held.get(receiver.name) == receiver.run
        return holds and self._wan.delivers(sender.name, receiver.name)

    def _after(self, delay_s: float, then: Action) -> None:
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then())
