"""Everything that keeps a document from fitting a type, each with its path.

msgspec validates a document and tells of the first thing that is wrong in it. A person who wrote the document wants to
know of all of them: this module asks again for each part of what did not fit.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that is wrong: the path of the value, and what was expected there."""

    path: Path
    found: Any = None
    expected: str = ""
    """`a number from 0 to 300`; empty where the value should not be there, or is missing."""
    known: tuple[str, ...] | None = None
    """The names that there are, where the last name of the path is not one of them."""
    is_missing: bool = False

    def sentence(self, root: str) -> str:
        """`report.drills[0].steps[3].line cannot be 'four': a whole number from 0`."""
        place = root + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        if self.is_missing:
            return f"{place} is missing"
        return f"{place} is unknown" if self.known is not None else f"{place} {self.complaint}: {self.expected}"

    @property
    def complaint(self) -> str:
        """`cannot be 'four'`."""
        shown = repr(self.found) if not isinstance(self.found, int) or self.found.bit_length() < 99 else "so large"
        return f"cannot be {shown[:40]}"


def misfits(kind: Any, found: Any, path: Path = ()) -> Iterator[Misfit]:
    """What is wrong with a document that ought to be of this type; nothing where it fits."""
    try:
        msgspec.convert(found, kind)
    except msgspec.ValidationError as wrong:
        kind, metas = stripped(kind)
        # Where each part fits, a check of the whole did not: the library has its words.
        is_whole = is_object(kind) and isinstance(found, dict)
        expected = str(wrong) if is_whole else wanted(kind, metas) or str(wrong)
        inner = [each for part in parts(kind, found, path) for each in misfits(*part)]
        yield from [*names(kind, found, path), *inner] or [Misfit(path, found, expected)]


def stripped(kind: Any) -> tuple[Any, tuple[msgspec.Meta, ...]]:
    """A type without what says that it may be absent, and without its annotations; and these."""
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        kind = next(each for each in typing.get_args(kind) if each not in {types.NoneType, msgspec.UnsetType})
    if typing.get_origin(kind) is typing.Annotated:
        return kind.__origin__, tuple(each for each in kind.__metadata__ if isinstance(each, msgspec.Meta))
    return kind, ()


WORDS: dict[Any, str] = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def wanted(kind: Any, metas: tuple[msgspec.Meta, ...]) -> str:
    """What a type takes, for people: `a number from 0 to 300`, `one of allows, refuses`; else an empty text."""
    words: list[Any] = next((meta.extra_json_schema["enum"] for meta in metas if meta.extra_json_schema), [])
    if typing.get_origin(kind) is typing.Literal:
        words = list(typing.get_args(kind))
    if words:
        return f"one of {', '.join(map(str, words))}"
    container = {dict: "a table", Mapping: "a table", tuple: "a list"}.get(typing.get_origin(kind))
    said = "a table" if is_object(kind) else container or WORDS.get(kind, "")
    for meta in metas:
        said += f" from {meta.ge:,}" if meta.ge is not None else ""
        said += f" to {meta.le:,}" if meta.le is not None else ""
        said += f" of at least {meta.min_length}" if meta.min_length else ""
        said += f", as in {' or '.join(map(str, meta.examples))}" if meta.examples else ""
    return said


def parts(kind: Any, found: Any, path: Path) -> Iterator[tuple[Any, Any, Path]]:
    """What a value consists of: type, content and path of each field that is there, of each key and element."""
    arguments = typing.get_args(kind)
    if is_object(kind) and isinstance(found, dict):
        hints = typing.get_type_hints(kind, include_extras=True)
        yield from ((hints[name], found[name], (*path, name)) for name in hints if name in found)
    elif typing.get_origin(kind) in {dict, Mapping} and isinstance(found, dict):
        for key, value in found.items():
            yield arguments[0], key, (*path, key)
            yield arguments[1], value, (*path, key)
    elif typing.get_origin(kind) is tuple and isinstance(found, list) and arguments[-1] is Ellipsis:
        yield from ((arguments[0], each, (*path, at)) for at, each in enumerate(found))


def names(kind: Any, found: Any, path: Path) -> Iterator[Misfit]:
    """The fields that an object lacks, and those that it must not have."""
    if is_object(kind) and isinstance(found, dict):
        known = kind.__struct_fields__
        needed = {each.name for each in msgspec.structs.fields(kind) if each.required}
        yield from (Misfit((*path, name), is_missing=True) for name in known if name in needed - found.keys())
        yield from (Misfit((*path, name), found[name], known=known) for name in found if name not in known)


def is_object(kind: Any) -> bool:
    """Whether a type is one of ours with fields."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
