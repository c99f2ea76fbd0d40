"""Connections of untrusted programs over a Unix socket.

Every program that may open the socket can connect: look-alikes in a shell, a hundred at once, and anything else that
can connect. A client may say nothing, say garbage, stop reading or vanish in the middle of a word; none of that may
hurt another client, hold the simulator up or make it grow.

Rule 1: nothing here blocks but `ClientConnections.wait`, and that only as long as it is told to.
Rule 2: what a client can make us remember is bounded: the frame it is sending, the lines it has typed ahead, the
answers it has not read. Beyond the bound we hang up.
Rule 3: a client that there is no file descriptor for is told so and turned away; no client waits for what never comes.
Rule 4: a client has said hello within HELLO_S, and has read its last answer within FAREWELL_S of its last sign of
life. In between it may take its time: a person may be at the other end.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import selectors
import socket
from collections.abc import Callable
from pathlib import Path

from mirrordrill.simulator.bridge.programs.lookalike import PIECE_BYTES, frame, frames

MAX_CONNECTIONS = 400
"""More than these wait in the queue of the socket until one is done; below the usual limit of 1024 open files."""
RESERVED_DESCRIPTORS = 48
"""For logs, agents that run as processes and the simulator itself: clients do not get these."""
MIN_CONNECTIONS = 4
NO_DESCRIPTOR = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})
TURNED_AWAY = "the simulator has no file descriptor left for another caller; start it with a higher `ulimit -n`\n"
TURNED_AWAY_CODE = b"255"
PAUSE_S = 0.2
"""Real time for which the socket is left alone where not even a caller to be turned away can be let in."""
MAX_FRAME_BYTES = 2_000_000
"""As long as a command line can be on Linux, and twice what a look-alike hands over of a file."""
MAX_UNREAD_BYTES = 64_000_000
"""Of answers: several times a long list of all pairs of two full arrays."""
HELLO_S = 10.0
FAREWELL_S = 30.0
WAITING_CONNECTIONS = 512
HEAD_BYTES = 5


class ClientConnection:
    """One connection. What it says goes to `on_frame`; that it is gone, for whatever reason, to `on_lost`, once."""

    def __init__(self, peer: socket.socket, clients: ClientConnections, now_s: float) -> None:
        self.peer = peer
        self.on_frame: Callable[[bytes, bytes], None] = lambda _kind, _payload: None
        self.on_lost: Callable[[], None] = lambda: None
        self.on_read: Callable[[], None] = lambda: None
        """Told when the client has read everything that was said."""
        self.open = True
        self.ending = False
        self.gives_up_at_s: float | None = now_s + HELLO_S
        """When we hang up unless something happens; None while there is no hurry."""
        self.unread = bytearray()
        self._clients = clients
        self._heard = bytearray()

    def say(self, text: str) -> None:
        """Let the program print the text."""
        self._send(b"O", text.encode("utf-8", "replace"))

    def complain(self, text: str) -> None:
        """Let the program print the text on its standard error."""
        self._send(b"D", text.encode("utf-8", "replace"))

    def want_line(self, *, secret: bool) -> None:
        """Let the program read a line of its standard input, unseen if it is secret."""
        self._send(b"W", b"secret" if secret else b"")

    def want_file(self, path: str) -> None:
        """Let the program hand a file over."""
        self._send(b"R", path.encode("utf-8", "surrogateescape"))

    def keep_file(self, path: str, text: str) -> None:
        """Let the program write a file that it has handed over, or said to be missing, before."""
        self._send(b"P", f"{path}\0{text}".encode("utf-8", "surrogateescape"))

    def end(self, exit_code: int) -> None:
        """Let the program end, once it has read everything."""
        self._send_last(b"X", str(exit_code).encode())

    def end_with_script(self) -> None:
        """Let the program end as after Ctrl-C, once it has read everything, and the script that called it."""
        self._send_last(b"K", b"")

    def hang_up(self) -> None:
        """Break the connection off."""
        self._clients.drop(self)

    def hear(self) -> None:
        """Take in what there is to be heard."""
        try:
            data = self.peer.recv(PIECE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._clients.drop(self)
            return
        self._heard += data
        for kind, payload in frames(self._heard):
            if self.open and not self.ending:
                self.on_frame(kind, payload)
        if len(self._heard) >= HEAD_BYTES and int.from_bytes(self._heard[1:HEAD_BYTES], "big") > MAX_FRAME_BYTES:
            self._clients.drop(self)

    def flush(self) -> None:
        """Send as much as the socket takes now."""
        had_unread = bool(self.unread)
        try:
            while self.unread:
                del self.unread[: self.peer.send(self.unread[:PIECE_BYTES])]
        except BlockingIOError:
            pass
        except OSError:
            self._clients.drop(self)
            return
        self._clients.tend(self)
        if had_unread and not self.unread:
            self.on_read()

    def _send_last(self, kind: bytes, payload: bytes) -> None:
        self._send(kind, payload)
        self.ending = True
        self._clients.tend(self)

    def _send(self, kind: bytes, payload: bytes) -> None:
        if self.open and not self.ending:
            self.unread += frame(kind, payload)
            if len(self.unread) > MAX_UNREAD_BYTES:
                self._clients.drop(self)
            else:
                self.flush()


def capacity() -> int:
    """How many clients there are descriptors for."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(MIN_CONNECTIONS, min(MAX_CONNECTIONS, soft - RESERVED_DESCRIPTORS))


class ClientConnections:
    """All clients that have called, and the socket that they call."""

    def __init__(self, path: Path, on_hello: Callable[[ClientConnection, list[str]], None]) -> None:
        self.path = path
        self._on_hello = on_hello
        self._all: dict[ClientConnection, int] = {}
        """Each client, in the order of arrival, with what the selector watches it for."""
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(WAITING_CONNECTIONS)
        self._listener.settimeout(0.0)
        self._is_accepting = False
        self._capacity = capacity()
        self._spare: int | None = os.open(os.devnull, os.O_RDONLY)
        """Given up for a moment to let a caller in that is to be turned away."""
        self._resumes_at_s = 0.0
        self.on_turned_away: Callable[[], None] = lambda: None
        self._accept_again(0.0)
        self._bell, self._ear = socket.socketpair()
        self._bell.settimeout(0.0)
        self._selector.register(self._ear, selectors.EVENT_READ)

    def __len__(self) -> int:
        return len(self._all)

    def fileno(self) -> int:
        """What an event loop can watch: it is readable when a client wants anything."""
        return self._selector.fileno()  # epoll and kqueue have one

    @property
    def is_paused(self) -> bool:
        """Whether no caller is let in for a while."""
        return not self._is_accepting

    def wait(self, timeout_s: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait until a client has sent something, or for so long."""
        return self._selector.select(timeout_s)

    def handle(self, ready: list[tuple[selectors.SelectorKey, int]], now_s: float) -> None:
        """Hear and answer those that `wait` has found, and hang up on those whose time is over."""
        for key, mask in ready:
            client = key.data
            if key.fileobj is self._listener:
                self._accept(now_s)
            elif key.fileobj is self._ear:
                self._ear.recv(PIECE_BYTES)
            elif isinstance(client, ClientConnection):
                self._attend(client, mask)
        for client in list(self._all):
            if client.gives_up_at_s is None and client.ending:
                client.gives_up_at_s = now_s + FAREWELL_S
            elif client.gives_up_at_s is not None and client.gives_up_at_s < now_s:
                self.drop(client)
        self._accept_again(now_s)

    def wake(self) -> None:
        """End a `wait` at once; safe in a signal handler."""
        with contextlib.suppress(OSError):  # a full bell rings already
            self._bell.send(b"!")

    def tend(self, client: ClientConnection) -> None:
        """Watch the client for what it can be watched for; one that has ended and read everything is let go."""
        if not client.open:
            return
        if client.ending and not client.unread:
            self.drop(client)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.unread else 0)
        if wanted != self._all[client]:
            self._all[client] = wanted
            self._selector.modify(client.peer, wanted, client)

    def drop(self, client: ClientConnection) -> None:
        """Hang up."""
        if client.open:
            client.open = False
            del self._all[client]
            self._selector.unregister(client.peer)
            client.peer.close()
            client.on_lost()

    def close(self) -> None:
        """Hang up on all clients and stop listening."""
        for client in list(self._all):
            self.drop(client)
        self._selector.close()
        for each in (self._listener, self._bell, self._ear):
            each.close()
        if self._spare is not None:
            os.close(self._spare)
        self.path.unlink(missing_ok=True)

    def _attend(self, client: ClientConnection, mask: int) -> None:
        if client.ending:
            client.gives_up_at_s = None  # a sign of life: it gets more time
        if client.open and mask & selectors.EVENT_WRITE:
            client.flush()
        if client.open and mask & selectors.EVENT_READ:
            client.hear()

    def _accept(self, now_s: float) -> None:
        while len(self._all) < MAX_CONNECTIONS:
            try:
                peer, _ = self._listener.accept()
            except OSError as failure:  # no caller is left, or this one is gone again
                if failure.errno in NO_DESCRIPTOR:
                    self._let_one_in_without_room(now_s)
                return
            if len(self._all) >= self._capacity:
                self._turn_away(peer)
                continue
            peer.settimeout(0.0)
            client = ClientConnection(peer, self, now_s)
            client.on_frame = self._greeted_by(client)
            self._all[client] = selectors.EVENT_READ
            self._selector.register(peer, selectors.EVENT_READ, client)
        self._stop_accepting()

    def _let_one_in_without_room(self, now_s: float) -> None:
        """No descriptor is left: the spare one serves to turn a caller away; without it the socket rests a while."""
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None
            with contextlib.suppress(OSError):
                self._turn_away(self._listener.accept()[0])
        try:
            self._spare = os.open(os.devnull, os.O_RDONLY)
        except OSError:
            self._resumes_at_s = now_s + PAUSE_S
            self._stop_accepting()

    def _turn_away(self, peer: socket.socket) -> None:
        """Tell a caller why, and hang up; one that does not listen is not waited for."""
        peer.settimeout(0.0)
        with contextlib.suppress(OSError):
            peer.send(frame(b"D", TURNED_AWAY.encode()) + frame(b"X", TURNED_AWAY_CODE))
        peer.close()
        self.on_turned_away()

    def _stop_accepting(self) -> None:
        self._selector.unregister(self._listener)
        self._is_accepting = False

    def _accept_again(self, now_s: float) -> None:
        if not self._is_accepting and len(self._all) < MAX_CONNECTIONS and now_s >= self._resumes_at_s:
            self._selector.register(self._listener, selectors.EVENT_READ)
            self._is_accepting = True

    def _greeted_by(self, client: ClientConnection) -> Callable[[bytes, bytes], None]:
        def hello(kind: bytes, payload: bytes) -> None:
            if kind != b"H":
                self.drop(client)
                return
            client.gives_up_at_s = None
            self._on_hello(client, payload.decode("utf-8", "replace").split("\0"))

        return hello
