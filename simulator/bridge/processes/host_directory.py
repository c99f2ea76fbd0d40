"""A simulated host as a directory tree that real processes take for their machine.

Everything that the agent looks for on a node is there under one root: the DS CLI, the VCS commands, the agent's own
entry points, boot id, uptime, node name. State files and the agent's log are read back from where the agent wrote them.
"""

from __future__ import annotations

import functools
import py_compile
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from pathlib import Path

from mirrordrill import agent
from mirrordrill.simulator.bridge.programs import lookalike
from mirrordrill.simulator.bridge.programs.agent_helpers import PERL_HELPERS, SHELL_HELPERS
from mirrordrill.simulator.host.host import LogLine
from mirrordrill.simulator.kernel.untrusted import below

AGENT_PACKAGE = Path(agent.__file__).resolve().parent
VCS_BIN = "opt/VRTSvcs/bin"
AGENT_BIN = f"{VCS_BIN}/MetroMirror"
FIRE_DRILL_BIN = f"{VCS_BIN}/MetroMirrorSnap"
STATE = "var/VRTSvcs/lock/MetroMirror"
LOG = "var/VRTSvcs/log/MetroMirror_A.log"
BOOT_ID = "proc/sys/kernel/random/boot_id"
UPTIME = "proc/uptime"
NODE_NAME = "etc/VRTSvcs/conf/sysname"
WAIT_NOTE = ".waiting"
NO_STATE = (WAIT_NOTE, ".tmp", ".profile", ".note")
HA_COMMANDS = ("hagrp", "hares", "hasys", "hatype", "haclus", "hastatus", "halog")

LINE = re.compile(
    r"\S+ \S+ VCS (?P<severity>[A-Z]+) V-16-\d+-(?P<id>\d+) "
    r"MetroMirror:(?P<resource>[^:]+):(?P<entry>[^:]+):(?P<text>.*)"
)


class FolderTexts(MutableMapping[str, str]):
    """The files of a folder as texts by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> str:
        """The text of a file. Raises KeyError."""
        try:
            return (self._folder / name).read_text()
        except FileNotFoundError:
            raise KeyError(name) from None

    def __setitem__(self, name: str, text: str) -> None:
        """Write a file of its owner alone."""
        file = self._folder / name
        file.touch(mode=0o600)
        file.write_text(text)

    def __delitem__(self, name: str) -> None:
        """Remove a file. Raises KeyError."""
        try:
            (self._folder / name).unlink()
        except FileNotFoundError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        """The names, in order."""
        return iter(sorted(path.name for path in self._folder.iterdir()))

    def __len__(self) -> int:
        """How many there are."""
        return sum(1 for _ in self._folder.iterdir())


class DirectoryFiles:
    """State files and log of one host, as the real agent wrote them below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._log_read = 0

    def texts(self) -> FolderTexts:
        """All files in the folder of the state files."""
        return FolderTexts(self.root / STATE)

    def state(self) -> dict[str, str]:
        """Every state file that is not a wait note, nor handed to a program."""
        folder = self.root / STATE
        names = sorted(path for path in folder.iterdir()) if folder.is_dir() else []
        return {path.name: path.read_text() for path in names if not path.name.endswith(NO_STATE)}

    def private(self, name: str) -> str | None:
        """What the agent handed over last."""
        path = self.root / STATE / name
        return path.read_text() if path.is_file() else None

    def take_log(self) -> list[LogLine]:
        """What was appended since the last call, without the real machine's time stamps."""
        path = self.root / LOG
        if not path.exists():
            return []
        with path.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._log_read)
            text = log.read()
            self._log_read = log.tell()
        return [log_line(line) for line in text.splitlines()]

    def remove(self, name: str) -> None:
        """One file less."""
        (self.root / STATE / name).unlink(missing_ok=True)


def log_line(line: str) -> LogLine:
    """A line of MetroMirror_A.log; one that is not in VCS's format is kept as what it is."""
    match = LINE.fullmatch(line)
    if match is None:
        return LogLine("?", "?", "ERROR", 0, f"not a VCS log line: {line}")
    return LogLine(match["resource"], match["entry"], match["severity"], int(match["id"]), match["text"])


def link_scripts(root: Path) -> None:
    """The agent of this very source tree: a link to its entry points."""
    (root / AGENT_BIN).symlink_to(AGENT_PACKAGE / "scripts")
    (root / FIRE_DRILL_BIN).symlink_to(AGENT_PACKAGE / "snap_scripts")


def build(
    root: Path, name: str, dscli_homes: Iterable[str], install_agent: Callable[[Path], None] = link_scripts
) -> DirectoryFiles:
    """Lay a host out below `root`; the agent comes last, as onto any other node."""
    for home in dscli_homes:
        install(below(root, home.lstrip("/")), ["dscli"])
    install(root / VCS_BIN, HA_COMMANDS)
    (root / VCS_BIN / "ag_i18n_inc.sh").write_text(SHELL_HELPERS)
    (root / VCS_BIN / "ag_i18n_inc.pm").write_text(PERL_HELPERS)
    for file in (BOOT_ID, UPTIME, NODE_NAME, LOG):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / STATE).mkdir(parents=True, mode=0o700)
    (root / NODE_NAME).write_text(name + "\n")
    install_agent(root)
    return DirectoryFiles(root)


def install(folder: Path, names: Iterable[str], socket: str = "", system: str = "") -> None:
    """Put the look-alike into the folder under each of the names, run by this very interpreter.

    A socket and a system that are given are written into it; those that are not, it looks for in its environment. Each
    is a few lines that load what was compiled once: an agent's online calls dozens of them, and to compile the
    look-alike takes each as long as what it does. No name in them depends on where a link to them or a copy lies.
    """
    compiled = folder / ".compiled"
    compiled.mkdir(parents=True, exist_ok=True)
    (compiled / "lookalike.pyc").write_bytes(_compiled_lookalike())
    # The interpreter itself, not its link in a virtual environment: nothing of that is needed, and it starts faster.
    text = (
        f"#!{Path(sys.executable).resolve()} -IS\n"
        "# A program of mirrordrill; simulator/bridge/programs/lookalike.py of that package says what it does.\n"
        f"import sys\nsys.path.insert(0, {str(compiled.absolute())!a})\nimport lookalike\n"
        f"SOCKET = {socket!a}\nSYSTEM = {system!a}\nsys.exit(lookalike.main(SOCKET, SYSTEM))\n"
    )
    for name in names:
        program = folder / name
        program.write_text(text)
        program.chmod(0o755)


@functools.cache
def _compiled_lookalike() -> bytes:
    """The look-alike as a module without its source, for this very interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lookalike.pyc"
        py_compile.compile(lookalike.__file__, cfile=str(file), doraise=True)
        return file.read_bytes()
