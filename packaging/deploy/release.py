"""A release: the files of one version of the agent and of what it needs, as its MANIFEST lists them.

Rule: a release that differs from its manifest is never installed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from deploy.errors import DeployError
from deploy.files import replace_file

MANIFEST = "MANIFEST"
LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<path>\w[\w.+-]*(?:/\w[\w.+-]*)*)", re.ASCII)
DIGEST_LENGTH = 12
"""Hex digits in a release's name: enough for one product's releases."""
CACHE = "__pycache__"


def digest(data: bytes) -> str:
    """How a manifest names the content of a file."""
    return hashlib.sha256(data).hexdigest()


def write_manifest(folder: Path, version: str) -> str:
    """List every file of the folder in its MANIFEST; the release's name."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = "".join(f"{digest((folder / name).read_bytes())}  {name}\n" for name in files)
    name = f"{version}-{digest(lines.encode())[:DIGEST_LENGTH]}"
    replace_file(folder / MANIFEST, f"release {name}\n{lines}".encode())
    return name


@dataclass(frozen=True)
class Release:
    """A release in a folder."""

    folder: Path
    name: str
    files: dict[str, str]
    """Path below the folder -> digest."""

    def read(self, name: str) -> bytes:
        """A file of the release. Raises DeployError where it is not what the manifest says."""
        try:
            data = (self.folder / name).read_bytes()
        except OSError as error:
            raise DeployError(f"this package is damaged: {self.folder / name}: {error.strerror}") from None
        if digest(data) != self.files[name]:
            raise DeployError(f"this package is damaged: {self.folder / name} was changed after it was built")
        return data

    def copy_to(self, target: Path) -> None:
        """Make the target this release: every file right, and none besides. It may be killed and run again."""
        contents = {name: self.read(name) for name in self.files}
        for name, data in contents.items():
            replace_file(target / name, data)
        replace_file(target / MANIFEST, (self.folder / MANIFEST).read_bytes())
        for path in [path for path in target.rglob("*") if not path.is_dir()]:
            name = path.relative_to(target).as_posix()
            if name not in self.files and name != MANIFEST and path.parent.name != CACHE:
                path.unlink()


def open_release(folder: Path) -> Release:
    """The release in the folder. Raises DeployError where there is none."""
    try:
        head, *lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise DeployError(f"no release in {folder}: {error}") from None
    entries = [LINE.fullmatch(line) for line in lines]
    word, _, name = head.partition(" ")
    if word != "release" or not all(entries):
        raise DeployError(f"this package is damaged: {folder / MANIFEST} is no list of files")
    return Release(folder, name, {entry["path"]: entry["digest"] for entry in entries if entry})
