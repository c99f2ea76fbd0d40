"""A directory of files that appears as a whole, or not at all.

Who starts from a directory believes what stands in it, and a program may be killed at any moment.

Rule 1: everything is written aside first. A new directory then appears by one rename.
Rule 2: into a directory that is there already, files are moved one by one, each of them whole. The last one, by which
people see that nothing is missing, is taken away before the first change and comes back after the last.
Rule 3: what a killed run has left aside is cleared away by the next one, and never used.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mirrordrill.simulator.kernel.untrusted import below

UNFINISHED = ".{name}.unfinished"
"""What the place aside is called."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be: its content and whether it is a program."""

    content: bytes
    is_program: bool = False


def write_directory(folder: Path, files: Mapping[PurePosixPath, NewFile], last: PurePosixPath) -> None:
    """Put the files below the folder, `last` at last. Raises OSError, and then leaves no half file."""
    folder = folder.absolute()
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is no directory", str(folder))
    is_new = not folder.exists()
    aside = (folder.parent if is_new else folder) / UNFINISHED.format(name=folder.name)
    try:
        shutil.rmtree(aside, ignore_errors=True)
        write(aside, files)
        if is_new:
            aside.rename(folder)
        else:
            move(aside, folder, [path for path in files if path != last], last)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write(aside: Path, files: Mapping[PurePosixPath, NewFile]) -> None:
    """Write every file to a directory that no reader knows yet. Raises OSError."""
    aside.mkdir(parents=True)
    for path, file in files.items():
        target = below(aside, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        if file.is_program:
            target.chmod(target.stat().st_mode | 0o111)


def move(aside: Path, folder: Path, paths: Sequence[PurePosixPath], last: PurePosixPath) -> None:
    """The files one by one into their places. Raises OSError."""
    (folder / last).unlink(missing_ok=True)
    for path in (*paths, last):
        target = below(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        (aside / path).replace(target)


def in_the_way(folder: Path, paths: Sequence[PurePosixPath]) -> Iterator[PurePosixPath]:
    """The files that are there already."""
    yield from (path for path in paths if os.path.lexists(folder / path))
