"""A program that kills itself after every single change to a directory that `placing` makes, and looks at what is left.

`killer.py FOLDER` prints one line for each thing that was found wrong, and at the end how many moments there were.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from mirrordrill.drills.output.atomic_directory import NewFile, write_directory

LAST = PurePosixPath("run.sh")
PATHS = (PurePosixPath("main.cf"), PurePosixPath("drills/g/a.feature"), PurePosixPath("drills/g/b.feature"), LAST)
CHANGES = ("write_bytes", "chmod", "replace", "rename", "mkdir", "unlink")
KILLED = 137


def files(version: str) -> dict[PurePosixPath, NewFile]:
    return {path: NewFile(f"{path} of {version}\n".encode() * 50, path == LAST) for path in PATHS}


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

    for name in CHANGES:
        setattr(Path, name, deadly(getattr(Path, name)))


def in_a_child(moment: int, folder: Path) -> int:
    """How the child ended that was to be killed at this moment: 0 where it was done before."""
    child = os.fork()
    if child == 0:
        agent_mode(moment)
        write_directory(folder, files("new"), LAST)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def wrongs(folder: Path) -> Iterator[str]:
    """A file that is no whole one; a directory that looks complete and is not."""
    versions = set()
    for path in PATHS:
        if (folder / path).exists():
            content = (folder / path).read_bytes()
            version = next((each for each in ("old", "new") if content == files(each)[path].content), "half")
            versions.add(version)
            if version == "half":
                yield f"{path} is half a file"
    if (folder / LAST).exists() and (versions != {"new"} and versions != {"old"}):
        yield f"it has {LAST}, and files of {sorted(versions)}"
    if (folder / LAST).exists() and not all((folder / path).exists() for path in PATHS):
        yield f"it has {LAST}, and not all files"


def kill_at(moment: int, root: Path, is_new: bool) -> bool:
    """One run to its death and the next one to its end; whether there was a death."""
    folder = root / f"{is_new}-{moment}" / "ours"
    if not is_new:
        write_directory(folder, files("old"), LAST)
    ended = in_a_child(moment, folder)
    found = list(wrongs(folder))
    write_directory(folder, files("new"), LAST)
    left = [path.name for path in (*folder.iterdir(), *folder.parent.iterdir()) if "unfinished" in path.name]
    found += [f"the next run leaves {name}" for name in left]
    for wrong in (*found, *wrongs(folder)):
        print(f"{'new' if is_new else 'old'} directory, killed after change {moment}: {wrong}")  # noqa: T201 - its use
    return ended == KILLED


def main() -> None:
    for is_new in (True, False):
        alive = next(moment for moment in itertools.count(1) if not kill_at(moment, Path(sys.argv[1]), is_new))
        print(alive - 1)  # noqa: T201 - likewise


main()
