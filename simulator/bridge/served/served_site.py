"""Serves a simulated site: every shell with its programs in the PATH can work with it, many at once.

The simulator sits at a Unix socket. Between the words of its clients it lets simulated time pass, at the pace it was
told: a factor of real time, or fast. Fast means: time passes only while a client waits for it (for the answer of a
DS CLI, for `hagrp -wait`, in a `sleep`), and then as quickly as it can be computed. A fast world that nobody asks
anything stands still, so the same script against the same site and seed writes the same event log.

Rule 1: this is the one file of the simulator that turns real time into simulated time.
Rule 2: simulated time never runs to catch up. A world that was too slow for its factor goes on from where it is.
Rule 3: no client waits for another's simulated time: after SLICE_S of computing all clients are served.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import simpy

from mirrordrill.simulator.bridge.in_process import when
from mirrordrill.simulator.bridge.served.client_connections import ClientConnection, ClientConnections
from mirrordrill.simulator.bridge.served.client_sessions import (
    ANYWHERE,
    REFUSED,
    WORKSTATION,
    ClientSession,
    DscliClientSession,
    ProgramRefusedError,
    interval_s,
    sleep,
    vcs_command,
)
from mirrordrill.simulator.bridge.served.power_commands import (
    POWER_COMMANDS,
    POWER_ON,
    PowerAction,
    PowerRequest,
    PowerWordsError,
)
from mirrordrill.simulator.dscli.consoles import Consoles
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.vcs.commands.language.grammar import OutputListener
from mirrordrill.simulator.vcs.commands.streaming import is_stream

SLICE_S = 0.02
LOOK_S = 1.0
"""How often, in real time, it is looked whether a client has overstayed."""
MAX_FACTOR = 1e6
HELLO_FIELDS = 3
FACTOR = re.compile(r"\d{1,7}(\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SimulationPace:
    """How simulated time passes: `factor` simulated seconds in a real one, or fast where there is none."""

    factor: float | None = None

    @classmethod
    def read(cls, text: str) -> SimulationPace:
        """`fast`, `real`, or a number. Raises ValueError with the reason."""
        if text == "fast":
            return cls()
        if text == "real":
            return cls(1.0)
        factor = float(text) if FACTOR.fullmatch(text) else 0.0
        if not 0 < factor <= MAX_FACTOR:
            raise ValueError(f"{text!r} is neither fast nor real nor a factor above 0 and up to {MAX_FACTOR:.0f}")
        return cls(factor)

    def describe(self) -> str:
        """The pace in words."""
        if self.factor is None:
            return "fast: time passes only while somebody waits for an answer or in `sleep`"
        return f"{self.factor:g} simulated seconds in each real one"


class UnreachableError(Exception):
    """There is no place where the simulator could listen; the text says why."""


class ClusterCommands(NamedTuple):
    """What clients can reach of the clusters and their hosts."""

    systems: tuple[str, ...]
    commands: tuple[str, ...]
    ha: Callable[[str, Sequence[str], OutputListener | None], simpy.Event]
    is_up: Callable[[str], bool]
    """Whether a host runs programs."""
    halt: Callable[[str], None]
    reboot: Callable[[str], None]
    boot: Callable[[str], None]


class SiteServer:
    """Answers clients on a Unix socket while time passes."""

    def __init__(
        self, kernel: Kernel, consoles: Consoles, cluster: ClusterCommands, socket: Path, pace: SimulationPace
    ) -> None:
        self._kernel = kernel
        self._consoles = consoles
        self._cluster = cluster
        self._pace = pace
        self._sessions: dict[ClientConnection, ClientSession] = {}
        self._systems: dict[ClientConnection, str] = {}
        """The host that each client's program runs on; empty for none in particular."""
        self._shutdowns: dict[str, PowerRequest] = {}
        """What is going to happen to a host."""
        self._stopping = False
        self._base = (time.monotonic(), kernel.now_s)
        try:
            self._clients = ClientConnections(socket, self._greet)
        except OSError as error:
            raise UnreachableError(f"cannot listen at {socket}: {error}") from None

    def serve(self) -> None:
        """Let time pass and answer, until told to stop."""
        self._base = (time.monotonic(), self._kernel.now_s)
        while not self._stopping:
            self.turn(self._rest_s())

    def turn(self, longest_s: float | None = 0.0) -> None:
        """Rest until a client calls, but no longer than this; let time pass; answer."""
        ready = self._clients.wait(longest_s)
        self._let_time_pass()
        self._clients.handle(ready, time.monotonic())

    def stop(self) -> None:
        """Let `serve` return before long; safe in a signal handler."""
        self._stopping = True
        self._clients.wake()

    def close(self) -> None:
        """Hang up on everybody and remove the socket."""
        self._clients.close()

    # Time.

    def _target_s(self) -> float:
        """How far simulated time may have come by now, apart from what happens at this very moment."""
        now_s = self._kernel.now_s
        if self._pace.factor is not None:
            real_s, simulated_s = self._base
            return max(now_s, simulated_s + (time.monotonic() - real_s) * self._pace.factor)
        return math.inf if any(session.hurries(now_s) for session in self._sessions.values()) else now_s

    def _let_time_pass(self) -> None:
        env, ends_s = self._kernel.env, time.monotonic() + SLICE_S
        while (at_s := env.peek()) < math.inf and at_s <= self._target_s():
            if at_s > env.now and time.monotonic() > ends_s:
                self._base = (time.monotonic(), env.now)
                return
            env.step()
        target_s = self._target_s()
        if env.now < target_s < math.inf:
            env.run(until=target_s)

    def _rest_s(self) -> float | None:
        """How long nothing will happen unless a client calls."""
        next_s, target_s = self._kernel.env.peek(), self._target_s()
        if next_s < math.inf and next_s <= target_s:
            return 0.0
        look_s = LOOK_S if len(self._clients) else None
        if self._pace.factor is None or next_s == math.inf:
            return look_s
        wait_s = (next_s - target_s) / self._pace.factor
        return wait_s if look_s is None else min(wait_s, look_s)

    # Clients.

    def _greet(self, client: ClientConnection, fields: list[str]) -> None:
        if len(fields) < HELLO_FIELDS:
            client.hang_up()
            return
        program, _token, system, *argv = fields
        try:
            session = self._begin(client, program, system, argv)
        except ProgramRefusedError as refusal:
            client.complain(f"{program}: {refusal}\n")
            client.end(REFUSED)
            return
        if client.open and session is not None:
            self._sessions[client] = session
            self._systems[client] = system
            client.on_lost = lambda: self._farewell(client)

    def _begin(self, client: ClientConnection, program: str, system: str, argv: list[str]) -> ClientSession | None:
        """Start a program; None where it has ended already."""
        self._check(program, system)
        if program == POWER_ON:
            self._switch_on(client, argv)
            return None
        if program in POWER_COMMANDS:
            self._switch_off(client, program, system, argv)
            return None
        if program == "sleep":
            return sleep(self._kernel, client, interval_s(argv))
        if program == "dscli":
            return DscliClientSession(self._kernel, self._consoles, client, system or WORKSTATION, argv)
        answered = self._cluster.ha(system, [program, *argv], client)
        return vcs_command(self._kernel, client, answered, is_stream=is_stream([program, *argv]))

    def _check(self, program: str, system: str) -> None:
        systems = ", ".join(self._cluster.systems)
        if program not in (*ANYWHERE, *POWER_COMMANDS, *self._cluster.commands):
            raise ProgramRefusedError(
                f"not played here; there are: {', '.join((*ANYWHERE, *POWER_COMMANDS, *self._cluster.commands))}"
            )
        if system and system not in self._cluster.systems:
            raise ProgramRefusedError(f"this site has no system {system}; there are: {systems}")
        if system and program != POWER_ON and not self._cluster.is_up(system):
            raise ProgramRefusedError(f"{system} is down; switch it on with `{POWER_ON} {system}`")
        if not system and program not in ANYWHERE:
            raise ProgramRefusedError(f"say on which system: set MIRRORDRILL_SYSTEM to one of {systems}")

    def _farewell(self, client: ClientConnection) -> None:
        self._systems.pop(client)
        self._sessions.pop(client).leave()

    # Power.

    def _switch_on(self, client: ClientConnection, hosts: list[str]) -> None:
        unknown = [host for host in hosts if host not in self._cluster.systems]
        if unknown or not hosts:
            raise ProgramRefusedError(f"name one or more of: {', '.join(self._cluster.systems)}")
        for host in hosts:
            self._cluster.boot(host)
        client.end(0)

    def _switch_off(self, client: ClientConnection, program: str, system: str, words: list[str]) -> None:
        """Halt or boot the simulated host, now or later; a word that is not understood does nothing at all."""
        try:
            wanted = POWER_COMMANDS[program](words)
        except PowerWordsError as error:
            raise ProgramRefusedError(f"{error}; nothing was done, neither to {system} nor to this machine") from None
        self._shutdowns.pop(system, None)
        when_words = "" if not wanted.delay_s else f" in {wanted.delay_s:g} s"
        client.say(f"SIMULATED  {system} {wanted.action.value}{when_words}\n")
        client.end(0)
        if wanted.action is PowerAction.CANCEL:
            return
        self._shutdowns[system] = wanted
        when(self._kernel.after(wanted.delay_s), lambda _: self._carry_out(system, wanted))

    def _carry_out(self, system: str, wanted: PowerRequest) -> None:
        """What was going to happen to a host happens, unless it was cancelled; its programs die with it."""
        if self._shutdowns.get(system) is not wanted:
            return
        del self._shutdowns[system]
        (self._cluster.reboot if wanted.action is PowerAction.REBOOT else self._cluster.halt)(system)
        for client in [client for client, its in self._systems.items() if its == system]:
            client.complain(f"{system} is down: what ran there is gone\n")
            client.end(REFUSED)
