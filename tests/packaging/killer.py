"""A program that kills the installer at every step that changes a file, and looks at the node each time.

`killer.py CODE NEW OLD FOLDER install|uninstall`, with the release whose code is to be tested, and two small ones that
it installs, prints one line for each thing that was found wrong, and at the end how many moments there were. A step is
a call that changes the file system; the process ends right after it.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

code, new, old, folder = (Path(argument) for argument in sys.argv[1:5])
what = sys.argv[5]
sys.path.insert(0, str(code))

from deploy import install as installing  # noqa: E402 - the path has to be known first
from deploy.errors import DeployError  # noqa: E402 - likewise
from deploy.launchers import release_of  # noqa: E402 - likewise
from deploy.places import Places  # noqa: E402 - likewise
from deploy.release import open_release  # noqa: E402 - likewise
from deploy.uninstall import uninstall  # noqa: E402 - likewise

CHANGES = {
    Path: ("write_bytes", "chmod", "replace", "rename", "mkdir", "unlink", "rmdir", "symlink_to"),
    os: ("unlink", "rmdir"),
}
KILLED = 137


def agent_mode(moment: int) -> None:
    """End this process right after its `moment`-th change."""
    count = itertools.count(1)

    def deadly(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*arguments: Any, **named: Any) -> Any:
            result = change(*arguments, **named)
            if next(count) == moment:
                os._exit(KILLED)
            return result

        return changed

    for owner, names in CHANGES.items():
        for name in names:
            setattr(owner, name, deadly(getattr(owner, name)))


def quiet(*_: object) -> None:
    """Compiling and trying are steps of other processes; what is said here does not matter."""


installing.check_version = quiet  # type: ignore[assignment] # same arguments, nothing done
installing.compile_and_try = quiet  # type: ignore[assignment] # likewise


def put_on(source: Path, places: Places) -> None:
    installing.install(open_release(source), places, sys.executable, quiet)


def act(places: Places) -> None:
    if what == "install":
        put_on(new, places)
    else:
        uninstall(places, quiet, force=False)


def in_a_child(moment: int, places: Places) -> int:
    """How the child ended that was to be killed at this moment: 0 where it was done before."""
    child = os.fork()
    if child == 0:
        agent_mode(moment)
        act(places)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def wrongs(places: Places) -> Iterator[str]:
    """Entry points that do not start a complete release."""
    for program in places.programs():
        name = release_of(program)
        try:
            release = open_release(places.releases / str(name))
            for file in release.files:
                release.read(file)
        except DeployError as error:
            yield f"{program.name}: {error}"


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def main() -> None:
    before, goal = folder / "before", folder / "goal"
    for root in (before, goal):
        root.mkdir(parents=True)
    put_on(old, Places(before))
    if what == "install":
        put_on(new, Places(goal))
    else:
        (goal / "etc").mkdir()
        (goal / "opt").mkdir()
    for moment in itertools.count(1):
        root = folder / "node"
        shutil.copytree(before, root, symlinks=True)
        places = Places(root)
        ended = in_a_child(moment, places)
        found = list(wrongs(places)) if what == "install" else []
        act(places)
        if names(root) != names(goal):
            found.append(f"the next run leaves {sorted(set(names(root)) ^ set(names(goal)))}")
        for wrong in found:
            print(f"killed after change {moment}: {wrong}")  # noqa: T201 - what this program is for
        shutil.rmtree(root)
        if ended != KILLED:
            print(moment - 1)  # noqa: T201 - likewise
            return


main()
