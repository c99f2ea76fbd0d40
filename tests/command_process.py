"""A command of ours that runs until it is told to end: in a process of its own, which prints when it is ready."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Self

from tests.commands import HAS_SERVER, Started


class CommandProcess:
    """`mirrordrill WORDS` in a process; leaving the block ends it with SIGTERM."""

    ready: str
    """How the line begins that says so."""
    patience_s = 20.0
    """What it may take to end."""

    def __init__(self, *words: str | Path) -> None:
        self.printed = ""
        self.exit_code: int | None = None
        self._process, self._output = started([str(word) for word in words])

    def __enter__(self) -> Self:
        for line in self._output:
            self.printed += line
            if line.startswith(self.ready):
                return self
        raise AssertionError(self.printed)

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def process_id(self) -> int:
        return self._process.pid

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; what it printed must not be a traceback."""
        if self.exit_code is None:
            self._process.send_signal(number)
            self.exit_code = self._process.wait(timeout=self.patience_s)
            with self._output:
                self.printed += self._output.read()
        assert "Traceback" not in self.printed
        return self.exit_code


def started(words: list[str]) -> tuple[Started | subprocess.Popen[str], IO[str]]:
    """The command, and what it prints."""
    if not HAS_SERVER:
        command = [sys.executable, "-m", "mirrordrill", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout is not None
        return process, process.stdout
    read, write = os.pipe()
    with Path(os.devnull).open() as nothing, os.fdopen(write, "w") as end:
        streams = nothing.fileno(), end.fileno(), end.fileno()
        return Started(["mirrordrill", *words], Path.cwd(), os.environ, streams), os.fdopen(read)
