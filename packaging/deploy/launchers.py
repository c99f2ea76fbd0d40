"""The programs that VCS executes: a few lines each, which find their release and call it.

A launcher names its release, so replacing one launcher switches one entry point, in one step. It loads everything that
its entry point can need before that does anything: from then on an upgrade may sweep the release away.

Rule: a launcher needs a shell and one Python: `-I` and `-S` keep environment, user and site packages out.
"""

from __future__ import annotations

import re
from pathlib import Path

from deploy.errors import DeployError

MARK = re.compile(rb" of the MetroMirror agent, release (?P<release>[^ ]+)\. Written by its installer\.")
PYTHON = re.compile(r"/[A-Za-z0-9._/+-]+")
TEMPLATE = Path(__file__).with_name("launcher.txt")

ENTRY = ("import agent.terminal\n    from agent.launcher import main", '"@name@", sys.argv', "1")
"""Imports, arguments, and the exit code of a damaged release: 1 is a failure to clean and actions, and nothing else."""
SPECIAL = {
    # The monitor loads no more than it needs (it runs often), and says that it does not know.
    "monitor": ("import agent.node\n    from agent.monitor import main", "sys.argv", "99"),
    ".agent/setup": ("from deploy.main import main", "sys.argv[1:]", "1"),
}


def render(entry: str, release: str, python: str) -> bytes:
    """The launcher of an entry point."""
    check_path(python)
    imports, arguments, failure = SPECIAL.get(entry, ENTRY)
    values = {
        "imports": imports,
        "arguments": arguments.replace("@name@", entry.rpartition("/")[2]),
        "failure": failure,
        "entry": entry,
        "release": release,
        "python": python,
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text.encode()


def check_path(python: str) -> None:
    """Raises DeployError where the interpreter's path cannot stand in a script."""
    if not PYTHON.fullmatch(python):
        raise DeployError(f"{python!r} cannot stand in a script: --python takes a plain absolute path")


def release_of(program: Path) -> str | None:
    """The release that a launcher starts; None where the file is missing or is no launcher of this agent."""
    try:
        found = MARK.search(program.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found["release"].decode() if found else None
