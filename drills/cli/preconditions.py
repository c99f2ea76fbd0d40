"""What has to be there before anything is flown: files to be read, places that can be written, a site without errors.

Rule: found out now, and not after an hour of flying. What is found wrong ends in a BadParameter that names the option,
or, inside the files of a site, in a list of problems with their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console

from mirrordrill.drills.cli.listing import listed
from mirrordrill.drills.output.text import counted, say, show_problems
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.results import ExitCode
from mirrordrill.simulator.config.problems import ConfigError
from mirrordrill.simulator.site.site import Site, load_site
from mirrordrill.simulator.vcs.spec import PROFILES


def require_files(option: str, paths: Sequence[Path]) -> None:
    """Raise BadParameter for what is no file."""
    for path in paths:
        if path.is_dir():
            raise typer.BadParameter(f"{path} is a directory; name the file in it", param_hint=option)
        if not path.is_file():
            raise typer.BadParameter(f"no such file: {path}", param_hint=option)


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
        with path.open("ab"):
            pass
        if not was_there:
            path.unlink()
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


def require_flyable(options: Options) -> None:
    """Raise BadParameter for a release that nobody knows, and for files that are not there."""
    if options.profile not in PROFILES:
        raise typer.BadParameter(f"{options.profile!r} is none of {', '.join(PROFILES)}", param_hint="--profile")
    settings = [options.settings_file] if options.settings_file else []
    for option, paths in (("--site", options.site_files), ("--capture", options.captures), ("--site-toml", settings)):
        require_files(option, paths)


def require_sound(options: Options, console: Console) -> Site | None:
    """The user's own site, None for an example. Shows what is wrong with it, and ends with exit code 2."""
    try:
        if options.site_files:
            return load_site(options.site_files, "", options.captures, options.settings_file)
    except ConfigError as failure:
        show_problems(console, failure.problems)
        raise typer.Exit(int(ExitCode.USAGE)) from None
    return None


def require_healthy_start(site: Site | None, features: Sequence[Path], console: Console) -> None:
    """End with exit code 2 where the captures show a mirror from which no drill can start: one cause is told once."""
    if site is None or not site.start.findings:
        return
    drills = sum(each.flights for path in features for each in listed(path).scenarios)
    show_problems(console, [finding.problem for finding in site.start.findings])
    causes = "; ".join(finding.cause for finding in site.start.findings)
    say(console, f"{counted(drills, 'drill')} cannot start because {causes}")
    raise typer.Exit(int(ExitCode.USAGE))
