"""The console keeps no connection that says nothing, and no more of them than there is room for."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from mirrordrill.drills.rehearse.console import connections
from mirrordrill.drills.rehearse.console.connections import NO_DESCRIPTOR, BoundedProtocol, Complaints

SHORT_S = 0.2
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def slow_app(scope: Any, _receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    """It answers after twice the time that a request may take."""
    await asyncio.sleep(2 * SHORT_S if scope["path"] == "/slow" else 0)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


class Short(BoundedProtocol):
    """With little patience."""

    request_s = SHORT_S


async def heard(port: int, *parts: bytes, pause_s: float = 0.0) -> bytes:
    """What is said to a client that sends these parts, until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_s)
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


def with_server(talk: Callable[[int], Awaitable[Any]]) -> Any:
    """What a talk with a server of these connections came to."""

    async def run() -> Any:
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(slow_app, log_level="critical", lifespan="off", http=Short, timeout_keep_alive=1)
        server = uvicorn.Server(config)
        server.capture_signals = connections_of_others  # type: ignore[method-assign]
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            return await talk(listener.getsockname()[1])
        finally:
            server.should_exit = True
            await task

    return asyncio.run(run())


class connections_of_others:
    """Signals are pytest's."""

    def __enter__(self) -> None:
        """Nothing."""

    def __exit__(self, *_: object) -> None:
        """Nothing."""


def test_a_connection_that_says_nothing_or_half_a_request_is_closed() -> None:
    """A slow loris is gone after its time; a request that takes long to answer is answered."""

    async def talk(port: int) -> list[bytes]:
        drops = [REQUEST[at : at + 1] for at in range(len(REQUEST) - 2)]
        said = [heard(port), heard(port, REQUEST[:9]), heard(port, *drops, pause_s=SHORT_S / 8)]
        again = heard(port, REQUEST, REQUEST[:9], pause_s=0.05)
        return await asyncio.gather(*said, heard(port, REQUEST.replace(b"/ ", b"/slow ", 1)), again)

    silent, half, drops, slow, again = with_server(talk)
    assert (silent, half, drops) == (b"", b"", b"")
    assert slow.endswith(b"ok")
    assert again.count(b"ok") == 1


def test_what_is_more_than_there_is_room_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are there go on."""
    monkeypatch.setattr(Short, "most", staticmethod(lambda: 2))

    async def talk(port: int) -> list[bytes]:
        first = asyncio.create_task(heard(port, REQUEST.replace(b"/ ", b"/slow ", 1)))
        second = asyncio.create_task(heard(port, REQUEST.replace(b"/ ", b"/slow ", 1)))
        await asyncio.sleep(0.05)
        third = await heard(port, REQUEST)
        return [await first, await second, third]

    first, second, third = with_server(talk)
    assert first.endswith(b"ok")
    assert second.endswith(b"ok")
    assert third.startswith(b"HTTP/1.1 503")
    assert b"no room for another connection" in third


@pytest.mark.parametrize(("descriptors", "most"), [(-1, 400), (256, 85), (1024, 341), (100_000, 400), (2, 1)])
def test_there_is_room_for_others_than_pages(descriptors: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of all descriptors, and never more than 400."""
    monkeypatch.setattr(connections.resource, "getrlimit", lambda _: (descriptors, descriptors))
    assert connections.most_connections() == most


def test_what_goes_wrong_in_a_connection_is_one_sentence_and_told_once() -> None:
    """asyncio printed a traceback each second where no descriptor was left."""
    told: list[str] = []
    complain = Complaints(told.append)
    full = {"message": "socket.accept() out of system resource", "exception": OSError(errno.EMFILE, "Too many")}
    with asyncio.Runner() as runner:
        for context in (full, full, {"message": "x", "exception": ValueError("odd")}, {"message": "only words"}):
            complain(runner.get_loop(), context)
    assert told[0] == NO_DESCRIPTOR
    assert "ValueError: odd" in told[1]
    assert told[2:] == ["only words"]
