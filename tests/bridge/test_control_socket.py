"""The control_socket holds simulated time back while real processes compute, and never hangs."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from mirrordrill.simulator.bridge.processes import control_socket as gate_module
from mirrordrill.simulator.bridge.processes.control_socket import ControlSocket, HarnessFaultError, ProgramConnection
from mirrordrill.simulator.bridge.programs.lookalike import frame


class Callers:
    def __init__(self) -> None:
        self.said: list[list[str]] = []

    def hello(self, _connection: ProgramConnection, fields: list[str]) -> None:
        self.said.append(fields)


def call(path: Path, data: bytes) -> socket.socket:
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    caller.connect(str(path))
    caller.sendall(data)
    return caller


def test_who_calls_is_heard_only_while_somebody_listens(tmp_path: Path) -> None:
    """A message waits in the socket until time stands still."""
    callers = Callers()
    control_socket = ControlSocket(tmp_path / "socket", callers.hello)
    caller = call(control_socket.path, frame(b"H", b"dscli\0\0hosta\0lspprc"))
    assert callers.said == []
    control_socket.run_until(lambda: bool(callers.said), "nobody")
    assert callers.said == [["dscli", "", "hosta", "lspprc"]]
    caller.close()
    control_socket.close()


def test_a_process_that_computes_for_ever_ends_the_run_with_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hang would be worse than any verdict."""
    monkeypatch.setattr(gate_module, "PATIENCE_S", 0.05)
    control_socket = ControlSocket(tmp_path / "socket", Callers().hello)
    with pytest.raises(HarnessFaultError, match="online of ora_mmir has been computing"):
        control_socket.run_until(lambda: False, "online of ora_mmir")
    control_socket.close()


def test_the_end_of_a_process_is_noticed_by_its_pipe(tmp_path: Path) -> None:
    """When the last holder of the write end is gone, whoever waits is told."""
    control_socket = ControlSocket(tmp_path / "socket", Callers().hello)
    heard, held = os.pipe()
    ended: list[bool] = []
    control_socket.watch_end(heard, lambda: ended.append(True))
    os.close(held)
    control_socket.run_until(lambda: bool(ended), "nobody")
    assert ended == [True]
    control_socket.close()
