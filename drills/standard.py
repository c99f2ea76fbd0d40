"""The shipped drills for a site that is not an example: cast with its own names before they are flown.

What `mirrordrill init` writes into files is flown at once by `mirrordrill run --site`: the same features, recast. What
had to be left out, because the site has nobody to play it, is told.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from drills.casting import ALERT, EXAMPLE, STANDARD, Cast, casts, recast, renamed
from simulator.site import Site

LEFT_OUT = re.compile(r"^\s*# Left out here: (.*)\.$", re.MULTILINE)
ASKED = "the operators whom an alert asks (ClusterFailOverPolicy is Auto)"
SCENARIO_LINE = re.compile(r"^[ \t]*Scenario(?: Outline)?: *(.*)$", re.MULTILINE)


@dataclass(slots=True)
class CastDrills:
    """Features by a path of their own, and what is to be said about them."""

    texts: dict[PurePosixPath, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def features_folder() -> Path:
    """Where the shipped features are. Found, not imported: drills know nothing of the features that use them."""
    spec = importlib.util.find_spec("features")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def site_step(site: Site) -> str:
    """The words with which the features for this kind of site begin."""
    return f'the example site "{"gco" if len(site.clusters) > 1 else "rdc"}"'


def cast_drills(site: Site, features: Sequence[Path], only_standard: bool) -> CastDrills:
    """The features, or the standard set among them, with the names of each mirrored group of the site."""
    found = CastDrills()
    texts = {file: file.read_text(encoding="utf-8") for file in features}
    fitting = {file: text for file, text in texts.items() if site_step(site) in text}
    if only_standard:
        standard = {file: text for file, text in fitting.items() if STANDARD.search(text)}
        fitting = {file: text for file, text in standard.items() if not EXAMPLE.search(text)}
        if tied := [file.stem for file in standard if file not in fitting]:
            found.remarks.append(f"left out: {', '.join(tied)}: they break volumes or HMCs of the example by name")
    elif unfit := [file.stem for file in texts if file not in fitting]:
        kind = "several clusters" if len(site.clusters) > 1 else "one cluster"
        found.remarks.append(f"{', '.join(unfit)}: not for a site of {kind}")
    for number, cast in enumerate(casts(site, found.remarks), start=1):
        folder = PurePosixPath(cast.folder)
        if any(folder in path.parents for path in found.texts):
            folder = folder.with_name(f"{folder.name}-{number}")
        for file, text in fitting.items():
            own = recast(text, cast)
            found.remarks += remarks(file.stem, cast, text, own)
            if own is not None:
                found.texts[folder / file.name] = own
    return found


def remarks(name: str, cast: Cast, text: str, own: str | None) -> Iterator[str]:
    """What of a feature this group cannot fly, and why."""
    if own is None:
        yield f"group {cast.group}: {name} is left out: it needs {missing(cast)}"
        return
    for why in LEFT_OUT.findall(own):
        yield f"group {cast.group}: {name}: left out is {why}"
    kept = SCENARIO_LINE.findall(own)
    for scenario in SCENARIO_LINE.findall(renamed(text, cast.names)):
        if scenario not in kept:
            yield f"group {cast.group}: {name}: left out is `{scenario}`: it needs {missing(cast)}"


def missing(cast: Cast) -> str:
    """The parts that nobody of this site can play."""
    roles = (role for role, player in cast.names.items() if not player)
    return "somebody to play " + " and ".join(ASKED if role == ALERT else role for role in roles)


def players(site: Site) -> Iterator[str]:
    """Who plays whom, a line for each group."""
    for cast in casts(site, []):
        yield f"group {cast.group}: " + ", ".join(
            f"{player} as {role}" for role, player in cast.names.items() if role.startswith("host") and player
        )
