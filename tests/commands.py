"""`mirrordrill WORDS`, run in a process of its own without waiting for an interpreter (`command_server.py`)."""

from __future__ import annotations

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
def server() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The server of this process, and where it hears requests. It ends with this process."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        command = [sys.executable, "-P", command_server.__file__, str(its.fileno())]
        process = subprocess.Popen(
            command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    return ours, process


def mirrordrill(
    *words: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    output: IO[str] | None = None,
    timeout_s: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run the command, which may have another output; whatever comes of it, nobody may see a traceback."""
    text = [str(word) for word in words]
    chosen = {**os.environ, "COLUMNS": "200"} if environment is None else dict(environment)
    if HAS_SERVER:
        done = forked(text, folder or Path.cwd(), chosen, output, timeout_s)
    else:
        done = subprocess.run(
            [sys.executable, "-m", "mirrordrill", *text],
            cwd=folder,
            env=chosen,
            stdout=output or subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    assert "Traceback" not in (done.stdout or "") + done.stderr
    return done


def forked(
    words: list[str], folder: Path, environment: Mapping[str, str], output: IO[str] | None, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Have the server run it."""
    request = json.dumps({"words": words, "folder": str(folder), "environment": dict(environment)}).encode()
    answers, its = socket.socketpair()
    with answers, tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as errors:
        with its:
            heard = (output or printed).fileno()
            socket.send_fds(server()[0], [request], [heard, errors.fileno(), its.fileno()])
        with answers.makefile() as told:
            process_id = int(told.readline())
            answers.settimeout(timeout_s)
            try:
                code = int(told.readline())
            except TimeoutError:
                os.kill(process_id, signal.SIGKILL)
                raise
        texts = [stream.seek(0) or stream.read().decode() for stream in (printed, errors)]
    return subprocess.CompletedProcess(["mirrordrill", *words], code, *texts)
