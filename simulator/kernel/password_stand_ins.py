"""Stand-ins for passwords: what a recording has in their place.

A stand-in says how long the password is, for the policy of an array, and a slow digest of it. A user who presents it
is taken for one who knows the password; two passwords are the same where their stand-ins are.

Rule 1: the stand-in of a stand-in is the same stand-in, so that a recorded line does what the typed one did.
Rule 2: a digest of a password is made of its stand-in, and of nothing else.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Sequence

from mirrordrill.simulator.kernel.secrets import (
    ACCOUNT_COMMANDS,
    is_secret_option,
    masked,
    masked_profile,
    masked_words_of_people,
)

STAND_IN = re.compile(r"-?secret-(\d{1,4})-[0-9a-f]{32}")
ROUNDS = 20_000
"""A guess costs ten milliseconds, and so does a login with a typed password."""
LONGEST = 9_999
QUOTES = "\"'"


def stand_in(password: str) -> str:
    """What a recording has for a password; nothing for none. Its first character still tells it from an option."""
    if not password or STAND_IN.fullmatch(password):
        return password
    digest = hashlib.pbkdf2_hmac("sha256", password.encode("utf-8", "surrogatepass"), b"mirrordrill", ROUNDS)
    sign = "-" if password.startswith("-") else ""
    return f"{sign}secret-{min(len(password), LONGEST)}-{digest.hex()[:32]}"


def length_of(password: str) -> int:
    """How long a password is, or the one that a stand-in stands for."""
    found = STAND_IN.fullmatch(password)
    return int(found[1]) if found else len(password)


def recorded_words(argv: Sequence[str]) -> tuple[str, ...]:
    """A command line as a recording has it. The DS CLI takes a command as one word, too."""
    return masked([recorded_line(word) if len(word.split()) > 1 else word for word in argv], stand_in)


def recorded_sentence(text: str) -> str:
    """A step that quotes command lines, likewise."""
    return masked_words_of_people(text, stand_in)


def recorded_file(text: str) -> str:
    """A profile or a script of the DS CLI, likewise."""
    return masked_profile("\n".join(recorded_line(line) for line in text.split("\n")), stand_in)


def recorded_line(line: str) -> str:
    """A line that a DS CLI reads as a command; one without a password stays as it is, with all its blanks."""
    words, is_closed = _split(line)
    shown = masked(["dscli", *words], stand_in)[1:]
    is_about_one = any(map(is_secret_option, words))
    if not is_about_one and (
        list(shown) == words or not any(each[:1] == "-" or each in ACCOUNT_COMMANDS for each in words)
    ):
        return line
    text = " ".join(_quoted(word) for word in shown)
    return text if is_closed else f'{text} "'


def _split(line: str) -> tuple[list[str], bool]:
    """The words of a line, and whether every quote is closed; a line with an open one is refused as a whole."""
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        return [*line.replace('"', " ").replace("'", " ").split()], False
    return words, True


def _quoted(word: str) -> str:
    """The word with quotes around what would not be one word without them."""
    if word and not any(sign.isspace() or sign in QUOTES for sign in word):
        return word
    return "'\"'".join(f'"{part}"' for part in word.split('"'))
