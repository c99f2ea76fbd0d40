"""The shipped drills for a site that is not an example: with its own names in them, before they are run.

What `mirrordrill init` writes into files is run at once by `mirrordrill run --site`: the same features, recast. What
had to be left out, because the site has nothing to play it, is told.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from mirrordrill.drills.sites.changed_mappings import changed_mappings
from mirrordrill.drills.sites.deviations import Deviation
from mirrordrill.drills.sites.fences import fence_of
from mirrordrill.drills.sites.mapped_features import A_LEG, STANDARD, MappedFeature, mapped_feature
from mirrordrill.drills.sites.site_mapping import SiteMapping, site_mappings
from mirrordrill.drills.steps.wording import changes as changes_in
from mirrordrill.simulator.site.site import Site
from mirrordrill.simulator.vcs.membership.rules import THIRD_PLACE


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


FENCED_STEPS = {
    'the example site "rdc"': 'the example site "fenced"',
    'the example site "gco"': 'the example site "gco" with UseFence = SCSI3 of clusa',
}
"""The words with which features about coordinator disks begin, for each kind of site."""


def begun_features(
    site: Site, mapping: SiteMapping, features: Mapping[Path, str]
) -> Iterator[tuple[Path, str, SiteMapping]]:
    """The features for this group, each as one that begins as this kind of site does, with the mapping for it."""
    begins = site_step(site)
    fenced, disks = FENCED_STEPS[begins], with_fence(site, mapping)
    for file, text in features.items():
        if PARALLEL_STEP in text:
            if mapping.is_parallel:
                yield file, text.replace(PARALLEL_STEP, begins), mapping
        elif fenced in text:
            if disks is not None:
                yield file, text.replace(fenced, begins), disks
        elif not mapping.is_parallel:
            yield file, text, mapping


def with_fence(site: Site, mapping: SiteMapping) -> SiteMapping | None:
    """The mapping for drills about the coordinator disks of the cluster where the group starts; None without them."""
    near, far = ((*side.hosts, *side.other_hosts) for side in (mapping.near, mapping.far))
    if mapping.is_parallel or (fence := fence_of(site, mapping.group, near, far)) is None:
        return None
    names, tagged = {**mapping.names, THIRD_PLACE: fence.third}, {**mapping.tagged, **fence.tagged}
    return replace(mapping, fenced="", fence=fence, names=names, tagged=tagged)


def mapped_drills(site: Site, features: Sequence[Path], *, only_standard: bool) -> MappedDrills:
    """The features, or the standard set among them, with the names of each mirrored group of the site."""
    found = MappedDrills()
    texts = {file: file.read_text(encoding="utf-8") for file in features}
    begins = site_step(site)
    mappings = site_mappings(site, found.remarks)
    kinds = {begins, *(PARALLEL_STEP for mapping in mappings if mapping.is_parallel)}
    fenced = FENCED_STEPS[begins]
    kinds |= {fenced} if any(with_fence(site, mapping) for mapping in mappings) else set()
    fitting = {file: text for file, text in texts.items() if fits(text, kinds, fenced)}
    if only_standard:
        fitting = {file: text for file, text in fitting.items() if STANDARD.search(text)}
    elif unfit := [file.stem for file in texts if file not in fitting]:
        kind = "several clusters" if len(site.clusters) > 1 else "one cluster"
        found.remarks.append(f"{', '.join(unfit)}: not for a site of {kind}")
    for number, mapping in enumerate(mappings, start=1):
        folder = PurePosixPath(mapping.folder)
        if any(folder in path.parents for path in found.texts):
            folder = folder.with_name(f"{folder.name}-{number}")
        for file, written, played in begun_features(site, mapping, fitting):
            text = named_for(written, mapping.group) if len(mappings) > 1 else written
            own = mapped_feature(text, played)
            if own.text is not None:
                found.texts[folder / file.name] = own.text
            for changed in changed_mappings(played):
                add_changed(text, folder / file.name, changed, own, begins, found)
            found.remarks += remarks(file.stem, mapping, own)
    return found


def fits(text: str, kinds: Collection[str], fenced: str) -> bool:
    """Whether a feature begins with a site of one of these kinds; one of a fenced site only where that is one."""
    return fenced in kinds if fenced in text else any(kind in text for kind in kinds)


def named_for(text: str, group: str) -> str:
    """The feature with the group behind its name, where several groups have their drills of that name."""
    return re.sub(r"(?m)^(Feature: .*?)\s*$", lambda found: f"{found[1]} ({group})", text, count=1)


def add_changed(
    text: str, path: PurePosixPath, changed: SiteMapping, own: MappedFeature, begins: str, found: MappedDrills
) -> None:
    """The scenarios that attributes of the group alone keep out: a feature of their own in which these are changed."""
    curable = [title for title, _ in own.left_out if not title.startswith(A_LEG)]
    again = mapped_feature(text, changed, curable)
    changed_text = again.text
    cured = set(curable) - {title for title, _ in again.left_out}
    if changed_text is None:
        return
    kept = undecided(changed_text, begins, changed.what_if)
    if kept != changed.what_if:
        changed_text = mapped_feature(text, replace(changed, what_if=kept), curable).text or changed_text
    values = "_and_".join(f"{each.attribute}_{each.value}" for each in kept) or "its_own_values"
    name = f"{path.stem}_with_{values}{path.suffix}"
    found.texts[path.with_name(name)] = with_changes(changed_text, begins, kept)
    own.left_out = [(title, why) for title, why in own.left_out if title not in cured]
    if not kept:
        return
    needs = " and ".join(each.needs for each in kept)
    found.remarks.append(
        f"group {changed.group}: {path.stem}: run with {needs} is "
        + ", ".join(f"`{title}`" for title in curable if title in cured)
    )


def undecided(text: str, begins: str, changes: tuple[Deviation, ...]) -> tuple[Deviation, ...]:
    """Those of the changes that not every scenario makes itself, whatever value it gives the attribute."""
    found = re.findall(rf"{re.escape(begins)}(?: with (.+))?$", text, flags=re.MULTILINE)
    decided = set.intersection(*({(each.attribute, each.group) for each in changes_in(own)} for own in found))
    return tuple(each for each in changes if (each.attribute, each.group) not in decided)


def with_changes(text: str, begins: str, changes: Sequence[Deviation]) -> str:
    """The feature on the site with these attributes changed; what a scenario changes itself stays as it says."""

    def begun(line: re.Match[str]) -> str:
        own = line[1] or ""
        decided = {(each.attribute, each.group) for each in changes_in(own)}
        lacking = [each.change for each in changes if (each.attribute, each.group) not in decided]
        if not lacking:
            return line[0]
        return f"{line[0]} {'and' if own else 'with'} {' and '.join(lacking)}"

    return re.sub(rf"{re.escape(begins)}( with .+)?$", begun, text, flags=re.MULTILINE)


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
