"""What the DS CLI prints, read strictly.

Output is asked for in delim format: a header, a rule of `=`, rows, fields separated by DELIMITER; message lines
(`CMUC00196I failoverpprc: ...`) stand between or instead. The delimiter is no comma, because a date holds one.

Rule 1: a line that is none of these, a header without the columns that are needed, a row of another length, a state or
reason that is not in the tables, a last line without its end (the answer was cut): each is an UnreadableAnswer that
quotes the line.
Rule 2: columns are found by their names. A release that adds a column does not stop a takeover; one that renames a
column that we need does.
Rule 3: of a message only the shape of its id counts. Only IBM knows the texts of the CMUN03 family.
"""

from __future__ import annotations

import enum
import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, Type, TypeVar

from .errors import UnreadableAnswer
from .names import is_count
from .pairs import CopyType, Path, Reason, State

DELIMITER = "|"
"""Between fields: a character that stands in no id, state, reason, number or date."""
LINES_MAX = 5_000
"""More lines than any list of a resource's volumes has: VCS passes at most 425 values (arguments.VALUES_MAX)."""
MESSAGE = re.compile(r"(CMU[CN]\d{5}([IWE])) +(\S.*)")
NOTHING_FOUND = "CMUC00234I"
"""Exit code 0, and yet nothing was listed: never taken for success (reference dscli.md 1.5)."""
_PAIR = re.compile(r"(?<![0-9A-Fa-f])([0-9A-Fa-f]{4}):(?:IBM\.[0-9A-Z]{4}-[0-9A-Z]+/)?([0-9A-Fa-f]{4})(?![0-9A-Fa-f])")
_VOLUME = re.compile(r"(?:([A-Z]{3}\.[0-9A-Z]{4}-[0-9A-Z]+)/)?([0-9A-Fa-f]{4})")
_LSS = re.compile(r"(?:[A-Z]{3}\.[0-9A-Z]{4}-[0-9A-Z]+/)?([0-9A-Fa-f]{2})")
_BANNER = "Date/Time: "


class Message(NamedTuple):
    """A message of the DS CLI or of the array."""

    message_id: str
    severity: str
    line: str


class Answer(NamedTuple):
    """A command's output, taken apart."""

    header: Tuple[str, ...]
    rows: Tuple[Tuple[str, ...], ...]
    messages: Tuple[Message, ...]

    @property
    def errors(self) -> Tuple[str, ...]:
        """The messages that say no."""
        return tuple(message.line for message in self.messages if message.severity == "E")

    @property
    def found_nothing(self) -> bool:
        """Whether the array says that there is nothing to list."""
        return any(message.message_id == NOTHING_FOUND for message in self.messages)


def read_answer(text: str) -> Answer:
    """Take a command's output apart. Raises UnreadableAnswer."""
    lines = text.split("\n")
    if lines[-1].strip(" \r"):
        raise UnreadableAnswer("the answer ends in the middle of a line", lines[-1])
    if len(lines) > LINES_MAX:
        raise UnreadableAnswer(f"an answer of more than {LINES_MAX} lines", lines[0])
    messages: List[Message] = []
    table: List[str] = []
    for line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith(_BANNER):
            continue
        if not stripped.isprintable():
            raise UnreadableAnswer("control characters in the output", stripped)
        message = MESSAGE.fullmatch(stripped)
        if message:
            messages.append(Message(message.group(1), message.group(2), stripped))
        else:
            table.append(stripped)
    return Answer(*_read_table(table), messages=tuple(messages))


def _read_table(lines: Sequence[str]) -> Tuple[Tuple[str, ...], Tuple[Tuple[str, ...], ...]]:
    if not lines:
        return (), ()
    header = tuple(field.strip() for field in lines[0].split(DELIMITER))
    if len(lines) < 2 or set(lines[1]) != {"="}:
        raise UnreadableAnswer("neither a message nor a header with a rule below it", lines[0])
    if len(set(header)) != len(header):
        raise UnreadableAnswer("a column comes twice", lines[0])
    rows = []
    for line in lines[2:]:
        row = tuple(field.strip() for field in line.split(DELIMITER))
        if len(row) != len(header):
            raise UnreadableAnswer(f"{len(row)} fields under a header of {len(header)}", line)
        rows.append(row)
    return header, tuple(rows)


def _columns(answer: Answer, names: Sequence[str]) -> Optional[List[Dict[str, str]]]:
    """The rows as mappings, None where the array says that there is nothing. Raises UnreadableAnswer."""
    if not answer.header:
        if answer.found_nothing:
            return None
        raise UnreadableAnswer("a list with neither rows nor a word that there are none", "")
    missing = [name for name in names if name not in answer.header]
    if missing:
        raise UnreadableAnswer(f"no column {missing[0]}", DELIMITER.join(answer.header))
    return [{name: row[at] for at, name in enumerate(answer.header)} for row in answer.rows]


class ListedPair(NamedTuple):
    """One row of lspprc. Storage images are empty where the array did not print them."""

    source_image: str
    source: str
    target_image: str
    target: str
    state: State
    reason: Reason
    copy_type: CopyType
    out_of_sync_tracks: Optional[int]
    suspended_at: str = ""


TRACKS = "Out Of Sync Tracks"
SUSPENDED_AT = "Date Suspended"
"""For people only, so a release may leave the column out."""


def read_pairs(answer: Answer, *, with_tracks: bool = False) -> Tuple[ListedPair, ...]:
    """The rows of lspprc. Raises UnreadableAnswer."""
    names = ("ID", "State", "Reason", "Type") + ((TRACKS,) if with_tracks else ())
    rows = _columns(answer, names)
    if rows == []:
        raise UnreadableAnswer("a list with a header and no rows", DELIMITER.join(answer.header))
    pairs = tuple(_read_pair(row, with_tracks=with_tracks) for row in rows or ())
    if len({bool(image) for pair in pairs for image in (pair.source_image, pair.target_image)}) > 1:
        # A whole id tells which end of a row is ours, so one that lost its first half must not count as a short one.
        raise UnreadableAnswer("some ids with their storage image and some without", answer.rows[0][0])
    return pairs


def _read_pair(row: Dict[str, str], *, with_tracks: bool) -> ListedPair:
    line = DELIMITER.join(row.values())
    source, _, target = row["ID"].partition(":")
    ends = [_VOLUME.fullmatch(source), _VOLUME.fullmatch(target)]
    if ends[0] is None or ends[1] is None:
        raise UnreadableAnswer("no pair of volumes", line)
    return ListedPair(
        ends[0].group(1) or "",
        ends[0].group(2).upper(),
        ends[1].group(1) or "",
        ends[1].group(2).upper(),
        # Sources differ about the hyphen (reference dscli.md 2.3).
        _word(State, row["State"].replace("Invalid-State", "Invalid State"), "state", line),
        _word(Reason, row["Reason"], "reason", line),
        _word(CopyType, row["Type"], "type", line),
        _tracks(row[TRACKS], line) if with_tracks else None,
        row.get(SUSPENDED_AT, "").strip("-") if with_tracks else "",
    )


Word = TypeVar("Word", bound=enum.Enum)


def _word(words: Type[Word], text: str, what: str, line: str) -> Word:
    try:
        return words(text)
    except ValueError:
        raise UnreadableAnswer(f"unknown {what} {text[:40]!r}", line) from None


def _tracks(text: str, line: str) -> Optional[int]:
    if text == "-":
        return None
    if not is_count(text):
        raise UnreadableAnswer("no number of tracks", line)
    return int(text)


def read_copies(answer: Answer) -> Tuple[str, ...]:
    """The FlashCopy pairs of `lsflash`, written source:target. Raises UnreadableAnswer."""
    return tuple(row["ID"].upper() for row in _columns(answer, ("ID",)) or ())


PATH_STATES = ("Success", "Failed", "Degraded", "Invalid")


def read_paths(answer: Answer) -> Tuple[Path, ...]:
    """The rows of lspprcpath. Raises UnreadableAnswer."""
    return tuple(_read_path(row) for row in _columns(answer, ("Src", "Tgt", "State")) or ())


def _read_path(row: Dict[str, str]) -> Path:
    line = DELIMITER.join(row.values())
    ends = [_LSS.fullmatch(row["Src"]), _LSS.fullmatch(row["Tgt"])]
    if ends[0] is None or ends[1] is None:
        raise UnreadableAnswer("no pair of LSSs", line)
    if not row["State"].startswith(PATH_STATES):
        raise UnreadableAnswer(f"unknown path state {row['State'][:40]!r}", line)
    # A path that lost some of its ports still carries the mirror.
    state = row["State"]
    is_up = state.startswith(("Success", "Degraded"))
    grouped = {"Enabled": True, "Disabled": False}.get(row.get("PPRC CG", ""))
    return Path(ends[0].group(1).upper(), ends[1].group(1).upper(), is_up, state, grouped)


def read_outcomes(answer: Answer, pairs: Sequence[str]) -> Dict[str, str]:
    """What the array said of each pair (local:remote) it was asked to change; a pair it did not mention is missing."""
    wanted = frozenset(pairs)
    outcomes: Dict[str, str] = {}
    for message in answer.messages:
        for match in _PAIR.finditer(message.line):
            pair = f"{match.group(1)}:{match.group(2)}".upper()
            if pair in wanted:
                outcomes[pair] = message.line
    return outcomes
