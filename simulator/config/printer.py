"""A configuration written the way VCS dumps it, with the commented dependency tree below each group.

Rule 1: generous in reading, strict in writing: a word stands without quotes only where VCS allows it (vcs.md 2.1).
Rule 2: reading what was written gives the same tree, and writing that again gives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    MinimumDependency,
    RemoteCluster,
    Statement,
    System,
    TypeDefinition,
    Value,
    Word,
)
from mirrordrill.simulator.config.vocabulary import is_bare

CONTROL = re.compile(r"[\r\n]")

KEYWORDS: dict[type[Statement], str] = {
    Cluster: "cluster",
    RemoteCluster: "remotecluster",
    Heartbeat: "heartbeat",
    System: "system",
}


def render(configuration: Configuration) -> str:
    """The text of the file; what was included stays in its own files.

    Raises ValueError for a text that no main.cf can hold, such as a string with a line break.
    """
    blocks = [(part, "".join(f"{line}\n" for line in statement_lines(part))) for part in configuration.statements]
    text: list[str] = []
    for (before, _), (part, block) in zip([(None, ""), *blocks], blocks, strict=False):
        both_include = isinstance(before, Include) and isinstance(part, Include)
        text += ["" if before is None or both_include else "\n", block]
    return "".join(text)


def statement_lines(statement: Statement) -> Iterator[str]:
    """One statement, without the empty line behind it."""
    match statement:
        case Include():
            yield f"include {in_quotes(statement.name.text)}"
        case TypeDefinition():
            yield f"type {word(statement.name)} ("
            yield from (f"\t{declaration(part)}" for part in statement.declarations)
            yield "\t)"
        case Group():
            yield from group_lines(statement)
        case Cluster() | RemoteCluster() | Heartbeat() | System():
            keyword = KEYWORDS[type(statement)]
            yield from body_lines(f"{keyword} {word(statement.name)}", statement.attributes, "")


def group_lines(group: Group) -> Iterator[str]:
    """A group, its resources, what they require, and the tree of it all as a comment."""
    yield from body_lines(f"group {word(group.name)}", group.attributes, "")
    for resource in group.resources:
        yield ""
        yield from body_lines(f"{resource.type_name} {word(resource.name)}", resource.attributes, "\t")
    if group.group_dependencies or group.dependencies or group.minimum_dependencies:
        yield ""
    yield from (f"\t{group_dependency(part)}" for part in group.group_dependencies)
    yield from (f"\t{word(part.parent)} requires {word(part.child)}" for part in group.dependencies)
    yield from (f"\t{minimum_dependency(part)}" for part in group.minimum_dependencies)
    yield ""
    yield "\t// resource dependency tree"
    yield "\t//"
    yield from (f"\t//\t{line}" for line in tree_lines(group))


def body_lines(head: str, attributes: tuple[Assignment, ...], indent: str) -> Iterator[str]:
    """A name with its attributes."""
    yield f"{indent}{head} ("
    yield from (f"{indent}\t{assignment(part)}" for part in attributes)
    yield f"{indent}\t)"


def group_dependency(dependency: GroupDependency) -> str:
    """`requires group CHILD online local firm`."""
    words = ("requires group", word(dependency.child), dependency.category, dependency.location, dependency.rigidity)
    return " ".join(filter(None, words))


def minimum_dependency(part: MinimumDependency) -> str:
    """`parent requires atleast 1 from { a, b }`."""
    children = ", ".join(map(word, part.children))
    return f"{word(part.parent)} requires atleast {word(part.minimum)} from {{ {children} }}"


def assignment(part: Assignment) -> str:
    """`Name = value` or `Name @system = value`."""
    system = "" if part.system is None else f" @{word(part.system)}"
    return f"{part.name}{system} = {value(part.value)}"


def declaration(part: Declaration) -> str:
    """One attribute of a type."""
    is_keylist = part.dimension is Dimension.KEYLIST
    brackets = {Dimension.VECTOR: "[]", Dimension.ASSOCIATION: "{}"}.get(part.dimension, "")
    words = (
        "static" if part.is_static else "",
        "temp" if part.is_temporary else "",
        "keylist" if is_keylist else part.kind.value,
        f"{part.name}{brackets}",
        "" if part.default is None else f"= {value(part.default)}",
    )
    return " ".join(filter(None, words))


def value(part: Value) -> str:
    """A scalar or the elements between braces."""
    if isinstance(part, Word):
        return word(part)
    return f"{{ {', '.join(map(item, part.items))} }}" if part.items else "{}"


def item(part: Item) -> str:
    """One element between braces."""
    return word(part.key) if part.value is None else f"{word(part.key)} = {word(part.value)}"


def word(part: Word) -> str:
    """A word, in quotes where it needs them."""
    return part.text if is_bare(part.text) else in_quotes(part.text)


def in_quotes(text: str) -> str:
    """A string with its two escapes."""
    if CONTROL.search(text):
        raise ValueError(f"a string in main.cf cannot go over several lines: {text!r}")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def tree_lines(group: Group) -> Iterator[str]:
    """The tree of a group's resources. What several resources require is drawn out below the first of them only."""
    children: dict[str, list[str]] = {}
    dependencies = group.all_dependencies()
    for dependency in dependencies:
        children.setdefault(dependency.parent.text, []).append(dependency.child.text)
    required = {dependency.child.text for dependency in dependencies}
    types = {resource.name.text: resource.type_name.text for resource in group.resources}
    yield f"group {group.name}"
    yield "{"
    drawn: set[str] = set()
    for resource in group.resources:
        if resource.name.text not in required:
            yield from branch_lines(resource.name.text, children, types, drawn)
    yield "}"


def branch_lines(top: str, children: dict[str, list[str]], types: dict[str, str], drawn: set[str]) -> Iterator[str]:
    """One resource with everything below it, depth first; a stack of its own, since chains may be long."""
    stack: list[tuple[str, int, bool]] = [(top, 0, False)]
    while stack:
        name, depth, is_end = stack.pop()
        indent = "    " * depth
        if is_end:
            yield f"{indent}    }}"
            continue
        yield f"{indent}{types.get(name, '?')} {name}"
        if name in drawn or name not in children:
            continue
        drawn.add(name)
        yield f"{indent}    {{"
        stack.append((name, depth, True))
        stack.extend((child, depth + 1, False) for child in reversed(children[name]))
