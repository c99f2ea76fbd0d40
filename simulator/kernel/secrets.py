"""What is secret, and how it is shown: in one place, for every log, report, timeline and message.

Passwords are typed as the value of an option of the DS CLI, as words of a VCS command, and stand in attributes of
main.cf. Nothing in the simulator needs one after it was compared with a digest.

Rule 1: whatever tells of a command or a configuration passes it through here first.
Rule 2: in doubt a word of a command line is secret: a mask too many hides a word, one too few shows a password.
Rule 3: in a sentence the word "password" hides nothing. What hides is a command, an option, or an attribute in a
command of VCS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

MASK = "****"
"""What is shown in the place of a secret."""
OPTION = re.compile(
    r"--?(?:p[aehorswd]*[wd][aehorswd]*|pass|\w*(?:pas+w\w*|passphrase|passcode|secret|credential|token)s?)",
    re.IGNORECASE,
)
"""Options whose value is a password, of whatever program, and what looks like one: `-pw`, `-psswd`."""
USERS = "UserNames"
"""The attribute of a cluster that has users and their passwords in turn."""
MISSPELT_USERS = re.compile(r"user_?names?", re.IGNORECASE)
A_PATH = re.compile(r"(?:.*(?:file|path))", re.IGNORECASE)
"""A name of an option or an attribute whose value says where passwords are: `-pwfile`, PasswdFile."""
SECRET_ATTRIBUTE = re.compile(
    rf"{USERS}|(?!\w*(?:file|path)\b)\w*(?:pas+w(?:or)?d?|pswd|pwd|pword|passphrase|passcode|secret|credential|token)\w*",
    re.IGNORECASE,
)
"""Attributes of the types that VCS brings: Password, DBAPword, SApswd, EncryptedPasswd ...; PasswdFile is a path."""
LIST_OPTIONS = frozenset({"-add", "-update", "-delete", "-keys"})
PLACE_OPTIONS = frozenset({"-sys", "-clus", "-group", "-priv"})
PRIVILEGES = frozenset({"Administrator", "Operator", "Guest"})
USER_PROGRAMS = frozenset({"hauser", "halogin"})
"""Programs of users and passwords: of their words that are no options the first one is a user, and shown."""
ACCOUNT_COMMANDS = frozenset({"mkuser", "chuser", "managepwfile"})
"""Those of the DS CLI: where two of their words follow no option, an option was left out, and one is a password."""
DSCLI = re.compile(r"(?:^|/)dscli\Z")
VCS_PROGRAM = re.compile(r"(?:^|/)ha[a-z]{2,}\Z")
QUOTES = re.compile(r'(["`]|(?<!\S)\\q|\\q(?!\S))')
r"""What a quoted command line begins or ends with; within quotes, as a recording has them, it is `\q`."""
BLANKS = re.compile(r"(\s+)")
JOINED = re.compile(r"(--?\w+|\w+)([=:])(.+)", re.DOTALL)
"""`-passwd=x`, `Pword=x`."""
STRING = r'"(?:[^"\\]|\\.)*(?:"|\Z)'
IN_MAIN_CF = re.compile(
    rf"\b(?:{SECRET_ATTRIBUTE.pattern})(?:\[\]|\{{\}})?(?:\s*@[\w-]+)?(?:\s*=[^\S\n]*\n?[^\S\n]*|[ \t]+(?=\"))"
    rf"(?P<value>\{{(?:{STRING}|[^}}\"])*(?:\}}|\Z)|{STRING}|[^\n]*)",
    re.IGNORECASE,
)
"""A secret attribute with its value; what is not closed goes on to the end of the file."""
ELEMENT = re.compile(rf'(?P<key>(?:{STRING}|[^\s,;{{}}="]+)\s*=(?!=))|(?P<element>{STRING}|[^\s,;{{}}="]+)')
"""What stands in the braces of a value."""
IN_PROSE = re.compile(
    r"(?i)(\b(?:pass(?:word|wd|phrase|code)?|pw|pwd|token|secret|credentials?|api[-_ ]?key)\b\s*(?:[:=]|\bis\b)\s*)"
    r'([^\s"]+)'
)
"""What people write down when they should not: `password: x`, `token = x`."""
PROFILE_STEP = re.compile(r'(?i)(\bprofile of .* reads ")([^"]*)')
IN_PROFILE = re.compile(r"(?im)^([ \t]*(?:\w*pas+w\w*|pwd|pw|pass)(?<!file)[ \t]*[:= \t][ \t]*)(\S.*?)([ \t]*)$")
"""The line of a profile of the DS CLI that has a password."""


def is_secret_option(word: str) -> bool:
    """Whether the word after this one is a password."""
    return OPTION.fullmatch(word) is not None and A_PATH.fullmatch(word) is None


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
    return tuple(_shown(word, mask, is_secret=secret) for word, secret in zip(inner, _secrets(words), strict=True))


def _shown(word: str, mask: Callable[[str], str], *, is_secret: bool) -> str:
    """One word; of `-passwd=x` the name is shown."""
    if is_secret or (joined := JOINED.fullmatch(word)) is None:
        return mask(word) if is_secret else word
    name, sign, value = joined.groups()
    return f"{name}{sign}{mask(value)}" if is_secret_option(name) or _is_vcs_attribute(name) else word


def _is_vcs_attribute(word: str) -> bool:
    """Whether the word names a secret attribute; those of VCS begin with a capital letter."""
    return word[:1].isupper() and is_secret_attribute(word)


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
        is_value = part.split()[-1:] != [] and is_secret_option(part.split()[-1])
    return "".join(shown)


def masked_output(words: Sequence[str], output: str) -> str:
    """What a command of VCS printed, with the values of secret attributes masked: `-display`, `-value`."""
    if any(_is_vcs_attribute(word) for word in words[1:]) and "-value" in words:
        return MASK if output.strip() else output
    program = words[0].rpartition("/")[2] if words else ""
    return "\n".join(_masked_row(line, program) for line in output.split("\n"))


def _masked_row(line: str, program: str) -> str:
    """A row of a table: object, attribute, for most objects the system, and the value at its end."""
    parts = BLANKS.split(line)
    at = next((at for at in range(0, min(len(parts), 6), 2) if _is_vcs_attribute(parts[at])), None)
    if at is None:
        return line
    last = at + (2 if program in {"hares", "hagrp", "hasys"} and at > 0 else 0)
    return "".join(parts[: last + 2]) + MASK * (last + 2 < len(parts))


def masked_words_of_people(text: str, mask: Callable[[str], str] = hidden) -> str:
    """What a person wrote: a step, a note. A password may be named there as `password: x`."""
    profile = PROFILE_STEP.sub(lambda found: found[1] + _masked_profile(found[2], mask), masked_text(text, mask))
    return IN_PROSE.sub(lambda found: found[1] + (found[2] if MASK in found[2] else mask(found[2])), profile)


def _masked_profile(text: str, mask: Callable[[str], str]) -> str:
    """The lines of a profile of the DS CLI in a step, divided by slashes."""
    return " / ".join(masked_profile(line, mask) for line in text.split(" / "))


def masked_profile(text: str, mask: Callable[[str], str] = hidden) -> str:
    """A profile of the DS CLI."""
    return IN_PROFILE.sub(lambda found: found[1] + mask(found[2]) + found[3], text)


def masked_main_cf(text: str, *, in_place: bool = False) -> str:
    """The text of a main.cf with the values of secret attributes masked; what is no secret stays byte for byte.

    With `in_place` nothing moves: a mask is as long as what it hides.
    """

    def hide(element: str) -> str:
        lines = "\n" * element.count("\n")
        if in_place:
            return "".join(char if char in '"\n' else "*" for char in element)
        return f'"{MASK}"{lines}'

    def hide_value(found: re.Match[str]) -> str:
        value = found["value"]
        before = found[0][: len(found[0]) - len(value)]
        if value.startswith("{"):
            return before + ELEMENT.sub(lambda part: part["key"] or hide(part["element"]), value)
        return before + (hide(value.rstrip()) if value.strip() else value)

    return IN_MAIN_CF.sub(hide_value, text)


def passwords_in_main_cf(text: str) -> frozenset[str]:
    """What masked_main_cf masks, without quotes."""
    found = set[str]()
    for each in IN_MAIN_CF.finditer(text):
        value = each["value"].strip()
        parts = [part["element"] for part in ELEMENT.finditer(value) if part["element"]]
        found |= {part.strip('"') for part in (value if value[:1] != "{" else "", *parts)}
    return frozenset(found - {""})


def without_words(text: str, secrets: Iterable[str]) -> str:
    """A sentence that may quote one of these, with the mask in its place."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)
    return text


def _masked_part(text: str, mask: Callable[[str], str]) -> str:
    """The part of a sentence between two quotation marks."""
    parts = BLANKS.split(text)
    words = [word.strip("'`.,;") for word in parts[::2]]
    is_open = False
    for at, is_secret in enumerate(_secrets_of_sentence(words, is_plain="'" not in text)):
        raw = parts[2 * at]
        if words[at]:
            parts[2 * at] = raw.replace(words[at], _shown(words[at], mask, is_secret=is_secret or is_open))
        # A password in single quotes goes on to the next one, over blanks.
        is_open = (is_secret or is_open) and (is_open != (raw.count("'") % 2 == 1))
    return "".join(parts)


def _secrets_of_sentence(words: Sequence[str], *, is_plain: bool) -> Iterator[bool]:
    """Which words of a sentence are secret, wherever in it a command line begins.

    Attributes of VCS begin with a capital letter; what follows the word "password" in plain English is told.
    """
    start = next((at for at in range(len(words)) if _begins_with_users(words, at)), 0)
    yield from (False for _ in words[:start])
    asked = [word if not is_secret_attribute(word) or word[0].isupper() else "" for word in words[start:]]
    yield from _secrets(asked, is_plain=is_plain)


def _begins_with_users(words: Sequence[str], at: int) -> bool:
    """Whether a command line of users begins there; in a sentence about one, no option follows its name."""
    if words[at].rpartition("/")[2] not in USER_PROGRAMS:
        return False
    return at == 0 or (words[at + 1 : at + 2] != [] and words[at + 1][:1] == "-")


def _secrets(words: Sequence[str], *, is_plain: bool = True) -> Iterator[bool]:
    """Which of the words are secret. They are plain where each is one word of its command."""
    program = words[0].rpartition("/")[2] if words else ""
    stray = _stray_words(words, program) if is_plain else frozenset[int]()
    attribute, option, is_command, is_value, in_turn, users = "", "", False, False, True, 0
    for at, word in enumerate(words):
        before, option = option, word if word.startswith("-") else ""
        if is_secret_option(before) or at in stray:
            yield True
        elif attribute:
            if word in LIST_OPTIONS or word in PLACE_OPTIONS or before in PLACE_OPTIONS:
                is_value = False
                yield False
                continue
            yield attribute != USERS or (is_value if in_turn else "-delete" not in words)
            is_value = not is_value
        elif program in USER_PROGRAMS and at > 0:
            is_known = is_secret_option(word) or word in PLACE_OPTIONS or word in PRIVILEGES or before in PLACE_OPTIONS
            is_user = not option and not is_known
            users += is_user
            yield not is_known and (users > 1 if is_user else at > 1)
        else:
            yield False
            is_command = is_command or word == "-modify" or VCS_PROGRAM.search(word) is not None
            attribute = _attribute_of(word, program) if is_command else ""
            if attribute:
                # Users and passwords come in turn. What is taken away is named by its user alone; an odd word is in
                # doubt.
                in_turn = not sum(each not in LIST_OPTIONS for each in words[at + 1 :]) % 2


def _attribute_of(word: str, program: str) -> str:
    """The secret attribute that a word of a command line names; empty for none."""
    is_users = word == USERS or (program == "haclus" and MISSPELT_USERS.fullmatch(word) is not None)
    return USERS if is_users else word if is_secret_attribute(word) else ""


def _stray_words(words: Sequence[str], program: str) -> frozenset[int]:
    """Where words of an account command of the DS CLI stand that follow no option, if there are more than its user."""
    if program not in ACCOUNT_COMMANDS and not DSCLI.search(program):
        return frozenset()
    begin = next((at for at, word in enumerate(words) if word in ACCOUNT_COMMANDS), len(words))
    found = [at for at in range(begin + 1, len(words)) if words[at][:1] != "-" and words[at - 1][:1] != "-"]
    return frozenset(found if len(found) > (words[begin : begin + 1] != ["managepwfile"]) else ())
