"""`mirrordrill` and `pytest` in processes of their own that wait for no interpreter (`command_server.py`)."""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tests import command_server

HAS_SERVER = hasattr(os, "pidfd_open")
"""Elsewhere each command is an interpreter of its own."""


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


def mirrordrill(
    *words: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    output: IO[str] | None = None,
    timeout_s: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run the command, which may have another output; whatever comes of it, nobody may see a traceback."""
    done = command("mirrordrill", *words, folder=folder, environment=environment, output=output, timeout_s=timeout_s)
    assert "Traceback" not in (done.stdout or "") + done.stderr
    return done


def command(
    program: str,
    *words: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    output: IO[str] | None = None,
    timeout_s: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run `mirrordrill` or `pytest`; the latter without pytest-bdd's generator of code."""
    text = [program, *map(str, words)]
    chosen = {**os.environ, "COLUMNS": "200"} if environment is None else dict(environment)
    if HAS_SERVER:
        return forked(text, folder or Path.cwd(), chosen, output, timeout_s)
    return subprocess.run(
        [sys.executable, "-m", *text],
        cwd=folder,
        env=chosen,
        stdout=output or subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def forked(
    words: list[str], folder: Path, environment: Mapping[str, str], output: IO[str] | None, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Have the server run it."""
    request = json.dumps({"words": words, "folder": str(folder), "environment": dict(environment)}).encode()
    answers, its = socket.socketpair()
    with answers, tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as errors:
        with its:
            heard = (output or printed).fileno()
            socket.send_fds(requests(), [request], [heard, errors.fileno(), its.fileno()])
        with answers.makefile() as told:
            process_id = int(told.readline())
            answers.settimeout(timeout_s)
            try:
                code = int(told.readline())
            except TimeoutError:
                os.kill(process_id, signal.SIGKILL)
                raise
        texts = [stream.seek(0) or stream.read().decode() for stream in (printed, errors)]
    return subprocess.CompletedProcess(words, code, *texts)
