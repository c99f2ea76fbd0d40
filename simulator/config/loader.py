"""A main.cf with everything that it includes, from the disk.

Includes are looked for beside the file that names them. An administrator who copies a main.cf off a cluster often
leaves the type files behind: for those that VCS brings, `bundled` stands in. A file that is there always wins. Another
file that is missing is left for the checks to point out: which types it defines is not known.

Rule: every error of every file is found before anything is raised.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from mirrordrill import agent
from mirrordrill.simulator.config.bundled import FILES, definitions
from mirrordrill.simulator.config.model import Configuration, Include, Position, Statement, TypeDefinition
from mirrordrill.simulator.config.parser import parse
from mirrordrill.simulator.config.problems import ConfigError, Problem, error
from mirrordrill.simulator.kernel.untrusted import LONGEST_FILE_NAME

OUR_TYPES = Path(__file__).resolve().with_name("types.cf")
METRO_MIRROR_TYPES = Path(agent.__file__).resolve().with_name("MetroMirrorTypes.cf")
FIRE_DRILL_TYPES = METRO_MIRROR_TYPES.with_name("MetroMirrorSnapTypes.cf")

STAND_INS = {**dict.fromkeys(FILES, OUR_TYPES), METRO_MIRROR_TYPES.name: METRO_MIRROR_TYPES} | {
    FIRE_DRILL_TYPES.name: FIRE_DRILL_TYPES
}
"""What is read instead of an included file that is not there, by its name."""

TEXT_WANTED = "name the file as VCS reads it: text, in UTF-8"


def load(path: Path) -> Configuration:
    """Read a main.cf and, below each `include`, the file it names.

    Raises ConfigError with every file that could not be read and every syntax error.
    """
    reader = _Reader()
    configuration = reader.read(path, Position(str(path), 1, 1), ())
    if reader.problems:
        raise ConfigError(tuple(reader.problems))
    return configuration


class Unreadable(Exception):
    """A file that is not text that we could read, and where inside it, if that is known."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


LARGEST_BYTES = 64_000_000
"""Several times a list of every pair of two full arrays."""
LARGEST_MAIN_CF_BYTES = 4_000_000
"""A hundred times the largest main.cf of a real cluster; such a file is read within ten seconds."""
DEEPEST_INCLUDE = 20
"""Files that include each other in a row: a main.cf includes its types, and these include nothing."""
MOST_INCLUDES = 500
"""Files that one main.cf includes: several times the types that all agents of VCS bring."""


def read_text(path: Path, most_bytes: int = LARGEST_BYTES) -> str:
    """The text of a file, in UTF-8, or in UTF-16 with its byte order mark; the mark itself is left out.

    Raises Unreadable, with the place inside the file where that is known.
    """
    content = read_bytes(path, most_bytes)
    if content[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return _from_utf_16(content, path)
    zero = content.find(b"\0")
    if zero >= 0:
        like = "; it looks like UTF-16: save it as UTF-8" if content.count(b"\0") * 3 > len(content) else ""
        raise Unreadable(f"{path} is not a text file{like}", *place(content, zero))
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as failure:
        raise Unreadable(
            f"{path} is not UTF-8 text: byte 0x{content[failure.start]:02X}", *place(content, failure.start)
        ) from None


def read_bytes(path: Path, most_bytes: int = LARGEST_BYTES) -> bytes:
    """What a regular file holds. Raises Unreadable.

    The kernel calls files regular that never end, or that wait for what is still to come (/proc/self/pagemap,
    /proc/kmsg): no more is read than there may be, and nothing is waited for. What waits is refused: who reads it once
    more, such as for a hash or a copy, would wait for ever.
    """
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"{path} is not a regular file")
        size = path.stat().st_size
        if size <= most_bytes:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC), "rb") as file:
                content = file.read(most_bytes + 1)
            if content is None:
                raise Unreadable(f"{path} waits for what is still to come; name a file that is whole")
            size = len(content)
        if size > most_bytes:
            has = f"{size:,}" if size != most_bytes + 1 else f"more than {most_bytes:,}"
            raise Unreadable(f"{path} has {has} bytes; no file of this kind has more than {most_bytes:,}")
    except OSError as failure:
        raise Unreadable(f"cannot read {path}: {failure.strerror or failure}") from None
    return content


def _from_utf_16(content: bytes, path: Path) -> str:
    """What PowerShell and Notepad write: UTF-16 with a byte order mark."""
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable(f"{path} begins like UTF-16 and is none: save it as UTF-8") from None
    if "\0" in text:
        raise Unreadable(f"{path} is not a text file", text.count("\n", 0, text.index("\0")) + 1, 1)
    return text


def place(content: bytes, offset: int) -> tuple[int, int]:
    """Line and column of a byte."""
    return content.count(b"\n", 0, offset) + 1, offset - content.rfind(b"\n", 0, offset)


class _Reader:
    """Collects what goes wrong while files include each other."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._first_included: dict[Path, Position] = {}

    def read(self, path: Path, wanted_at: Position, trail: tuple[Path, ...]) -> Configuration:
        """One file with its includes; empty where it cannot be read. `trail` is who includes whom up to here."""
        try:
            text = read_text(path, LARGEST_MAIN_CF_BYTES)
        except Unreadable as failure:
            position = Position(str(path), failure.line, failure.column) if failure.line else wanted_at
            self.problems.append(error(position, failure.message, TEXT_WANTED))
            return Configuration((), str(path))
        try:
            configuration = parse(text, str(path))
        except ConfigError as failure:
            self.problems += failure.problems
            return Configuration((), str(path))
        statements = tuple(self.statements(configuration, path, (*trail, path.resolve())))
        return replace(configuration, statements=statements)

    def statements(self, configuration: Configuration, path: Path, trail: tuple[Path, ...]) -> Iterator[Statement]:
        """The statements of a file, what it includes hanging below the includes."""
        for statement in configuration.statements:
            yield self.included(statement, path, trail) if isinstance(statement, Include) else statement

    def included(self, include: Include, path: Path, trail: tuple[Path, ...]) -> Include:
        """The include with its content, or a problem and no content."""
        # Only the last part of the name counts: a main.cf under check names no other file of this machine.
        if len(PurePosixPath(include.name.text).name.encode("utf-8", "replace")) > LONGEST_FILE_NAME:
            return replace(include, is_missing=True)
        beside, position = path.parent / PurePosixPath(include.name.text).name, include.name.position
        stand_in = None if beside.exists() else STAND_INS.get(beside.name)
        target = stand_in or beside
        resolved = target.resolve()
        if resolved in trail:
            chain = " includes ".join(file.name for file in (*trail[trail.index(resolved) :], resolved))
            self.problems.append(error(position, f"files include each other in a circle: {chain}"))
            return include
        first = self._first_included.setdefault(resolved, position)
        if first is not position:
            # One of our files may stand in for several of the user's; its types are defined once all the same.
            if stand_in is None:
                self.problems.append(error(position, f"{include.name} is included twice", f"first included at {first}"))
            return include
        if not target.exists():
            return replace(include, is_missing=True)
        if len(trail) > DEEPEST_INCLUDE:
            self.problems.append(error(position, f"more than {DEEPEST_INCLUDE} files include each other in a row"))
            return include
        if len(self._first_included) > MOST_INCLUDES:
            if len(self._first_included) == MOST_INCLUDES + 1:
                self.problems.append(error(position, f"more than {MOST_INCLUDES} files are included"))
            return include
        content = self.read(target, position, trail)
        if stand_in == OUR_TYPES:
            described = frozenset(statement.name.text for statement in content.of_kind(TypeDefinition))
            content = replace(content, statements=(*content.statements, *definitions(described)))
        return replace(include, content=content, is_stand_in=stand_in is not None)
