"""What is secret, and how it is shown: in one place, for every log, report, timeline and message.

Passwords are typed as the value of an option of the DS CLI, as words of a VCS command, and stand in attributes of
main.cf. Nothing in the simulator needs one after it was compared with a digest.

Rule 1: whatever tells of a command or a configuration passes it through here first.
Rule 2: in doubt a word of a command line is secret: a mask too many hides a word, one too few shows a password.
Rule 3: in a sentence the word "password" hides nothing. What hides is a command, an option, or an attribute of VCS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

MASK = "****"
"""What is shown in the place of a secret."""
OPTIONS = frozenset({"-pw", "-passwd", "-password", "-passphrase"})
"""Options whose value is a password, of whatever program."""
USERS = "UserNames"
"""The attribute of a cluster that has users and their passwords in turn."""
SECRET_ATTRIBUTE = re.compile(
    rf"{USERS}|\w*(?:passw(?:or)?d|passphrase|pword|secret|credential)(?!file)\w*", re.IGNORECASE
)
"""Attributes of the types that VCS brings: Password, DBAPword, EncryptedPasswd ...; PasswdFile is a path."""
LIST_OPTIONS = frozenset({"-add", "-update", "-delete", "-keys"})
PLACE_OPTIONS = frozenset({"-sys", "-clus", "-group", "-priv"})
PRIVILEGES = frozenset({"Administrator", "Operator", "Guest"})
SHOWS_USER = {"hauser": 2, "halogin": 1}
"""Programs of users and passwords: how many of their words (`-add bob`) are none."""
DSCLI = re.compile(r"(?:^|/)dscli\Z")
QUOTES = re.compile('(["`])')
BLANKS = re.compile(r"(\s+)")
BRACES = r'\{(?:"(?:[^"\\]|\\.)*"|[^}"])*\}'
IN_MAIN_CF = re.compile(rf"\b({SECRET_ATTRIBUTE.pattern})((?:\s*@[\w-]+)?\s*=\s*)({BRACES}|[^\n]*)", re.IGNORECASE)
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def is_secret_attribute(name: str) -> bool:
    """Whether an attribute of main.cf has passwords in its value."""
    return SECRET_ATTRIBUTE.fullmatch(name) is not None


def hidden(_secret: str) -> str:
    """The mask, whatever is hidden by it."""
    return MASK


def masked(words: Sequence[str], mask: Callable[[str], str] = hidden) -> tuple[str, ...]:
    """A command line, its first word the program, with everything that is secret masked.

    The DS CLI takes a whole command as one word, too.
    """
    inner = [masked_text(word, mask) if DSCLI.search(words[0]) and len(word.split()) > 1 else word for word in words]
    return tuple(mask(word) if secret else word for word, secret in zip(inner, _secrets(words), strict=True))


def masked_text(text: str, mask: Callable[[str], str] = hidden) -> str:
    """A sentence that may quote command lines, masked likewise; a quotation mark ends a command line."""
    shown: list[str] = []
    is_value = False
    for part in QUOTES.split(text):
        if QUOTES.fullmatch(part):
            shown.append(part)
            continue
        # What is quoted behind `-pw` is one password, with all its blanks.
        shown.append(mask(part) if is_value and part else _masked_part(part, mask))
        is_value = part.split()[-1:] != [] and part.split()[-1] in OPTIONS
    return "".join(shown)


def masked_main_cf(text: str) -> str:
    """The text of a main.cf with the values of secret attributes masked; what is no secret stays byte for byte."""

    def hide(found: re.Match[str]) -> str:
        name, equals, value = found.groups()
        if name != USERS or not value.startswith("{"):
            return f'{name}{equals}"{MASK}"'
        users = ", ".join(f'{pair.partition("=")[0].strip()} = "{MASK}"' for pair in _pairs(value))
        return f"{name}{equals}{{ {users} }}"

    return IN_MAIN_CF.sub(hide, text)


def _pairs(value: str) -> list[str]:
    """The pairs of `{ admin = "x", bob = "y" }`; a comma or a brace in quotes divides nothing."""
    return [pair for pair in QUOTED.sub("x", value).strip("{} \t\n").split(",") if pair.strip()]


def _masked_part(text: str, mask: Callable[[str], str]) -> str:
    """The part of a sentence between two quotation marks."""
    parts = BLANKS.split(text)
    words = [word.strip("'`.,;") for word in parts[::2]]
    is_open = False
    for at, is_secret in enumerate(_secrets_of_sentence(words)):
        raw = parts[2 * at]
        if (is_secret or is_open) and words[at]:
            parts[2 * at] = raw.replace(words[at], mask(words[at]))
        # A password in single quotes goes on to the next one, over blanks.
        is_open = (is_secret or is_open) and (is_open != (raw.count("'") % 2 == 1))
    return "".join(parts)


def _secrets_of_sentence(words: Sequence[str]) -> Iterator[bool]:
    """Which words of a sentence are secret, wherever in it a command line begins.

    Attributes of VCS begin with a capital letter; what follows the word "password" in plain English is told.
    """
    start = next((at for at, word in enumerate(words) if word.rpartition("/")[2] in SHOWS_USER), 0)
    yield from (False for _ in words[:start])
    yield from _secrets([word if not is_secret_attribute(word) or word[0].isupper() else "" for word in words[start:]])


def _secrets(words: Sequence[str]) -> Iterator[bool]:
    """Which of the words are secret."""
    shown = SHOWS_USER.get(words[0].rpartition("/")[2]) if words else None
    attribute, option, is_value, in_turn, seen = "", "", False, True, 0
    for at, word in enumerate(words):
        before, option = option, word if word.startswith("-") else ""
        if before in OPTIONS:
            yield True
        elif attribute:
            if word in LIST_OPTIONS or word in PLACE_OPTIONS or before in PLACE_OPTIONS:
                is_value = False
                yield False
                continue
            yield attribute != USERS or (is_value if in_turn else "-delete" not in words)
            is_value = not is_value
        elif shown is not None and at > 0:
            seen += not word.startswith("-") or word in {"-add", "-update", "-delete", "-addpriv", "-delpriv"}
            yield seen > shown and not (option or before in PLACE_OPTIONS or word in PRIVILEGES)
        else:
            yield False
            if is_secret_attribute(word):
                attribute = word
                # Users and passwords come in turn. What is taken away is named by its user alone; an odd word is in
                # doubt.
                in_turn = not sum(each not in LIST_OPTIONS for each in words[at + 1 :]) % 2
