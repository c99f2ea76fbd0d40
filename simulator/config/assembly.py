"""From the grammar's tree to the values of `model`: one function per rule of `main_cf.lark`.

A function knows the children its rule leaves behind, in the grammar's order: tokens that say nothing have been dropped
there (their names begin with an underscore), and what is optional and missing is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from lark import Token, Tree

from mirrordrill.simulator.config.model import (
    Assignment,
    Cluster,
    Configuration,
    Declaration,
    Dimension,
    Group,
    GroupDependency,
    Heartbeat,
    Include,
    Item,
    ListValue,
    MinimumDependency,
    Position,
    RemoteCluster,
    Resource,
    ResourceDependency,
    ScalarType,
    Statement,
    System,
    TypeDefinition,
    Value,
    Word,
)

Branch = Tree[Token]
ESCAPE = re.compile(r'\\(["\\])')
"""The two escapes of VCS; a backslash before anything else is a backslash."""


def unquoted(text: str) -> str:
    """The text of a quoted string."""
    inner = text[1:-1]
    return ESCAPE.sub(r"\1", inner) if "\\" in inner else inner


class Assembler:
    """Builds the values of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._statement: dict[str, Callable[[list[Any]], Statement]] = {
            "include": lambda children: Include(self.word(children[0])),
            "type_definition": self.type_definition,
            "cluster": lambda children: Cluster(self.word(children[0]), self.body(children[1])),
            "remote_cluster": lambda children: RemoteCluster(self.word(children[0]), self.body(children[1])),
            "heartbeat": lambda children: Heartbeat(self.word(children[0]), self.body(children[1])),
            "system": lambda children: System(self.word(children[0]), self.body(children[1])),
            "group": self.group,
        }

    def configuration(self, tree: Branch) -> Configuration:
        """The whole file."""
        return Configuration(
            tuple(self._statement[branch.data](branch.children) for branch in branches(tree.children)), self._file
        )

    def word(self, token: Token) -> Word:
        """A bare word or a quoted string."""
        position = Position(self._file, token.line or 0, token.column or 0)
        if token.type == "STRING":
            return Word(unquoted(token), quoted=True, position=position)
        return Word(str(token), quoted=False, position=position)

    def optional_word(self, token: Token | None) -> Word | None:
        """A word that may be missing."""
        return None if token is None else self.word(token)

    def value(self, node: Token | Branch) -> Value:
        """A scalar, or the elements between braces."""
        if isinstance(node, Token):
            return self.word(node)
        brace, *items = node.children
        assert isinstance(brace, Token)
        position = Position(self._file, brace.line or 0, brace.column or 0)
        return ListValue(tuple(self.item(branch.children) for branch in branches(items)), position)

    def item(self, children: list[Any]) -> Item:
        """One element between braces."""
        return Item(self.word(children[0]), self.optional_word(children[1]))

    def assignment(self, children: list[Any]) -> Assignment:
        """One line of a body."""
        name, system, value = children
        return Assignment(self.word(name), self.optional_word(system), self.value(value))

    def body(self, tree: Branch | None) -> tuple[Assignment, ...]:
        """What stands between the brackets behind a name; the brackets may be missing."""
        if tree is None:
            return ()
        return tuple(self.assignment(branch.children) for branch in branches(tree.children))

    def declaration(self, children: list[Any]) -> Declaration:
        """One attribute of a type. `keylist` is a dimension that is written where the kind stands."""
        *modifiers, kind, name, brackets, default = children
        dimension = Dimension.SCALAR
        if brackets is not None:
            dimension = Dimension[brackets.type]
        elif kind == "keylist":
            dimension = Dimension.KEYLIST
        return Declaration(
            name=self.word(name),
            kind=ScalarType.STR if kind == "keylist" else ScalarType(str(kind)),
            dimension=dimension,
            is_static="static" in modifiers,
            is_temporary="temp" in modifiers,
            default=None if default is None else self.value(default),
        )

    def type_definition(self, children: list[Any]) -> TypeDefinition:
        """A resource type."""
        name, *declarations = children
        return TypeDefinition(
            self.word(name), tuple(self.declaration(branch.children) for branch in branches(declarations))
        )

    def resource(self, children: list[Any]) -> Resource:
        """A resource."""
        type_name, name, body = children
        return Resource(self.word(type_name), self.word(name), self.body(body))

    def resource_dependency(self, children: list[Any]) -> ResourceDependency:
        """Parent and child among the resources of a group."""
        return ResourceDependency(self.word(children[0]), self.word(children[1]))

    def minimum_dependency(self, children: list[Any]) -> MinimumDependency:
        """A parent that requires some of its children. They stand between braces, or without."""
        parent, minimum, *rest = children
        named = self.value(rest[0]) if isinstance(rest[0], Tree) else None
        below = tuple(item.key for item in named.items) if isinstance(named, ListValue) else tuple(map(self.word, rest))
        return MinimumDependency(self.word(parent), self.word(minimum), below)

    def group_dependency(self, children: list[Any]) -> GroupDependency:
        """The child group and how firmly it holds its parent."""
        child, category, location, rigidity = children
        return GroupDependency(
            self.word(child), str(category), str(location), None if rigidity is None else str(rigidity)
        )

    def group(self, children: list[Any]) -> Group:
        """A group with what stands below it, sorted by kind, each kind in its order."""
        name, body, *members = children
        return Group(
            self.word(name),
            self.body(body),
            tuple(self.group_dependency(branch.children) for branch in branches(members, "group_dependency")),
            tuple(self.resource(branch.children) for branch in branches(members, "resource")),
            tuple(self.resource_dependency(branch.children) for branch in branches(members, "resource_dependency")),
            tuple(self.minimum_dependency(branch.children) for branch in branches(members, "minimum_dependency")),
        )


def branches(children: list[Any], rule: str | None = None) -> Iterator[Branch]:
    """The subtrees among a node's children: all of them, or those of one rule."""
    return (child for child in children if isinstance(child, Tree) and (rule is None or child.data == rule))
