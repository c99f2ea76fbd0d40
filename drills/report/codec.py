"""Reports as JSON and back, and the schema that says what is in it; all three follow from the classes of `model`.

Rule 1: what was written is read back as the same value, and written again as the same bytes.
Rule 2: what is missing, of another type, out of its range or unknown is refused, each problem with its path.
"""

from __future__ import annotations

import inspect
import json
from typing import Any

import msgspec

from mirrordrill.drills.report import sharing
from mirrordrill.drills.report.model import FORMAT, UNSHARED, WHOLE_LANES, Report
from mirrordrill.drills.report.sharing import MisplacedError, lined, packed, shown_in_schema, unpacked
from mirrordrill.simulator.config.misfits import misfits

TOLD = 20
"""So many problems of a document are told."""


class UnreadableReportError(Exception):
    """The text is no report that this version can read; it says why and where."""


def as_json(report: Report) -> str:
    """The report as JSON in lines, what its drills have alike once, with a line end."""
    return lined(packed(msgspec.to_builtins(report))) + "\n"


def from_json(text: str) -> Report:
    """Read a report, one of an earlier format too. Raises UnreadableReportError."""
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as wrong:
        raise UnreadableReportError(f"this is no JSON that can be read: {wrong}") from None
    found = document.get("format") if isinstance(document, dict) else None
    if found not in (FORMAT, WHOLE_LANES, UNSHARED):  # a list is no member of a set
        raise UnreadableReportError(f"this is no report of this version: its format is {found!r}, not {FORMAT!r}")
    try:
        if found != UNSHARED:
            document = unpacked(document, sharing.LISTS if found == FORMAT else sharing.WHOLE_LANES)
        document = {**document, "format": FORMAT}
        return msgspec.convert(document, Report)
    except MisplacedError as wrong:
        raise UnreadableReportError(str(wrong)) from None
    except (msgspec.ValidationError, RecursionError):
        pass
    told = [each.sentence("report") for each in misfits(Report, document)]
    more = [f"... and {len(told) - TOLD} more"] if len(told) > TOLD else []
    raise UnreadableReportError("\n".join([*told[:TOLD], *more]))


def schema() -> dict[str, Any]:
    """The JSON schema of a report (draft 2020-12)."""
    [reference], definitions = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    shown_in_schema(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A mirrordrill report",
        "description": f"What `mirrordrill run --report` writes; its format is {FORMAT}. Times are simulated.",
        **reference,
        "$defs": {name: _described(definitions[name]) for name in sorted(definitions)},
    }


def _described(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition, its docstring without the margin that Python 3.13 takes off and earlier ones keep."""
    if "description" not in definition:
        return definition
    return {**definition, "description": inspect.cleandoc(definition["description"])}


def schema_text() -> str:
    """The schema as indented JSON."""
    return json.dumps(schema(), indent=2, ensure_ascii=False)
