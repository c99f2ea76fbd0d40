"""The connection of two clusters' wide-area connectors: TCP from wac to wac, each end with its own idea of it.

An end whose peer has ended hears so at once, as long as something still answers at the peer's address; from a dead host
or a cut line it hears nothing, and gives up after SocketTimeout. A line that is mended before that goes on as if
nothing had been: what was said meanwhile arrives late. A connection that was given up takes with it what was under way.

Rule 1: who is asked to connect has to be there, and the one who asks must have a heartbeat that says so.
Rule 2: a message arrives in order, once, or never; who sent it learns of "never" from his end of the circuit only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.wide_area.spec import RemoteClusterSpec
from mirrordrill.simulator.vcs.wide_area.states import Sign
from mirrordrill.simulator.vcs.wide_area.wan import Wan

Action = Callable[[], None]


class End(Protocol):
    """A connector as the circuit sees it."""

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

    def hears_from(self, remote: str) -> bool:
        """Whether a heartbeat says that the remote cluster is alive."""

    def remote_spec(self, remote: str) -> RemoteClusterSpec:
        """How the connection to the remote cluster is kept."""

    def sign(self, remote: str, sign: Sign) -> None:
        """Something happened to the connection."""


class Circuit:
    """The connection of two clusters."""

    def __init__(self, kernel: Kernel, wan: Wan, first: End, second: End, message_s: float) -> None:
        self._kernel = kernel
        self._wan = wan
        self._ends = (first, second)
        self._message_s = message_s
        self._held: dict[str, int] = {}
        """Cluster -> the run of its wac that holds its end."""
        self._number = 0
        """Of the present connection."""
        self._silences: dict[str, int] = {}
        """Cluster whose end hears nothing -> number of that silence."""
        self._silence_count = 0
        self._late: list[tuple[End, Action]] = []
        """What was said and has not arrived while the line was silent, and to whom."""
        self._tried_s: dict[str, float] = {}
        """Cluster -> since when it tries to connect, at whole intervals."""
        self._try_at_s = math.inf
        """When one of the two will try next."""

    @property
    def number(self) -> int:
        """Of the present connection: another one, another number."""
        return self._number

    @property
    def flows(self) -> bool:
        """Whether what is said arrives, and both ends know it."""
        first, second = self._ends
        return self._stands and self._wan.carries(first.name, second.name)

    @property
    def _stands(self) -> bool:
        """Whether both ends are there for it."""
        return all(end.run and end.is_awake and self._held.get(end.name) == end.run for end in self._ends)

    def reaches_from(self, sender: str) -> bool:
        """Whether what one end says arrives, whoever may know it."""
        receiver = next(end.name for end in self._ends if end.name != sender)
        return self._stands and self._wan.delivers(sender, receiver)

    def try_now(self, cluster: str) -> None:
        """A cluster has a reason to try at once: its wac is new, or a heartbeat says that the other one is alive."""
        self._tried_s[cluster] = self._kernel.now_s

    def holds(self, cluster: str) -> bool:
        """Whether the cluster's end believes that it is connected."""
        return cluster in self._live()

    def say(self, sender: str, action: Action) -> None:
        """Let something arrive at the other end; what was sent arrives even if its sender is gone by then."""
        number = self._number
        receiver = next(end for end in self._ends if end.name != sender)
        self._after(self._message_s, lambda: self._arrive(number, receiver, action))

    def look(self) -> None:
        """Something has changed."""
        for near, far in (self._ends, self._ends[::-1]):
            self._look_from(near, far)
        due = [each for each in self._late if self._hears(each[0])]
        self._late = [each for each in self._late if each not in due]
        for _, action in due:
            action()
        if self._may_connect():
            self._try_in(min(self._due_in_s(near, far) for near, far in self._callers()))

    def _look_from(self, near: End, far: End) -> None:
        if self._held.get(near.name) != near.run or not near.run:
            # A wac that ended takes its end with it; its own cluster knows without being told.
            self._held.pop(near.name, None)
            self._silences.pop(near.name, None)
        elif not near.is_awake or self.flows:
            self._silences.pop(near.name, None)
        elif self._wan.carries(near.name, far.name) and far.name not in self._live() and far.answers:
            number = self._number
            # The end of a connection comes behind what was said on it.
            self._after(self._message_s, lambda: self._hear_the_end(near, far, number))
        elif near.name not in self._silences:
            self._silence_count += 1
            number = self._silences[near.name] = self._silence_count
            self._after(near.remote_spec(far.name).socket_timeout_s, lambda: self._gone_silent(near, far, number))

    def _live(self) -> tuple[str, ...]:
        """The clusters whose wac still holds its end."""
        return tuple(end.name for end in self._ends if end.run and self._held.get(end.name) == end.run)

    def _hear_the_end(self, near: End, far: End, number: int) -> None:
        if number == self._number and self._hears(near) and not self.flows:
            self._give_up(near, far, Sign.CLOSED)

    def _gone_silent(self, near: End, far: End, number: int) -> None:
        if self._silences.get(near.name) == number:
            self._give_up(near, far, Sign.SILENT)

    def _give_up(self, near: End, far: End, sign: Sign) -> None:
        self._held.pop(near.name, None)
        self._silences.pop(near.name, None)
        self._late.clear()
        self._number += 1
        self._tried_s[near.name] = self._kernel.now_s
        near.sign(far.name, sign)

    def _may_connect(self) -> bool:
        first, second = self._ends
        return bool(
            all(end.run and end.is_awake for end in self._ends)
            and not self.flows
            and self._wan.carries(first.name, second.name)
            and self._callers()
        )

    def _callers(self) -> list[tuple[End, End]]:
        pairs = (self._ends, self._ends[::-1])
        return [(near, far) for near, far in pairs if near.name not in self._live() and near.hears_from(far.name)]

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
        self._late.clear()
        self._silences.clear()
        self._held = {end.name: end.run for end in self._ends}
        for near, far in (self._ends, self._ends[::-1]):
            near.sign(far.name, Sign.CONNECTED)

    def _arrive(self, number: int, receiver: End, action: Action) -> None:
        if number != self._number:
            return
        if self._hears(receiver):
            action()
        else:
            self._late.append((receiver, action))

    def _hears(self, receiver: End) -> bool:
        """Whether what was sent gets to an end now; on a line that is cut one way it may, unknown to its sender."""
        sender = next(end for end in self._ends if end is not receiver)
        holds = bool(receiver.run) and receiver.is_awake and self._held.get(receiver.name) == receiver.run
        return holds and self._wan.delivers(sender.name, receiver.name)

    def _after(self, delay_s: float, then: Action) -> None:
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then())
