"""Reports as JSON and back, and the schema that says what is in it; all three follow from the classes of `model`.

Rule 1: what was written is read back as the same value, and written again as the same bytes.
Rule 2: what is missing, of another type, out of its range or unknown is refused, each problem with its path.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator
from typing import Any

import msgspec

from mirrordrill.drills.report.model import FORMAT, Report

TOLD = 20
"""So many problems of a document are told."""


class UnreadableReportError(Exception):
    """The text is no report that this version can read; it says why and where."""


def as_json(report: Report) -> str:
    """The report as indented JSON with a line end."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1).decode() + "\n"


def from_json(text: str) -> Report:
    """Read a report. Raises UnreadableReportError."""
    try:
        return msgspec.json.decode(text, type=Report)
    except msgspec.ValidationError:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as wrong:
        raise UnreadableReportError(f"this is no JSON: {wrong}") from None
    found = document.get("format") if isinstance(document, dict) else None
    if found != FORMAT:
        raise UnreadableReportError(f"this is no report of this version: its format is {found!r}, not {FORMAT!r}")
    told = list(problems(Report, document, "report"))
    more = [f"... and {len(told) - TOLD} more"] if len(told) > TOLD else []
    raise UnreadableReportError("\n".join([*told[:TOLD], *more]))


def problems(kind: Any, found: Any, path: str) -> Iterator[str]:
    """Everything that keeps what was found from being a value of the type. The library tells the first problem only."""
    try:
        msgspec.convert(found, kind)
    except msgspec.ValidationError as wrong:
        inner = [told for part in parts(kind, found, path) for told in problems(*part)]
        yield from [*misfits(kind, found, path), *inner] or [f"{path}: {wrong}"]


def parts(kind: Any, found: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    """What a value consists of: type, content and path of each field that is there, or of each element."""
    if isinstance(kind, types.UnionType):
        kind = typing.get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(found, dict):
        hints = typing.get_type_hints(kind, include_extras=True)
        yield from ((hints[name], found[name], f"{path}.{name}") for name in hints if name in found)
    elif typing.get_origin(kind) is tuple and isinstance(found, list) and typing.get_args(kind)[-1] is Ellipsis:
        yield from ((typing.get_args(kind)[0], each, f"{path}[{at}]") for at, each in enumerate(found))


def misfits(kind: Any, found: Any, path: str) -> Iterator[str]:
    """The fields that an object lacks, and those that it must not have."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(found, dict):
        known = kind.__struct_fields__
        yield from (f"{path}.{name} is missing" for name in known if name not in found)
        yield from (f"{path}.{name} is unknown" for name in found if name not in known)


def schema() -> dict[str, Any]:
    """The JSON schema of a report (draft 2020-12)."""
    [reference], definitions = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
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
