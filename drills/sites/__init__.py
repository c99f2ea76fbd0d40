"""The example sites, as plain main.cf files, and how a site is found by name or file."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Sequence
from pathlib import Path

from mirrordrill.simulator.site.site import Site, load_site

DEPTHS = ("main.cf", "*/main.cf", "*/*/main.cf")
"""Where the main.cf files of a site lie below its directory: no deeper, so that `/` is no search of a machine."""
FOLDER = Path(__file__).resolve().parent


class SiteError(Exception):
    """There is no such site; the text says which there are."""


@functools.cache
def example_sites() -> tuple[str, ...]:
    """The names of the example sites."""
    return tuple(sorted({path.relative_to(FOLDER).parts[0] for path in FOLDER.rglob("main.cf")}))


def files_beside(folder: Path, listed: str) -> tuple[Path, ...]:
    """The files that a feature in the folder names, separated by commas or `and`; of a directory, its main.cf files.

    Raises SiteError for what is not there.
    """
    found: list[Path] = []
    for name in re.split(r"\s*,\s*|\s+and\s+", listed.strip()):
        path = Path(os.path.normpath(folder / name))
        inside = sorted(file for deep in DEPTHS for file in path.glob(deep)) if path.is_dir() else [path]
        if not name or not inside or not all(file.is_file() for file in inside):
            raise SiteError(f"there is no main.cf below {path}" if path.is_dir() else f"there is no file {path}")
        found += inside
    return tuple(found)


def find_site(
    name: str, files: Sequence[Path] = (), captures: Sequence[Path] = (), settings_file: Path | None = None
) -> Site:
    """The site made of the main.cf files or, where there are none, the example site of that name.

    Raises SiteError for an unknown name, ConfigError for a wrong main.cf, capture or site.toml.
    """
    if files:
        return load_site(files, "", captures, settings_file)
    if name not in example_sites():
        raise SiteError(f'there is no example site "{name}"; there are: {", ".join(example_sites())}')
    return shipped_site(name, tuple(captures), settings_file) if captures or settings_file else shipped_as_it_is(name)


def shipped_site(name: str, captures: Sequence[Path] = (), settings_file: Path | None = None) -> Site:
    """An example site, if you like in a captured state and with other settings."""
    return load_site(sorted((FOLDER / name).rglob("main.cf")), name, captures, settings_file)


@functools.cache
def shipped_as_it_is(name: str) -> Site:
    """An example site, read once for all drills of a run: no code changes a site, and shipped files stay."""
    return shipped_site(name)
