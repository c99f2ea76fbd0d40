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
from mirrordrill.drills.sites.site_mapping import SiteMapping, changed_mappings, site_mappings
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


PARALLEL_STEP = 'the example site "sfrac"'
"""The words with which the features for parallel groups begin."""


def site_step(site: Site) -> str:
    """The words with which the features for this kind of site begin."""
    return f'the example site "{"gco" if len(site.clusters) > 1 else "rdc"}"'


def mapped_drills(site: Site, features: Sequence[Path], *, only_standard: bool) -> MappedDrills:
    """The features, or the standard set among them, with the names of each mirrored group of the site."""
    found = MappedDrills()
    texts = {file: file.read_text(encoding="utf-8") for file in features}
    begins = site_step(site)
    mappings = site_mappings(site, found.remarks)
    kinds = {begins, *(PARALLEL_STEP for mapping in mappings if mapping.is_parallel)}
    fitting = {file: text for file, text in texts.items() if any(kind in text for kind in kinds)}
    if only_standard:
        fitting = {file: text for file, text in fitting.items() if STANDARD.search(text)}
    elif unfit := [file.stem for file in texts if file not in fitting]:
        kind = "several clusters" if len(site.clusters) > 1 else "one cluster"
        found.remarks.append(f"{', '.join(unfit)}: not for a site of {kind}")
    for number, mapping in enumerate(mappings, start=1):
        folder = PurePosixPath(mapping.folder)
        if any(folder in path.parents for path in found.texts):
            folder = folder.with_name(f"{folder.name}-{number}")
        for file, written in fitting.items():
            if (PARALLEL_STEP in written) != mapping.is_parallel:
                continue
            text = written.replace(PARALLEL_STEP, begins)
            own = mapped_feature(text, mapping)
            if own.text is not None:
                found.texts[folder / file.name] = own.text
            for changed, need in changed_mappings(mapping):
                add_changed(text, folder / file.name, changed, need, own, begins, found)
            found.remarks += remarks(file.stem, mapping, own)
    return found


def add_changed(
    text: str,
    path: PurePosixPath,
    changed: SiteMapping,
    need: str,
    own: MappedFeature,
    begins: str,
    found: MappedDrills,
) -> None:
    """The scenarios that one attribute of the group alone keeps out: a feature of their own in which it is changed."""
    what_if = changed.what_if
    assert what_if is not None
    curable = [title for title, why in own.left_out if why == need]
    if not curable or f"{begins} with " in text:
        return
    again = mapped_feature(text, changed, curable)
    if again.text is None:
        return
    name = f"{path.stem}_with_{what_if.attribute}_{what_if.value}{path.suffix}"
    found.texts[path.with_name(name)] = again.text.replace(begins, f"{begins} with {what_if.change}")
    cured = set(curable) - {title for title, _ in again.left_out}
    own.left_out = [(title, why) for title, why in own.left_out if title not in cured]
    found.remarks.append(
        f"group {changed.group}: {path.stem}: run with {what_if.needs} is "
        + ", ".join(f"`{title}`" for title in curable if title in cured)
    )


def remarks(name: str, mapping: SiteMapping, feature: MappedFeature) -> Iterator[str]:
    """What of a feature does not apply to this group, and why."""
    if feature.text is None and feature.left_out:
        needs = " and ".join(feature.needs) or "a step that does something"
        yield f"group {mapping.group}: {name} is left out: it needs {needs}"
        return
    for title, why in feature.left_out:
        yield f"group {mapping.group}: {name}: left out is `{title}`: it needs {why}"


def role_lines(site: Site) -> Iterator[str]:
    """Which hosts have the places of the example's, a line for each group."""
    for mapping in site_mappings(site, []):
        near, far = ", ".join(mapping.near.hosts), ", ".join(mapping.far.hosts)
        yield f"group {mapping.group}: {near} on {mapping.near.image}; {far} on {mapping.far.image}"
