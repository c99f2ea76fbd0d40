"""Taking the agent off a node, so that nothing of it is left.

What belongs to the agent goes: entry points, releases, type definition, and the state directory with its locks, which
would be lies after the next installation. What belongs to others stays: VCS's log directory with the agent's log (it
may be needed to explain what happened), the imported copy of the type in the cluster's configuration, and any file
that this agent did not put there.

Rule: the entry points go first and the releases last, so that a run that was killed is completed by the next one.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deploy.errors import DeployError
from deploy.files import BESIDE, remove, remove_empty, remove_tree
from deploy.install import sole_installer
from deploy.launchers import release_of
from deploy.places import SETUP, Places
from deploy.release import CACHE, open_release
from deploy.removal import Objection, objections

if TYPE_CHECKING:
    from deploy.install import Say

TYPES = "agent/MetroMirrorTypes.cf"


def uninstall(places: Places, say: Say, *, force: bool) -> None:
    """Remove the agent. Raises DeployError where it had better stay, and then nothing has been removed."""
    is_there = places.releases.exists() or any(release_of(path) for path in places.programs())
    if is_there:
        check_removal(places, say, force=force)
        remove_files(places, say)
    remove_empty_folders(places)
    say(f"removed the agent from {places.folder}" if is_there else f"no agent in {places.folder}: nothing to remove")
    if places.folder.exists():
        say(f"left, because they are not of this agent: {', '.join(sorted(map(str, places.folder.iterdir())))}")
    if places.log.exists():
        say(f"left, because it may be needed to explain what happened: {places.log}")


def remove_files(places: Places, say: Say) -> None:
    """Remove every file of the agent, the entry points first."""
    with sole_installer(places):
        let_go(places)
        if _is_ours(places):
            remove(places.types)
        elif places.types.exists():
            say(f"left where it is, because it was changed: {places.types}")
        for path in [path for path in places.programs() if release_of(path) is not None]:
            path.unlink()
    shutil.rmtree(places.releases)


def remove_empty_folders(places: Places) -> None:
    """Remove the agent's own folders, and those of VCS only where there is no VCS."""
    remove_empty(places.folder / "actions", places.folder)
    remove_empty(places.folder, places.vcs_programs)
    if not has_vcs(places):
        for folder in (places.vcs_programs, places.types.parent, places.state.parent):
            remove_empty(folder, next(top for top in places.tops if top in folder.parents))


def prepare_removal(places: Places, say: Say, *, force: bool) -> None:
    """What a package manager runs before it removes the agent's files: ask, and remove what it does not know of."""
    check_removal(places, say, force=force)
    let_go(places)
    for cache in list(places.releases.rglob(CACHE)):
        remove_tree(cache)


def has_vcs(places: Places) -> bool:
    """Whether VCS is installed on the node."""
    return (places.vcs_programs / "hares").exists()


def check_removal(places: Places, say: Say, *, force: bool) -> None:
    """Raises DeployError where the agent had better stay."""
    had_state = places.state.exists()
    names = sorted(path.name for path in places.state.iterdir()) if places.state.is_dir() else []
    found = objections(places.node(), names, has_vcs=has_vcs(places))
    if not had_state:
        # Asking leaves a note there of what is waited for.
        remove_empty(places.state, places.state.parent)
    refused = found if not force else [objection for objection in found if objection.is_certain]
    for objection in found:
        if objection not in refused:
            say(f"removed all the same, because of --force: {objection.text}")
    if refused:
        raise DeployError("the agent stays:\n" + "\n".join(f"  {each.text}" for each in refused) + _advice(refused))


def _advice(refused: Sequence[Objection]) -> str:
    if any(objection.is_certain for objection in refused):
        return ""
    return (
        "\nIf you know that no group with a MetroMirror resource is online on this node, use --force "
        "(with a package manager: METROMIRROR_FORCE=1 in the environment)."
    )


def let_go(places: Places) -> None:
    """Remove what came to be while the agent was installed: the framework's link and the state directory."""
    if places.framework.is_symlink():
        places.framework.unlink()
    remove(places.framework.with_name(places.framework.name + BESIDE))
    if places.state.is_symlink():
        raise DeployError(
            f"{places.state} is a link to {places.state.readlink()}: the installer did not make it; remove it"
        )
    remove_tree(places.state)


def _is_ours(places: Places) -> bool:
    """Whether the type definition is what this agent's release put there."""
    name = release_of(places.releases.parent / SETUP) or ""
    try:
        return places.types.read_bytes() == open_release(places.releases / name).read(TYPES)
    except (OSError, DeployError):
        return False
