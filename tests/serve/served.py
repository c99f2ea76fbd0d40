"""A served site as its users meet it: a process that prints what to do, and programs in a directory."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.command_process import CommandProcess

READY = "Ctrl-C ends the site."
SITE_A, SITE_B = "IBM.2107-75FA120", "IBM.2107-75FA150"


class ServedSite(CommandProcess):
    """`mirrordrill serve rdc` in a process of its own; leaving the block ends it with SIGTERM."""

    ready = READY

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder / "site"
        self.events = folder / "events.jsonl"
        super().__init__("serve", "--dir", self.folder, "--events", self.events, *options)

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
