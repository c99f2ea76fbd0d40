"""The shipped drills for a site that is not an example: with its own names in them, before they are run.

What `mirrordrill init` writes into files is run at once by `mirrordrill run --site`: the same features, recast. What
had to be left out, because the site has nothing to play it, is told.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mirrordrill.drills.sites.mapped_features import STANDARD, MappedFeature, mapped_feature
from mirrordrill.drills.sites.site_mapping import SiteMapping, site_mappings
from mirrordrill.simulator.site.site import Site


@dataclass(slots=True)
class MappedDrills:
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


def mapped_drills(site: Site, features: Sequence[Path], only_standard: bool) -> MappedDrills:
    """The features, or the standard set among them, with the names of each mirrored group of the site."""
    found = MappedDrills()
    texts = {file: file.read_text(encoding="utf-8") for file in features}
    fitting = {file: text for file, text in texts.items() if site_step(site) in text}
    if only_standard:
        fitting = {file: text for file, text in fitting.items() if STANDARD.search(text)}
    elif unfit := [file.stem for file in texts if file not in fitting]:
        kind = "several clusters" if len(site.clusters) > 1 else "one cluster"
        found.remarks.append(f"{', '.join(unfit)}: not for a site of {kind}")
    for number, mapping in enumerate(site_mappings(site, found.remarks), start=1):
        folder = PurePosixPath(mapping.folder)
        if any(folder in path.parents for path in found.texts):
            folder = folder.with_name(f"{folder.name}-{number}")
        for file, text in fitting.items():
            own = mapped_feature(text, mapping)
            found.remarks += remarks(file.stem, mapping, own)
            if own.text is not None:
                found.texts[folder / file.name] = own.text
    return found


def remarks(name: str, mapping: SiteMapping, feature: MappedFeature) -> Iterator[str]:
    """What of a feature does not apply to this group, and why."""
    if feature.text is None:
        needs = " and ".join(dict.fromkeys(why for _, why in feature.left_out))
        yield f"group {mapping.group}: {name} is left out: it needs {needs}"
        return
    for title, why in feature.left_out:
        yield f"group {mapping.group}: {name}: left out is `{title}`: it needs {why}"


def role_lines(site: Site) -> Iterator[str]:
    """Which hosts have the places of the example's, a line for each group."""
    for mapping in site_mappings(site, []):
        near, far = ", ".join(mapping.near.hosts), ", ".join(mapping.far.hosts)
        yield f"group {mapping.group}: {near} on {mapping.near.image}; {far} on {mapping.far.image}"
