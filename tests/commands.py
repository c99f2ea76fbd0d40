"""`mirrordrill` and `pytest` in processes of their own that wait for no interpreter (`command_server.py`)."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import shutil
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
def server() -> tuple[socket.socket, str]:
    """The server of this process: where it hears requests, and where those of other programs. It ends with us."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    folder = tempfile.mkdtemp(prefix="commands-")
    path = f"{folder}/door"
    with its, door:
        door.bind(path)
        door.listen()
        passed = [its.fileno(), door.fileno()]
        process = subprocess.Popen(
            [sys.executable, "-P", command_server.__file__, *map(str, passed)],
            pass_fds=passed,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        process.wait(timeout=10)
        shutil.rmtree(folder)

    atexit.register(end)
    return ours, path


class Started:
    """A command under way. `words` begin with `mirrordrill` or with `pytest`; the latter has no generator of code."""

    def __init__(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str], streams: tuple[int, int, int]
    ) -> None:
        self.returncode: int | None = None
        request = json.dumps({"words": words, "folder": str(folder), "environment": dict(environment)}).encode()
        self._answers, its = socket.socketpair()
        with its:
            socket.send_fds(server()[0], [request], [*streams, its.fileno()])
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
    # With it, pytest keeps what failed last of all directories at one place, and tests that run at once meet there.
    ours = {name: value for name, value in os.environ.items() if name != "TOX_ENV_DIR"}
    chosen = {**ours, "COLUMNS": "200"} if environment is None else dict(environment)
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


PROGRAM = """#!{python} -IS
import json, os, signal, socket, sys

answers, its = socket.socketpair()
signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGINT, signal.SIGTERM}})
request = dict(words=["mirrordrill", *sys.argv[1:]], folder=os.getcwd(), environment=dict(os.environ))
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door, its:
    door.connect({path!r})
    socket.send_fds(door, [json.dumps(request).encode()], [0, 1, 2, its.fileno()])
told = answers.makefile()
process_id = int(told.readline())
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _: os.kill(process_id, number))
signal.pthread_sigmask(signal.SIG_UNBLOCK, {{signal.SIGINT, signal.SIGTERM}})
code = int(told.readline())
sys.exit(code if code >= 0 else 128 - code)
"""


def install(folder: Path) -> None:
    """Put `mirrordrill` into a directory for a PATH, where there is a server that it can ask."""
    if HAS_SERVER:
        program = folder / "mirrordrill"
        program.write_text(PROGRAM.format(python=sys.executable, path=server()[1]))
        program.chmod(0o755)
