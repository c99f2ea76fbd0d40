"""`mirrordrill` and `pytest` in processes of their own that wait for no interpreter (`command_server.py`)."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tests import command_server

HAS_SERVER = hasattr(os, "pidfd_open")
"""Elsewhere each command is an interpreter of its own."""
PATIENCE_S = 120.0
"""Real time that a command may take."""


@functools.cache
def requests() -> socket.socket:
    """Where the server of this process hears requests; it ends with this process."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        command = [sys.executable, "-P", command_server.__file__, str(its.fileno())]
        process = subprocess.Popen(
            command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

    def end() -> None:
        ours.close()
        process.wait(timeout=10)

    atexit.register(end)
    return ours


class Started:
    """A command under way. `words` begin with `mirrordrill` or with `pytest`; the latter has no generator of code."""

    def __init__(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], streams: tuple[int, int, int]
    ) -> None:
        self.returncode: int | None = None
        request = json.dumps({"words": words, "folder": str(folder), "environment": dict(environment)}).encode()
        self._answers, its = socket.socketpair()
        with its:
            socket.send_fds(requests(), [request], [*streams, its.fileno()])
        self._told = self._answers.makefile()
        self.pid = int(self._told.readline())

    def wait(self, timeout: float) -> int:
        """Its exit code. Raises TimeoutError for a command that takes longer, and kills it."""
        if self.returncode is None:
            self._answers.settimeout(timeout)
            try:
                self.returncode = int(self._told.readline())
            except TimeoutError:
                self.send_signal(signal.SIGKILL)
                raise
            finally:
                self._told.close()
                self._answers.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """As an operator's `kill`."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def mirrordrill(
    *words: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    output: IO[str] | None = None,
    typed: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run the command, which may have another output; whatever comes of it, nobody may see a traceback."""
    done = command("mirrordrill", *words, folder=folder, environment=environment, output=output, typed=typed)
    assert "Traceback" not in (done.stdout or "") + done.stderr
    return done


def command(
    *words: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    output: IO[str] | None = None,
    typed: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run `mirrordrill` or `pytest`."""
    text = [str(word) for word in words]
    chosen = {**os.environ, "COLUMNS": "200"} if environment is None else dict(environment)
    if not HAS_SERVER:
        return subprocess.run(
            [sys.executable, "-m", *text],
            cwd=folder,
            env=chosen,
            input=typed,
            stdout=output or subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as errors:
        lines.write(typed.encode())
        lines.seek(0)
        streams = lines.fileno(), (output or printed).fileno(), errors.fileno()
        code = Started(text, folder or Path.cwd(), chosen, streams).wait(PATIENCE_S)
        texts = [stream.seek(0) or stream.read().decode() for stream in (printed, errors)]
    return subprocess.CompletedProcess(text, code, *texts)
