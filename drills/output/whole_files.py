"""A file that appears as a whole, or not at all, and what is said where it cannot be written.

Rule: a file is written aside and moved into its place. What is no plain file (a device, a pipe, a link) is written
where it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

ASIDE = ".{name}.unfinished"
NAME_LENGTH = 200
"""So much of a file's name is in that of the file aside, which may not be longer than a file system allows."""


def write_whole(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> None:
    """Write the lines, each with its line end. Raises OSError that names the file, and leaves no half file then."""
    is_plain = not path.is_symlink() and (path.is_file() or not path.exists())
    aside = path.with_name(ASIDE.format(name=path.name[:NAME_LENGTH])) if is_plain else path
    try:
        with aside.open("w", encoding=encoding, errors="backslashreplace", newline="") as out:
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


def unwritten(failure: OSError) -> str:
    """`cannot write out/report.html: No space left on device`."""
    return f"cannot write{f' {failure.filename}' if failure.filename else ''}: {failure.strerror or failure}"
