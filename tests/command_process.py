"""A command of ours that runs until it is told to end: in a process of its own, which prints when it is ready."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Self


class CommandProcess:
    """`mirrordrill WORDS` in a process; leaving the block ends it with SIGTERM."""

    ready: str
    """How the line begins that says so."""
    patience_s = 20.0
    """What it may take to end."""

    def __init__(self, *words: str | Path) -> None:
        self.printed = ""
        self.exit_code: int | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mirrordrill", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        for line in self._process.stdout:
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
            more, _ = self._process.communicate(timeout=self.patience_s)
            self.printed += more
            self.exit_code = self._process.returncode
        assert "Traceback" not in self.printed
        return self.exit_code
