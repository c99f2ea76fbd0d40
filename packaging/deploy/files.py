"""Files as an installer needs them: whole or not at all, with modes that no umask changes.

Rule: a program that opens a path during any of these calls finds the old file or the new one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

FILE_MODE, PROGRAM_MODE, FOLDER_MODE = 0o644, 0o755, 0o755
BESIDE = ".being-installed"
"""Ending of a file that is not in place yet; a leftover of a killed installer is swept by the next one."""


def make_folder(folder: Path) -> None:
    """Make the folder and what is missing above it."""
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():
            each.mkdir(FOLDER_MODE)


def replace_file(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Make the file what it should be, in one step; left alone where it is that already."""
    if not path.is_symlink() and path.is_file() and path.read_bytes() == data:
        path.chmod(mode)
        return
    make_folder(path.parent)
    beside = path.with_name(path.name + BESIDE)
    beside.write_bytes(data)
    beside.chmod(mode)
    beside.replace(path)


def replace_link(path: Path, target: str) -> None:
    """Make the path a symbolic link to the target, in one step."""
    beside = path.with_name(path.name + BESIDE)
    remove(beside)
    beside.symlink_to(target)
    beside.replace(path)


def remove(path: Path) -> None:
    """Remove a file or a link, if it is there."""
    try:
        path.unlink()
    except FileNotFoundError:
        return


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it, if it is there; renamed first, so that no program finds half of it."""
    gone = folder.with_name(f"{folder.name}{BESIDE}")
    if gone.exists():
        shutil.rmtree(gone)
    if folder.exists():
        folder.rename(gone)
        shutil.rmtree(gone)


def remove_empty(folder: Path, upper: Path) -> None:
    """Remove the folder and then its parents below `upper`, as long as they are empty."""
    while folder != upper and not (folder.exists() and any(folder.iterdir())):
        if folder.exists():
            folder.rmdir()
        folder = folder.parent
