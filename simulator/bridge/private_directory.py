"""A directory that no other user can reach: for the socket of a simulator, and for the files of its hosts.

Programs that can open the socket can act on the simulated site, and scripts are executed from the directories of hosts.

Rule: a directory is ours, for us alone, and no other user may rename it; that is looked at, not assumed.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from pathlib import Path

PREFIX = "mirrordrill-"
SHORT = Path("/tmp")  # noqa: S108 - looked at below before it is used
SOCKET_FOLDER_MAX = 80
"""Bytes; the whole path of a Unix socket may have some 104 to 108, depending on the system."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_directory(above: Path | None = None) -> Path:
    """A new directory below $TMPDIR, or below another one. Raises OSError that says what is wrong."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
    try:
        require_private(folder)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def socket_directory(folder: Path) -> Path:
    """Where a socket can be: the directory itself, or one with a short path where its own is too long."""
    return folder if len(os.fsencode(folder)) < SOCKET_FOLDER_MAX else private_directory(SHORT)


def require_private(folder: Path) -> None:
    """Raise OSError for a directory that is not ours alone, or that another user may put another one in place of."""
    found, above = folder.lstat(), folder.parent.stat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & OTHERS:
        raise PermissionError(errno.EPERM, "it is not a directory of this user alone", str(folder))
    may_be_replaced = above.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not above.st_mode & stat.S_ISVTX
    if may_be_replaced or above.st_uid not in {0, os.geteuid()}:
        raise PermissionError(errno.EPERM, "other users may replace what is in it; set TMPDIR", str(folder.parent))
