"""With fewer file descriptors than callers, a served site answers those that it has room for, and tells the others."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrordrill.simulator.bridge.programs.lookalike import frames
from mirrordrill.simulator.bridge.served import client_connections
from mirrordrill.simulator.bridge.served.client_connections import TURNED_AWAY, ClientConnections
from tests.serve.served import READY


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClientConnections]:
    """Room for two."""
    monkeypatch.setattr(client_connections, "capacity", lambda: 2)
    clients = ClientConnections(tmp_path / "s", lambda _client, _fields: None)
    yield clients
    clients.close()


def callers(clients: ClientConnections, count: int) -> list[socket.socket]:
    found = [socket.socket(socket.AF_UNIX) for _ in range(count)]
    for each in found:
        each.settimeout(5)
        each.connect(str(clients.path))
    return found


def heard(caller: socket.socket) -> list[tuple[bytes, bytes]]:
    data = bytearray()
    while piece := caller.recv(4096):
        data += piece
    return frames(data)


def test_those_without_room_are_told_and_hung_up_on(few: ClientConnections) -> None:
    """The others stay, and when one of them goes there is room again."""
    turned_away: list[int] = []
    few.on_turned_away = lambda: turned_away.append(1)
    first, second, *others = callers(few, 5)
    few.handle(few.wait(1), 0.0)
    assert len(few) == 2
    assert len(turned_away) == 3
    assert {tuple(heard(each)) for each in others} == {((b"D", TURNED_AWAY.encode()), (b"X", b"255"))}
    first.close()
    few.handle(few.wait(1), 0.0)
    (third,) = callers(few, 1)
    few.handle(few.wait(1), 0.0)
    assert len(few) == 2
    for each in (second, third, *others):
        each.close()


def test_without_any_descriptor_it_neither_spins_nor_forgets(
    few: ClientConnections, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The spare descriptor lets one caller in to be told; where there is none, the socket rests."""
    (caller,) = callers(few, 1)
    monkeypatch.setattr(few, "_listener", Reluctant(few._listener))
    few._accept(0.0)
    assert heard(caller)[0] == (b"D", TURNED_AWAY.encode())
    assert len(few) == 0
    caller.close()


class Reluctant:
    """A listener that has no descriptor for the first that calls."""

    def __init__(self, listener: socket.socket) -> None:
        self._socket = listener
        self._refusals = 1

    def accept(self) -> tuple[socket.socket, object]:
        if self._refusals:
            self._refusals -= 1
            raise OSError(errno.EMFILE, "too many")
        return self._socket.accept()

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="counts processor time in Linux's /proc")
def test_a_site_with_few_descriptors_answers_and_says_whom_it_turned_away(tmp_path: Path) -> None:
    """`ulimit -n 60`, and thirty callers that say nothing: it rests, answers who is in, and goes on."""
    command = [sys.executable, "-m", "mirrordrill", "serve", "--dir", str(tmp_path / "site")]
    site = subprocess.Popen(
        ["sh", "-c", 'ulimit -n 60 && exec "$@"', "sh", *command], stdout=subprocess.PIPE, text=True
    )
    assert site.stdout is not None
    while (line := site.stdout.readline()) and not line.startswith(READY):
        pass
    program = tmp_path / "site" / "hosts" / "hosta" / "bin" / "hastatus"
    path = next(line.split("'")[1] for line in program.read_text().splitlines() if line.startswith("SOCKET = '"))
    found = [socket.socket(socket.AF_UNIX) for _ in range(30)]
    for each in found:
        each.settimeout(10)
        each.connect(path)
    told = [frames(bytearray(each.recv(4096))) for each in found[20:]]
    before = processor_ticks(site.pid)
    time.sleep(0.5)
    assert processor_ticks(site.pid) - before < 25, "it spins"
    for each in found:
        each.close()
    answer = subprocess.run([program, "-sum"], capture_output=True, text=True, check=False)
    site.terminate()
    printed = site.communicate(timeout=30)[0]
    assert {each[0] for each in told} == {(b"D", TURNED_AWAY.encode())}
    assert "hosta" in answer.stdout
    assert "away: no file descriptor is left (`ulimit -n`)" in printed
    assert site.returncode == 0


def processor_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
