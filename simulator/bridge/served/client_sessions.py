"""What clients get: a DS CLI, a VCS command on one of the systems, or a sleep in simulated time.

A session is one run of a program that was started outside the simulation. It works while its client waits for it,
and it rests while it waits for its client.

Rule 1: a session can do what the program it plays can do, and nothing else: the world is reached through the DS CLI and
the VCS commands only.
Rule 2: which file a program may read is up to its client: the simulator asks for it and never opens one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, cast

import simpy

from mirrordrill.simulator.bridge.environment import HaResult
from mirrordrill.simulator.bridge.in_process import when
from mirrordrill.simulator.bridge.served.command_inputs import CommandInputs, HandedFiles
from mirrordrill.simulator.bridge.served.power_commands import POWER_ON
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.messages import ASK_PASSWORD
from mirrordrill.simulator.kernel.kernel import Kernel
from mirrordrill.simulator.kernel.secrets import masked
from mirrordrill.simulator.kernel.waiting import duration

WORKSTATION = "workstation"
"""Where a DS CLI runs that no system of the cluster was named for."""
ANYWHERE = ("dscli", "sleep", POWER_ON)
"""Programs that need no system of the cluster to run on."""
FILE_OPTIONS = frozenset({"-script", "-cfg", "-pwfile"})
"""Options of the DS CLI whose value is a file on the client's machine."""
REFUSED = 255
"""Exit code of a program that the simulator cannot play."""

MAX_TYPED_BYTES = 4_000_000
"""Of lines typed ahead; a look-alike sends no more than it was asked for."""
HIGH_WATER_BYTES = 262_144
"""A program whose answers are not read gets no further line, as if its pipe were full."""
PATIENCE_S = 86_400.0
"""Simulated time that one answer may take; after a day its program is ended, and says what it waited for."""
MAX_SLEEP_S = 30 * 86_400.0
INTERVAL = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)([smhd]?)", re.ASCII)
UNIT_S = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


class ProgramRefusedError(Exception):
    """The simulator cannot play this program; the text says why."""


class ProgramClient(Protocol):
    """The client of one program: a look-alike at the end of a connection, a terminal of the console."""

    on_frame: Callable[[bytes, bytes], None]
    """Told what the client sends: the kind of frame and its payload."""
    on_lost: Callable[[], None]
    """Told once that the client is gone."""
    on_read: Callable[[], None]
    """Told when the client has read everything that was said."""
    unread: bytearray
    """What it has not read yet."""

    @property
    def open(self) -> bool:
        """Whether the client is there."""

    def say(self, text: str) -> None:
        """Let the program print the text."""

    def complain(self, text: str) -> None:
        """Let the program print the text on its standard error."""

    def want_line(self, *, secret: bool) -> None:
        """Let the program read a line of its standard input, unseen if it is secret."""

    def want_file(self, path: str) -> None:
        """Let the program hand a file over."""

    def keep_file(self, path: str, text: str) -> None:
        """Let the program write a file that it has handed over, or said to be missing, before."""

    def end(self, exit_code: int) -> None:
        """Let the program end, once it has read everything."""

    def end_with_script(self) -> None:
        """Let the program end as after Ctrl-C, once it has read everything, and the script that called it."""

    def hang_up(self) -> None:
        """Break the connection off."""


class ClientSession(Protocol):
    """One run of a program for a client."""

    is_control: bool
    """Whether it controls the simulation, and is no program of a simulated host."""

    def hurries(self, now_s: float) -> bool:
        """Whether its client is waiting for simulated time to pass."""

    def leave(self) -> None:
        """Its client is gone."""


class DscliClientSession:
    """A run of `dscli`: first the files it needs are fetched, then the session begins."""

    is_control = False

    def __init__(self, inputs: CommandInputs, client: ProgramClient, host: str, argv: Sequence[str]) -> None:
        self._inputs = inputs
        self._kernel = kernel = inputs.kernel
        self._files = HandedFiles({}, client.keep_file)
        self._number = 0
        self._client = client
        self._host = host
        self._argv = list(argv)
        self._channel = Channel(kernel, on_output=self._write, on_waiting_for_input=self._wait, on_closed=client.end)
        self._typed: deque[bytes] = deque()
        self._typed_bytes = 0
        self._has_ended_input = False
        self._has_asked = False
        self._is_asking_a_secret = False
        self._works_since_s: float | None = None
        self._to_fetch = [at for at, word in enumerate(argv) if at and argv[at - 1] in FILE_OPTIONS and word]
        client.on_frame = self._hear
        client.on_read = self._feed
        self._fetch()

    def hurries(self, now_s: float) -> bool:
        """While the program works; not at a prompt."""
        works = self._works_since_s is not None and not self._channel.is_waiting_for_input
        return works and now_s - cast(float, self._works_since_s) < PATIENCE_S

    def leave(self) -> None:
        """The client is gone."""
        if self._number and self._inputs.is_running(self._number):
            self._inputs.soon(lambda: self._inputs.leave(self._number))

    def _work(self) -> None:
        """From now on the client waits for an answer, but not for ever."""
        began_s = self._works_since_s = self._kernel.now_s

        def look(_: object) -> None:
            if self._works_since_s == began_s and not self._channel.is_waiting_for_input and self._client.open:
                give_up(self._client, f"`dscli {' '.join(masked(self._argv))}`")

        when(self._kernel.after(PATIENCE_S), look)

    def _fetch(self) -> None:
        if self._to_fetch:
            self._client.want_file(self._argv[self._to_fetch[0]])
        else:
            self._work()
            self._number = self._inputs.begin_dscli(self._host, self._argv, self._channel, self._files)

    def _hear(self, kind: bytes, payload: bytes) -> None:
        if kind == b"F" and self._to_fetch:
            path, _, content = payload.partition(b"\0")
            whole = self._argv[self._to_fetch.pop(0)] = path.decode("utf-8", "replace")
            self._files.texts[whole] = content[1:].decode("utf-8", "replace") if content[:1] == b"+" else None
            self._fetch()
        elif kind == b"I":
            self._typed.append(payload)
            self._typed_bytes += len(payload) + 1
            self._has_asked = False
            if self._typed_bytes > MAX_TYPED_BYTES:
                self._client.hang_up()
            else:
                self._feed()
        elif kind == b"E":
            self._has_ended_input = True
            self._feed()

    def _wait(self) -> None:
        """The program waits for a line: what is there for it is an input, and the rest is asked for."""
        if self._typed or self._has_ended_input:
            self._inputs.soon(self._feed)
        else:
            self._feed()

    def _feed(self) -> None:
        """Give the program the next line if it waits for one and its answers are being read."""
        if not self._channel.is_waiting_for_input or len(self._client.unread) > HIGH_WATER_BYTES:
            return
        if self._typed:
            line = self._typed.popleft()
            self._typed_bytes -= len(line) + 1
            self._work()
            self._inputs.type_line(self._number, line.decode("utf-8", "replace"))
        elif self._has_ended_input:
            self._work()
            self._inputs.end_input(self._number)
        elif not self._has_asked:
            self._has_asked = True
            self._client.want_line(secret=self._is_asking_a_secret)

    def _write(self, text: str) -> None:
        self._channel.output = ""  # it is not asked for again, and a session may last for days
        self._is_asking_a_secret = text.endswith(ASK_PASSWORD)
        self._client.say(text)


def give_up(client: ProgramClient, what: str) -> None:
    """End a program whose answer does not come."""
    client.complain(f"waited {duration(PATIENCE_S)} of simulated time for the answer to {what}: it does not come\n")
    client.end(REFUSED)


class SingleAnswerSession:
    """A program that says one thing when something has happened: a VCS command, a sleep."""

    is_control = False

    def __init__(self, kernel: Kernel, client: ProgramClient, event: simpy.Event, patience_s: float) -> None:
        self._event = event
        self._until_s = kernel.now_s + patience_s
        client.on_frame = lambda _kind, _payload: None

    def hurries(self, now_s: float) -> bool:
        """Until it has answered."""
        return not self._event.processed and now_s < self._until_s

    def leave(self) -> None:
        """The client is gone; a VCS command once given is not taken back."""


def vcs_command(
    kernel: Kernel, client: ProgramClient, argv: Sequence[str], event: simpy.Event, *, is_stream: bool = False
) -> SingleAnswerSession:
    """A VCS command that was given to an engine. The reader of a stream does not wait: no time passes for it alone."""

    def answer(event: simpy.Event) -> None:
        result = cast(HaResult, event.value)
        client.say(result.stdout)
        client.complain(result.stderr)
        client.end(result.exit_code)

    def look(_: object) -> None:
        if not event.processed and client.open and not is_stream:
            give_up(client, f"`{' '.join(masked(argv))}`")

    session = SingleAnswerSession(kernel, client, event, 0.0 if is_stream else PATIENCE_S)
    when(event, answer)
    if not event.processed:
        when(kernel.after(PATIENCE_S), look)
    return session


def sleep(kernel: Kernel, client: ProgramClient, duration_s: float) -> SingleAnswerSession:
    """Nothing, for so long."""
    event = kernel.after(duration_s)
    session = SingleAnswerSession(kernel, client, event, duration_s + 1.0)
    when(event, lambda _: client.end(0))
    return session


def interval_s(words: Iterable[str]) -> float:
    """What `sleep` was asked for, in seconds. Raises RefusedError."""
    matches = [INTERVAL.fullmatch(word) for word in words]
    total_s = sum(float(match[1]) * UNIT_S[match[2]] for match in matches if match)
    if not matches or None in matches or total_s > MAX_SLEEP_S:
        raise ProgramRefusedError("say how long: NUMBER[smhd]..., at most 30 days in all")
    return total_s
