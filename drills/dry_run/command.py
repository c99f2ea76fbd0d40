"""What `mirrordrill check` says of drills: every step that does not exist and every name that the site does not have.

Nothing is run. A main.cf that is named beside the drills is checked first; the names of the drills are then looked up
in it, as `mirrordrill run --site` would.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from mirrordrill.drills.cli.check import ERRORS, OK, USAGE, check
from mirrordrill.drills.dry_run.reading import dry_run
from mirrordrill.drills.output.text import console_for_errors, counted, say, show_problems
from mirrordrill.drills.run.collection import features_below
from mirrordrill.drills.run.drill import Options
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.drills.run.runner import find_features


def check_both(
    paths: Sequence[Path], console: Console, captures: Sequence[Path] = (), settings_path: Path | None = None
) -> int:
    """Check the drills among the paths, on the site of the main.cf files among them, which are checked first.

    Gives the exit code: 0 without errors, 1 with, 2 where there is nothing to read.
    """
    drills = [path for path in paths if holds_drills(path)]
    sites = [path for path in paths if path not in drills]
    code = check(sites, console, captures, settings_path) if sites or not drills else OK
    if code != OK or not drills:
        return code
    return check_drills(
        drills, console, Options(site_files=tuple(sites), captures=tuple(captures), settings_file=settings_path)
    )


def holds_drills(path: Path) -> bool:
    """Whether a path is a feature, or a directory that holds some."""
    return path.suffix == ".feature" or (path.is_dir() and bool(features_below(path)))


def check_drills(drills: Sequence[Path], console: Console, options: Options) -> int:
    """Print what is wrong with drills; 0 where every step and name exists, 1 where one does not, 2 without any."""
    try:
        found = dry_run(find_features(list(map(str, drills))), options)
    except UsageError as wrong:
        told = Text(f"mirrordrill check: {wrong}", "bold red")
        console_for_errors().print(told, soft_wrap=True, highlight=False)
        return USAGE
    show_problems(console, found.problems)
    if found.without_site:
        opened = "the site is opened by a step of your own, which a dry run does not call: names are not looked up"
        say(console, f"note: in {found.without_site} of {counted(found.drills, 'drill')} {opened}")
    sums = counted(len(found.problems), "error") if found.problems else "no problems found"
    say(console, f"{counted(found.drills, 'drill')} read, none was run: {sums}")
    return ERRORS if found.problems else OK
