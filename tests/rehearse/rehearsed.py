"""A rehearsal as its people meet it: a server in a process of its own, a shell at a pipe, programs in a directory."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.command_process import CommandProcess
from tests.commands import command

READY = "Ctrl-C ends the rehearsal."
DIGEST = re.compile(r"log +sha256 ([0-9a-f]{64})")


class RunningRehearsal(CommandProcess):
    """`mirrordrill rehearse` in a process; leaving the block ends it with SIGTERM."""

    ready = READY
    patience_s = 180.0

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder / "night"
        words = options or ("rdc", "--pace", "fast")
        where = () if "--resume" in words else ("--dir", self.folder)
        super().__init__("rehearse", *words, *where)

    @property
    def digest(self) -> str:
        """The hash of the log, as the end of the rehearsal prints it."""
        found = DIGEST.search(self.printed)
        assert found is not None, self.printed
        return found[1]

    def shell(self, *lines: str) -> tuple[int, str]:
        """Type lines into the instructor's shell; its exit code and what it printed."""
        done = command("mirrordrill", "rehearse", "--attach", self.folder, typed="\n".join(lines))
        return done.returncode, done.stdout + done.stderr

    def bash(self, script: str, host: str = "hosta") -> subprocess.CompletedProcess[str]:
        """Run a script of a real shell with the programs of a host in its PATH."""
        environment = self._environment(host)
        return subprocess.run(
            ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60, cwd=self.folder
        )

    def start(self, script: str, host: str) -> subprocess.Popen[str]:
        """Start a script, which goes on by itself."""
        out, err = subprocess.PIPE, subprocess.STDOUT
        return subprocess.Popen(
            ["bash", "-c", script], env=self._environment(host), stdout=out, stderr=err, text=True, cwd=self.folder
        )

    def _environment(self, host: str) -> dict[str, str]:
        path = self.folder / "hosts" / host / "bin"
        profiles = str(self.folder / "profiles")
        return {**os.environ, "PATH": f"{path}:{os.environ['PATH']}", "PROFILES": profiles}

    def recording(self, branch: str = "main") -> Path:
        """The feature of a branch."""
        return self.folder / "recording" / f"{branch}.feature"
