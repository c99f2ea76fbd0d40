"""How the lines of the four lists look, in default and in delim format (reference dscli.md 1.9, 2.2, 5.2, 6).

The default format pads its columns with blanks, and states, reasons and types hold blanks themselves; a row is
therefore matched as a whole, by what each column may hold, and never split. In delim format the cells are found by
their header or, where there is none, by the standard order.

Rule: a shape says which texts it takes; what they mean is the business of `reader`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mirrordrill.simulator.array.mirror.states import View
from mirrordrill.simulator.site.capture.rows import ListKind

IMAGE = r"IBM\.\d{4}-[0-9A-Z]{7}"
VOLUME = rf"(?:{IMAGE}/)?[0-9A-Fa-f]{{4}}"
LSS = rf"(?:{IMAGE}/)?[0-9A-Fa-f]{{2}}"
NO_OPINION = ("Not Remote Copy Pair", "Invalid-State", "Invalid State", "Volume Inaccessible")
STATES = tuple(sorted((*(view.value for view in View), *NO_OPINION), key=len, reverse=True))
STATE = "|".join(map(re.escape, STATES))
PATH_STATE = r"(?:Success|Failed|Degraded|Invalid)"
PORT = r"(?:I[0-9A-Fa-f]{4}|-)"
WWNN = r"(?:[0-9A-Fa-f]{16}|-)"
DELIMITER = r"[^\w\s:./-]|\t"
"""A delimiter that no id contains."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One list: its leading columns, a row in default format, and how a row without header shows its delimiter."""

    kind: ListKind
    columns: tuple[str, ...]
    row: re.Pattern[str]
    delimited: re.Pattern[str]
    header: re.Pattern[str]


def shape(kind: ListKind, columns: tuple[str, ...], row: str, delimited: str) -> Shape:
    """A shape; its header is recognised by the first three columns, blanks or a delimiter between them."""
    first, second, third = map(re.escape, columns[:3])
    header = rf"{first}(?P<d>{DELIMITER}|\s+){second}(?:(?P=d)|\s+){third}\b.*"
    return Shape(kind, columns, re.compile(row), re.compile(rf"{delimited}.*"), re.compile(header))


SHAPES = (
    shape(
        ListKind.PAIRS,
        ("ID", "State", "Reason", "Type"),
        rf"(?P<ID>{VOLUME}:{VOLUME})\s+(?P<State>{STATE})\s+(?P<Reason>\S.*?)\s+"
        r"(?P<Type>Metro Mirror|Global Copy)(?:\s.*)?",
        rf"{VOLUME}:{VOLUME}(?P<d>{DELIMITER})(?:{STATE})(?P=d)",
    ),
    shape(
        ListKind.PATHS,
        ("Src", "Tgt", "State", "SS", "Port", "Attached Port", "Tgt WWNN"),
        rf"(?P<Src>{LSS})\s+(?P<Tgt>{LSS})\s+(?P<State>{PATH_STATE}\b.*?)\s+(?P<SS>[0-9A-Fa-f]{{4}}|-)\s+"
        rf"(?P<Port>{PORT})\s+(?P<Attached_Port>{PORT})\s+(?P<Tgt_WWNN>{WWNN})(?:\s.*)?",
        rf"{LSS}(?P<d>{DELIMITER}){LSS}(?P=d){PATH_STATE}",
    ),
    shape(
        ListKind.IMAGES,
        ("Name", "ID", "Storage Unit", "Model", "WWNN", "State"),
        rf"(?P<Name>\S.*?)\s+(?P<ID>{IMAGE})\s+(?P<Storage_Unit>{IMAGE})\s+(?P<Model>\S+)\s+(?P<WWNN>{WWNN})\s+"
        r"(?P<State>\S+)(?:\s.*)?",
        rf".*?(?P<d>{DELIMITER}){IMAGE}(?P=d){IMAGE}(?P=d)",
    ),
    shape(
        ListKind.VOLUMES,
        (
            "Name", "ID", "accstate", "datastate", "configstate", "deviceMTM", "datatype", "extpool",
            "cap (2^30B)", "cap (10^9B)", "cap (blocks)",
        ),
        rf"(?P<Name>\S.*?)\s+(?P<ID>{VOLUME})\s+(?P<accstate>[A-Z]\w+)\s.*?\d{{4}}-\w+\s+(?P<datatype>FB \S+)\s.*?"
        r"\s(?:\d+\.\d|-)\s+(?:\d+\.\d|-)\s+(?P<cap_blocks>\d+)(?:\s.*)?",
        rf".*?(?P<d>{DELIMITER}){VOLUME}(?P=d)[A-Z]\w+(?: \w+)?(?P=d)",
    ),
)  # fmt: skip


def group_name(column: str) -> str:
    """A column's name as a name that a pattern can give to a group."""
    return re.sub(r"\W+", "_", column).strip("_")


NAMED = {
    ListKind.PAIRS: {"ID", "State", "Reason", "Type"},
    ListKind.PATHS: {"Src", "Tgt", "State", "Tgt WWNN"},
    ListKind.IMAGES: {"ID", "Storage Unit", "WWNN"},
    ListKind.VOLUMES: {"ID", "deviceMTM", "cap (blocks)"},
}
"""The columns by which the header of a list with a delimiter is known, in whatever order they stand."""


def find_header(line: str) -> tuple[Shape, str] | None:
    """The list that a header belongs to, and its delimiter; an empty one is the default format."""
    for each in SHAPES:
        if found := each.header.fullmatch(line):
            return each, "" if found["d"].isspace() and found["d"] != "\t" else found["d"]
    for delimiter in dict.fromkeys(re.findall(DELIMITER, line)):
        names = {name.strip() for name in line.split(delimiter)}
        for each in SHAPES:
            if names >= NAMED[each.kind]:
                return each, delimiter
    return None


def find_row(line: str) -> tuple[Shape, str] | None:
    """The list that a row without header belongs to, and its delimiter."""
    for each in SHAPES:
        if each.row.fullmatch(line):
            return each, ""
        if found := each.delimited.fullmatch(line):
            return each, found["d"]
    return None


def cells(each: Shape, line: str, delimiter: str, names: tuple[str, ...]) -> dict[str, str] | None:
    """The row's texts by column (as `group_name` spells it); None where the line is no such row."""
    if not delimiter:
        found = each.row.fullmatch(line)
        return found.groupdict() if found else None
    texts = [text.strip() for text in line.split(delimiter)]
    columns = names or each.columns
    if len(texts) < len(columns) or (names and len(texts) != len(names)):
        return None
    return {group_name(name): text for name, text in zip(columns, texts, strict=False)}
