"""Installing and upgrading: at any moment, and after a kill at any moment, every entry point works.

The new release is laid down complete, compiled and tried, in a folder that nothing names yet. Then each launcher is
replaced in one step; until its turn comes it starts the old release, which is still there. What no launcher names any
more is swept last. A run that was killed leaves at most such litter; the next one takes it away.

Rule: one installer at a time, and never over the files of another agent.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.errors import DeployError
from deploy.files import BESIDE, PROGRAM_MODE, make_folder, remove, remove_tree, replace_file, replace_link
from deploy.interpreter import check_version, compile_and_try
from deploy.launchers import check_path, release_of, render
from deploy.places import ENTRIES, FRAMEWORKS, SETUP, Places
from deploy.release import Release

if TYPE_CHECKING:
    Say = Callable[[str], None]


def install(release: Release, places: Places, python: str, say: Say) -> None:
    """Install the release, or upgrade to it. Raises DeployError, and then the node is as it was."""
    check_path(python)
    check_version(python)
    refuse_other_agents(places)
    with sole_installer(places):
        target = places.releases / release.name
        before = release_of(places.folder / "monitor")
        try:
            release.copy_to(target)
            compile_and_try(python, target, places.on_node(target))
            if places.root == Path("/"):
                # A power failure must not leave launchers that are on disk for a release that is not.
                os.sync()
            lay_out(release, places, python)
        finally:
            sweep(places)
        say(_what_happened(before, release.name) + f" below {places.folder}, to run under {python}")
        say(link_framework(places))
        say(f"resource type: {places.types}, to be imported into the configuration")


def _what_happened(before: str | None, now: str) -> str:
    if before is None:
        return f"installed release {now}"
    return f"release {now} was installed already" if before == now else f"upgraded from release {before} to {now}"


def lay_out(release: Release, places: Places, python: str) -> None:
    """The launchers and the type definition; all that a package of an operating system contains besides the release."""
    for name in (*ENTRIES, SETUP):
        replace_file(places.folder / name, render(name, release.name, python), PROGRAM_MODE)
    replace_file(places.types, release.read("agent/MetroMirrorTypes.cf"))


def refuse_other_agents(places: Places) -> None:
    """Raises DeployError where the vendor's agent, or a working copy, is in the place of this one."""
    if places.folder.is_symlink():
        raise DeployError(f"{places.folder} is a link to {places.folder.readlink()}: remove it first")
    strangers = [path for path in places.programs() if path.exists() and release_of(path) is None]
    if places.framework.exists() and not places.framework.is_symlink():
        strangers.append(places.framework)
    if strangers:
        raise DeployError(
            f"another agent for Metro Mirror is installed here: {strangers[0]} is not of this one. "
            "Remove that agent first (the vendor's package is VRTSvcsi)"
        )


@contextmanager
def sole_installer(places: Places) -> Iterator[None]:
    """Be the only installer on this node. Raises DeployError. The system frees the lock of one that is killed."""
    make_folder(places.releases)
    path = places.releases / "installing"
    with path.open("w") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = os.fstat(file.fileno()).st_ino == path.stat().st_ino
        except OSError:
            held = False
        if not held:
            raise DeployError("another installer is at work on this node: wait for it to end")
        try:
            yield
        finally:
            remove(path)


def link_framework(places: Places) -> str:
    """Link the framework's program to where VCS looks for the agent's; says what came of it."""
    program = next((name for name in FRAMEWORKS if (places.vcs_programs / name).exists()), None)
    if program is None:
        remove(places.framework)
        wanted, again = ", ".join(FRAMEWORKS), places.folder / SETUP
        return f"no MetroMirrorAgent: {places.vcs_programs} has none of {wanted}. Install VCS, then run {again}"
    if not places.framework.is_symlink() or places.framework.readlink() != Path("..", program):
        replace_link(places.framework, f"../{program}")
    return f"MetroMirrorAgent is {program}"


def sweep(places: Places) -> None:
    """Remove releases that no launcher starts, launchers of entry points that are no more, and a dead one's litter."""
    named = {release_of(path) for path in places.programs()}
    for folder in [path for path in places.releases.iterdir() if path.is_dir() and path.name not in named]:
        remove_tree(folder)
    programs = {*places.programs(), places.framework}
    for folder in (places.folder, places.folder / "actions"):
        for path in [path for path in folder.glob("*") if path not in programs and not path.is_dir()]:
            if path.name.endswith(BESIDE) or release_of(path) is not None:
                path.unlink()
    for path in (places.types, places.releases / "setup"):
        remove(Path(f"{path}{BESIDE}"))
