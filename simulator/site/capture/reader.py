"""The rows of a capture, from the lines of its transcript.

Rule 1: a line that should be a row and cannot be read is a problem that quotes it; so is an error that the DS CLI
printed instead of a list. Neither is guessed at, and neither hides the others.
Rule 2: nothing here knows main.cf.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from mirrordrill.simulator.array.mirror.states import PairType, View
from mirrordrill.simulator.config.loader import Unreadable, read_text
from mirrordrill.simulator.config.model import Position
from mirrordrill.simulator.config.problems import Problem, error, warning
from mirrordrill.simulator.site.capture.rows import Capture, EmptyList, ImageRow, ListKind, PairRow, PathRow, VolumeRow
from mirrordrill.simulator.site.capture.shapes import IMAGE, LSS, NO_OPINION, PATH_STATE, STATES, VOLUME, WWNN, cells
from mirrordrill.simulator.site.capture.transcript import (
    NOTHING_FOUND,
    Row,
    TranscriptLine,
    TranscriptMessage,
    UnreadFormat,
    take_apart,
)

Cells = dict[str, str]
AnyRow = PairRow | PathRow | ImageRow | VolumeRow
SHOWN = 120
HINT = "keep the lines as the DS CLI printed them, best with -fmt delim; remove what is none of its output"

READ_FORMATS = "capture it again with -fmt delim, or without -fmt"


class UnreadableRow(Exception):
    """A row with a text that its column never holds; the message says which."""


def read_captures(paths: Iterable[Path]) -> tuple[Capture, tuple[Problem, ...]]:
    """Everything that the files say, and every line of theirs that could not be read."""
    capture = Capture()
    problems: list[Problem] = []
    for path in paths:
        try:
            text = read_text(path)
        except Unreadable as failure:
            place = Position(str(path), max(failure.line, 1), max(failure.column, 1))
            problems.append(error(place, failure.message, HINT))
            continue
        found, wrong = read_capture(text, str(path))
        if found == Capture() and not wrong:
            message = f"{path} holds no list of {', '.join(kind.value for kind in ListKind)}"
            wrong = (error(Position(str(path), 1, 1), message, HINT),)
        capture += found
        problems += wrong
    return capture, tuple(problems)


def read_capture(text: str, file: str) -> tuple[Capture, tuple[Problem, ...]]:
    """The rows of one transcript, and its lines that could not be read."""
    rows: list[AnyRow] = []
    empty: list[EmptyList] = []
    problems: list[Problem] = []
    for line in take_apart(text):
        position = Position(file, line.number, 1)
        if isinstance(line.content, TranscriptMessage):
            problems += message_problems(position, line, line.content)
            if line.content.message_id == NOTHING_FOUND and line.content.kind is not None:
                empty.append(EmptyList(position, line.image, line.content.kind))
            continue
        if isinstance(line.content, UnreadFormat):
            problems.append(error(position, f"this list is in the format {line.content.format}", READ_FORMATS))
            continue
        try:
            rows.append(read_row(position, line, line.content))
        except UnreadableRow as unreadable:
            problems.append(error(position, f"{unreadable}: {quoted(line.text)}", HINT))
    capture = Capture(
        pairs=tuple(row for row in rows if isinstance(row, PairRow)),
        paths=tuple(row for row in rows if isinstance(row, PathRow)),
        images=tuple(row for row in rows if isinstance(row, ImageRow)),
        volumes=tuple(row for row in rows if isinstance(row, VolumeRow)),
        empty=tuple(empty),
    )
    return capture, tuple(problems)


def message_problems(position: Position, line: TranscriptLine, mark: TranscriptMessage) -> list[Problem]:
    """A list that the DS CLI refused to print."""
    if mark.severity != "E":
        return []
    message = f"the DS CLI gave an error instead of a list: {quoted(line.text)}"
    return [warning(position, message, "capture again once the command works")]


def quoted(text: str) -> str:
    """A line as it may be shown: in quotes, not too long, without control characters."""
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + " ...")


def read_row(position: Position, line: TranscriptLine, row: Row) -> AnyRow:
    """One row. Raises UnreadableRow."""
    if row.shape is None:
        raise UnreadableRow("this is no line of " + ", ".join(kind.value for kind in ListKind))
    found = cells(row.shape, line.text, row.delimiter, row.names)
    if found is None:
        raise UnreadableRow(f"this is no line of {row.shape.kind.value}")
    return MAKERS[row.shape.kind](position, line.image, found)


def wanted(found: Cells, column: str, pattern: str, what: str) -> str:
    """A cell that matches its pattern. Raises UnreadableRow."""
    text = found.get(column)
    if text is None:
        raise UnreadableRow(f"there is no column {column.replace('_', ' ')}")
    if not re.fullmatch(pattern, text):
        raise UnreadableRow(f"{text[:40]!r} is no {what}")
    return text


def qualified(text: str) -> tuple[str, str]:
    """Image (empty where the id has none) and id, in capital letters."""
    image, _, number = text.rpartition("/")
    return image, number.upper()


def pair_row(position: Position, image: str, found: Cells) -> PairRow:
    """A line of lspprc. The state tells which end of it the listing array holds."""
    source, target = wanted(found, "ID", f"{VOLUME}:{VOLUME}", "pair of volume ids").split(":")
    state = wanted(found, "State", "|".join(map(re.escape, STATES)), "state that lspprc prints")
    (source_image, source), (target_image, target) = qualified(source), qualified(target)
    view = None if state in NO_OPINION else View(state)
    holder = "" if view is None else target_image if view.is_target else source_image
    return PairRow(
        position,
        holder or image,
        source_image,
        source,
        target_image,
        target,
        view,
        wanted(found, "Reason", r"\S.*", "reason"),
        PairType(wanted(found, "Type", "Metro Mirror|Global Copy", "type of a pair")),
    )


def path_row(position: Position, image: str, found: Cells) -> PathRow:
    """A line of lspprcpath; only `Success` carries anything (reference dscli.md 5.3)."""
    source_image, source = qualified(wanted(found, "Src", LSS, "LSS"))
    target_image, target = qualified(wanted(found, "Tgt", LSS, "LSS"))
    return PathRow(
        position,
        source_image or image,
        source,
        target_image,
        target,
        wanted(found, "State", PATH_STATE + ".*", "state of a path") == "Success",
        found.get("Port", "-"),
        found.get("Attached_Port", "-"),
        wanted(found, "Tgt_WWNN", WWNN, "WWNN").upper(),
    )


def image_row(position: Position, _image: str, found: Cells) -> ImageRow:
    """A line of lssi, which is bound to no array."""
    image = wanted(found, "ID", IMAGE, "storage image id")
    wwnn = wanted(found, "WWNN", "[0-9A-Fa-f]{16}", "WWNN").upper()
    return ImageRow(position, image, found.get("Name", "-"), found.get("Model", "-"), wwnn)


def volume_row(position: Position, image: str, found: Cells) -> VolumeRow:
    """A line of lsfbvol."""
    own, volume = qualified(wanted(found, "ID", VOLUME, "volume id"))
    return VolumeRow(
        position, own or image, volume, int(wanted(found, "cap_blocks", "[1-9][0-9]{0,14}", "size in blocks"))
    )


MAKERS: dict[ListKind, Callable[[Position, str, Cells], AnyRow]] = {
    ListKind.PAIRS: pair_row,
    ListKind.PATHS: path_row,
    ListKind.IMAGES: image_row,
    ListKind.VOLUMES: volume_row,
}
