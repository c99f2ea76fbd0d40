"""The installer's command line.

Exit codes: 0 it is done, 1 it was refused or could not be done (and why is on standard error), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.errors import DeployError
from deploy.install import install, lay_out
from deploy.interpreter import default_python
from deploy.places import Places
from deploy.release import open_release
from deploy.uninstall import prepare_removal, uninstall

SOURCE = Path(__file__).resolve().parents[1]
"""The release that this installer is part of, in a package or on a node."""


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """What the administrator wants. Ends the program where that cannot be understood."""
    parser = argparse.ArgumentParser(
        prog="install", description="The VCS agent for IBM Metro Mirror: on and off a node."
    )
    parser.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="take DIR for the machine's /")
    parser.add_argument("--python", metavar="PATH", help="the node's interpreter (default: the one that runs this)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--uninstall", action="store_true", help="remove the agent, unless a group is online here")
    # The other two are for packages of operating systems.
    what.add_argument("--lay-out", action="store_true", help=argparse.SUPPRESS)
    what.add_argument("--prepare-removal", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--force", action="store_true", help="remove it although VCS cannot tell; never an online one")
    return parser.parse_args(arguments)


def carry_out(wanted: argparse.Namespace) -> None:
    """Do it. Raises DeployError and OSError."""
    root = wanted.root.resolve()
    if not root.is_dir():
        raise DeployError(f"--root {wanted.root}: there is no such directory")
    places = Places(root)
    if wanted.uninstall:
        uninstall(places, say, force=wanted.force)
    elif wanted.prepare_removal:
        prepare_removal(places, say, force=wanted.force)
    else:
        release = open_release(SOURCE)
        python = wanted.python or default_python(SOURCE.parent / "install")
        if wanted.lay_out:
            release.copy_to(places.releases / release.name)
            lay_out(release, places, python)
        else:
            install(release, places, python, say)


def say(text: str) -> None:
    """Tell the administrator. If standard output is closed, the installer goes on: it must not stop half-way."""
    try:
        os.write(1, (text + "\n").encode("utf-8", "replace"))
    except OSError:
        return


def main(arguments: Sequence[str]) -> int:
    """The installer; its exit code."""
    os.umask(0o022)
    try:
        carry_out(parse_arguments(arguments))
    except DeployError as error:
        sys.stderr.write(f"install: {error}\n")
    except OSError as error:
        sys.stderr.write(f"install: {error.filename or 'the system'}: {error.strerror}\n")
    else:
        return 0
    return 1
