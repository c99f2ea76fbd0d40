"""`mirrordrill rehearse --attach DIR`: the instructor's shell, with completion from the step library.

Rule 1: the shell knows nothing of the world: it sends lines, and prints what comes back.
Rule 2: without a terminal it reads lines from standard input, prints the answers, and ends with exit code 2 if one of
them was refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

import msgspec
import typer

from mirrordrill.drills.rehearse.shell.protocol import FOLDER, PROGRAM, SOCKET, ShellMessage, ShellState, person
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.simulator.bridge.programs.lookalike import PIECE_BYTES, frame, frames, script
from mirrordrill.simulator.config.loader import Unreadable, read_text
from mirrordrill.simulator.kernel.untrusted import LONGEST_PATH, visible, visible_lines


class NoRehearsalError(Exception):
    """No rehearsal answers there; the text says what to do."""


def attach_words(folder: Path) -> ExitCode:
    """What `--attach` does. Raises BadParameter where no rehearsal runs there."""
    try:
        return attach(folder)
    except NoRehearsalError as wrong:
        raise typer.BadParameter(str(wrong), param_hint="--attach") from None
    except ServerDiedError as wrong:
        typer.echo(f"mirrordrill rehearse: {visible(str(wrong))}", err=True)
        return ExitCode.HARNESS


class ServerDiedError(Exception):
    """The server was there and is no more, and it did not say that the rehearsal ends."""


def died(folder: Path, line: str) -> str:
    """What to do when the server is gone in the middle."""
    doubt = f"; whether `{line.strip()}` was carried out, its last lines say" if line.strip() else ""
    return (
        f"the server of this rehearsal has died (killed, or its machine gave way): {folder / FOLDER} is complete up to "
        f"the last event{doubt}. `mirrordrill rehearse --resume {folder}` continues it"
    )


def connect(folder: Path) -> socket.socket:
    """The rehearsal that runs in the folder. Raises NoRehearsalError where none answers."""
    try:
        where = read_text(folder / FOLDER / SOCKET, LONGEST_PATH).strip()
    except Unreadable:
        raise NoRehearsalError(f"{folder} holds no rehearsal") from None
    peer = socket.socket(socket.AF_UNIX)
    try:
        peer.connect(where)
        peer.sendall(frame(b"H", "\0".join((PROGRAM, script(), "", person())).encode()))
    except (OSError, ValueError):
        peer.close()
        raise NoRehearsalError(
            f"no rehearsal runs in {folder} any more; `mirrordrill rehearse --resume {folder}` continues it"
        ) from None
    return peer


def messages(heard: bytearray) -> Iterator[ShellMessage]:
    """What was heard, whole messages only."""
    for kind, payload in frames(heard):
        if kind == b"O":
            try:
                yield msgspec.json.decode(payload, type=ShellMessage)
            except msgspec.DecodeError as wrong:
                raise NoRehearsalError(f"what answers there is no rehearsal of this version: {wrong}") from None


def show(text: str) -> None:
    """Print a line, above the prompt where there is one."""
    sys.stdout.write(f"{visible_lines(text)}\n")
    sys.stdout.flush()


def prompt(state: ShellState) -> str:
    """`SIMULATED rdc main 00:12:03 stopped> `."""
    parts = ["SIMULATED", state.site, state.branch, state.clock, *(["stopped"] if state.is_stopped else [])]
    return f"{' '.join(parts)}> "


def attach_pipe(folder: Path, lines: Iterable[str], out: TextIO) -> ExitCode:
    """Send lines and print the answers. Raises NoRehearsalError, ServerDiedError for the first line without one."""
    code = ExitCode.HELD
    with contextlib.closing(connect(folder)) as peer:
        answers = _answers(peer)
        for line in lines:
            try:
                with contextlib.suppress(BrokenPipeError):  # what it said last can still be read
                    peer.sendall(frame(b"I", line.rstrip("\n").encode("utf-8", "surrogateescape")))
                answer = next(answers, None)
            except OSError:
                raise ServerDiedError(died(folder, line)) from None
            if answer is None:
                raise ServerDiedError(died(folder, line))
            if answer.answer is None:
                raise NoRehearsalError(f"the rehearsal has ended; `{line.strip()}` and what follows it was not done")
            if answer.answer:
                out.write(f"{visible_lines(answer.answer)}\n")
                out.flush()
            code = code if answer.is_good else ExitCode.USAGE
    return code


def _answers(peer: socket.socket) -> Iterator[ShellMessage]:
    """The answers, and that the rehearsal ends, as they come. Raises OSError."""
    heard = bytearray()
    while data := peer.recv(PIECE_BYTES):
        heard += data
        yield from (each for each in messages(heard) if each.answer is not None or each.is_over)


def attach(folder: Path) -> ExitCode:
    """The shell at a terminal, or at a pipe. Raises NoRehearsalError where no rehearsal runs there."""
    if not sys.stdin.isatty():
        return attach_pipe(folder, sys.stdin, sys.stdout)
    return asyncio.run(_attach_terminal(folder))


async def _attach_terminal(folder: Path) -> ExitCode:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import FuzzyCompleter, WordCompleter
    from prompt_toolkit.patch_stdout import patch_stdout

    from mirrordrill.drills.steps.library import load_shipped

    load_shipped()
    peer = connect(folder)
    peer.setblocking(False)  # noqa: FBT003 - the library takes it by position only
    shell = TerminalShell(peer, folder)
    await shell.first_message()
    completer = FuzzyCompleter(WordCompleter(list(shell.sentences()), sentence=True))
    session: PromptSession[str] = PromptSession(completer=completer, complete_while_typing=True)
    show(f"SIMULATED  {shell.state.site}. `help` lists commands; every step of a feature can be typed.")
    with patch_stdout():
        hearing = asyncio.create_task(shell.hear(session.app.invalidate))
        try:
            while not shell.is_over:
                line = await session.prompt_async(lambda: prompt(shell.state), refresh_interval=1.0)
                await shell.ask(line)
        except (EOFError, KeyboardInterrupt):
            pass
        finally:
            hearing.cancel()
            peer.close()
    return ExitCode.HARNESS if shell.has_died else ExitCode.HELD


class TerminalShell:
    """The connection of a shell at a terminal."""

    def __init__(self, peer: socket.socket, folder: Path) -> None:
        self.is_over = False
        self.has_died = False
        """Whether the server was gone before it said that the rehearsal ends."""
        self._folder = folder
        self._line = ""
        self.state = ShellState("", "", "", is_stopped=False, why="", gates=())
        self._names: dict[str, tuple[str, ...]] = {}
        self._peer = peer
        self._heard = bytearray()
        self._answered = asyncio.Event()

    async def first_message(self) -> None:
        """Wait until the rehearsal has said what there is."""
        while not self.state.site and not self.is_over:
            await self._hear_once()

    async def hear(self, redraw: Callable[[], None]) -> None:
        """Print what happens, for as long as the rehearsal runs."""
        while not self.is_over:
            await self._hear_once()
            redraw()
        show(died(self._folder, self._line) if self.has_died else "the rehearsal has ended")

    async def ask(self, line: str) -> None:
        """Send a line, and wait for its answer."""
        if not line.strip() or self.is_over:
            return
        self._answered.clear()
        self._line = line
        with contextlib.suppress(OSError):  # who hears is told that it is gone
            await asyncio.get_running_loop().sock_sendall(self._peer, frame(b"I", line.encode()))
        await self._answered.wait()
        self._line = ""

    def sentences(self) -> Iterator[str]:
        """What can be typed: commands, and the example of each step with each name of the site in its place."""
        from mirrordrill.drills.rehearse.replay import sayable_steps
        from mirrordrill.drills.rehearse.shell.commands import COMMANDS

        yield from (row.usage.split(" ")[0] for row in COMMANDS.values())
        for entry in sayable_steps():
            if entry.takes_table:
                continue
            values = entry.sentence.values(entry.example) or {}
            named = [(place, kind.removesuffix("s")) for place, kind in entry.sentence.places.items()]
            one = [(place, kind) for place, kind in named if kind in self._names]
            if not one:
                yield entry.example
                continue
            place, kind = one[0]
            yield from (entry.sentence.filled({**values, place: name}) for name in self._names[kind])

    async def _hear_once(self) -> None:
        try:
            data = await asyncio.get_running_loop().sock_recv(self._peer, PIECE_BYTES)
        except OSError:
            data = b""
        if not data:
            self.is_over = self.has_died = True
            self._answered.set()
            return
        self._heard += data
        for message in messages(self._heard):
            self._take(message)

    def _take(self, message: ShellMessage) -> None:
        self.state = message.state
        if message.is_over:
            self.is_over = True
            self._answered.set()
        self._names = message.names or self._names
        if message.story:
            show(message.story)
        if message.answer is not None:
            show(message.answer)
            self._answered.set()
