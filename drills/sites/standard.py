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

from mirrordrill.drills.sites.site_mapping import (
    ALERT,
    HOSTS,
    LSS_PAIR,
    SINGLE_VOLUMES,
    STANDARD,
    VOLUMES,
    WWNN,
    Cast,
    casts,
    parted,
    recast,
    renamed,
    words,
)
from mirrordrill.simulator.site.site import Site

LEFT_OUT = re.compile(r"^\s*# Left out here: (.*)\.$", re.MULTILINE)
NEEDED = {
    ALERT: "somebody to play the operators whom an alert asks (ClusterFailOverPolicy is Auto)",
    VOLUMES: "volumes that are called alike on both sides",
    WWNN: "the I/O ports of the example",
    LSS_PAIR: "volumes of a single LSS, called alike on both sides",
    **dict.fromkeys(SINGLE_VOLUMES, "a group of two volumes, called alike on both sides"),
}
"""What a site must have for a part that is not simply somebody's name."""
SCENARIO_LINE = re.compile(r"^[ \t]*Scenario(?: Outline)?: *(.*)$", re.MULTILINE)


@dataclass(slots=True)
class CastDrills:
    """Features by a path of their own, and what is to be said about them."""

    texts: dict[PurePosixPath, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def features_folder() -> Path:
    """Where the shipped features are. Found, not imported: drills know nothing of the features that use them."""
    spec = importlib.util.find_spec("mirrordrill.features")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]).resolve()


def site_step(site: Site) -> str:
    """The words with which the features for this kind of site begin."""
    return f'the example site "{"gco" if len(site.clusters) > 1 else "rdc"}"'


def cast_drills(site: Site, features: Sequence[Path], only_standard: bool) -> CastDrills:
    """The features, or the standard set among them, with the names of each mirrored group of the site."""
    found = CastDrills()
    texts = {file: file.read_text(encoding="utf-8") for file in features}
    fitting = {file: text for file, text in texts.items() if site_step(site) in text}
    if only_standard:
        fitting = {file: text for file, text in fitting.items() if STANDARD.search(text)}
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
        yield f"group {cast.group}: {name} is left out: it needs {missing(cast, text)}"
        return
    for why in LEFT_OUT.findall(own):
        yield f"group {cast.group}: {name}: left out is {why}"
    kept = SCENARIO_LINE.findall(own)
    for part in parted(text):
        for scenario in SCENARIO_LINE.findall(renamed(part, cast.names)):
            if scenario not in kept:
                yield f"group {cast.group}: {name}: left out is `{scenario}`: it needs {missing(cast, part)}"


def missing(cast: Cast, text: str) -> str:
    """What a text needs of a site, and this one has not."""
    absent = [role for role, player in cast.names.items() if not player and words([role]).search(text)]
    return " and ".join(dict.fromkeys(NEEDED.get(role, f"somebody to play {role}") for role in absent))


def players(site: Site) -> Iterator[str]:
    """Who plays whom, a line for each group."""
    for cast in casts(site, []):
        yield f"group {cast.group}: " + ", ".join(
            f"{player} as {role}" for role, player in cast.names.items() if role in HOSTS and player
        )
