"""From the syntax tree to its meaning.

Rule: of two definitions of the same name the first counts and the second is a problem, except that a type definition
which came with mirrordrill yields to the user's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from mirrordrill.simulator.config.model import (
    NOWHERE,
    Cluster,
    Configuration,
    Declaration,
    Group,
    Heartbeat,
    Include,
    Position,
    RemoteCluster,
    Resource,
    System,
    TypeDefinition,
    Word,
)
from mirrordrill.simulator.config.problems import Problem, error, in_order
from mirrordrill.simulator.config.semantics import (
    Attributes,
    ClusterModel,
    GroupModel,
    Named,
    ResourceModel,
    TypeModel,
)

METRO_MIRROR = "MetroMirror"
"""The one type whose attributes are known completely without the user's file: it is ours."""


def resolve(configuration: Configuration) -> tuple[ClusterModel, tuple[Problem, ...]]:
    """The cluster that a configuration describes, and what stood in the way of understanding it.

    Whether it makes sense is asked by `checks.examine`, which calls this.
    """
    names = DefinedNames()
    types = resolve_types(configuration, names)
    cluster = names.only(configuration)
    systems = names.unique("system", configuration.of_kind(System))
    remote_clusters = names.unique("remote cluster", configuration.of_kind(RemoteCluster))
    heartbeats = names.unique("heartbeat", configuration.of_kind(Heartbeat))
    written_groups = names.unique("group", configuration.of_kind(Group))
    groups = tuple(resolve_group(group, types, names) for group in written_groups)
    model = ClusterModel(
        name="" if cluster is None else cluster.name.text,
        attributes=Attributes.of(() if cluster is None else cluster.attributes),
        nodes=tuple(map(named, systems)),
        groups=groups,
        remote_clusters=tuple(map(named, remote_clusters)),
        heartbeats=tuple(map(named, heartbeats)),
        types=types,
        position=NOWHERE if cluster is None else cluster.name.position,
    )
    return model, in_order(names.problems)


class HasName(Protocol):
    """Any statement that introduces a name."""

    @property
    def name(self) -> Word:
        """The name it introduces."""


NamedT = TypeVar("NamedT", bound=HasName)


class DefinedNames:
    """Remembers where each name was first defined."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._first: dict[tuple[str, str], Position] = {}

    def is_new(self, kind: str, word: Word) -> bool:
        """Whether this is the first thing of its kind with that name; a second one is a problem."""
        first = self._first.get((kind, word.text))
        if first is None:
            self._first[(kind, word.text)] = word.position
            return True
        self.problems.append(error(word.position, f"there are two {kind}s called {word}", f"first defined at {first}"))
        return False

    def unique(self, kind: str, statements: Iterable[NamedT]) -> list[NamedT]:
        """The statements whose names are new."""
        return [statement for statement in statements if self.is_new(kind, statement.name)]

    def only(self, configuration: Configuration) -> Cluster | None:
        """The one cluster of a main.cf; none and several are problems."""
        clusters = tuple(configuration.of_kind(Cluster))
        if not clusters:
            beginning = Position(configuration.file, 1, 1)
            hint = "a main.cf has a line such as: cluster rdc1 ( )"
            self.problems.append(error(beginning, "no cluster is defined", hint))
            return None
        first, *others = clusters
        for other in others:
            hint = f"first defined at {first.name.position}; give each cluster a file of its own"
            self.problems.append(error(other.name.position, f"{other.name} is a second cluster in the same file", hint))
        return first


def resolve_types(configuration: Configuration, names: DefinedNames) -> dict[str, TypeModel]:
    """The types of the user's files and, where these have none of that name, our own."""
    own: list[TypeDefinition] = []
    stand_ins: list[TypeDefinition] = []
    for definition, is_stand_in in type_definitions(configuration, is_stand_in=False):
        (stand_ins if is_stand_in else own).append(definition)
    types = {definition.name.text: resolve_type(definition) for definition in names.unique("type", own)}
    for definition in stand_ins:
        types.setdefault(definition.name.text, resolve_type(definition, is_open=definition.name.text != METRO_MIRROR))
    return types


def type_definitions(configuration: Configuration, *, is_stand_in: bool) -> Iterator[tuple[TypeDefinition, bool]]:
    """Every type definition, and whether it stands in a file of ours."""
    for statement in configuration.statements:
        if isinstance(statement, TypeDefinition):
            yield statement, is_stand_in
        elif isinstance(statement, Include) and statement.content is not None:
            yield from type_definitions(statement.content, is_stand_in=statement.is_stand_in)


def resolve_type(definition: TypeDefinition, *, is_open: bool = False) -> TypeModel:
    """One type; of two declarations of an attribute the first counts."""
    declarations: dict[str, Declaration] = {}
    for declaration in definition.declarations:
        declarations.setdefault(declaration.name.text, declaration)
    return TypeModel(definition.name.text, declarations, definition.name.position, is_open)


def resolve_group(group: Group, types: Mapping[str, TypeModel], names: DefinedNames) -> GroupModel:
    """One group; dependencies that dangle are left out of what the engine goes by."""
    resources = tuple(
        resolve_resource(resource, types) for resource in group.resources if names.is_new("resource", resource.name)
    )
    members = {resource.name for resource in resources}
    return GroupModel(
        name=group.name.text,
        attributes=Attributes.of(group.attributes),
        resources=resources,
        dependencies=tuple(
            dict.fromkeys(
                (written.parent.text, written.child.text)
                for written in group.all_dependencies()
                if {written.parent.text, written.child.text} <= members
            )
        ),
        group_dependencies=group.group_dependencies,
        written_dependencies=group.all_dependencies(),
        position=group.name.position,
    )


def resolve_resource(resource: Resource, types: Mapping[str, TypeModel]) -> ResourceModel:
    """One resource; an undefined type counts as one without attributes."""
    name = resource.type_name.text
    type_model = types.get(name) or TypeModel(name, {}, NOWHERE)
    return ResourceModel(resource.name.text, type_model, Attributes.of(resource.attributes), resource.name.position)


def named(statement: System | RemoteCluster | Heartbeat) -> Named:
    """A name with attributes."""
    return Named(statement.name.text, Attributes.of(statement.attributes), statement.name.position)
