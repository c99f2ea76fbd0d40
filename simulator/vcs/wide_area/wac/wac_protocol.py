"""The protocol between connected clusters: snapshots of their state, requests and answers, relayed commands.

Every cluster keeps the last snapshot of each other one. A request is answered once, or not in time.

Rule 1: messages arrive in the order in which they were sent, with the connection on which they were sent, or never.
Rule 2: a snapshot holds the state of the sender's engine, and of its groups the global ones only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import simpy

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.state.engine_state import EngineState
from mirrordrill.simulator.vcs.states import SystemState
from mirrordrill.simulator.vcs.wide_area.ports import LocalCluster, Wac
from mirrordrill.simulator.vcs.wide_area.remote_state import ClusterSnapshot, RemoteGroup, RemoteSystem
from mirrordrill.simulator.vcs.wide_area.states import ConnectionEvent, RemoteState
from mirrordrill.simulator.vcs.wide_area.wac.wac_connection import WacConnection

Answer = TypeVar("Answer")


class WacProtocol:
    """One cluster's side of the protocol with all others."""

    def __init__(self, kernel: Kernel, wac: Wac, home: LocalCluster) -> None:
        self.wac = wac
        self._kernel = kernel
        self._home = home
        self._peers: dict[str, WacProtocol] = {}
        self._connections: dict[str, WacConnection] = {}
        self._last_sent: dict[str, ClusterSnapshot] = {}
        """Remote cluster -> the last snapshot sent to it; absent before the first."""
        self._exit_announced = False

    def add_peer(self, peer: WacProtocol, connection: WacConnection) -> None:
        """Add a remote cluster and the connection to it."""
        self._peers[peer.wac.name] = peer
        self._connections[peer.wac.name] = connection

    def reaches(self, remote: str) -> bool:
        """Whether messages to a cluster arrive and are acknowledged."""
        return remote in self._connections and self._connections[remote].is_up

    def try_now(self, remote: str) -> None:
        """Try to connect at once."""
        if remote in self._connections:
            self._connections[remote].try_now(self.wac.name)

    def reset(self) -> None:
        """The wac has ended: forget what was sent."""
        self._last_sent.clear()
        self._exit_announced = False

    # Snapshots.

    def schedule_snapshot(self, remote: str) -> None:
        """A new connection: send the first snapshot after its transfer time."""
        self._last_sent.pop(remote, None)
        number = self._connections[remote].number
        self._after(self.wac.spec.rules.snapshot_s, lambda: self._send_snapshot(remote, number))

    def send_changes(self, engine: Engine) -> None:
        """Send a new snapshot to every cluster whose last one is out of date."""
        now = snapshot_of(engine.state)
        for remote, before in tuple(self._last_sent.items()):
            if now != before and self._connections[remote].reaches_from(self.wac.name):
                self._send(remote, now)
        if not self._exit_announced and is_leaving(engine):
            self._exit_announced = True
            for remote, peer in self._peers.items():
                if self._connections[remote].reaches_from(self.wac.name):
                    self._connections[remote].send(
                        self.wac.name, partial(peer.wac.notify, self.wac.name, ConnectionEvent.EXIT_ANNOUNCED)
                    )

    def _send_snapshot(self, remote: str, number: int) -> None:
        engine, connection = self.wac.engine, self._connections[remote]
        if engine is not None and number == connection.number:
            self._send(remote, snapshot_of(engine.state))

    def _send(self, remote: str, snapshot: ClusterSnapshot) -> None:
        self._last_sent[remote] = snapshot
        self._connections[remote].send(self.wac.name, partial(self._peers[remote].receive, self.wac.name, snapshot))

    def receive(self, remote: str, snapshot: ClusterSnapshot) -> None:
        """Store the snapshot of another cluster."""
        engine = self.wac.engine
        if engine is None:
            return
        engine.post(partial(self._note, engine, remote, snapshot))
        if engine.state.wide_area.clusters[remote].state is RemoteState.BUILD:
            self.wac.notify(remote, ConnectionEvent.SNAPSHOT)

    def _note(self, engine: Engine, remote: str, snapshot: ClusterSnapshot) -> None:
        clusters = engine.state.wide_area.clusters
        clusters[remote] = replace(clusters[remote], snapshot=snapshot)

    # Requests, answers and commands.

    def ask(
        self,
        remote: str,
        question: Callable[[WacProtocol, Callable[[Answer], None]], None],
        answered: Callable[[Answer | None], None],
        limit_s: float | None = None,
    ) -> None:
        """Ask another cluster; call `answered` with its answer, or with None when there was none in time.

        Without a limit it has as long as any question (`answer_s`).
        """
        open_questions = [answered]

        def settle(answer: Answer | None) -> None:
            if open_questions:
                open_questions.pop()(answer)

        me, connection = self.wac.name, self._connections.get(remote)
        if connection is None or not connection.holds(me):
            settle(None)
            return
        peer = self._peers[remote]
        reply: Callable[[Answer], None] = lambda answer: connection.send(remote, partial(settle, answer))  # noqa: E731 - one line
        connection.send(me, lambda: question(peer, reply))
        limit_s = self.wac.spec.rules.answer_s if limit_s is None else limit_s
        if limit_s != math.inf:
            self._after(limit_s, lambda: settle(None))

    def relay(self, remote: str, argv: Sequence[str], limit_s: float | None = None) -> simpy.Event:
        """Run a command in another cluster; the event's value is its result, None without an answer."""
        answer = self._kernel.env.event()

        def answered(result: object) -> None:
            answer.succeed(result)

        self.ask(remote, lambda peer, reply: peer.execute(argv, reply), answered, limit_s)
        return answer

    def execute(self, argv: Sequence[str], reply: Callable[[object], None]) -> None:
        """Run a command that an operator of another cluster typed."""
        done = self._home.ha(self.wac.place, argv)
        if done.processed:
            reply(done.value)
        else:
            assert done.callbacks is not None
            done.callbacks.append(lambda event: reply(event.value))

    def _after(self, delay_s: float, then: Callable[[], None]) -> None:
        timer = self._kernel.after(delay_s)
        assert timer.callbacks is not None
        timer.callbacks.append(lambda _: then())


def snapshot_of(state: EngineState) -> ClusterSnapshot:
    """The snapshot of an engine's cluster."""
    groups = [group for group in state.groups.values() if group.spec.is_global]
    return ClusterSnapshot(
        systems=tuple(RemoteSystem(name, on.state.value, on.frozen) for name, on in state.systems.items()),
        groups=tuple(
            RemoteGroup(group.spec.name, at, group.words(at), group.is_probed(at), on.auto_disabled)
            for group in groups
            for at, on in group.on.items()
        ),
        authority=tuple(group.spec.name for group in groups if group.spec.authority),
    )


def is_leaving(engine: Engine) -> bool:
    """Whether the whole cluster is being stopped in good order."""
    states = [engine.state.systems[name].state for name in engine.members]
    return bool(states) and all(state in {SystemState.LEAVING, SystemState.EXITING} for state in states)
