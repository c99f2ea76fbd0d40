"""`mirrordrill init`: a directory to start from with one's own main.cf.

It gets a copy of the site's files, a site.toml in which every assumption stands as a comment, the standard drills with
this site's names in the place of the example's, and what a CI system needs to fly them.

Rule 1: nothing is overwritten unless that was asked for, and nothing is written before everything is known.
Rule 2: the drills are the shipped features, rewritten; there is no second copy of their steps to go stale.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath

from rich.console import Console

from drills.casting import casts, recast, safe_name
from drills.result import ExitCode
from drills.runner import features_folder
from drills.telling import say, show_problems, visible
from simulator.config.loader import load
from simulator.config.model import Configuration, Include
from simulator.config.problems import ConfigError
from simulator.settings import FILE_NAME, TABLES, Settings, settings_file
from simulator.site import Site, load_site

HERE = PurePosixPath()
TABLE_MEANS = {
    "link": "The lines between the two arrays.",
    "dscli": "How long the DS CLI takes. Measure: `time dscli ... lspprc ...` on a cluster node.",
    "hosts": "The cluster's systems.",
    "application": "What each application writes to its mirrored volumes while it is online.",
    "volumes": "Sizes, where no capture of lsfbvol gives them.",
    "objectives": "What a recovery is measured against.",
    "membership": "LLT and GAB: what /etc/llttab and /etc/gabtab say.",
    "fencing": "I/O fencing, for a cluster whose UseFence is SCSI3.",
}
KEY_MEANS = {
    "link.distance_km": "The way of the light, not of the crow; Metro Mirror reaches 300 km.",
    "link.write_delay_us_per_km": "What each kilometre adds to a mirrored write, there and back.",
    "link.copy_mib_per_s": "What copies and resynchronisations get of the line, in each direction.",
    "link.copy_setup_s": "From the command to the first track copied.",
    "dscli.login_low_s": "From the start of dscli to its prompt, at best",
    "dscli.login_high_s": "... and at worst, on a day without faults.",
    "dscli.list_low_s": "A list, at best",
    "dscli.list_high_s": "... and at worst.",
    "dscli.action_s": "A command that changes something",
    "dscli.per_pair_low_s": "... and what each pair adds to it, at best",
    "dscli.per_pair_high_s": "... and at worst.",
    "dscli.travel_s": "Of a command's time, what passes before the array carries it out.",
    "dscli.refused_connect_s": "Until dscli notices an HMC that refuses it.",
    "dscli.silent_connect_s": "Until dscli gives an HMC up that never answers.",
    "hosts.boot_s": "From power on until VCS starts.",
    "application.writes_per_s": "Acknowledged writes; a drill costs the same whatever the rate.",
    "application.working_set_mib": "Written again and again, of each volume: what a resynchronisation has to copy.",
    "volumes.size_gib": "Of every volume that is not listed below.",
    "volumes.sizes_gib": "By volume id, alone or with its array in front.",
    "objectives.rto_s": "Recovery time objective.",
    "objectives.rpo_s": "Recovery point objective, in seconds of lost writes",
    "objectives.rpo_writes": "... and in acknowledged writes.",
    "membership.private_links": "Private heartbeat links (`link` in llttab): link1, link2 ...",
    "membership.low_priority_links": "Public ones (`link-lowpri`): lowpri1 ...",
    "membership.peer_inactive_s": "Until LLT gives up on a silent peer (`set-timer peerinact:1600`).",
    "membership.gab_stable_s": "Until GAB delivers a membership after the last change.",
    "membership.build_s": "From joining the membership until a system is RUNNING.",
    "membership.had_restart_s": "Until hashadow has restarted an engine that died.",
    "membership.seed_systems": "The number behind `gabconfig -c -n`.",
    "membership.panics_on_rejoin": "`gabconfig -j`: the losing side of a healed partition panics.",
    "fencing.coordinator_disks": "One place for each disk: a storage image, or any name for a third place.",
    "fencing.race_s": "From a new membership until the race for the coordinator disks is decided.",
}
EXAMPLES: Mapping[str, str] = {
    "volumes.sizes_gib": '{ "1260" = 100.0 }',
    "membership.panics_on_rejoin": "false",
    "fencing.coordinator_disks": '["IBM.2107-75FA120", "IBM.2107-75FA150", "third"]',
    "objectives.rto_s": "900.0",
    "objectives.rpo_s": "0.0",
    "objectives.rpo_writes": "0.0",
}
"""What to show of a key that has no number for a default."""

RUN_SCRIPT = """\
#!/bin/sh
# Check the site and fly its drills; for people and for any CI system. Options go to `mirrordrill run`:
#   ./run-drills.sh --agent process --show details
# Put what lspprc, lspprcpath, lssi and lsfbvol print for both arrays into captures/: drills then start in that state.
set -eu
cd "$(dirname "$0")"
set -- --show verdicts "$@"
for file in captures/*; do
    if [ -f "$file" ]; then set -- "$@" --capture "$file"; fi
done
mirrordrill check {files}
exec mirrordrill run drills {options} "$@"
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
    copies: dict[PurePosixPath, Path] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def paths(self) -> tuple[PurePosixPath, ...]:
        """Every file, in the order in which it is told."""
        return (*self.copies, *self.texts)


def init(folder: Path, site_files: Sequence[Path], force: bool, console: Console) -> ExitCode:
    """Write a starter directory; gives the exit code."""
    try:
        site = load_site(site_files)
        starter = plan(site)
    except ConfigError as failure:
        show_problems(console, failure.problems)
        return ExitCode.USAGE
    taken = [path for path in starter.paths() if (folder / path).exists() and not is_same(folder, path, starter)]
    if taken and not force:
        say(
            console,
            f"mirrordrill init: {folder} already has {', '.join(map(str, taken))}; --force overwrites",
            "bold red",
        )
        return ExitCode.USAGE
    try:
        write(folder, starter)
    except OSError as failure:
        say(console, f"mirrordrill init: cannot write {failure.filename}: {failure.strerror}", "bold red")
        return ExitCode.USAGE
    for path in starter.paths():
        say(console, f"wrote {folder / path}")
    for remark in starter.remarks:
        say(console, f"note: {remark}")
    say(console, f"next: {folder}/run-drills.sh, then put your own numbers into {folder / FILE_NAME}")
    return ExitCode.HELD


def is_same(folder: Path, path: PurePosixPath, starter: Starter) -> bool:
    """Whether a file is to be copied onto itself: the directory is where the site's files are."""
    source = starter.copies.get(path)
    return source is not None and (folder / path).exists() and (folder / path).samefile(source)


def plan(site: Site) -> Starter:
    """Everything that a starter directory holds for this site."""
    starter = Starter()
    names = []
    for file, cluster in zip(site.files, site.clusters, strict=True):
        home = PurePosixPath(safe_name(cluster.name)) if len(site.files) > 1 else HERE
        names.append(str(home / "main.cf"))
        starter.copies[home / "main.cf"] = file
        starter.copies |= {home / beside: file.parent / beside for beside in included(load(file))}
    if (found := settings_file(site.files)) is not None:
        starter.copies[PurePosixPath(FILE_NAME)] = found
    else:
        starter.texts[PurePosixPath(FILE_NAME)] = settings_text(site)
    options = " ".join(f"--site {name}" for name in names)
    add_drills(site, starter, options)
    starter.texts[PurePosixPath("run-drills.sh")] = RUN_SCRIPT.format(files=" ".join(names), options=options)
    starter.texts[PurePosixPath(".github/workflows/drills.yml")] = WORKFLOW
    return starter


def included(configuration: Configuration, above: PurePosixPath = HERE) -> Iterator[PurePosixPath]:
    """The included files that lie beside or below the main.cf; those that we stood in for are left out."""
    for statement in configuration.statements:
        if isinstance(statement, Include) and statement.content is not None and not statement.is_stand_in:
            path = above / statement.name.text
            if not path.is_absolute() and ".." not in path.parts:
                yield path
                yield from included(statement.content, path.parent)


def add_drills(site: Site, starter: Starter, options: str) -> None:
    """The shipped features that fit a site of this kind, for each mirrored group."""
    example = "gco" if len(site.clusters) > 1 else "rdc"
    features = [
        file for file in sorted(features_folder().glob("*.feature")) if f'example site "{example}"' in file.read_text()
    ]
    found = casts(site, starter.remarks)
    for cast in found:
        for file in features:
            text = recast(file.read_text(), cast)
            if text is None:
                starter.remarks.append(f"{file.stem} needs more hosts than group {cast.group} has")
                continue
            head = f"# Group {cast.group}: `mirrordrill run drills {options}` (--site replaces the example site)\n"
            starter.texts[PurePosixPath("drills") / cast.folder / file.name] = head + text
    if not found or not features:
        starter.remarks.append("there is no standard drill for this site yet: write your own below drills/")


def settings_text(site: Site) -> str:
    """A site.toml with everything that could be said, as comments with the values that are assumed now."""
    lines = [f"# What main.cf cannot say of the site {visible(site.name)}. Take away the # of what you know."]
    for table in TABLES:
        defaults = getattr(Settings(), table)
        lines += ["", f"# {TABLE_MEANS[table]}", f"[{table}]"]
        for key in (each.name for each in fields(defaults)):
            path = f"{table}.{key}"
            value = EXAMPLES.get(path) or repr(getattr(defaults, key))
            lines += [f"#   {KEY_MEANS[path]}", f"# {key} = {value}"]
    return "\n".join(lines) + "\n"


def write(folder: Path, starter: Starter) -> None:
    """Put everything onto the disk. Raises OSError."""
    for path, source in starter.copies.items():
        if not is_same(folder, path, starter):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / path)
    for path, text in starter.texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        if path.suffix == ".sh":
            target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
