"""From a typed line to a command's flags and ids.

A command is its name, flags with or without values, and positional ids at the end. On/off flags without a value mean
on (dscli.md 1.1).

Rule 1: text is taken apart, never evaluated. What is not understood is a `RefusedLine` that carries its message and
exit code.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mirrordrill.simulator.dscli.messages import (
    EXCLUSIVE_OPTIONS,
    MISSING_IDS,
    MISSING_OPTION,
    MISSING_VALUE,
    NOT_MODELLED,
    TOO_MANY_WORDS,
    UNBALANCED_QUOTES,
    UNKNOWN_OPTION,
    WRONG_VALUE,
    DscliExitCode,
    DscliMessage,
)


class RefusedLine(Exception):
    """The command is not carried out; the message and the exit code say why."""

    def __init__(self, message: DscliMessage, exit_code: DscliExitCode = DscliExitCode.SYNTAX, **fields: str) -> None:
        super().__init__(message.id)
        self.message = message
        self.exit_code = exit_code
        self.fields = fields

    def line(self, command: str) -> str:
        """The message as printed."""
        return self.message.line(command, **self.fields)


class Takes(enum.Enum):
    """What follows a flag."""

    VALUE = "value"
    ON_OFF = "on or off, on if left out"
    NOTHING = "nothing"


class Ids(enum.Enum):
    """Whether a command takes positional ids."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Syntax:
    """What a command accepts. Values in `choices` are the only ones allowed for their flag."""

    flags: Mapping[str, Takes] = field(default_factory=dict)
    ids: Ids = Ids.NONE
    required: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unmodelled: frozenset[str] = frozenset()
    """Flags of the real command that are not simulated: they are refused as such, never taken for a typing error."""
    without_effect: Mapping[str, str] = field(default_factory=dict)
    """Flags that can change nothing here, each with the reason; `help` prints it. All others have an effect."""
    is_shaped: bool = True
    """Whether the flags that every command accepts are accepted; else `-help` alone."""

    @property
    def accepted(self) -> Mapping[str, Takes]:
        """Every flag that the command accepts."""
        return {**(COMMON if self.is_shaped else HELP), **self.flags}


BANNER_FLAG = "bnr"
HELP: dict[str, Takes] = {"help": Takes.NOTHING}
COMMON: dict[str, Takes] = {
    "fmt": Takes.VALUE,
    "delim": Takes.VALUE,
    "hdr": Takes.ON_OFF,
    BANNER_FLAG: Takes.ON_OFF,
    "fullid": Takes.ON_OFF,
    "v": Takes.ON_OFF,
    "p": Takes.ON_OFF,
    "r": Takes.VALUE,
    **HELP,
}
"""Flags that every command accepts whose answer comes from an array or a console."""

CHOICES: dict[str, tuple[str, ...]] = {"fmt": ("default", "delim", "xml", "stanza")}

FROM_STANDARD_INPUT = "-"
"""In the place of the ids: they come on standard input (dscli.md 1.1)."""

_ROWS = re.compile(r"[1-9][0-9]{0,5}\Z")


class Parsed(NamedTuple):
    """The flags (on/off ones as "on" or "off") and ids of one command line."""

    flags: Mapping[str, str]
    ids: tuple[str, ...]

    def has(self, flag: str) -> bool:
        """Whether an on/off flag is on."""
        return self.flags.get(flag) == "on"


def split_words(line: str) -> list[str]:
    """Words separated by blanks; double or single quotes keep blanks inside a word."""
    if '"' not in line and "'" not in line:
        return line.split()
    words: list[str] = []
    word: list[str] = []  # of characters: a megabyte without a blank must not take quadratic time
    is_word = False
    quote = ""
    for character in line:
        if quote:
            if character == quote:
                quote = ""
            else:
                word.append(character)
        elif character in "\"'":
            quote, is_word = character, True
        elif not character.isspace():
            word.append(character)
            is_word = True
        elif is_word:
            words.append("".join(word))
            word, is_word = [], False
    if quote:
        raise RefusedLine(UNBALANCED_QUOTES)
    return [*words, "".join(word)] if is_word else words


def parse(words: Sequence[str], syntax: Syntax) -> Parsed:
    """Read the words behind a command's name. Raises `RefusedLine`."""
    accepted = syntax.accepted
    for word in words:
        if word[:1] == "-" and word[1:] in syntax.unmodelled and word[1:] not in accepted:
            raise RefusedLine(NOT_MODELLED, DscliExitCode.APPLICATION, word=word)
    flags, ids = take_flags(words, accepted)
    positional = tuple(ids)
    check_values(flags, accepted, syntax.choices)
    for flag in syntax.required:
        if flag not in flags:
            raise RefusedLine(MISSING_OPTION, word=f"-{flag}")
    if flags.get("s") == "on" and flags.get("l") == "on":
        raise RefusedLine(EXCLUSIVE_OPTIONS, word="-s and -l")
    if positional and syntax.ids is Ids.NONE:
        raise RefusedLine(TOO_MANY_WORDS, word=positional[0])
    if not positional and syntax.ids is Ids.REQUIRED:
        raise RefusedLine(MISSING_IDS)
    if FROM_STANDARD_INPUT in positional and len(positional) > 1:
        raise RefusedLine(TOO_MANY_WORDS, word=FROM_STANDARD_INPUT)
    return Parsed(flags, positional)


def check_values(
    flags: Mapping[str, str], accepted: Mapping[str, Takes], choices: Mapping[str, tuple[str, ...]]
) -> None:
    """Whether each flag has a value that it can have, wherever it came from. Raises `RefusedLine`."""
    for flag, value in flags.items():
        allowed = choices.get(flag) or CHOICES.get(flag)
        if accepted.get(flag) is Takes.ON_OFF:
            allowed = ("on", "off")
        if allowed and value not in allowed:
            raise RefusedLine(WRONG_VALUE, word=value, expected=" or ".join(allowed))
        if flag in ("r", "rows") and not _ROWS.match(value):
            raise RefusedLine(WRONG_VALUE, word=value, expected="a number of rows")


def take_flags(words: Sequence[str], accepted: Mapping[str, Takes]) -> tuple[dict[str, str], list[str]]:
    """Separate the flags from the words that are none. Raises `RefusedLine`."""
    flags: dict[str, str] = {}
    rest: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if word == "-" or not word.startswith("-"):
            rest.append(word)
            continue
        takes = accepted.get(word[1:])
        following = words[position] if position < len(words) else None
        if takes is None:
            raise RefusedLine(UNKNOWN_OPTION, word=word)
        if takes is Takes.VALUE:
            if following is None:
                raise RefusedLine(MISSING_VALUE, word=word)
            flags[word[1:]] = following
            position += 1
        elif takes is Takes.ON_OFF and following in ("on", "off"):
            flags[word[1:]] = following
            position += 1
        else:
            flags[word[1:]] = "on"
    return flags, rest


def leading_flags(words: Sequence[str], accepted: Mapping[str, Takes]) -> tuple[dict[str, str], list[str]]:
    """The flags in front of the first word that is none, and everything from there on."""
    end = 0
    for end in _flag_ends(words, accepted):  # noqa: B007 - the last end is what is wanted
        pass
    flags, _ = take_flags(words[:end], accepted)
    return flags, list(words[end:])


def _flag_ends(words: Sequence[str], accepted: Mapping[str, Takes]) -> Iterator[int]:
    position = 0
    while position < len(words) and words[position].startswith("-") and words[position] != "-":
        takes = accepted.get(words[position][1:])
        has_value = takes is Takes.VALUE or (
            takes is Takes.ON_OFF and words[position + 1 : position + 2] in (["on"], ["off"])
        )
        position = min(len(words), position + (2 if has_value else 1))
        yield position
