"""Reports as JSON and back, and the schema that says what is in it; all three follow from the classes of `model`.

Rule 1: what was written is read back as the same value, and written again as the same bytes.
Rule 2: what is missing, of another kind or unknown is refused with its path in the document.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import types
import typing
from collections.abc import Iterator
from typing import Any

from mirrordrill.drills.report.model import FORMAT, Report

ONE_LINE = 110
"""A value that fits on a line of this length stands on one."""
KINDS: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}

WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


class UnreadableReportError(Exception):
    """The text is no report that this version can read; it says why and where."""


def as_json(report: Report) -> str:
    """The report as indented JSON with a line end; small values stand on one line each."""
    return "".join(_lines(plain(report), "")) + "\n"


def from_json(text: str) -> Report:
    """Read a report. Raises UnreadableReportError."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise UnreadableReportError(f"this is no JSON: {wrong}") from None
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise UnreadableReportError(f"this is no report of this version: its format is {found!r}, not {FORMAT!r}")
    return typing.cast(Report, _value(Report, document, "report"))


def plain(value: object) -> Any:
    """A value as dicts, lists and scalars."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def _lines(value: Any, indent: str) -> Iterator[str]:
    """The pieces of a value's text."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) <= ONE_LINE or not isinstance(value, dict | list) or _is_flat(value):
        yield short
        return
    inner = indent + " "
    is_dict = isinstance(value, dict)
    yield "{" if is_dict else "["
    for number, key in enumerate(value):
        yield ("," if number else "") + "\n" + inner
        if is_dict:
            yield json.dumps(key) + ": "
        yield from _lines(value[key] if is_dict else key, inner)
    yield "\n" + indent + ("}" if is_dict else "]")


def _is_flat(value: Any) -> bool:
    """Whether it is an object of scalars only: an event, a span."""
    return isinstance(value, dict) and not any(isinstance(each, dict | list) for each in value.values())


def _value(kind: Any, found: Any, path: str) -> Any:
    """What was found, as a value of the kind."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return None if found is None else _value(arguments[0], found, path)
    if origin is tuple:
        if not isinstance(found, list):
            raise UnreadableReportError(f"{path} is a list, not {json.dumps(found)[:60]}")
        if arguments[-1] is Ellipsis:
            return tuple(_value(arguments[0], each, f"{path}[{at}]") for at, each in enumerate(found))
        return tuple(_value(each, value, path) for each, value in zip(arguments, found, strict=True))
    if dataclasses.is_dataclass(kind):
        return _object(kind, found, path)
    if (isinstance(found, bool) and kind is not bool) or not isinstance(found, (int, float) if kind is float else kind):
        raise UnreadableReportError(f"{path} is to be {WORDS[kind]}, not {json.dumps(found)[:60]}")
    return found


def _object(kind: Any, found: Any, path: str) -> Any:
    """An object with exactly the fields of a class."""
    if not isinstance(found, dict):
        raise UnreadableReportError(f"{path} is an object, not {json.dumps(found)[:60]}")
    hints = typing.get_type_hints(kind)
    for name in hints.keys() ^ found.keys():
        problem = "is missing" if name in hints else "is unknown"
        raise UnreadableReportError(f"{path}.{name} {problem}")
    return kind(**{name: _value(hint, found[name], f"{path}.{name}") for name, hint in hints.items()})


def schema() -> dict[str, Any]:
    """The JSON schema of a report (draft 2020-12)."""
    definitions: dict[str, Any] = {}
    reference = _schema(Report, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A mirrordrill report",
        "description": f"What `mirrordrill run --report` writes; its format is {FORMAT}. Times are simulated.",
        **reference,
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def schema_text() -> str:
    """The schema as indented JSON."""
    return json.dumps(schema(), indent=2, ensure_ascii=False)


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [_schema(arguments[0], definitions), {"type": "null"}]}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is tuple:
        items = [_schema(each, definitions) for each in arguments]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    if not dataclasses.is_dataclass(kind):
        return {"type": KINDS[kind]}
    assert isinstance(kind, type)
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}
        hints = typing.get_type_hints(kind)
        definitions[kind.__name__] = {
            "description": " ".join((inspect.getdoc(kind) or "").split()),
            "type": "object",
            "properties": {name: _schema(hint, definitions) for name, hint in hints.items()},
            "required": list(hints),
            "additionalProperties": False,
        }
        if kind is Report:
            definitions["Report"]["properties"]["format"] = {"const": FORMAT}
            definitions["Report"]["properties"]["simulated"] = {"const": True}
    return {"$ref": f"#/$defs/{kind.__name__}"}
