"""The main.cf of a cluster's systems: what a site was read from, and what `haconf -dump` has made of it since.

The engines know edits and nothing of the file's language; the file knows nothing of engines. They meet here.

Rule 1: a dump is the file that the site was read from with the edits in it: comments go, statements stay in order.
Rule 2: what is included is not dumped; it stays in its own files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from simulator.config.checks import examine
from simulator.config.loader import load
from simulator.config.model import (
    Assignment,
    Cluster,
    Configuration,
    Group,
    Heartbeat,
    Item,
    ListValue,
    RemoteCluster,
    Resource,
    Statement,
    System,
    Value,
)
from simulator.config.model import Word as ConfigWord
from simulator.config.printer import render
from simulator.config.problems import Severity
from simulator.config.vocabulary import is_bare
from simulator.vcs.configuration import Edit
from simulator.vcs.spec import Dimension

DIRECTORY = "/etc/VRTSvcs/conf/config"
"""Where main.cf is on each system."""


def edited(configuration: Configuration, edits: Iterable[Edit]) -> Configuration:
    """The configuration with the edits in it, the later ones over the earlier ones."""
    by_object: dict[tuple[str, str], list[Edit]] = {}
    for edit in edits:
        by_object.setdefault((edit.kind, edit.name), []).append(edit)
    statements = _with_heartbeats(configuration.statements, by_object)
    return replace(configuration, statements=tuple(_statement(part, by_object) for part in statements))


def _with_heartbeats(statements: tuple[Statement, ...], edits: dict[tuple[str, str], list[Edit]]) -> list[Statement]:
    """Without the heartbeats that were deleted; with empty ones for those added, behind what is already there."""
    noted = [(name, edit) for (kind, name), found in edits.items() if kind == "heartbeat" for edit in found]
    about = {name: edit for name, edit in noted if not edit.attribute}
    kept = [part for part in statements if not (isinstance(part, Heartbeat) and part.name.text in about)]
    added = [Heartbeat(ConfigWord(name)) for name, edit in about.items() if edit.values is not None]
    heads = [at for at, part in enumerate(kept) if isinstance(part, Cluster | RemoteCluster | Heartbeat)]
    behind = heads[-1] + 1 if heads else len(kept)
    return [*kept[:behind], *added, *kept[behind:]]


def _statement(part: Statement, edits: dict[tuple[str, str], list[Edit]]) -> Statement:
    if isinstance(part, System):
        return replace(part, attributes=_attributes(part.attributes, edits.get(("system", part.name.text), ())))
    if isinstance(part, Cluster):
        return replace(part, attributes=_attributes(part.attributes, edits.get(("cluster", part.name.text), ())))
    if isinstance(part, Heartbeat):
        return replace(part, attributes=_attributes(part.attributes, edits.get(("heartbeat", part.name.text), ())))
    if isinstance(part, Group):
        return replace(
            part,
            attributes=_attributes(part.attributes, edits.get(("group", part.name.text), ())),
            resources=tuple(_resource(resource, edits) for resource in part.resources),
        )
    return part


def _resource(part: Resource, edits: dict[tuple[str, str], list[Edit]]) -> Resource:
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


def _value(dimension: Dimension, values: tuple[str, ...]) -> Value:
    # In quotes as the printer writes it: `hacf -verify` reads what was dumped, not the text of it.
    words = [ConfigWord(text, quoted=not is_bare(text)) for text in values]
    if dimension is Dimension.SCALAR:
        return words[0] if words else ConfigWord("")
    if dimension is Dimension.ASSOCIATION:
        return ListValue(tuple(Item(key, value) for key, value in zip(words[::2], words[1::2], strict=True)))
    return ListValue(tuple(map(Item, words)))


class MainCf:
    """The configuration directories of one cluster's systems. The file is read again when somebody asks for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._dumped: dict[str, Configuration] = {}

    def dump(self, systems: tuple[str, ...], edits: tuple[Edit, ...]) -> str:
        """Write main.cf with these edits on each of the systems; what it says."""
        kept = self._dumped.get(systems[0]) if systems else None
        configuration = edited(load(self._path) if kept is None else kept, edits)
        self._dumped |= dict.fromkeys(systems, configuration)
        return render(configuration)

    def verify(self, system: str, directory: str) -> tuple[str, ...]:
        """What is wrong with the main.cf in a directory of a system, a line each."""
        if directory != DIRECTORY:
            return (f"there is no main.cf in {directory} on {system}",)
        configuration = self._dumped.get(system)
        _, problems = examine(load(self._path) if configuration is None else configuration)
        return tuple(str(problem) for problem in problems if problem.severity is Severity.ERROR)
