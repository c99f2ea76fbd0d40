"""What stands in a main.cf or types.cf file, as a tree of values.

The tree says what was written, not what it means: names are not looked up, defaults are not filled in, a keylist
without numbers has none. Meaning is the business of `semantics`.

Rule 1: every object knows its place in the file.
Rule 2: two trees are equal when VCS would read the same from both. Places, quotes that could be left out, comments and
spacing do not count.
Rule 3: statements keep the order of the file; a resource and a dependency belong to the group above them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

StatementT = TypeVar("StatementT", bound="Statement")


class Position(NamedTuple):
    """A place in a file; lines and columns count from 1, and a tab is one column."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Position("", 0, 0)
"""The place of what was made by a program and stands in no file."""


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word, an integer or a quoted string; `text` is free of quotes and escapes."""

    text: str
    quoted: bool = field(default=False, compare=False)
    position: Position = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Item:
    """One element between braces: a key, or a key with a value."""

    key: Word
    value: Word | None = None


@dataclass(frozen=True, slots=True)
class ListValue:
    """A value between braces: vector, keylist or association; only its type definition says which."""

    items: tuple[Item, ...] = ()
    position: Position = field(default=NOWHERE, compare=False)


Value = Word | ListValue


@dataclass(frozen=True, slots=True)
class Assignment:
    """`Name = value`, or `Name @system = value` where it holds on one system (heartbeats: for one cluster) only."""

    name: Word
    system: Word | None
    value: Value

    @property
    def position(self) -> Position:
        """Where the attribute's name stands."""
        return self.name.position


class ScalarType(enum.Enum):
    """What the scalars of an attribute are."""

    STR = "str"
    INT = "int"
    BOOLEAN = "boolean"
    I18NSTR = "i18nstr"


class Dimension(enum.Enum):
    """How many scalars an attribute holds and how they are ordered (reference vcs.md 2.1)."""

    SCALAR = "scalar"
    VECTOR = "vector"
    KEYLIST = "keylist"
    ASSOCIATION = "association"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One attribute of a resource type. A static attribute belongs to the type, a temporary one is never saved."""

    name: Word
    kind: ScalarType
    dimension: Dimension
    is_static: bool = False
    is_temporary: bool = False
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Include:
    """`include "file"`. What the file says hangs below it, if it was loaded."""

    name: Word
    content: Configuration | None = field(default=None, compare=False)
    is_stand_in: bool = field(default=False, compare=False)
    """The file was not there; a definition that comes with mirrordrill was taken instead."""
    is_missing: bool = field(default=False, compare=False)
    """The file was not there, and nothing stands in for it."""


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """`type NAME ( declarations )`."""

    name: Word
    declarations: tuple[Declaration, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """`cluster NAME ( ... )`: the cluster that this file configures."""

    name: Word
    attributes: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoteCluster:
    """`remotecluster NAME ( ... )`: another cluster of a global cluster, as this one sees it."""

    name: Word
    attributes: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`heartbeat NAME ( ... )`: how this cluster watches the remote ones."""

    name: Word
    attributes: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """`system NAME ( ... )`."""

    name: Word
    attributes: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """`TYPE NAME ( ... )`."""

    type_name: Word
    name: Word
    attributes: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceDependency:
    """`parent requires child`: the child comes online first."""

    parent: Word
    child: Word


@dataclass(frozen=True, slots=True)
class MinimumDependency:
    """`parent requires atleast N from { children }` (later releases)."""

    parent: Word
    minimum: Word
    children: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class GroupDependency:
    """`requires group CHILD online local firm`, written below the parent group."""

    child: Word
    category: str
    location: str
    rigidity: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """`group NAME ( ... )` with all that stands below it."""

    name: Word
    attributes: tuple[Assignment, ...] = ()
    group_dependencies: tuple[GroupDependency, ...] = ()
    resources: tuple[Resource, ...] = ()
    dependencies: tuple[ResourceDependency, ...] = ()
    minimum_dependencies: tuple[MinimumDependency, ...] = ()

    def all_dependencies(self) -> tuple[ResourceDependency, ...]:
        """What the engine goes by: a parent that requires some of its children is played as one that requires all."""
        expanded = (
            ResourceDependency(each.parent, child) for each in self.minimum_dependencies for child in each.children
        )
        return (*self.dependencies, *expanded)


Statement = Include | TypeDefinition | Cluster | RemoteCluster | Heartbeat | System | Group


@dataclass(frozen=True, slots=True)
class Configuration:
    """One file, statement by statement."""

    statements: tuple[Statement, ...] = ()
    file: str = field(default="", compare=False)

    def of_kind(self, kind: type[StatementT]) -> Iterator[StatementT]:
        """The statements of one kind in their order, those of included files in the place of the include."""
        for statement in self.statements:
            if isinstance(statement, kind):
                yield statement
            if isinstance(statement, Include) and statement.content is not None:
                yield from statement.content.of_kind(kind)
