"""A served site as its users meet it: a process that prints what to do, and programs in a directory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

READY = "Ctrl-C ends the site."
SITE_A, SITE_B = "IBM.2107-75FA120", "IBM.2107-75FA150"


class ServedSite:
    """`mirrordrill serve rdc` in a process of its own; leaving the block ends it with SIGTERM."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder / "site"
        self.events = folder / "events.jsonl"
        self.printed = ""
        self.exit_code: int | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mirrordrill", "serve", "--dir", self.folder, "--events", self.events, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.printed += line
            if line.startswith(READY):
                return self
        raise AssertionError(self.printed)

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGTERM)

    @property
    def process_id(self) -> int:
        return self._process.pid

    def stop(self, number: int) -> int:
        """End it by a signal; what it printed must not be a traceback."""
        if self.exit_code is None:
            self._process.send_signal(number)
            more, _ = self._process.communicate(timeout=20)
            self.printed += more
            self.exit_code = self._process.returncode
        assert "Traceback" not in self.printed
        return self.exit_code

    def environment(self, host: str = "hosta") -> dict[str, str]:
        """What `. env.sh` of a host leads to."""
        where = self.folder / "hosts" / host / "bin" if host else self.folder / "bin"
        return {**os.environ, "PATH": f"{where}:{os.environ['PATH']}", "PROFILES": str(self.folder / "profiles")}

    def start(
        self, *argv: str, host: str = "hosta", stdin: int | None = None, cwd: Path | None = None
    ) -> subprocess.Popen[str]:
        """Start a program with the site's programs in its PATH."""
        out, err = subprocess.PIPE, subprocess.STDOUT
        return subprocess.Popen(
            argv, env=self.environment(host), cwd=cwd, stdin=stdin, stdout=out, stderr=err, text=True
        )

    def run(self, *argv: str, host: str = "hosta", typed: str = "") -> tuple[int, str]:
        """Run a program to its end; its exit code and what it printed."""
        process = self.start(*argv, host=host, stdin=subprocess.PIPE)
        printed, _ = process.communicate(typed, timeout=60)
        return process.returncode, printed

    def dscli(self, *argv: str, image: str = SITE_A, host: str = "hosta", typed: str = "") -> tuple[int, str]:
        """Run a DS CLI at the consoles of an array."""
        return self.run("dscli", "-cfg", f"{self.folder}/profiles/{image}.profile", *argv, host=host, typed=typed)
