"""The shipped drills for a site that is not an example: with its own names in them, before they are run.

What `mirrordrill init` writes into files is run at once by `mirrordrill run --site`: the same features, recast. What
had to be left out, because the site has nothing to play it, is told.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Mapping, Sequence
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


FENCED_PARALLEL_STEP = f"{PARALLEL_STEP} with UseFence = SCSI3 of clusa"
"""The words with which features about the coordinator disks of parallel groups begin."""
FENCED_STEPS = {
    'the example site "rdc"': 'the example site "fenced"',
    'the example site "gco"': 'the example site "gco" with UseFence = SCSI3 of clusa',
}
"""The words with which features about coordinator disks begin, for each kind of site."""
BEGINNINGS = (FENCED_PARALLEL_STEP, PARALLEL_STEP, *FENCED_STEPS.values(), *FENCED_STEPS)
"""All of them; words that other words begin with stand behind these."""
FENCED_ONLY = "only for a group that starts in a cluster with UseFence = SCSI3"
ONLY_FOR = {
    PARALLEL_STEP: "only for a parallel group",
    FENCED_PARALLEL_STEP: "only for a parallel group that starts in a cluster with UseFence = SCSI3",
    **dict.fromkeys(FENCED_STEPS.values(), FENCED_ONLY),
}
"""What is said of features that begin so to a site that has the clusters for it, and no such group."""


def beginning(text: str) -> str:
    """The words with which a feature begins; empty for those about a site of their own."""
    return next((words for words in BEGINNINGS if words in text), "")


def beginnings(site: Site, mapping: SiteMapping) -> dict[str, SiteMapping]:
    """The words with which features for this group begin, each with the mapping for it."""
    begins, disks = site_step(site), with_fence(site, mapping)
    plain, fenced = (PARALLEL_STEP, FENCED_PARALLEL_STEP) if mapping.is_parallel else (begins, FENCED_STEPS[begins])
    return {plain: mapping} | ({fenced: disks} if disks is not None else {})


def begun_features(
    site: Site, mapping: SiteMapping, features: Mapping[Path, str]
) -> Iterator[tuple[Path, str, SiteMapping]]:
    """The features for this group, each as one that begins as this kind of site does, with the mapping for it."""
    played = beginnings(site, mapping)
    for file, text in features.items():
        if (words := beginning(text)) in played:
            yield file, text.replace(words, site_step(site)), played[words]


def with_fence(site: Site, mapping: SiteMapping) -> SiteMapping | None:
    """The mapping for drills about the coordinator disks of the cluster where the group starts; None without them."""
    near, far = ((*side.hosts, *side.other_hosts) for side in (mapping.near, mapping.far))
    if (fence := fence_of(site, mapping.group, near, far)) is None:
        return None
    names, tagged = {**mapping.names, THIRD_PLACE: fence.third}, {**mapping.tagged, **fence.tagged}
    return replace(mapping, fenced="", fence=fence, names=names, tagged=tagged)


def mapped_drills(site: Site, features: Sequence[Path], *, only_standard: bool) -> MappedDrills:
    """The features, or the standard set among them, with the names of each mirrored group of the site."""
    found = MappedDrills()
    texts = {file: file.read_text(encoding="utf-8") for file in features}
    begins = site_step(site)
    mappings = site_mappings(site, found.remarks)
    kinds = {begins}.union(*(beginnings(site, mapping) for mapping in mappings))
    fitting = {file: text for file, text in texts.items() if beginning(text) in kinds}
    if only_standard:
        fitting = {file: text for file, text in fitting.items() if STANDARD.search(text)}
    else:
        found.remarks += unfit(site, {file.stem: text for file, text in texts.items() if file not in fitting})
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


def unfit(site: Site, texts: Mapping[str, str]) -> Iterator[str]:
    """What is said of features for other sites, by their names: those for the same reason together."""
    is_global = len(site.clusters) > 1
    kind = f"not for a site of {'several clusters' if is_global else 'one cluster'}"
    own = {PARALLEL_STEP, FENCED_PARALLEL_STEP} if is_global else set()
    own.add(FENCED_STEPS[site_step(site)])
    names: dict[str, list[str]] = {}
    for name, text in texts.items():
        words = beginning(text)
        names.setdefault(ONLY_FOR[words] if words in own else kind, []).append(name)
    yield from (f"{', '.join(those)}: {why}" for why, those in names.items())


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
    own.is_run_changed = bool(cured)
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
    if feature.text is None and feature.left_out and not feature.is_run_changed:
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
