"""What has to be there before anything is run: files to be read, places that can be written.

Rule: it is checked before a run, not after an hour of it. What is wrong ends in a BadParameter that names the option.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import typer

from mirrordrill.drills.output.whole_files import refuse_link_of_others

NO_PATH = frozenset({errno.ELOOP, errno.ENOTDIR, errno.ENAMETOOLONG})


def require_files(option: str, paths: Sequence[Path]) -> None:
    """Raise BadParameter for what is no file."""
    for path in paths:
        if path.is_dir():
            raise typer.BadParameter(f"{path} is a directory; name the file in it", param_hint=option)
        if not path.is_file():
            is_there = path.exists() or path.is_symlink()
            what = f"{path} is not a regular file" if is_there else f"no such file: {path}"
            raise typer.BadParameter(what, param_hint=option)


def require_path(option: str, path: Path) -> None:
    """Raise BadParameter for a name that no file can have: links in a circle, a file as a directory."""
    try:
        path.stat()
    except OSError as failure:
        if failure.errno in NO_PATH:
            raise typer.BadParameter(f"{path} cannot be written: {failure.strerror}", param_hint=option) from None


def require_place(option: str, path: Path | None) -> None:
    """Raise BadParameter where no file can be written. Nothing is changed: what was not there is not there again."""
    if path is None:
        return
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a directory; name a file in it", param_hint=option)
    if not path.absolute().parent.is_dir():
        raise typer.BadParameter(f"no such directory: {path.absolute().parent}", param_hint=option)
    was_there = path.exists()
    try:
        if was_there and not path.is_file():
            # The reader of a pipe would see its end, and a device might take the first byte for the whole.
            if not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return
        refuse_link_of_others(path)
        with path.open("ab"):
            pass
        if not was_there:
            # A link that led nowhere stays: the user made it.
            path.resolve().unlink()
    except OSError as failure:
        raise typer.BadParameter(f"cannot write {path}: {failure.strerror}", param_hint=option) from None


def require_directory(option: str, path: Path | None) -> None:
    """Make the directory, with those above it. Raises BadParameter where that cannot be, or where it takes no file."""
    if path is None:
        return
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise typer.BadParameter(f"cannot make the directory {path}: {failure.strerror}", param_hint=option) from None
    require_place(option, path / ".writable")
