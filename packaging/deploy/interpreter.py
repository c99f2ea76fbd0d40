"""The interpreter that will run the agent: is it new enough, and can it run this release?

It compiles the release as well, because compiled modules belong to one version of Python. They carry no time stamp and
are never checked against the source (`unchecked-hash`): a release never changes, and so its folder may be copied or
unpacked anywhere, by anything, and stays compiled.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from deploy.errors import DeployError
from deploy.release import CACHE

OLDEST = (3, 8)
WHOLE = "import sys; sys.path.insert(0, sys.argv[1]); import agent.monitor, agent.launcher, agent.terminal, deploy.main"


def default_python(here: Path) -> str:
    """The interpreter that runs this installer, as the node names it. Raises DeployError inside a virtual environment.

    `here` is where the installer lies: a virtual environment may be removed one day, and the node's agent with it.
    """
    # Without site packages, Python itself does not notice that it stands in one.
    if any((folder / "pyvenv.cfg").exists() for folder in list(Path(sys.executable).parents)[:2]):
        raise DeployError(
            f"{sys.executable} belongs to a virtual environment, which the agent must not depend on: "
            f"start {here} with PYTHON=/usr/bin/python3, or name the node's interpreter with --python"
        )
    return sys.executable


def check_version(python: str) -> None:
    """Raises DeployError unless the interpreter is there and new enough."""
    said = _ask(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()
    if tuple(int(number) for number in said.split(".")) < OLDEST:
        raise DeployError(f"{python} is Python {said}; the agent needs {OLDEST[0]}.{OLDEST[1]} or later")


def compile_and_try(python: str, release: Path, name_on_node: str) -> None:
    """Compile every module and load them all, before any entry point does. Raises DeployError.

    `name_on_node` is the release's folder as the node will name it: that is what a traceback shows.
    """
    # -f: what lies there may have been compiled by something else, from something else.
    how = ["-q", "-f", "--invalidation-mode", "unchecked-hash", "-d", name_on_node]
    _ask(python, "-m", "compileall", *how, str(release))
    _ask(python, "-B", "-c", WHOLE, str(release))
    current = f".{_ask(python, '-c', 'import sys; print(sys.implementation.cache_tag)').strip()}.pyc"
    for path in release.rglob(f"{CACHE}/*"):
        if not path.name.endswith(current) or not (path.parents[1] / path.name.replace(current, ".py")).exists():
            path.unlink()


def _ask(python: str, *arguments: str) -> str:
    try:
        said = subprocess.run(  # noqa: S603 - no shell; the administrator names the interpreter
            [python, "-I", "-S", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise DeployError(f"the interpreter {python} cannot be started: {error.strerror}") from None
    if said.returncode:
        last = said.stdout.strip().rpartition("\n")[2]
        raise DeployError(f"{python} cannot run the agent: {last or f'exit code {said.returncode}'}")
    return said.stdout
