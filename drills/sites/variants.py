"""A site with attributes of groups or clusters changed before it starts: those that a running cluster keeps.

What can be modified there is better modified by an operator's own commands.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mirrordrill.drills.sites import FOLDER, SiteError, example_sites
from mirrordrill.drills.sites.deviations import CHANGED_IN_MIRROR
from mirrordrill.drills.sites.site_files import included
from mirrordrill.drills.steps.wording import ChangedAttribute
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.model import Assignment, Cluster, Configuration, Group, Resource, Word
from mirrordrill.simulator.config.printer import render
from mirrordrill.simulator.site.main_cf import edited
from mirrordrill.simulator.site.settings import settings_file
from mirrordrill.simulator.site.site import METRO_MIRROR, Site, load_site
from mirrordrill.simulator.vcs.engine.configuration import Edit


def changed_site(
    name: str,
    files: Sequence[Path],
    changes: Sequence[ChangedAttribute],
    folder: Path,
    captures: Sequence[Path] = (),
    settings: Path | None = None,
) -> Site:
    """The example site, or the one of these files, with each attribute set in every cluster that has its group.

    An attribute of MetroMirror is that of the group's MetroMirror resources, whatever they say for single systems.

    The changed files are written below the folder, with what they include beside them; it has to be there as long as
    the site is in use. A site.toml stays where it is, and so do the scripts that it names. Raises
    SiteError for a site or a group that does not exist, ConfigError for a wrong value.
    """
    found = list(files) or sorted((FOLDER / name).rglob("main.cf"))
    if not found:
        raise SiteError(f'there is no example site "{name}"; there are: {", ".join(example_sites())}')
    read = [load(file) for file in found]
    for change in changes:
        if not any(change.group in changeable_in(configuration) for configuration in read):
            raise SiteError(f"no main.cf of the site has a group {change.group}, and it is no cluster")
    written = []
    for number, configuration in enumerate(read, start=1):
        written.append(folder / f"cluster{number}" / "main.cf")
        written[-1].parent.mkdir()
        for beside in included(configuration):
            copy = written[-1].parent / beside
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found[number - 1].parent / beside, copy)
        for change in changes:
            configuration = changed_in(configuration, *change)
        written[-1].write_text(render(configuration))
    title = f"{name} with {' and '.join(f'{each.attribute} = {each.value}' for each in changes)}"
    return load_site(written, title.strip(), captures, settings or settings_file(found))


def changed_in(configuration: Configuration, attribute: str, value: str, group: str) -> Configuration:
    """The attribute of the group, or of its MetroMirror resources, or that of the cluster."""
    if group in clusters_of(configuration):
        return edited(configuration, [Edit("cluster", group, attribute, (value,))])
    if attribute not in CHANGED_IN_MIRROR:
        edits = [Edit("group", group, attribute, (value,))] if group in groups_of(configuration) else []
        return edited(configuration, edits)
    statements = [
        replace(part, resources=tuple(with_value(resource, attribute, value) for resource in part.resources))
        if isinstance(part, Group) and part.name.text == group
        else part
        for part in configuration.statements
    ]
    return replace(configuration, statements=tuple(statements))


def with_value(resource: Resource, attribute: str, value: str) -> Resource:
    """A MetroMirror resource with the value for all systems; any other resource as it is."""
    if resource.type_name.text != METRO_MIRROR:
        return resource
    others = tuple(each for each in resource.attributes if each.name.text != attribute)
    return replace(resource, attributes=(*others, Assignment(Word(attribute), None, Word(value))))


def clusters_of(configuration: Configuration) -> list[str]:
    """The name of its cluster."""
    return [part.name.text for part in configuration.statements if isinstance(part, Cluster)]


def changeable_in(configuration: Configuration) -> list[str]:
    """What of it a step may change: its cluster and its service groups."""
    return [*clusters_of(configuration), *groups_of(configuration)]


def groups_of(configuration: Configuration) -> list[str]:
    """The names of its service groups."""
    return [part.name.text for part in configuration.statements if isinstance(part, Group)]
