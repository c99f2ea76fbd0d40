"""`mirrordrill init`: a directory to start from with one's own main.cf.

It gets a copy of the site's files, a site.toml in which every assumption stands as a comment, the standard drills with
this site's names in the place of the example's, and what a CI system needs to run them.

Rule 1: nothing is overwritten unless that was asked for, and nothing is written before everything is known; how, so
that no run leaves half a directory, is the business of `atomic_directory`.
Rule 2: the drills are the shipped features, rewritten; there is no second copy of their steps to go stale.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rich.console import Console

from mirrordrill.drills.cli.ending import verdict_is_known
from mirrordrill.drills.output.atomic_directory import NewFile, in_the_way, write_directory
from mirrordrill.drills.output.text import console_for_errors, counted, say, show_problems
from mirrordrill.drills.run.exit_codes import ExitCode
from mirrordrill.drills.run.runner import feature_files
from mirrordrill.drills.sites.settings_text import settings_text
from mirrordrill.drills.sites.site_files import SiteFiles, files_of
from mirrordrill.drills.sites.standard import features_folder, mapped_drills, site_step
from mirrordrill.drills.steps import editor
from mirrordrill.drills.steps.library import load_shipped
from mirrordrill.simulator.config.problems import ConfigError, Severity
from mirrordrill.simulator.site.settings import FILE_NAME, Settings, settings_file
from mirrordrill.simulator.site.site import Site, load_site
from mirrordrill.simulator.site.site_toml import SCHEMA_NAME, schema_text

PYTEST_INI = """\
[pytest]
# Every .feature file below this directory is a drill.
mirrordrill = true
"""
OTHER_INI = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
"""Files in which pytest may be configured already: a pytest.ini beside them would take their place."""
MISNAMED = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG})
"""Failures that another directory would not have: wrong usage. Any other, such as a full disk, is exit code 14."""
SCRIPT = PurePosixPath("run-drills.sh")
"""The last file that is written: a directory that has it has everything."""
RUN_SCRIPT = """\
#!/bin/sh
# Check the site and run its drills; for people and for any CI system. Options go to `mirrordrill run`:
#   ./run-drills.sh --agent process --show details
# Put what lspprc, lspprcpath, lssi and lsfbvol print for both arrays into captures/: drills then start in that state.
set -eu
cd "$(dirname "$0")"
with_captures() {{
    for file in captures/*; do
        if [ -f "$file" ]; then set -- "$@" --capture "$file"; fi
    done
    mirrordrill "$@"
}}
mirrordrill check {files}
with_captures run drills {options} --show verdicts "$@"
"""
HEAD = """\
# Group {group}. Run it with `../../run-drills.sh`, `pytest` or `mirrordrill run`; --site names another site.
"""
WORKFLOW = """\
name: drills
on:
  push:
  pull_request:
  schedule:
    - cron: "17 3 * * *"
jobs:
  drills:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install mirrordrill
      - run: ./run-drills.sh
"""


@dataclass(slots=True)
class Starter:
    """What is going to be written, by path below the directory."""

    texts: dict[PurePosixPath, str] = field(default_factory=dict)
    site: SiteFiles = field(default_factory=SiteFiles)
    remarks: list[str] = field(default_factory=list)

    def files(self) -> dict[PurePosixPath, NewFile]:
        """Every file, in the order in which it is told. Raises OSError where one to be copied cannot be read."""
        texts = {path: NewFile(text.encode(), path.suffix == ".sh") for path, text in self.texts.items()}
        return self.site.new_files() | texts


def init(folder: Path, files: Sequence[Path], captures: Sequence[Path], console: Console, *, force: bool) -> ExitCode:
    """Write a starter directory; gives the exit code."""
    try:
        starter = plan(load_site(files, captures=captures), captures)
        add_pytest_ini(folder, starter)
        add_editor_settings(folder, starter)
        wanted = starter.files()
    except ConfigError as failure:
        show_problems(console_for_errors(), failure.problems)
        return ExitCode.USAGE
    wanted = {path: file for path, file in wanted.items() if not is_same(folder, path, starter)}
    taken = list(in_the_way(folder, list(wanted)))
    if taken and not force:
        there = ", ".join(map(str, taken))
        say(console_for_errors(), f"mirrordrill init: {folder} already has {there}; --force overwrites", "bold red")
        return ExitCode.USAGE
    try:
        write_directory(folder, wanted, SCRIPT)
    except OSError as failure:
        say(console_for_errors(), f"mirrordrill init: cannot write {folder}: {failure.strerror}", "bold red")
        return ExitCode.USAGE if failure.errno in MISNAMED else ExitCode.HARNESS
    verdict_is_known()
    for path in wanted:
        say(console, f"wrote {folder / path}")
    for remark in starter.remarks:
        say(console, f"note: {remark}")
    say(console, f"next: {folder / SCRIPT}, then put your own numbers into {folder / FILE_NAME}")
    return ExitCode.HELD


def is_same(folder: Path, path: PurePosixPath, starter: Starter) -> bool:
    """Whether a file is to be copied onto itself: the directory is where the site's files are."""
    source = starter.site.copies.get(path)
    return source is not None and (folder / path).exists() and (folder / path).samefile(source)


def plan(site: Site, captures: Sequence[Path] = ()) -> Starter:
    """Everything that a starter directory holds for this site."""
    starter = Starter()
    settings = settings_file(site.files)
    found = files_of(site, captures, settings)
    starter.site = found
    starter.remarks += found.remarks
    if settings is None:
        starter.texts[PurePosixPath(FILE_NAME)] = settings_text(site)
        starter.texts[PurePosixPath(SCHEMA_NAME)] = schema_text(Settings()) + "\n"
    names = [str(path) for path in found.main_files]
    options = " ".join(f"--site {name}" for name in names)
    add_drills(site, starter, names)
    starter.texts[PurePosixPath(".github/workflows/drills.yml")] = WORKFLOW
    starter.texts[editor.GLUE] = editor.glue_text(load_shipped())
    starter.texts[SCRIPT] = RUN_SCRIPT.format(files=" ".join(names), options=options)
    if warnings := [problem for problem in site.warnings if problem.severity is Severity.WARNING]:
        found_in_it = counted(len(warnings), "warning")
        starter.remarks.append(
            f"`mirrordrill check` has {found_in_it} about this site; the drills show what they lead to"
        )
    return starter


def add_pytest_ini(folder: Path, starter: Starter) -> None:
    """Say to pytest that the features are drills; where it is configured already, say to the user how to."""
    own = next((name for name in OTHER_INI if (folder / name).exists()), None)
    is_ours = own == "pytest.ini" and (folder / own).read_text(encoding="utf-8", errors="replace") == PYTEST_INI
    if own is None or is_ours:
        starter.texts = {PurePosixPath("pytest.ini"): PYTEST_INI} | starter.texts
    else:
        starter.remarks.append(f"pytest may be configured in {own}: add `mirrordrill = true` to its pytest section")


def add_editor_settings(folder: Path, starter: Starter) -> None:
    """Let editors complete and check the drills; where settings are there already, say to the user how to."""
    own, text = folder / editor.SETTINGS, editor.settings_text()
    if not own.exists() or own.read_text(encoding="utf-8", errors="replace") == text:
        starter.texts = {editor.SETTINGS: text} | starter.texts
    else:
        starter.remarks.append(f"{editor.SETTINGS} is yours: add {editor.GLUE} to its `cucumber.glue`")


def add_drills(site: Site, starter: Starter, names: Sequence[str]) -> None:
    """The shipped features that fit a site of this kind, for each mirrored group."""
    own = f'the site "{", ".join(f"../../{name}" for name in names)}"'
    cast = mapped_drills(site, feature_files([features_folder()]), only_standard=True)
    starter.remarks += cast.remarks
    for path, text in cast.texts.items():
        named = text.replace(site_step(site), own)
        starter.texts[PurePosixPath("drills") / path] = HEAD.format(group=path.parent.name) + named
    if not cast.texts:
        starter.remarks.append("there is no standard drill for this site yet: write your own below drills/")
