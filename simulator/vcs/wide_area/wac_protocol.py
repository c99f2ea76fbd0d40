"""What two clusters say to each other while they are connected: how they are, questions and answers, commands.

Every cluster keeps of the others what they told last. A question is answered once, or not in time; whoever asks has to
be content with silence.

Rule 1: what is said arrives in the order in which it was said, with the connection it was said on, or never.
Rule 2: what a cluster tells of itself is what its engine believes, and of its groups the global ones only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import simpy

from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.engine.engine import Engine
from mirrordrill.simulator.vcs.engine.engine_state import Board
from mirrordrill.simulator.vcs.states import SystemState
from mirrordrill.simulator.vcs.wide_area.ports import Home, Wac
from mirrordrill.simulator.vcs.wide_area.remote_state import Mirror, RemoteGroup, RemoteSystem
from mirrordrill.simulator.vcs.wide_area.states import RemoteState, Sign
from mirrordrill.simulator.vcs.wide_area.wac_connection import Circuit

Answer = TypeVar("Answer")


class Speech:
    """One cluster's part of all conversations."""

    def __init__(self, kernel: Kernel, wac: Wac, home: Home) -> None:
        self.wac = wac
        self._kernel = kernel
        self._home = home
        self._peers: dict[str, Speech] = {}
        self._circuits: dict[str, Circuit] = {}
        self._told: dict[str, Mirror] = {}
        """Remote cluster -> what it was told last, of those that have heard anything at all."""
        self._said_goodbye = False

    def meet(self, peer: Speech, circuit: Circuit) -> None:
        """There is somebody to talk to."""
        self._peers[peer.wac.name] = peer
        self._circuits[peer.wac.name] = circuit

    def reaches(self, remote: str) -> bool:
        """Whether what is said to a cluster arrives."""
        return remote in self._circuits and self._circuits[remote].flows

    def try_now(self, remote: str) -> None:
        """There is a reason to try to connect."""
        if remote in self._circuits:
            self._circuits[remote].try_now(self.wac.name)

    def fall_silent(self) -> None:
        """The wac is gone."""
        self._told.clear()
        self._said_goodbye = False

    # How this cluster is.

    def introduce(self, remote: str) -> None:
        """A new connection: the other cluster gets a snapshot."""
        self._told.pop(remote, None)
        number = self._circuits[remote].number
        self._after(self.wac.spec.rules.snapshot_s, lambda: self._send_snapshot(remote, number))

    def tell_news(self, engine: Engine) -> None:
        """Tell every cluster that knows anything what is new here."""
        now = mirror_of(engine.board)
        for remote, before in tuple(self._told.items()):
            if now != before and self._circuits[remote].reaches_from(self.wac.name):
                self._tell(remote, now)
        if not self._said_goodbye and is_leaving(engine):
            self._said_goodbye = True
            for remote, peer in self._peers.items():
                if self._circuits[remote].reaches_from(self.wac.name):
                    self._circuits[remote].say(self.wac.name, partial(peer.wac.sign, self.wac.name, Sign.GOODBYE))

    def _send_snapshot(self, remote: str, number: int) -> None:
        engine, circuit = self.wac.engine, self._circuits[remote]
        if engine is not None and number == circuit.number:
            self._tell(remote, mirror_of(engine.board))

    def _tell(self, remote: str, mirror: Mirror) -> None:
        self._told[remote] = mirror
        self._circuits[remote].say(self.wac.name, partial(self._peers[remote].hear, self.wac.name, mirror))

    def hear(self, remote: str, mirror: Mirror) -> None:
        """Another cluster tells how it is."""
        engine = self.wac.engine
        if engine is None:
            return
        engine.post(partial(self._note, engine, remote, mirror))
        if engine.board.wide_area.clusters[remote].state is RemoteState.BUILD:
            self.wac.sign(remote, Sign.SNAPSHOT)

    def _note(self, engine: Engine, remote: str, mirror: Mirror) -> None:
        clusters = engine.board.wide_area.clusters
        clusters[remote] = replace(clusters[remote], mirror=mirror)

    # Questions, answers and commands.

    def ask(
        self,
        remote: str,
        question: Callable[[Speech, Callable[[Answer], None]], None],
        answered: Callable[[Answer | None], None],
    ) -> None:
        """Ask another cluster; `answered` is told its answer, or None when there was none in time."""
        open_questions = [answered]

        def settle(answer: Answer | None) -> None:
            if open_questions:
                open_questions.pop()(answer)

        me, circuit = self.wac.name, self._circuits.get(remote)
        if circuit is None or not circuit.holds(me):
            settle(None)
            return
        peer = self._peers[remote]
        reply: Callable[[Answer], None] = lambda answer: circuit.say(remote, partial(settle, answer))  # noqa: E731 - a wire
        circuit.say(me, lambda: question(peer, reply))
        self._after(self.wac.spec.rules.answer_s, lambda: settle(None))

    def relay(self, remote: str, argv: Sequence[str]) -> simpy.Event:
        """Have a command carried out by another cluster; the event's value is its result, None without an answer."""
        answer = self._kernel.env.event()

        def answered(result: object) -> None:
            answer.succeed(result)

        self.ask(remote, lambda peer, reply: peer.obey(argv, reply), answered)
        return answer

    def obey(self, argv: Sequence[str], reply: Callable[[object], None]) -> None:
        """Another cluster's operator gave a command."""
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


def mirror_of(board: Board) -> Mirror:
    """What an engine tells of its cluster."""
    groups = [group for group in board.groups.values() if group.spec.is_global]
    return Mirror(
        systems=tuple(RemoteSystem(name, on.state.value, on.frozen) for name, on in board.systems.items()),
        groups=tuple(
            RemoteGroup(group.spec.name, at, group.words(at), group.is_probed(at), on.auto_disabled)
            for group in groups
            for at, on in group.on.items()
        ),
        authority=tuple(group.spec.name for group in groups if group.spec.authority),
    )


def is_leaving(engine: Engine) -> bool:
    """Whether the whole cluster is being stopped in good order."""
    states = [engine.board.systems[name].state for name in engine.members]
    return bool(states) and all(state in {SystemState.LEAVING, SystemState.EXITING} for state in states)
