"""The Unix socket over which look-alike programs of a simulated host reach the simulator.

While a real process computes, simulated time must not pass: the simulator stays in `run_until` and handles messages
until the process is blocked. This module does not interpret the messages.

Rule 1: messages are handled in the order in which they arrive, and only inside `run_until`.
Rule 2: a process that computes longer than PATIENCE_S of real time is a fault of the harness or of the script under
test; the run ends with a message instead of hanging.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import time
from collections.abc import Callable
from pathlib import Path

from mirrordrill.simulator.bridge.programs.lookalike import frame, frames

PATIENCE_S = 60.0
LOOK_S = 0.01
"""How often the condition is looked at while no message arrives."""


class HarnessFaultError(Exception):
    """The harness cannot go on; the run says nothing about the agent."""


class ProgramConnection:
    """The connection of one look-alike program."""

    def __init__(self, peer: socket.socket) -> None:
        self.socket = peer
        self.open = True
        self.heard = bytearray()
        self._unanswered = 0
        self._is_ended = False
        self.on_frame: Callable[[bytes, bytes], None] = lambda _kind, _payload: None
        self.on_lost: Callable[[], None] = lambda: None

    def say(self, text: str) -> None:
        """Let the program print the text."""
        self._send(frame(b"O", text.encode()))

    def complain(self, text: str) -> None:
        """Let the program print the text on its standard error."""
        self._send(frame(b"D", text.encode()))

    def want_line(self) -> None:
        """Let the program read a line of its standard input."""
        self._send(frame(b"W", b""))

    def end(self, exit_code: int) -> None:
        """Let the program end."""
        self._is_ended = True
        self._send(frame(b"X", str(exit_code).encode()))

    def sync(self) -> None:
        """Ask whether everything that was said has been passed on; `is_in_step` tells when it has."""
        self._unanswered += 1
        self._send(frame(b"S", b""))

    def synced(self) -> None:
        """It has."""
        self._unanswered -= 1

    def is_in_step(self) -> bool:
        """Whether the program has passed on what it was told, and has gone if it was told to."""
        return not self.open or (not self._unanswered and not self._is_ended)

    def _send(self, data: bytes) -> None:
        if self.open:
            with contextlib.suppress(OSError):  # a program that is gone hears nothing; its end is noticed in run_until
                self.socket.sendall(data)


class ControlSocket:
    """The listening socket of one simulated world."""

    def __init__(self, path: Path, on_hello: Callable[[ProgramConnection, list[str]], None]) -> None:
        self.path = path
        self._on_hello = on_hello
        self._selector = selectors.DefaultSelector()
        self._connections: set[ProgramConnection] = set()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(128)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def watch_end(self, descriptor: int, on_end: Callable[[], None]) -> None:
        """Call back, inside `run_until`, when every writer of the pipe has closed it. Takes the descriptor over."""

        def ended() -> None:
            self._selector.unregister(descriptor)
            os.close(descriptor)
            on_end()

        self._selector.register(descriptor, selectors.EVENT_READ, ended)

    def run_until(self, until: Callable[[], bool], what: str, patience_s: float | None = None) -> bool:
        """Handle messages, in real time, until the condition holds; False where patience was given and is at its end.

        Raises HarnessFaultError where none was given and PATIENCE_S are over.
        """
        gives_up_at = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s)
        while not until():
            for key, _ in self._selector.select(LOOK_S):
                key.data()
            if time.monotonic() > gives_up_at and not until():
                if patience_s is not None:
                    return False
                raise HarnessFaultError(
                    f"{what} has been computing for {PATIENCE_S:.0f} s of real time and does not end"
                )
        return True

    def drop(self, connection: ProgramConnection) -> None:
        """Close the connection of a program."""
        if connection.open:
            connection.open = False
            self._connections.discard(connection)
            self._selector.unregister(connection.socket)
            connection.socket.close()

    def close(self) -> None:
        """Close all connections and stop listening."""
        for connection in list(self._connections):
            self.drop(connection)
        self._listener.close()
        self._selector.close()

    def _accept(self) -> None:
        peer, _ = self._listener.accept()
        connection = ProgramConnection(peer)
        connection.on_frame = lambda _kind, payload: self._hello(connection, payload)
        self._connections.add(connection)
        self._selector.register(peer, selectors.EVENT_READ, lambda: self._receive(connection))

    def _hello(self, connection: ProgramConnection, payload: bytes) -> None:
        self._on_hello(connection, payload.decode("utf-8", "replace").split("\0"))

    def _receive(self, connection: ProgramConnection) -> None:
        try:
            data = connection.socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            self.drop(connection)
            connection.on_lost()
            return
        connection.heard += data
        for kind, payload in frames(connection.heard):
            if kind == b"S":
                connection.synced()
            else:
                connection.on_frame(kind, payload)
