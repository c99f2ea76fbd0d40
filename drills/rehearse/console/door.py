"""Where the console listens, and whom it lets in: one address for each role, with a token that only it has.

Rule 1: without TLS the console listens on loopback only.
Rule 2: a token is in the address that is printed, and nowhere else: not in a log, not in a recording.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Generator, Iterator
from pathlib import Path

import uvicorn

from mirrordrill.drills.cli.ending import tell
from mirrordrill.drills.rehearse.console.connections import BoundedProtocol, Complaints
from mirrordrill.drills.rehearse.console.unexpected import Guarded
from mirrordrill.drills.rehearse.rehearsal import Rehearsal
from mirrordrill.drills.rehearse.roles import Role, roles_of
from mirrordrill.drills.rehearse.server import RehearsalServer
from mirrordrill.simulator.bridge.served.installation import Installation

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - asked for by name, and with TLS only
TOKEN_BYTES = 24
WAITING = 128
"""Connections that may wait: the first pages come while the server starts."""

FREE = "; without --port it takes one that is free"


class PortError(Exception):
    """The console cannot listen there; the text says why."""


class ConsoleDoor:
    """The console's address and tokens. Raises PortError."""

    def __init__(self, bind: str, port: int, tls: tuple[Path, Path] | None) -> None:
        if bind not in LOOPBACK and tls is None:
            raise PortError(f"{bind} can be reached by others: it needs --tls-cert and --tls-key")
        self._tls = tls
        family = socket.AF_INET6 if ":" in bind else socket.AF_INET
        self._listener = socket.socket(family)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind((bind, port))
            self._listener.listen(WAITING)
        except OSError as error:
            self._listener.close()
            raise PortError(
                f"the console cannot listen at {bind} port {port}: {error.strerror}{FREE if port else ''}"
            ) from None
        self.host, self.port = bind, int(self._listener.getsockname()[1])
        self.tokens: dict[str, Role] = {}
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:8017`."""
        named = socket.gethostname() if self.host in EVERYWHERE else self.host
        host = f"[{named}]" if ":" in named else named
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    async def open(self, rehearsal: Rehearsal, server: RehearsalServer, installation: Installation) -> None:
        """Let people in."""
        from mirrordrill.drills.rehearse.console.app import ConsoleApp

        self.tokens = {secrets.token_urlsafe(TOKEN_BYTES): role for role in roles_of(rehearsal.stage.world.site)}
        app = ConsoleApp(rehearsal, server, installation, self.tokens, self.origin)
        complaints = Complaints(tell)
        guarded = Guarded(app.starlette, complaints.hear)
        certificate, key = self._tls or (None, None)
        config = uvicorn.Config(
            guarded, log_level="critical", access_log=False, lifespan="off", server_header=False, date_header=False,
            timeout_graceful_shutdown=1, http=BoundedProtocol, ssl_certfile=certificate, ssl_keyfile=key,
        )  # fmt: skip
        asyncio.get_running_loop().set_exception_handler(complaints)
        self._server = _QuietServer(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        rehearsal.watch.on_over.append(app.end)

    async def close(self) -> None:
        """End every connection, and listen no more."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
        self._listener.close()

    def directions(self) -> Iterator[str]:
        """The addresses, one for each role."""
        yield "In a browser, one address for each role (the person who has it, has the role):"
        for token, role in self.tokens.items():
            yield f"  {role.title:<24} {self.origin}/enter/{token}"


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to the rehearsal."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """None of its own."""
        yield
