"""Connections of the console: none of them is kept that says nothing, and there are no more than there is room for.

A browser that went to sleep, a port scanner, or a person with a grudge may hold connections open. Each takes one of the
descriptors that the hosts' programs, the instructor's shells and the recording need.

Rule 1: a request comes as a whole within its time, or the connection is closed.
Rule 2: what is more than there is room for is told so, and closed; those that are there go on.
Rule 3: where no descriptor is left all the same, that is one sentence, once.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from mirrordrill.drills.output.faults import sentence_of

REQUEST_S = 10.0
"""Real time for the head of a request: a page on a bad line needs one."""
MOST_CONNECTIONS = 400
PART = 3
"""Of all descriptors that a process may have, the console takes one of so many."""
NO_ROOM = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
    b"The console has no room for another connection. Close pages that are not needed.\n"
)
NO_DESCRIPTOR = "the console has no file descriptor left for another page; start it with a higher `ulimit -n`"


def most_connections() -> int:
    """How many there may be at a time."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if descriptors < 0 else max(1, min(MOST_CONNECTIONS, descriptors // PART))


class BoundedProtocol(H11Protocol):
    """HTTP, with the two bounds."""

    request_s = REQUEST_S
    most = staticmethod(most_connections)
    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Let it in, if there is room."""
        super().connection_made(transport)
        if len(self.connections) > self.most():
            transport.write(NO_ROOM)
            transport.close()
            return
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """What was heard may be a whole request, or the beginning of another one."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._calm()
        elif self._hurry is None:
            self._await_request()

    def on_response_complete(self) -> None:
        """uvicorn waits for the next request for a while; from its first byte on it is waited for here."""
        super().on_response_complete()
        self._calm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for."""
        self._calm()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        self._hurry = self.loop.call_later(self.request_s, self.transport.abort)

    def _calm(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None


class Complaints:
    """What goes wrong in connections, each told in one sentence and once; asyncio would print tracebacks."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: set[str] = set()

    def __call__(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Hear of it."""
        fault = context.get("exception")
        said = NO_DESCRIPTOR if isinstance(fault, OSError) and "accept" in context["message"] else context["message"]
        if isinstance(fault, BaseException) and said is not NO_DESCRIPTOR:
            said = sentence_of(fault)
        self._say(said)

    def hear(self, fault: Exception) -> None:
        """Hear of a fault of ours in the application."""
        self._say(sentence_of(fault))

    def _say(self, said: str) -> None:
        if said not in self._told:
            self._told.add(said)
            self._tell(said)
