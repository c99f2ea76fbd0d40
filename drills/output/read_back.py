"""Files of ours that are read again: they may come from anywhere, and may be anything.

Rule 1: a file that is not what it should be is one sentence with its path; no pipe is waited for, no device is read.
Rule 2: what is read has its types and its bounds; no name in it leads out of the directory that it lies in.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
from pytest_bdd.feature import features as parsed_features
from pytest_bdd.parser import Feature

from mirrordrill.drills.gherkin.feature_file import UTF_16, NotRunnableError, encoding_of, parse
from mirrordrill.drills.run.expectations import UsageError
from mirrordrill.simulator.config.loader import Unreadable, read_text
from mirrordrill.simulator.kernel.untrusted import OutsideError, below

LARGEST_JSON_BYTES = 4_000_000
"""A thousand times what we write of the kinds that are read here."""
LONGEST_NUMBER = 18
"""Digits: such a number is one for SQLite, too."""
Read = TypeVar("Read")


def read_object(path: Path, kind: type[Read]) -> Read:
    """The JSON object of a file. Raises UsageError with its path and what is wrong with it."""
    try:
        return msgspec.json.decode(read_text(path, LARGEST_JSON_BYTES), type=kind)
    except Unreadable as wrong:
        raise UsageError(wrong.message) from None
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as wrong:
        raise UsageError(f"{path} cannot be read: {wrong}") from None


def read_feature(path: Path, *, anew: bool = False) -> Feature:
    """A feature; `anew` where the file grows. Raises UsageError with its path and line."""
    try:
        if anew:
            parsed_features.pop(str(path), None)
        found = parse(path)
        if anew and encoding_of(path) == UTF_16:
            raise UsageError(f"{path} is UTF-16, and what is added to it UTF-8: save it as UTF-8")
        return found
    except NotRunnableError as wrong:
        raise UsageError(wrong.at(path)) from None


def inside(folder: Path, name: str) -> Path:
    """The file of that name below a folder that was read back. Raises UsageError for one that lies elsewhere."""
    try:
        return below(folder, name)
    except OutsideError as wrong:
        raise UsageError(str(wrong.strerror)) from None


def whole_number(text: str, what: str, most: int = 10**LONGEST_NUMBER - 1) -> int:
    """A number from 0 to `most`. Raises UsageError that says what it was to be."""
    if not (text.isascii() and text.isdigit() and len(text.lstrip("0")) <= LONGEST_NUMBER and int(text) <= most):
        shown = text if len(text) <= 2 * LONGEST_NUMBER else f"{text[:LONGEST_NUMBER]}..."
        raise UsageError(f"{what} is {shown!r}, and no number from 0 to {most}")
    return int(text)
