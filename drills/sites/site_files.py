"""The files of a site, for a directory that can be run without the place they came from.

What a main.cf includes lies beside it, captures get a directory of their own, and the entry points that site.toml names
come with everything that lies beside and below them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mirrordrill.drills.output.atomic_directory import NewFile
from mirrordrill.drills.sites.site_mapping import safe_name
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.model import Configuration, Include
from mirrordrill.simulator.kernel.secrets import masked_main_cf
from mirrordrill.simulator.site.settings import FILE_NAME, load_settings
from mirrordrill.simulator.site.site import Site

HERE = PurePosixPath()


@dataclass(slots=True)
class SiteFiles:
    """What is to be copied, by its path below the new directory."""

    copies: dict[PurePosixPath, Path] = field(default_factory=dict)
    configurations: set[PurePosixPath] = field(default_factory=set)
    """Those of them that a main.cf consists of: passwords in them are not copied."""
    main_files: list[PurePosixPath] = field(default_factory=list)
    captures: list[PurePosixPath] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What has to be copied by hand."""

    def new_files(self) -> dict[PurePosixPath, NewFile]:
        """The copies, as they are to be written. Raises OSError where one cannot be read."""
        return {path: copied(file, is_main_cf=path in self.configurations) for path, file in self.copies.items()}


def copied(file: Path, *, is_main_cf: bool = False) -> NewFile:
    """A copy of a file; in one of a main.cf the passwords are masked, which no drill compares with anything."""
    content = file.read_bytes()
    if is_main_cf:
        text = content.decode("utf-8", "surrogateescape")
        content = masked_main_cf(text).encode("utf-8", "surrogateescape")
    return NewFile(content, is_program=bool(file.stat().st_mode & 0o111))


def files_of(site: Site | None, captures: Sequence[Path], settings: Path | None) -> SiteFiles:
    """The files of a site: main.cf and what it includes, captures, site.toml and its scripts.

    Of an example site there are only those that were given beside it.
    """
    found = SiteFiles()
    if site is not None:
        add_main_files(site, found)
    add_captures(captures, found)
    if settings is not None:
        add_settings(settings, found)
    return found


def add_main_files(site: Site, found: SiteFiles) -> None:
    """One main.cf, or one in a directory of each cluster's name."""
    for file, cluster in zip(site.files, site.clusters, strict=True):
        home = PurePosixPath(safe_name(cluster.name)) if len(site.files) > 1 else HERE
        found.main_files.append(home / "main.cf")
        parts = {home / "main.cf": file}
        parts |= {home / beside: file.parent / beside for beside in included(load(file))}
        found.copies |= parts
        found.configurations.update(parts)


def add_captures(captures: Sequence[Path], found: SiteFiles) -> None:
    """Captures, numbered in their order."""
    for number, file in enumerate(captures, start=1):
        found.captures.append(PurePosixPath("captures") / f"{number}-{safe_name(file.name)}")
        found.copies[found.captures[-1]] = file


def add_settings(settings: Path, found: SiteFiles) -> None:
    """A site.toml, and the entry points that it names."""
    found.copies[PurePosixPath(FILE_NAME)] = settings
    folder = settings.parent
    for name, scripts in ((name, its.scripts) for name, its in load_settings(settings).types.items() if its.scripts):
        if not scripts.is_relative_to(folder):
            continue  # named by its whole path, and found by it from anywhere
        place = PurePosixPath(scripts.relative_to(folder).as_posix())
        if ".." in place.parts:
            found.remarks.append(f"the scripts of type {name} are not below {folder}: copy {place} by hand")
            continue
        files = sorted(file for file in scripts.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
        found.copies |= {place / file.relative_to(scripts).as_posix(): file for file in files}


def included(configuration: Configuration, above: PurePosixPath = HERE) -> Iterator[PurePosixPath]:
    """The included files that lie beside or below the main.cf; those that we stood in for are left out."""
    for statement in configuration.statements:
        if isinstance(statement, Include) and statement.content is not None and not statement.is_stand_in:
            # The loader looks beside the file that names it, whatever directory the name has.
            path = above / PurePosixPath(statement.name.text).name
            yield path
            yield from included(statement.content, path.parent)
