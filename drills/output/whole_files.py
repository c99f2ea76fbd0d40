"""A file that appears as a whole, or not at all, and what is said where it cannot be written.

A directory such as /tmp belongs to others, too, who may have put a link there in the hope that root follows it.

Rule 1: a file is written aside and moved into its place; what is aside is always a new file.
Rule 2: a name that we gave ourselves (`report.json` in a directory) is never followed: a link of that name is replaced.
Rule 3: a name that the user gave (`--events FILE`) may be a link, a device or a pipe, and is written where it leads.
A link of another user in a directory where others may write is refused, as Linux does with protected_symlinks.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

ASIDE = ".{name}.unfinished"
NAME_LENGTH = 200
"""So much of a file's name is in that of the file aside, which may not be longer than a file system allows."""
WRITTEN_AGAIN = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
MADE_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_whole(path: Path, lines: Iterable[str], encoding: str = "utf-8", *, is_named: bool = False) -> None:
    """Write the lines, each with its line end. Raises OSError that names the file, and leaves no half file then.

    `is_named` says that the user named this very file.
    """
    if is_named:
        refuse_link_of_others(path)
    is_plain = not is_named or (not path.is_symlink() and (path.is_file() or not path.exists()))
    aside = path.with_name(ASIDE.format(name=path.name[:NAME_LENGTH])) if is_plain else path
    try:
        if is_plain:
            aside.unlink(missing_ok=True)
        with open_for_writing(aside, encoding, is_new=is_plain) as out:
            out.writelines(lines)
        if is_plain:
            aside.replace(path)
    except OSError as failure:
        if is_plain:
            aside.unlink(missing_ok=True)
        raise OSError(failure.errno, failure.strerror, str(path)) from None
    except BaseException:
        if is_plain:
            aside.unlink(missing_ok=True)
        raise


def open_for_writing(path: Path, encoding: str, *, is_new: bool) -> TextIO:
    """Open a file as text; one that is new was not there, and is no link."""
    descriptor = os.open(path, MADE_NEW if is_new else WRITTEN_AGAIN, 0o666)
    return os.fdopen(descriptor, "w", encoding=encoding, errors="backslashreplace", newline="")


def refuse_link_of_others(path: Path) -> None:
    """Raise OSError for a link in a directory where others may write, unless the user or its owner made it."""
    if not path.is_symlink():
        return
    folder, link = path.absolute().parent.stat(), path.lstat()
    if folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and link.st_uid not in {os.geteuid(), folder.st_uid}:
        raise OSError(errno.EACCES, "a link of another user, in a directory where others may write", str(path))


def unwritten(failure: OSError) -> str:
    """`cannot write out/report.html: No space left on device`."""
    return f"cannot write{f' {failure.filename}' if failure.filename else ''}: {failure.strerror or failure}"
