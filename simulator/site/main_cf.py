"""The main.cf of a cluster's systems: what a site was read from, and what `haconf -dump` has made of it since.

The engines know edits and nothing of the file's language; the file knows nothing of engines. They meet here.

Rule 1: a dump is the file that the site was read from with the edits in it: comments go, statements stay in order.
Rule 2: what is included stays in its own files. A type that was modified is what its file says from then on, but only
main.cf is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from mirrordrill.simulator.config.checks import examine
from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.model import (
    Assignment,
    Cluster,
    Configuration,
    Declaration,
    Group,
    GroupDependency,
    Heartbeat,
    Include,
    Item,
    ListValue,
    RemoteCluster,
    Resource,
    ResourceDependency,
    ScalarType,
    Statement,
    System,
    TypeDefinition,
    Value,
)
from mirrordrill.simulator.config.model import Dimension as WrittenDimension
from mirrordrill.simulator.config.model import Word as ConfigWord
from mirrordrill.simulator.config.printer import render
from mirrordrill.simulator.config.problems import Severity
from mirrordrill.simulator.config.vocabulary import is_bare
from mirrordrill.simulator.vcs.commands.language.statics import SHOWN
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.spec import AttributeDimension

DIRECTORY = "/etc/VRTSvcs/conf/config"
"""Where main.cf is on each system."""


Edits = dict[tuple[str, str], list[Edit]]
"""Kind and name of an object -> what becomes of it."""


def edited(configuration: Configuration, edits: Iterable[Edit]) -> Configuration:
    """The configuration with the edits in it, the later ones over the earlier ones."""
    by_object: Edits = {}
    for edit in edits:
        by_object.setdefault((edit.kind, edit.name), []).append(edit)
    statements = _with_objects(tuple(_with_heartbeats(configuration.statements, by_object)), by_object)
    return replace(configuration, statements=tuple(_statement(part, by_object) for part in statements))


def _with_heartbeats(statements: tuple[Statement, ...], edits: Edits) -> list[Statement]:
    """Without the heartbeats that were deleted; with empty ones for those added, behind what is already there."""
    noted = [(name, edit) for (kind, name), found in edits.items() if kind == "heartbeat" for edit in found]
    about = {name: edit for name, edit in noted if not edit.attribute}
    stored = [part for part in statements if not (isinstance(part, Heartbeat) and part.name.text in about)]
    added = [Heartbeat(ConfigWord(name)) for name, edit in about.items() if edit.values is not None]
    heads = [at for at, part in enumerate(stored) if isinstance(part, Cluster | RemoteCluster | Heartbeat)]
    behind = heads[-1] + 1 if heads else len(stored)
    return [*stored[:behind], *added, *stored[behind:]]


OBJECTS: dict[str, type[TypeDefinition | System | Group]] = {"type": TypeDefinition, "system": System, "group": Group}
"""Kinds of objects that are statements of their own, in the order of a file."""


def _with_objects(statements: tuple[Statement, ...], edits: Edits) -> list[Statement]:
    """Without the types, systems and groups that were deleted; with empty ones for those added, behind their like."""
    listed = list(statements)
    for kind, statement in OBJECTS.items():
        begun = {name: its[0] for (of, name), its in edits.items() if of == kind and not its[0].attribute}
        listed = [part for part in listed if not (isinstance(part, statement) and part.name.text in begun)]
        added = [statement(ConfigWord(name)) for name, edit in begun.items() if edit.values is not None]
        alike = [at for at, part in enumerate(listed) if isinstance(part, statement)]
        heads = [at for at, part in enumerate(listed) if isinstance(part, Include | Cluster | System)]
        at = (alike or heads or [len(listed) - 1])[-1] + 1
        listed[at:at] = added
    return listed


def _statement(part: Statement, edits: Edits) -> Statement:
    if isinstance(part, System):
        return replace(part, attributes=_attributes(part.attributes, edits.get(("system", part.name.text), ())))
    if isinstance(part, Cluster):
        return replace(part, attributes=_attributes(part.attributes, edits.get(("cluster", part.name.text), ())))
    if isinstance(part, Heartbeat):
        return replace(part, attributes=_attributes(part.attributes, edits.get(("heartbeat", part.name.text), ())))
    if isinstance(part, TypeDefinition):
        return replace(part, declarations=_declarations(part, edits.get(("type", part.name.text), ())))
    if isinstance(part, Include) and part.content is not None:
        inside = replace(part.content, statements=tuple(_statement(each, edits) for each in part.content.statements))
        return replace(part, content=inside)
    return _group(part, edits) if isinstance(part, Group) else part


def _declarations(part: TypeDefinition, edits: Iterable[Edit]) -> tuple[Declaration, ...]:
    """A type's attributes, with other values for static ones; one that it did not name is declared at the end."""
    declared = {declaration.name.text: declaration for declaration in part.declarations}
    for edit in (edit for edit in edits if edit.attribute):
        if edit.values is None:
            declared.pop(edit.attribute, None)
            continue
        is_static = edit.attribute in {*SHOWN, "ArgList"}
        is_number = edit.dimension is AttributeDimension.SCALAR and (is_static or "".join(edit.values).isdigit())
        kind = ScalarType.INT if is_number else ScalarType.STR
        shape = WrittenDimension(edit.dimension.value)
        fresh = Declaration(ConfigWord(edit.attribute), kind, shape, is_static=is_static)
        old = declared.get(edit.attribute, fresh)
        declared[edit.attribute] = replace(old, default=_value(edit.dimension, edit.values or ()))
    return tuple(declared.values())


def _group(part: Group, edits: Edits) -> Group:
    """A group with the resources that it has now; whatever was added stands behind what was there."""
    begun = {name: its[0] for (kind, name), its in edits.items() if kind == "resource" and not its[0].attribute}
    stored = [resource for resource in part.resources if resource.name.text not in begun]
    added = [
        Resource(ConfigWord(edit.values[0]), ConfigWord(name))
        for name, edit in begun.items()
        if edit.values and edit.values[1] == part.name.text
    ]
    resources = tuple(_resource(resource, edits) for resource in (*stored, *added))
    return replace(
        part,
        attributes=_attributes(part.attributes, edits.get(("group", part.name.text), ())),
        resources=resources,
        dependencies=_dependencies(part, edits, {resource.name.text for resource in resources}),
        group_dependencies=_group_dependencies(part, edits.get(("group dependency", part.name.text), ())),
    )


def _dependencies(part: Group, edits: Edits, here: Collection[str]) -> tuple[ResourceDependency, ...]:
    written = {(link.parent.text, link.child.text): link for link in part.dependencies}
    for (kind, parent), its in edits.items():
        if kind != "dependency" or parent not in {*here, *(link[0] for link in written)}:
            continue
        for edit in its:
            link = parent, edit.attribute
            if edit.values is None:
                written.pop(link, None)
            elif parent in here:
                written.setdefault(link, ResourceDependency(*map(ConfigWord, link)))
    return tuple(written.values())


def _group_dependencies(part: Group, edits: Iterable[Edit]) -> tuple[GroupDependency, ...]:
    written = {required.child.text: required for required in part.group_dependencies}
    for edit in edits:
        written.pop(edit.attribute, None)
        if edit.values is not None:
            category, location, *rigidity = edit.values
            child = ConfigWord(edit.attribute)
            written[edit.attribute] = GroupDependency(child, category, location, *rigidity)
    return tuple(written.values())


def _resource(part: Resource, edits: Edits) -> Resource:
    return replace(part, attributes=_attributes(part.attributes, edits.get(("resource", part.name.text), ())))


def _attributes(assignments: tuple[Assignment, ...], edits: Iterable[Edit]) -> tuple[Assignment, ...]:
    """The lines of a body: a changed one in its old place, a new one at the end."""
    lines = {(line.name.text, line.system and line.system.text): line for line in assignments}
    for edit in (edit for edit in edits if edit.attribute):
        place = edit.attribute, edit.system
        if edit.values is None:
            lines.pop(place, None)
        else:
            system = None if edit.system is None else ConfigWord(edit.system)
            lines[place] = Assignment(ConfigWord(edit.attribute), system, _value(edit.dimension, edit.values))
    return tuple(lines.values())


def _value(dimension: AttributeDimension, values: tuple[str, ...]) -> Value:
    # In quotes as the printer writes it: `hacf -verify` reads what was dumped, not the text of it.
    words = [ConfigWord(text, quoted=not is_bare(text)) for text in values]
    if dimension is AttributeDimension.SCALAR:
        return words[0] if words else ConfigWord("")
    if dimension is AttributeDimension.ASSOCIATION:
        return ListValue(tuple(Item(key, value) for key, value in zip(words[::2], words[1::2], strict=True)))
    return ListValue(tuple(map(Item, words)))


class MainCf:
    """The configuration directories of one cluster's systems. The file is read again each time it is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._dumped: dict[str, Configuration] = {}

    def dump(self, systems: tuple[str, ...], edits: tuple[Edit, ...]) -> str:
        """Write main.cf with these edits on each of the systems; what it says."""
        stored = self._dumped.get(systems[0]) if systems else None
        configuration = edited(load(self._path) if stored is None else stored, edits)
        self._dumped |= dict.fromkeys(systems, configuration)
        return render(configuration)

    def verify(self, system: str, directory: str) -> tuple[str, ...]:
        """What is wrong with the main.cf in a directory of a system, a line each."""
        if not directory.endswith(DIRECTORY):  # a served host's directories are below one of the real machine's
            return (f"there is no main.cf in {directory} on {system}",)
        configuration = self._dumped.get(system)
        _, problems = examine(load(self._path) if configuration is None else configuration)
        return tuple(str(problem) for problem in problems if problem.severity is Severity.ERROR)
