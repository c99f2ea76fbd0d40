"""What comes from outside: names that become paths, and text that people are shown.

A main.cf, a capture, a site.toml, a feature and a report.json are files of other people. What they say may be shown
on a terminal, in a page or in a log, and their names may become names of files.

Rule 1: every path that has a name from outside in it is built by `below`, which cannot leave its root.
Rule 2: every such text is shown as `visible` or `visible_lines` gives it; there is no second table of characters.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

LONGEST_PATH = 2000
"""Characters below a root: half of what Linux takes for a whole path."""
LONGEST_FILE_NAME = 255
"""Bytes, on every file system that a host of ours has."""


class OutsideError(OSError):
    """A path that would leave its root; the text names both. It is an OSError: nothing can be written there."""

    def __init__(self, root: Path, name: str) -> None:
        shown = name if len(name) <= LONGEST_FILE_NAME else f"{name[:LONGEST_FILE_NAME]}..."
        super().__init__(errno.EPERM, f"{visible(shown)!r} would lie outside of {root}", str(root))


def below(root: Path, *names: str | os.PathLike[str]) -> Path:
    """The path below the root. A name may have directories in it, but no `..`, no root of its own and no NUL; and no
    directory on the way may be a link that leads out of the root. Raises OutsideError."""
    path = root
    for part in parts_of(root, names):
        path = path / part
        if path.is_symlink() and not leads_inside(path, root):
            raise OutsideError(root, part)
    return path


def leads_inside(link: Path, root: Path) -> bool:
    """Whether a link ends below the root; one that leads in a circle ends nowhere."""
    try:
        return link.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def parts_of(root: Path, names: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The names, taken apart at `/`. Raises OutsideError for what is no plain name of a file."""
    found: list[str] = []
    for name in [os.fspath(name) for name in names]:
        parts = [part for part in name.split("/") if part not in {"", "."}]
        long = any(len(os.fsencode(part)) > LONGEST_FILE_NAME for part in parts if is_encodable(part))
        if name.startswith("/") or "\0" in name or ".." in parts or not parts or long or not is_encodable(name):
            raise OutsideError(root, name)
        found += parts
        if sum(map(len, found)) + len(found) > LONGEST_PATH:
            raise OutsideError(root, name)
    return found


def is_encodable(text: str) -> bool:
    """Whether a file can have the name at all."""
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def is_text(name: str) -> bool:
    """Whether a name is text: one that is not UTF-8 on the disk cannot be written into a file that is."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def visible(text: str) -> str:
    r"""The text on one line, everything that is no printable character as `\x07`: escape sequences, line ends,
    invisible letters, and marks that turn the reading direction round."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def visible_lines(text: str) -> str:
    """The same of a text that may have several lines and tabs."""
    if text.isprintable():
        return text
    return "\n".join("\t".join(visible(cell) for cell in line.split("\t")) for line in text.split("\n"))
