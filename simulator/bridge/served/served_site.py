"""Serves a simulated site: every shell with its programs in the PATH can work with it, many at once.

The simulator sits at a Unix socket. Between the words of its clients it lets simulated time pass, at the pace it was
told: a factor of real time, or fast. Fast means: time passes only while a client waits for it (for the answer of a
DS CLI, for `hagrp -wait`, in a `sleep`), and then as quickly as it can be computed. A fast world that no client asks
anything stands still, so the same script against the same site and seed writes the same event log.

Rule 1: this is the one file of the simulator that turns real time into simulated time.
Rule 2: simulated time never runs to catch up. A world that was too slow for its factor goes on from where it is.
Rule 3: no client waits for another's simulated time: after SLICE_S of computing all clients are served.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mirrordrill.simulator.bridge.served.client_connections import ClientConnections
from mirrordrill.simulator.bridge.served.client_sessions import (
    ANYWHERE,
    REFUSED,
    WORKSTATION,
    ClientSession,
    DscliClientSession,
    ProgramClient,
    ProgramRefusedError,
    interval_s,
    sleep,
    vcs_command,
)
from mirrordrill.simulator.bridge.served.command_inputs import CommandInputs
from mirrordrill.simulator.bridge.served.power_commands import (
    POWER_COMMANDS,
    POWER_ON,
    PowerWordsError,
)
from mirrordrill.simulator.bridge.served.watched_client import ProgramWatch, WatchedClient
from mirrordrill.simulator.catalogues.bounds import PACE
from mirrordrill.simulator.vcs.commands.streaming import is_stream

SLICE_S = 0.02
TELL_S = 5.0
LOOK_S = 1.0
"""How often, in real time, it is looked whether a client has overstayed."""
HELLO_FIELDS = 3
SCRIPT = re.compile(r"\d{1,10} \d{1,20}(,\d{1,10} \d{1,20}){0,49}", re.ASCII)
"""The processes of a script, outermost first: ids and when they began."""
MOST_SCRIPTS = 10_000
"""Scripts that are remembered; of more, those that came first are forgotten."""


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
        factor = PACE.number(text)
        if factor is None:
            raise ValueError(f"{text!r} is neither fast nor real nor {PACE.words()}")
        return cls(factor)

    def describe(self) -> str:
        """The pace in words."""
        if self.factor is None:
            return "fast: time passes only while a client waits for an answer or in `sleep`"
        return f"{self.factor:g} simulated seconds in each real one"


class UnreachableError(Exception):
    """There is no place where the simulator could listen; the text says why."""


class SiteServer:
    """Answers clients on a Unix socket while time passes."""

    def __init__(
        self,
        inputs: CommandInputs,
        socket: Path,
        pace: SimulationPace,
        others: Mapping[str, Callable[[ProgramClient, list[str]], ClientSession]] | None = None,
        watch: ProgramWatch | None = None,
    ) -> None:
        """`others` are programs that the simulated hosts do not have, by name; no exercise watches over them."""
        self._pace = pace
        self._others = others or {}
        self._watch = watch
        self._watched: list[WatchedClient] = []
        """Those that hold something back from their users, or may."""
        self._sessions: dict[ProgramClient, ClientSession] = {}
        self._systems: dict[ProgramClient, str] = {}
        """The host that each client's program runs on; empty for none in particular."""
        self._scripts: dict[str, str] = {}
        """Each script whose programs have called, with why the rest of it is refused; empty for one that goes on."""
        self._scripts_of_parts: dict[str, str] = {}
        """Of each process of a script that has called, the script: a part may outlive it."""
        self._script_of: dict[ProgramClient, str] = {}
        self._stopping = False
        self.use(inputs)
        try:
            self.clients = ClientConnections(socket, self.greet)
        except OSError as error:
            raise UnreachableError(f"cannot listen at {socket}: {error}") from None
        self.on_turned_away: Callable[[int], None] = lambda _: None
        """Told how many callers could not be let in since it was told last, at most once in TELL_S of real time."""
        self._turned_away = 0
        self._told_s = -math.inf
        self.clients.on_turned_away = self._count_turned_away

    def use(self, inputs: CommandInputs) -> None:
        """Serve this world from now on."""
        self._inputs, self._kernel, self._cluster = inputs, inputs.kernel, inputs.cluster
        inputs.on_host_down.append(self._end_programs_of)
        self._base = (time.monotonic(), self._kernel.now_s)

    @property
    def pace(self) -> SimulationPace:
        """How simulated time passes."""
        return self._pace

    @pace.setter
    def pace(self, pace: SimulationPace) -> None:
        self._pace = pace
        self._base = (time.monotonic(), self._kernel.now_s)

    def serve(self) -> None:
        """Let time pass and answer, until told to stop."""
        self._base = (time.monotonic(), self._kernel.now_s)
        while not self._stopping:
            self.turn(self.rest_s())

    def turn(self, longest_s: float | None = 0.0) -> None:
        """Rest until a client calls, but no longer than this; let time pass; answer."""
        ready = self.clients.wait(longest_s)
        self._let_time_pass()
        self._inputs.run_due()
        self.clients.handle(ready, time.monotonic())
        if self._turned_away and time.monotonic() - self._told_s >= TELL_S:
            self._told_s = time.monotonic()
            self.on_turned_away(self._turned_away)
            self._turned_away = 0

    def stop(self) -> None:
        """Let `serve` return before long; safe in a signal handler."""
        self._stopping = True
        self.clients.wake()

    def close(self) -> None:
        """Hang up on all clients and remove the socket."""
        self.clients.close()

    def running(self) -> list[tuple[str, str]]:
        """What runs and is watched: the host, empty for none in particular, and the words of the command."""
        return [(each.host, each.words) for each in self._watched if each in self._sessions]

    def end_programs(
        self, why: str, only_on: str | None = None, *, with_scripts: bool = True
    ) -> list[tuple[str, ProgramClient]]:
        """End what runs on behalf of a simulated host, or of none, or of one host; each program with its host.

        The scripts that called them end, too; and where all end, a script that calls its next program later. A script
        that controls the simulation itself goes on.
        """
        ended = [(self._systems[client], client) for client, its in self._sessions.items() if not its.is_control]
        running = {id(client) for _, client in ended}
        ended += [(each.host, each) for each in self._watched if each.is_holding and id(each) not in running]
        ended = [(host, client) for host, client in ended if only_on in (None, host)]
        for each in self._watched:
            if only_on in (None, each.host):
                each.forget()
        spared = {self._script_of.get(client, "") for client, its in self._sessions.items() if its.is_control}
        scripts = self._scripts if only_on is None else (self._script_of.get(client, "") for _, client in ended)
        if with_scripts:
            self._scripts |= {script: why for script in scripts if script and script not in spared}
        for _, client in ended:
            client.complain(f"{why}\n")
            if with_scripts and self._script_of.get(client, "") not in spared - {""}:
                client.end_with_script()
            else:
                client.end(REFUSED)
        return ended

    def hand_out(self) -> None:
        """Let users read what was withheld from them and is withheld no more."""
        for each in self._watched:
            each.hand_out()
        self._watched = [each for each in self._watched if each.open]

    def _count_turned_away(self) -> None:
        self._turned_away += 1

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
            if self._inputs.is_due:
                return
            if at_s > env.now and time.monotonic() > ends_s:
                self._base = (time.monotonic(), env.now)
                return
            env.step()
        target_s = self._target_s()
        if env.now < target_s < math.inf:
            env.run_to(target_s)  # SimPy's own `run` leaves an event behind at the moment where it stopped

    def rest_s(self) -> float | None:
        """How long nothing will happen unless a client calls."""
        if self._inputs.is_due:
            return 0.0
        next_s, target_s = self._kernel.env.peek(), self._target_s()
        if next_s < math.inf and next_s <= target_s:
            return 0.0
        look_s = LOOK_S if len(self.clients) or self.clients.is_paused else None
        if not self._pace.factor or next_s == math.inf:
            return look_s
        wait_s = (next_s - target_s) / self._pace.factor
        return wait_s if look_s is None else min(wait_s, look_s)

    # Clients.

    def greet(self, client: ProgramClient, fields: list[str], *, is_watched: bool = True) -> None:
        """Start the program of a client that said hello: its name, a token, the system, the arguments."""
        if len(fields) < HELLO_FIELDS:
            client.hang_up()
            return
        program, parts, system, *argv = fields
        script = self._script(parts.split(",")) if SCRIPT.fullmatch(parts) else ""
        if self._watch is not None and is_watched and program not in self._others:
            watched = WatchedClient(client, self._watch, system, " ".join([program, *argv]))
            self._watched = [*(each for each in self._watched if each.open), watched]
            client = watched
        if why := "" if program in self._others else self._scripts.get(script, ""):
            client.complain(f"{why}: so is the rest of this script; begin it again\n")
            client.end_with_script()
            return
        self._remember(script)
        try:
            session = self._begin(client, program, system, argv)
        except ProgramRefusedError as refusal:
            client.complain(f"{program}: {refusal}\n")
            client.end(REFUSED)
            return
        if client.open and session is not None:
            self._sessions[client] = session
            self._systems[client] = system
            if script:
                self._script_of[client] = script
            client.on_lost = lambda: self._farewell(client)

    def _begin(self, client: ProgramClient, program: str, system: str, argv: list[str]) -> ClientSession | None:
        """Start a program; None where it has ended already."""
        if program in self._others:
            return self._others[program](client, argv)
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
            return DscliClientSession(self._inputs, client, system or WORKSTATION, argv)
        line = [program, *argv]
        answered = self._inputs.command(system, line, client)
        return vcs_command(self._kernel, client, line, answered, is_stream=is_stream(line))

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

    def _script(self, parts: Sequence[str]) -> str:
        """The script that these processes are, or were, parts of."""
        script = self._scripts_of_parts.get(parts[0], parts[0])
        for part in parts[1:]:
            self._scripts_of_parts[part] = script
            if len(self._scripts_of_parts) > MOST_SCRIPTS:
                del self._scripts_of_parts[next(iter(self._scripts_of_parts))]
        return script

    def _remember(self, script: str) -> None:
        if script:
            self._scripts[script] = self._scripts.pop(script, "")  # the last one that called is the last in the order
            if len(self._scripts) > MOST_SCRIPTS:
                del self._scripts[next(iter(self._scripts))]

    def _farewell(self, client: ProgramClient) -> None:
        self._systems.pop(client)
        self._script_of.pop(client, None)
        self._sessions.pop(client).leave()

    # Power.

    def _switch_on(self, client: ProgramClient, hosts: list[str]) -> None:
        unknown = [host for host in hosts if host not in self._cluster.systems]
        if unknown or not hosts:
            raise ProgramRefusedError(f"name one or more of: {', '.join(self._cluster.systems)}")
        self._inputs.switch_on(hosts)
        client.end(0)

    def _switch_off(self, client: ProgramClient, program: str, system: str, words: list[str]) -> None:
        """Halt or boot the simulated host, now or later; a word that is not understood does nothing at all."""
        try:
            wanted = POWER_COMMANDS[program](words)
        except PowerWordsError as error:
            raise ProgramRefusedError(f"{error}; nothing was done, neither to {system} nor to this machine") from None
        when_words = "" if not wanted.delay_s else f" in {wanted.delay_s:g} s"
        self._inputs.change_power(system, [program, *words], wanted)
        client.say(f"SIMULATED  {system} {wanted.action.value}{when_words}\n")
        client.end(0)

    def _end_programs_of(self, system: str) -> None:
        """A host went down by a command: what ran there is gone."""
        for client in [client for client, its in self._systems.items() if its == system]:
            client.complain(f"{system} is down: what ran there is gone\n")
            client.end(REFUSED)
